/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "containers/lifecycle.h"

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	char id[MD_ID_LENGTH + 1];

	if (md_name_check(in->operands[1], err) < 0 || md_engine_open(in->root, &engine, err) < 0 ||
	    md_store_find(engine.store, in->operands[0], id, err) < 0)
		return -1;
	return md_lifecycle_rename(&engine, id, in->operands[1], err);
}

const struct md_command md_cmd_rename = {
	.name = "rename",
	.group = MD_GROUP_CONTAINER,
	.operands = "CONTAINER NEW_NAME",
	.summary = "give a container another name",
	.min_operands = 2,
	.max_operands = 2,
	.run = run,
};
