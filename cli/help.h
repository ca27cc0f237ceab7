/* SPDX-License-Identifier: Apache-2.0 */
/*
 * help.h - help texts, made from the command table, 80 columns wide.
 */
#ifndef MD_CLI_HELP_H
#define MD_CLI_HELP_H

#include "cli/command.h"

struct md_str;

/* Each writes to stdout. `word` is the group as people write it: "image". */
int md_help_print_overview(struct md_error *err);
int md_help_print_group(const char *word, enum md_command_group group, struct md_error *err);
int md_help_print_command(const struct md_command *command, struct md_error *err);

/* The same as text, for tests. */
void md_help_overview(struct md_str *out);
void md_help_group(enum md_command_group group, struct md_str *out);
void md_help_command(const struct md_command *command, struct md_str *out);

/* What stands over a group's list: "Containers". NULL for hidden commands. */
const char *md_help_group_title(enum md_command_group group);

/* "-m, --memory BYTES" */
void md_help_option_usage(const struct md_option *option, struct md_str *out);

/* The command line of the global options; its table is printed like any other. */
extern const struct md_command md_cmd_minidock;

#endif
