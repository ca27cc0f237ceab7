/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/undo.h"

#include "base/json.h"
#include "base/str.h"
#include "runtime/call.h"
#include "runtime/cgroup_kill.h"

#include <unistd.h>

/*
 * What may stand in an undo list, each about one path. Nothing that removes files is among them: a
 * list that was damaged or forged must not lead anywhere but to control groups.
 */
static const struct undo_kind {
	enum md_call_kind kind;
	int (*perform)(const char *path, struct md_error *err);
	const char *words; /* what is left until it was performed; NULL: nothing of its own */
} kinds[] = {
	{MD_CALL_CGROUP_KILL, md_cgroup_kill_at, NULL},
	{MD_CALL_CGROUP_REMOVE, md_cgroup_remove_at, "control group"},
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
	const char *path; /* belongs to the JSON tree */
};

static int read_entry(const struct md_json *item, struct entry *ret, struct md_error *err)
{
	enum md_call_kind kind = md_call_find(md_json_get_string(item, "call", ""));

	*ret = (struct entry){NULL,
			      md_json_as_string(md_json_first(md_json_get(item, "args")), "")};
	for (size_t i = 0; i < KIND_COUNT; i++)
		if (kinds[i].kind == kind)
			ret->kind = &kinds[i];
	if (!ret->kind || ret->path[0] != '/')
		return md_fail(err, MD_ERR_CORRUPT,
			       "the undo list has an entry that none of ours could be: "
			       "'%s' on '%s'",
			       md_json_get_string(item, "call", ""), ret->path);
	return 0;
}

int md_undo_perform(const struct md_json *list, struct md_error *err)
{
	struct md_error first = MD_ERROR_INIT;

	for (const struct md_json *item = md_json_first(list); item; item = md_json_next(item)) {
		struct md_error failed = MD_ERROR_INIT;
		struct entry entry;

		if (read_entry(item, &entry, &failed) == 0)
			(void)entry.kind->perform(entry.path, &failed);
		if (failed.code != MD_OK && first.code == MD_OK)
			first = failed;
	}
	if (first.code == MD_OK)
		return 0;
	*err = first;
	return md_error_prefix(err, "undo");
}

size_t md_undo_describe(const struct md_json *list, struct md_str *out)
{
	size_t count = 0;

	for (const struct md_json *item = md_json_first(list); item; item = md_json_next(item)) {
		struct md_error ignored = MD_ERROR_INIT;
		struct entry entry;

		if (read_entry(item, &entry, &ignored) < 0 || !entry.kind->words ||
		    access(entry.path, F_OK) < 0)
			continue;
		md_str_addf(out, "%s %s\n", entry.kind->words, entry.path);
		count++;
	}
	return count;
}
