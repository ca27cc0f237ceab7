/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/str.h"
#include "cli/each.h"
#include "containers/lifecycle.h"

static int wait_one(struct md_engine *engine, const char *item, const void *flags,
		    struct md_str *ret_line, struct md_error *err)
{
	char id[MD_ID_LENGTH + 1];
	int code;

	(void)flags;
	if (md_store_find(engine->store, item, id, err) < 0 ||
	    md_lifecycle_wait(engine, id, &code, err) < 0)
		return -1;
	md_str_addf(ret_line, "%d", code);
	return 0;
}

static int run(struct md_invocation *in, struct md_error *err)
{
	return md_each_operand(in, &(struct md_each){.act = wait_one}, err);
}

const struct md_command md_cmd_wait = {
	.name = "wait",
	.group = MD_GROUP_CONTAINER,
	.operands = "CONTAINER [CONTAINER...]",
	.summary = "wait until containers end and print their exit statuses",
	.min_operands = 1,
	.max_operands = -1,
	.run = run,
};
