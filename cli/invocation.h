/* SPDX-License-Identifier: Apache-2.0 */
/*
 * invocation.h - one command line, taken apart.
 *
 * cli/main.c makes it with md_options_scan() and hands it to the command, which reads its operands
 * and applies its options (cli/options.h). Strings point into argv.
 */
#ifndef MD_CLI_INVOCATION_H
#define MD_CLI_INVOCATION_H

#include "cli/command.h"

/* One option as it was given. */
struct md_given {
	const struct md_option *option;
	const char *value;
};

struct md_invocation {
	const struct md_command *command;
	const char *root; /* --root, NULL: from the environment or the default */
	bool is_debug;
	struct md_given *given; /* in the order of the command line */
	size_t given_count;
	char **operands; /* ends with NULL */
	int operand_count;
	bool wants_help;

	/*
	 * Out: the exit status after run() returned 0. After a failure, 0 lets main() choose:
	 * 125 to 127 when has_run_status is set (copied from the command), else 1.
	 */
	int exit_status;
	bool has_run_status;
};

#endif
