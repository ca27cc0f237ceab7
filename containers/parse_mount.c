/* SPDX-License-Identifier: Apache-2.0 */
/* --mount KEY=VALUE,…: one line of CSV (RFC 4180), so that a value may hold ',' in quotes. */
#include "containers/request.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/name.h"
#include "containers/parse_path.h"

#include <string.h>

/* What was given, before it is known of which type the mount is. */
enum kind {
	KIND_VOLUME, /* the default */
	KIND_BIND,
	KIND_TMPFS,
};

enum recursion {
	RECURSION_ENABLED,
	RECURSION_DISABLED,
	RECURSION_WRITABLE,
	RECURSION_READONLY,
};

struct parsed {
	enum kind kind;
	enum recursion recursion;
	const char *source; /* as typed; NULL */
	bool has_propagation, has_recursion, has_tmpfs_options, has_no_copy;
	struct md_mount mount;
};

/* Behind the closing quote of a quoted field, or NULL when it never ends. */
static const char *take_quoted(const char *p, struct md_str *field)
{
	for (; *p; p++) {
		if (*p != '"') {
			md_str_addc(field, *p);
			continue;
		}
		if (p[1] != '"')
			return p + 1;
		md_str_addc(field, '"');
		p++;
	}
	return NULL;
}

static int split_csv(const char *text, struct md_strv *fields, struct md_error *err)
{
	const char *p = text;

	for (;;) {
		MD_CLEANUP(md_str_fini) struct md_str field = MD_STR_INIT;
		size_t plain = strcspn(p, ",\"");

		if (*p == '"') {
			p = take_quoted(p + 1, &field);
		} else {
			md_str_add_bytes(&field, p, plain);
			p += plain;
		}
		if (!p || (*p && *p != ','))
			return md_fail(err, MD_ERR_INVALID,
				       "a '\"' out of place (\"KEY=VALUE\" is quoted as a whole)");
		md_strv_add(fields, md_str_get(&field));
		if (!*p)
			return 0;
		p++;
	}
}

static int pick(const char *value, const char *const *words, const char *key, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str list = MD_STR_INIT;

	for (int i = 0; words[i]; i++) {
		if (strcmp(words[i], value) == 0)
			return i;
		md_str_addf(&list, "%s%s", i ? ", " : "", words[i]);
	}
	return md_fail(err, MD_ERR_INVALID, "%s '%s' is not one of: %s", key, value,
		       md_str_get(&list));
}

static int parse_flag(const char *value, bool *ret, const char *key, struct md_error *err)
{
	static const char *const words[] = {"false", "true", "0", "1", NULL};
	int i = *value ? pick(value, words, key, err) : 1;

	if (i < 0)
		return -1;
	*ret = i % 2;
	return 0;
}

static int set_type(struct parsed *p, const char *value, struct md_error *err)
{
	static const char *const words[] = {"volume", "bind", "tmpfs", NULL};
	int i = pick(value, words, "type", err);

	p->kind = i < 0 ? KIND_VOLUME : (enum kind)i;
	return i < 0 ? -1 : 0;
}

static int set_source(struct parsed *p, const char *value, struct md_error *err)
{
	(void)err;
	p->source = value;
	return 0;
}

static int set_target(struct parsed *p, const char *value, struct md_error *err)
{
	free(p->mount.target);
	p->mount.target = md_path_clean_target(value, err);
	return p->mount.target ? 0 : -1;
}

static int set_readonly(struct parsed *p, const char *value, struct md_error *err)
{
	return parse_flag(value, &p->mount.is_readonly, "readonly", err);
}

static int set_propagation(struct parsed *p, const char *value, struct md_error *err)
{
	static const char *const words[] = {"rprivate", "private", "rslave", "slave",
					    "rshared",  "shared",  NULL};
	int i = pick(value, words, "bind-propagation", err);

	p->has_propagation = true;
	p->mount.propagation = i < 0 ? MD_PROPAGATION_RPRIVATE : (enum md_propagation)i;
	return i < 0 ? -1 : 0;
}

static int set_recursive(struct parsed *p, const char *value, struct md_error *err)
{
	static const char *const words[] = {"enabled", "disabled", "writable", "readonly", NULL};
	int i = pick(value, words, "bind-recursive", err);

	p->has_recursion = true;
	p->recursion = i < 0 ? RECURSION_ENABLED : (enum recursion)i;
	return i < 0 ? -1 : 0;
}

static int set_size(struct parsed *p, const char *value, struct md_error *err)
{
	p->has_tmpfs_options = true;
	return md_parse_tmpfs_size(value, &p->mount.tmpfs_size, err);
}

static int set_mode(struct parsed *p, const char *value, struct md_error *err)
{
	unsigned int mode;

	p->has_tmpfs_options = true;
	if (md_parse_tmpfs_mode(value, &mode, err) < 0)
		return -1;
	p->mount.tmpfs_mode = mode;
	return 0;
}

static int set_idmap(struct parsed *p, const char *value, struct md_error *err)
{
	return parse_flag(value, &p->mount.is_idmapped, "idmap", err);
}

static int set_no_copy(struct parsed *p, const char *value, struct md_error *err)
{
	p->has_no_copy = true;
	return parse_flag(value, &p->mount.volume_no_copy, "volume-nocopy", err);
}

static int accept(struct parsed *p, const char *value, struct md_error *err)
{
	(void)p;
	(void)value;
	(void)err;
	return 0;
}

static const struct {
	const char *key;
	int (*set)(struct parsed *p, const char *value, struct md_error *err);
	bool needs_value;
} keys[] = {
	{"type", set_type, true},
	{"source", set_source, true},
	{"src", set_source, true},
	{"target", set_target, true},
	{"destination", set_target, true},
	{"dst", set_target, true},
	{"readonly", set_readonly, false},
	{"ro", set_readonly, false},
	{"bind-propagation", set_propagation, true},
	{"bind-recursive", set_recursive, true},
	{"tmpfs-size", set_size, true},
	{"tmpfs-mode", set_mode, true},
	{"idmap", set_idmap, false},
	{"volume-nocopy", set_no_copy, false},
	{"consistency", accept, true}, /* a hint for other systems */
};

static int unknown_key(const char *field, size_t length, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str list = MD_STR_INIT;

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		md_str_addf(&list, "%s%s", i ? ", " : "", keys[i].key);
	return md_fail(err, MD_ERR_INVALID, "unknown key '%.*s' (known: %s)", (int)length, field,
		       md_str_get(&list));
}

static int apply_field(struct parsed *p, const char *field, struct md_error *err)
{
	size_t length = strcspn(field, "=");
	const char *value = field[length] ? field + length + 1 : "";

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (strlen(keys[i].key) != length || strncasecmp(keys[i].key, field, length) != 0)
			continue;
		if (!*value && (keys[i].needs_value || field[length]))
			return md_fail(err, MD_ERR_INVALID, "'%s' has no value", keys[i].key);
		return keys[i].set(p, value, err);
	}
	return unknown_key(field, length, err);
}

/* A key that this type of mount has no use for is a mistake, not a wish to ignore. */
static int check_keys(const struct parsed *p, struct md_error *err)
{
	const char *misplaced = NULL;

	if (p->kind != KIND_BIND && p->has_propagation)
		misplaced = "bind-propagation";
	else if (p->kind == KIND_TMPFS && p->has_recursion)
		misplaced = "bind-recursive";
	else if (p->kind != KIND_TMPFS && p->has_tmpfs_options)
		misplaced = "tmpfs-size and tmpfs-mode";
	else if (p->kind != KIND_VOLUME && p->has_no_copy)
		misplaced = "volume-nocopy";
	else if (p->kind == KIND_TMPFS && p->source)
		misplaced = "source";
	else if (p->kind == KIND_TMPFS && p->mount.is_idmapped)
		misplaced = "idmap";
	if (misplaced)
		return md_fail(err, MD_ERR_INVALID, "%s: not for a mount of this type", misplaced);
	if (!p->mount.target)
		return md_fail(err, MD_ERR_INVALID, "no target (target=PATH)");
	if (p->kind == KIND_BIND && !p->source)
		return md_fail(err, MD_ERR_INVALID, "a bind mount needs source=PATH");
	return 0;
}

static int apply_recursion(struct parsed *p, struct md_error *err)
{
	bool is_readonly = p->mount.is_readonly;

	p->mount.is_recursive = p->recursion != RECURSION_DISABLED;
	p->mount.is_readonly_recursive = is_readonly && (p->recursion == RECURSION_ENABLED ||
							 p->recursion == RECURSION_READONLY);
	if (is_readonly || p->recursion == RECURSION_ENABLED || p->recursion == RECURSION_DISABLED)
		return 0;
	return md_fail(err, MD_ERR_INVALID, "bind-recursive=%s needs readonly",
		       p->recursion == RECURSION_WRITABLE ? "writable" : "readonly");
}

static int finish_bind(struct parsed *p, struct md_error *err)
{
	if (!md_path_is_host(p->source))
		return md_fail(err, MD_ERR_INVALID,
			       "source '%s' of a bind mount is no path (a named volume is "
			       "type=volume)",
			       p->source);
	p->mount.source = md_path_clean_host(p->source, err);
	return p->mount.source ? apply_recursion(p, err) : -1;
}

static int finish_volume(struct parsed *p, struct md_error *err)
{
	p->mount.is_volume = true;
	if (p->source && md_name_check(p->source, err) < 0)
		return md_error_hint(err, "a path of the host is type=bind");
	p->mount.volume_name = md_xstrdup_or_null(p->source);
	return apply_recursion(p, err);
}

static void finish_tmpfs(struct parsed *p)
{
	p->mount.type = MD_MOUNT_TMPFS;
	p->mount.no_exec = p->mount.no_suid = p->mount.no_dev = true;
}

static int parse_fields(const struct md_strv *fields, struct parsed *p, struct md_error *err)
{
	for (size_t i = 0; i < fields->count; i++)
		if (apply_field(p, fields->items[i], err) < 0)
			return -1;
	if (check_keys(p, err) < 0)
		return -1;
	if (p->kind == KIND_BIND)
		return finish_bind(p, err);
	if (p->kind == KIND_VOLUME)
		return finish_volume(p, err);
	finish_tmpfs(p);
	return 0;
}

int md_parse_mount(const char *text, struct md_mount *ret, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv fields = MD_STRV_INIT;
	struct parsed parsed = {.mount = {.type = MD_MOUNT_BIND, .tmpfs_mode = 01777}};

	if (split_csv(text, &fields, err) < 0 || parse_fields(&fields, &parsed, err) < 0) {
		md_request_mount_fini(&parsed.mount);
		return md_error_prefix(err, "'%s'", text);
	}
	if (parsed.kind != KIND_TMPFS)
		parsed.mount.tmpfs_mode = 0;
	*ret = parsed.mount;
	return 0;
}
