/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/each.h"

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/output.h"
#include "cli/report.h"
#include "containers/lifecycle.h"

#include <string.h>

static int act_on(struct md_engine *engine, const struct md_each *each, const char *item,
		  struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str line = MD_STR_INIT;

	if (each->act(engine, item, each->flags, &line, err) < 0)
		return -1;
	return md_output_line(line.length ? md_str_get(&line) : item, err);
}

int md_each_operand(struct md_invocation *in, const struct md_each *each, struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};

	if (md_engine_open(in->root, &engine, err) < 0)
		return -1;
	for (int i = 0; i < in->operand_count; i++) {
		struct md_error why = MD_ERROR_INIT;

		if (act_on(&engine, each, in->operands[i], &why) == 0)
			continue;
		/* The engine speaks of ids; what the user typed must be in the message. */
		if (!strstr(why.msg, in->operands[i]))
			(void)md_error_prefix(&why, "'%s'", in->operands[i]);
		md_report_error(&why);
		if (why.code != MD_ERR_NOT_FOUND || !each->forgives_missing)
			in->exit_status = 1;
	}
	return 0;
}
