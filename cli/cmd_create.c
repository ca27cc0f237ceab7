/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/output.h"
#include "cli/run_create.h"

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_run_flags_fini) struct md_run_flags flags;
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	char id[MD_ID_LENGTH + 1];

	md_run_flags_init(&flags);
	if (md_options_apply(in, &flags, err) < 0 || md_run_flags_finish(&flags, in, err) < 0 ||
	    md_engine_open(in->root, &engine, err) < 0 ||
	    md_run_create(&engine, &flags.request, id, err) < 0)
		return -1;
	return md_output_line(id, err);
}

const struct md_command md_cmd_create = {
	.name = "create",
	.group = MD_GROUP_CONTAINER,
	.operands = "IMAGE [COMMAND] [ARG...]",
	.summary = "make a container without starting it",
	.examples = "minidock start -a \"$(minidock create busybox echo hello)\"",
	.shared_options = md_run_options,
	.max_operands = -1,
	.stops_at_operand = true,
	.run = run,
};
