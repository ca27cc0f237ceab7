/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/undo.h"

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/str.h"
#include "runtime/call.h"
#include "runtime/cgroup_kill.h"

#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

static int perform_kill(const char *path, const char *unused, struct md_error *err)
{
	(void)unused;
	return md_cgroup_kill_at(path, err);
}

static int perform_remove(const char *path, const char *unused, struct md_error *err)
{
	(void)unused;
	return md_cgroup_remove_at(path, err);
}

static int perform_remove_tree(const char *parent, const char *name, struct md_error *err)
{
	md_auto_close int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return md_fail_errno(err, "open '%s'", parent);
	return md_fs_remove_tree(fd, name, err);
}

/* What may stand in an undo list: kinds whose arguments are one or two texts. */
static const struct undo_kind {
	enum md_call_kind kind;
	int (*perform)(const char *first, const char *second, struct md_error *err);
	const char
		*words; /* what is left as long as it was not performed; NULL: nothing of its own */
} kinds[] = {
	{MD_CALL_CGROUP_KILL, perform_kill, NULL},
	{MD_CALL_CGROUP_REMOVE, perform_remove, "control group"},
	{MD_CALL_REMOVE_TREE, perform_remove_tree, "directory"},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(kinds[0]))

static struct md_json *call_to_json(const struct md_program *program, const struct md_call *call)
{
	struct md_json *object = md_json_object();
	struct md_json *args = md_json_array();

	md_json_set_string(object, "call", md_call_info((enum md_call_kind)call->kind)->name);
	for (unsigned int i = 0; i < md_call_arg_count((enum md_call_kind)call->kind); i++)
		(void)md_json_append(args, md_json_string(md_call_text(program, call, (int)i)));
	(void)md_json_set(object, "args", args);
	return object;
}

struct md_json *md_undo_to_json(const struct md_program *program)
{
	struct md_json *list = md_json_array();

	for (size_t i = 0; i < program->undo_count; i++)
		(void)md_json_append(list, call_to_json(program, &program->undo[i]));
	return list;
}

struct entry {
	const struct undo_kind *kind;
	const char *first, *second; /* belong to the JSON tree */
};

static int read_entry(const struct md_json *item, struct entry *ret, struct md_error *err)
{
	enum md_call_kind kind = md_call_find(md_json_get_string(item, "call", ""));
	const struct md_json *arg = md_json_first(md_json_get(item, "args"));

	*ret = (struct entry){NULL, "", ""};
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (kinds[i].kind == kind)
			ret->kind = &kinds[i];
	ret->first = md_json_as_string(arg, "");
	arg = arg ? md_json_next(arg) : NULL;
	ret->second = md_json_as_string(arg, "");
	if (!ret->kind || ret->first[0] != '/')
		return md_fail(err, MD_ERR_CORRUPT,
			       "the undo list has an entry that none of ours could be: "
			       "'%s' on '%s'",
			       md_json_get_string(item, "call", ""), ret->first);
	return 0;
}

int md_undo_perform(const struct md_json *list, struct md_error *err)
{
	struct md_error first = MD_ERROR_INIT;

	for (const struct md_json *item = md_json_first(list); item; item = md_json_next(item)) {
		struct md_error failed = MD_ERROR_INIT;
		struct entry entry;

		if (read_entry(item, &entry, &failed) == 0)
			(void)entry.kind->perform(entry.first, entry.second, &failed);
		if (failed.code != MD_OK && first.code == MD_OK)
			first = failed;
	}
	if (first.code == MD_OK)
		return 0;
	*err = first;
	return md_error_prefix(err, "undo");
}

static bool still_exists(const struct entry *entry)
{
	md_auto_close int fd = open(entry->first, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return false;
	return !*entry->second || faccessat(fd, entry->second, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

size_t md_undo_describe(const struct md_json *list, struct md_str *out)
{
	size_t count = 0;

	for (const struct md_json *item = md_json_first(list); item; item = md_json_next(item)) {
		struct md_error ignored = MD_ERROR_INIT;
		struct entry entry;

		if (read_entry(item, &entry, &ignored) < 0 || !entry.kind->words ||
		    !still_exists(&entry))
			continue;
		md_str_addf(out, "%s %s%s%s\n", entry.kind->words, entry.first,
			    *entry.second ? "/" : "", entry.second);
		count++;
	}
	return count;
}
