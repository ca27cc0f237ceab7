/* SPDX-License-Identifier: Apache-2.0 */
/*
 * undo.h - what a container leaves on the host, and how it goes away.
 *
 * The undo list is written to disk before the first op that needs it, and performing it twice does
 * no harm: what is already gone counts as done. Text form: one JSON object per call,
 * {"call":"cgroup_remove","args":[...]}; made and read here.
 */
#ifndef MD_RUNTIME_UNDO_H
#define MD_RUNTIME_UNDO_H

#include "base/error.h"
#include "runtime/program.h"

struct md_json;
struct md_str;

/* The undo list of a program as JSON; the caller frees it. */
struct md_json *md_undo_to_json(const struct md_program *program);

/*
 * Perform a list read back from disk, all of it even if a part fails; the first failure is
 * reported. Only the kinds that a program can put there are accepted (MD_ERR_CORRUPT otherwise).
 */
int md_undo_perform(const struct md_json *list, struct md_error *err);

/* The list in words for `check`: one line per thing that still exists. Returns their number. */
size_t md_undo_describe(const struct md_json *list, struct md_str *out);

#endif
