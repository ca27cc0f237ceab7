/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/each.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "cli/output.h"
#include "cli/report.h"
#include "containers/lifecycle.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int act_on(struct md_engine *engine, const struct md_each *each, const char *item,
		  struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str line = MD_STR_INIT;

	if (each->act(engine, item, each->flags, &line, err) < 0)
		return -1;
	return md_output_line(line.length ? md_str_get(&line) : item, err);
}

static int try_one(struct md_engine *engine, const struct md_each *each, const char *item)
{
	struct md_error why = MD_ERROR_INIT;

	if (act_on(engine, each, item, &why) == 0)
		return 0;
	/* The engine speaks of ids; what the user typed must be in the message. */
	if (!strstr(why.msg, item))
		(void)md_error_prefix(&why, "'%s'", item);
	md_report_error(&why);
	return why.code == MD_ERR_NOT_FOUND && each->forgives_missing ? 0 : 1;
}

static int try_all(struct md_invocation *in, const struct md_each *each, int first, int end,
		   struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};

	if (md_engine_open(in->root, &engine, err) < 0)
		return -1;
	for (int i = first; i < end; i++)
		if (try_one(&engine, each, in->operands[i]) != 0)
			in->exit_status = 1;
	return 0;
}

/*
 * Each child goes back up to main() with its one result. Locks belong to the open files of an
 * engine, so each opens its own.
 */
static int try_at_once(struct md_invocation *in, const struct md_each *each, struct md_error *err)
{
	md_auto_free pid_t *pids = md_xcalloc((size_t)in->operand_count, sizeof(*pids));
	int result = 0;

	for (int i = 0; i < in->operand_count && result == 0; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			return try_all(in, each, i, i + 1, err);
		if (pids[i] < 0)
			result = md_fail_errno(err, "fork");
	}
	for (int i = 0; i < in->operand_count; i++) {
		int status = 0;

		if (pids[i] > 0 && (waitpid(pids[i], &status, 0) < 0 || status != 0))
			in->exit_status = 1;
	}
	return result;
}

int md_each_operand(struct md_invocation *in, const struct md_each *each, struct md_error *err)
{
	if (each->at_once && in->operand_count > 1)
		return try_at_once(in, each, err);
	return try_all(in, each, 0, in->operand_count, err);
}
