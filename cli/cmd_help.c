/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/invocation.h"

#include "cli/help.h"

static int run(struct md_invocation *in, struct md_error *err)
{
	enum md_command_group group;
	const struct md_command *command;
	int words;

	if (in->operand_count == 0)
		return md_help_print_overview(err);
	command = md_command_find(in->operand_count, in->operands, &words);
	if (command)
		return md_help_print_command(command, err);
	if (in->operand_count == 1 && md_command_group_find(in->operands[0], &group))
		return md_help_print_group(in->operands[0], group, err);
	return md_fail(err, MD_ERR_INVALID, "no command '%s' (see 'minidock help')",
		       in->operands[0]);
}

const struct md_command md_cmd_help = {
	.name = "help",
	.group = MD_GROUP_SYSTEM,
	.operands = "[COMMAND]",
	.summary = "explain a command",
	.max_operands = 2,
	.works_unprivileged = true,
	.run = run,
};
