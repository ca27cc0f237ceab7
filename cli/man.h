/* SPDX-License-Identifier: Apache-2.0 */
/*
 * man.h - manual pages in roff, man(7), made from the command table.
 */
#ifndef MD_CLI_MAN_H
#define MD_CLI_MAN_H

#include "cli/command.h"

struct md_str;

/* minidock(1): the list of commands and the global options. */
void md_man_overview(struct md_str *out);

/* minidock-<name>(1). */
void md_man_command(const struct md_command *command, struct md_str *out);

/* "minidock-image-ls"; the caller frees it. */
char *md_man_page_name(const struct md_command *command);

#endif
