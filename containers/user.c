/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/user.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/number.h"

#include <stdbool.h>
#include <string.h>

#define LINE_LENGTH_MAX 65536 /* longer ones are no entries */
#define GROUPS_MAX      65536 /* NGROUPS_MAX of Linux */
#define FIELDS_MAX      7

/* One line, cut at its ':'s. Points into the text. */
struct fields {
	const char *start[FIELDS_MAX];
	size_t length[FIELDS_MAX];
	size_t count;
};

struct text {
	const char *start;
	size_t length;
};

static bool is_digits(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0';
}

/* A number that no field of a passwd file is allowed to exceed either. */
static int parse_id(const char *text, uint32_t *ret, struct md_error *err)
{
	uint64_t id;

	if (md_parse_u64(text, 0, MD_USER_ID_MAX, &id, err) < 0)
		return -1;
	*ret = (uint32_t)id;
	return 0;
}

static bool field_id(const struct fields *f, size_t i, uint32_t *ret)
{
	struct md_error ignored = MD_ERROR_INIT;
	char text[12];

	if (i >= f->count || f->length[i] == 0 || f->length[i] >= sizeof(text))
		return false;
	memcpy(text, f->start[i], f->length[i]);
	text[f->length[i]] = '\0';
	return parse_id(text, ret, &ignored) == 0;
}

static bool field_is(const struct fields *f, size_t i, const char *text)
{
	return i < f->count && f->length[i] == strlen(text) &&
	       memcmp(f->start[i], text, f->length[i]) == 0;
}

static void cut(const struct text *line, struct fields *f)
{
	const char *p = line->start;
	const char *end = line->start + line->length;

	f->count = 0;
	while (f->count < FIELDS_MAX) {
		const char *colon = memchr(p, ':', (size_t)(end - p));
		const char *stop = colon ? colon : end;

		f->start[f->count] = p;
		f->length[f->count++] = (size_t)(stop - p);
		if (!colon)
			break;
		p = colon + 1;
	}
}

/* The next line that may be an entry: *rest moves behind it. False at the end. */
static bool next_entry(const char **rest, struct fields *f)
{
	while (*rest && **rest) {
		size_t length = strcspn(*rest, "\n");
		struct text line = {*rest, length};

		*rest += length + ((*rest)[length] == '\n');
		/* '+' and '-' at the start refer to NIS, which is not here. */
		if (length == 0 || length > LINE_LENGTH_MAX || strchr("#+-:", *line.start))
			continue;
		cut(&line, f);
		return true;
	}
	return false;
}

/* First sound line of passwd for the name, or, if it is NULL, the uid. */
static bool find_user(const char *passwd, const char *name, uint32_t uid, struct md_user *ret)
{
	struct fields f;
	uint32_t entry_uid, entry_gid;

	while (next_entry(&passwd, &f)) {
		if (!field_id(&f, 2, &entry_uid) || !field_id(&f, 3, &entry_gid))
			continue;
		if (name ? !field_is(&f, 0, name) : entry_uid != uid)
			continue;
		ret->uid = entry_uid;
		ret->gid = entry_gid;
		ret->name = md_xstrndup(f.start[0], f.length[0]);
		if (f.count > 5 && f.length[5] > 0 && f.start[5][0] == '/') {
			free(ret->home);
			ret->home = md_xstrndup(f.start[5], f.length[5]);
		}
		return true;
	}
	return false;
}

static bool find_group(const char *group, const char *name, uint32_t *ret_gid)
{
	struct fields f;

	while (next_entry(&group, &f))
		if (field_is(&f, 0, name) && field_id(&f, 2, ret_gid))
			return true;
	return false;
}

static bool lists_member(const struct fields *f, const char *name)
{
	size_t length = strlen(name);
	const char *p, *end;

	if (f->count < 4)
		return false;
	p = f->start[3];
	end = p + f->length[3];
	while (p < end) {
		const char *comma = memchr(p, ',', (size_t)(end - p));
		const char *stop = comma ? comma : end;

		if ((size_t)(stop - p) == length && memcmp(p, name, length) == 0)
			return true;
		p = stop + 1;
	}
	return false;
}

/* The list is sorted and freed of duplicates at the end: hostile files may repeat themselves. */
struct gids {
	uint32_t *items;
	size_t count, capacity;
};

static void add_gid(struct gids *gids, uint32_t gid)
{
	if (gids->count == gids->capacity) {
		gids->capacity = gids->capacity ? 2 * gids->capacity : 16;
		gids->items = md_xreallocarray(gids->items, gids->capacity, sizeof(gid));
	}
	gids->items[gids->count++] = gid;
}

static void add_memberships(struct gids *gids, const char *group, const char *name)
{
	struct fields f;
	uint32_t gid;

	while (next_entry(&group, &f))
		if (lists_member(&f, name) && field_id(&f, 2, &gid))
			add_gid(gids, gid);
}

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int take_groups(struct gids *gids, struct md_user *user, struct md_error *err)
{
	size_t unique = 0;

	add_gid(gids, user->gid);
	qsort(gids->items, gids->count, sizeof(*gids->items), ascending);
	for (size_t i = 0; i < gids->count; i++)
		if (unique == 0 || gids->items[i] != gids->items[unique - 1])
			gids->items[unique++] = gids->items[i];
	user->groups = md_steal_ptr(&gids->items);
	user->group_count = unique;
	if (unique > GROUPS_MAX)
		return md_fail(err, MD_ERR_INVALID, "the user is in %zu groups (at most %d)",
			       unique, GROUPS_MAX);
	return 0;
}

static int resolve_uid(const char *text, const char *passwd, struct md_user *user,
		       struct md_error *err)
{
	user->home = md_xstrdup("/");
	if (!*text || is_digits(text)) {
		uint32_t uid = 0;

		if (*text && parse_id(text, &uid, err) < 0)
			return md_error_prefix(err, "user '%s'", text);
		user->uid = uid;
		user->gid = 0;
		(void)find_user(passwd, NULL, uid, user);
		return 0;
	}
	if (find_user(passwd, text, 0, user))
		return 0;
	(void)md_fail(err, MD_ERR_INVALID, "user '%.200s' is not in /etc/passwd of the image",
		      text);
	return md_error_hint(err, "give a name from there, or a number");
}

static int resolve_gid(const char *text, const char *group, uint32_t *ret_gid, struct md_error *err)
{
	if (is_digits(text)) {
		if (parse_id(text, ret_gid, err) < 0)
			return md_error_prefix(err, "group '%s'", text);
		return 0;
	}
	if (*text && find_group(group, text, ret_gid))
		return 0;
	(void)md_fail(err, MD_ERR_INVALID, "group '%.200s' is not in /etc/group of the image",
		      text);
	return md_error_hint(err, "give a name from there, or a number");
}

static int resolve_group_add(const struct md_strv *group_add, const char *group, struct gids *gids,
			     struct md_error *err)
{
	uint32_t gid;

	for (size_t i = 0; group_add && i < group_add->count; i++) {
		if (resolve_gid(group_add->items[i], group, &gid, err) < 0)
			return md_error_prefix(err, "--group-add");
		add_gid(gids, gid);
	}
	return 0;
}

/* The user half and, behind a ':', the group half. */
static int resolve_halves(const char *text, const struct md_user_files *files, struct gids *gids,
			  struct md_user *user, struct md_error *err)
{
	const char *colon = strchr(text, ':');
	md_auto_free char *name = md_xstrndup(text, colon ? (size_t)(colon - text) : strlen(text));

	if (colon && (!*name || !colon[1]))
		return md_fail(err, MD_ERR_INVALID, "user '%s' is not USER or USER:GROUP", text);
	if (resolve_uid(name, files->passwd, user, err) < 0)
		return -1;
	if (colon)
		return resolve_gid(colon + 1, files->group, &user->gid, err);
	if (user->name)
		add_memberships(gids, files->group, user->name);
	return 0;
}

void md_user_fini(struct md_user *user)
{
	free(user->groups);
	free(user->home);
	free(user->name);
	*user = (struct md_user){.uid = 0};
}

int md_user_resolve(const char *text, const struct md_user_files *files,
		    const struct md_strv *group_add, struct md_user *ret, struct md_error *err)
{
	struct md_user user = {.uid = 0};
	struct gids gids = {.items = NULL};

	if (resolve_halves(text ? text : "", files, &gids, &user, err) < 0 ||
	    resolve_group_add(group_add, files->group, &gids, err) < 0 ||
	    take_groups(&gids, &user, err) < 0) {
		free(gids.items);
		md_user_fini(&user);
		return -1;
	}
	*ret = user;
	return 0;
}
