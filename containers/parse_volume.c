/* SPDX-License-Identifier: Apache-2.0 */
/* The short forms: -v [SOURCE:]TARGET[:OPTION,…] and --tmpfs TARGET[:OPTION,…]. */
#include "containers/request.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/name.h"
#include "containers/parse_path.h"

#include <string.h>

struct option {
	const char *name;
	int (*apply)(struct md_mount *mount, int value);
	int value;
};

static int set_readonly(struct md_mount *mount, int value)
{
	mount->is_readonly = value;
	mount->is_readonly_recursive = value && mount->type == MD_MOUNT_BIND;
	return 0;
}

static int set_propagation(struct md_mount *mount, int value)
{
	mount->propagation = (enum md_propagation)value;
	return 0;
}

static int set_recursive(struct md_mount *mount, int value)
{
	mount->is_recursive = value;
	return 0;
}

static int set_idmap(struct md_mount *mount, int value)
{
	mount->is_idmapped = value;
	return 0;
}

static int set_no_copy(struct md_mount *mount, int value)
{
	/* Only a volume has something that could be copied into it. */
	if (!mount->is_volume)
		return -1;
	mount->volume_no_copy = value;
	return 0;
}

static int set_no_exec(struct md_mount *mount, int value)
{
	mount->no_exec = value;
	return 0;
}

static int set_no_suid(struct md_mount *mount, int value)
{
	mount->no_suid = value;
	return 0;
}

static int set_no_dev(struct md_mount *mount, int value)
{
	mount->no_dev = value;
	return 0;
}

/* Labels of SELinux, which minidock does not set, and hints for other systems. */
static int ignore(struct md_mount *mount, int value)
{
	(void)mount;
	(void)value;
	return 0;
}

static const struct option bind_options[] = {
	{"ro", set_readonly, true},
	{"rw", set_readonly, false},
	{"rprivate", set_propagation, MD_PROPAGATION_RPRIVATE},
	{"private", set_propagation, MD_PROPAGATION_PRIVATE},
	{"rslave", set_propagation, MD_PROPAGATION_RSLAVE},
	{"slave", set_propagation, MD_PROPAGATION_SLAVE},
	{"rshared", set_propagation, MD_PROPAGATION_RSHARED},
	{"shared", set_propagation, MD_PROPAGATION_SHARED},
	{"rbind", set_recursive, true},
	{"bind", set_recursive, false},
	{"idmap", set_idmap, true},
	{"nocopy", set_no_copy, true},
	{"copy", set_no_copy, false},
	{"exec", set_no_exec, false},
	{"noexec", set_no_exec, true},
	{"suid", set_no_suid, false},
	{"nosuid", set_no_suid, true},
	{"dev", set_no_dev, false},
	{"nodev", set_no_dev, true},
	{"z", ignore, 0},
	{"Z", ignore, 0},
	{"cached", ignore, 0},
	{"delegated", ignore, 0},
	{"consistent", ignore, 0},
	{NULL, NULL, 0},
};

static const struct option tmpfs_options[] = {
	{"ro", set_readonly, true},    {"rw", set_readonly, false},  {"exec", set_no_exec, false},
	{"noexec", set_no_exec, true}, {"suid", set_no_suid, false}, {"nosuid", set_no_suid, true},
	{"dev", set_no_dev, false},    {"nodev", set_no_dev, true},  {NULL, NULL, 0},
};

static int unknown_option(const char *text, const struct option *options, const char *more,
			  struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str names = MD_STR_INIT;

	for (const struct option *o = options; o->name; o++)
		md_str_addf(&names, "%s%s", o == options ? "" : ", ", o->name);
	return md_fail(err, MD_ERR_INVALID, "unknown option '%s' (known: %s%s)", text,
		       md_str_get(&names), more);
}

static int apply_option(const struct option *options, const char *text, struct md_mount *mount,
			struct md_error *err)
{
	for (const struct option *o = options; o->name; o++) {
		if (strcmp(o->name, text) != 0)
			continue;
		if (o->apply(mount, o->value) < 0)
			return md_fail(err, MD_ERR_INVALID, "'%s' is for volumes only", text);
		return 0;
	}
	return unknown_option(text, options, options == tmpfs_options ? ", size=, mode=" : "", err);
}

static int apply_bind_options(const char *text, struct md_mount *mount, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv options = MD_STRV_INIT;

	md_strv_split(&options, text, ',');
	for (size_t i = 0; i < options.count; i++)
		if (apply_option(bind_options, options.items[i], mount, err) < 0)
			return -1;
	return 0;
}

static int set_source(const char *text, struct md_mount *mount, struct md_error *err)
{
	if (md_path_is_host(text)) {
		mount->creates_source = true;
		mount->source = md_path_clean_host(text, err);
		return mount->source ? 0 : -1;
	}
	mount->is_volume = true;
	if (md_name_check(text, err) < 0)
		return md_error_hint(err, "a path of the host starts with '/', './' or '../'");
	mount->volume_name = md_xstrdup(text);
	return 0;
}

/* One part is a target; of two, the first is a source; the third are options. */
static int parse_parts(const struct md_strv *parts, struct md_mount *mount, struct md_error *err)
{
	const char *target = parts->items[parts->count > 1 ? 1 : 0];

	if (parts->count > 3)
		return md_fail(err, MD_ERR_INVALID,
			       "more than two ':' (for a path with ':' in it use --mount)");
	for (size_t i = 0; i < parts->count; i++)
		if (!*parts->items[i])
			return md_fail(err, MD_ERR_INVALID, "an empty part between ':'");
	if (parts->count == 1)
		mount->is_volume = true;
	else if (set_source(parts->items[0], mount, err) < 0)
		return -1;
	mount->target = md_path_clean_target(target, err);
	if (!mount->target)
		return -1;
	return parts->count == 3 ? apply_bind_options(parts->items[2], mount, err) : 0;
}

int md_parse_volume(const char *text, struct md_mount *ret, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv parts = MD_STRV_INIT;
	struct md_mount mount = {.type = MD_MOUNT_BIND, .is_recursive = true};

	md_strv_split(&parts, text, ':');
	if (parse_parts(&parts, &mount, err) < 0) {
		md_request_mount_fini(&mount);
		(void)md_error_prefix(err, "'%s'", text);
		return md_error_hint(err, "[SOURCE:]TARGET[:OPTION,...]");
	}
	*ret = mount;
	return 0;
}

static int apply_tmpfs_option(const char *text, struct md_mount *mount, struct md_error *err)
{
	unsigned int mode;

	if (md_str_starts(text, "size="))
		return md_parse_tmpfs_size(text + strlen("size="), &mount->tmpfs_size, err);
	if (!md_str_starts(text, "mode="))
		return apply_option(tmpfs_options, text, mount, err);
	if (md_parse_tmpfs_mode(text + strlen("mode="), &mode, err) < 0)
		return -1;
	mount->tmpfs_mode = mode;
	return 0;
}

static int parse_tmpfs(const char *target, const char *options, struct md_mount *mount,
		       struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv list = MD_STRV_INIT;

	mount->target = md_path_clean_target(target, err);
	if (!mount->target)
		return -1;
	if (options)
		md_strv_split(&list, options, ',');
	for (size_t i = 0; i < list.count; i++)
		if (apply_tmpfs_option(list.items[i], mount, err) < 0)
			return -1;
	return 0;
}

int md_parse_tmpfs(const char *text, struct md_mount *ret, struct md_error *err)
{
	const char *colon = strchr(text, ':');
	md_auto_free char *target =
		md_xstrndup(text, colon ? (size_t)(colon - text) : strlen(text));
	struct md_mount mount = {.type = MD_MOUNT_TMPFS,
				 .tmpfs_mode = 01777,
				 .no_exec = true,
				 .no_suid = true,
				 .no_dev = true};

	if (parse_tmpfs(target, colon ? colon + 1 : NULL, &mount, err) < 0) {
		md_request_mount_fini(&mount);
		(void)md_error_prefix(err, "'%s'", text);
		return md_error_hint(err, "TARGET[:OPTION,...]");
	}
	*ret = mount;
	return 0;
}
