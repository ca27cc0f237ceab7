/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/each.h"
#include "containers/lifecycle.h"

static const char *const aliases[] = {"resume", "container resume", NULL};

static int unpause_one(struct md_engine *engine, const char *item, const void *flags,
		       struct md_str *ret_line, struct md_error *err)
{
	char id[MD_ID_LENGTH + 1];

	(void)flags;
	(void)ret_line;
	if (md_store_find(engine->store, item, id, err) < 0)
		return -1;
	return md_lifecycle_unpause(engine, id, err);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	return md_each_operand(in, &(struct md_each){.act = unpause_one}, err);
}

const struct md_command md_cmd_unpause = {
	.name = "unpause",
	.group = MD_GROUP_CONTAINER,
	.aliases = aliases,
	.operands = "CONTAINER [CONTAINER...]",
	.summary = "let frozen containers go on",
	.min_operands = 1,
	.max_operands = -1,
	.run = run,
};
