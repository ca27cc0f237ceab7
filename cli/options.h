/* SPDX-License-Identifier: Apache-2.0 */
/*
 * options.h - the one parser of command lines.
 *
 *	--name VALUE  --name=VALUE  -n VALUE  -nVALUE  -n=VALUE  -abc  --flag  --flag=false  --
 *
 * Options and operands may be mixed, except after the first operand of a command that runs another
 * program. Scanning knows only syntax; applying calls the set function of each option given.
 */
#ifndef MD_CLI_OPTIONS_H
#define MD_CLI_OPTIONS_H

#include "cli/invocation.h"

/* The exit status of a wrong option, for every command, as Docker's. */
#define MD_EXIT_USAGE 125

/*
 * Take `words` (behind the command's name) apart by ret->command's table. --help, and -h where the
 * table has no 'h', set ret->wants_help and end the scan. MD_ERR_INVALID names the option and, for
 * a misspelt one, the nearest. The caller frees with md_invocation_fini(), also after a failure.
 */
int md_options_scan(int count, char **words, struct md_invocation *ret, struct md_error *err);
void md_invocation_fini(struct md_invocation *in);

/* MD_ERR_INVALID "'stop' needs at least 1 argument" unless the number of operands is right. */
int md_options_check_operands(const struct md_invocation *in, struct md_error *err);

/* Store every given option into `flags`. Errors begin with "--name: " and end in MD_EXIT_USAGE. */
int md_options_apply(struct md_invocation *in, void *flags, struct md_error *err);

/* True if the option called `name` was given. */
bool md_options_given(const struct md_invocation *in, const char *name);

/* Store functions for the common types; the comment names the member's type. */
int md_option_set_bool(const struct md_option *option, const char *value, void *flags,
		       struct md_error *err); /* bool */
int md_option_set_text(const struct md_option *option, const char *value, void *flags,
		       struct md_error *err); /* const char *, points into argv */
int md_option_set_copy(const struct md_option *option, const char *value, void *flags,
		       struct md_error *err); /* char *, replaced and owned */
int md_option_set_list(const struct md_option *option, const char *value, void *flags,
		       struct md_error *err); /* struct md_strv */
int md_option_set_signal(const struct md_option *option, const char *value, void *flags,
			 struct md_error *err); /* const char *, a signal's name or number */
int md_option_set_int(const struct md_option *option, const char *value, void *flags,
		      struct md_error *err); /* int */

/* The member of `flags` that `option` is about. */
void *md_option_member(const struct md_option *option, void *flags);

/* "true", "1", "t", "false", "0", "f" in the spellings that Docker takes. */
int md_parse_bool(const char *text, bool *ret, struct md_error *err);

#endif
