/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/invocation.h"

#include "containers/supervisor.h"

/* Only md_lifecycle_start() starts this: it hands the first client's socket over. */
static int run(struct md_invocation *in, struct md_error *err)
{
	(void)err;
	in->exit_status = md_supervisor_main(in->operands[0], MD_SUPERVISOR_CLIENT_FD);
	return 0;
}

const struct md_command md_cmd_supervise = {
	.name = "supervise",
	.group = MD_GROUP_HIDDEN,
	.operands = "ID",
	.summary = "be the supervisor of a container",
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
