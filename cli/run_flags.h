/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_flags.h - the flags of run, create and plan, and what they make of a request.
 *
 *	struct md_run_flags flags;
 *
 *	md_run_flags_init(&flags);
 *	md_options_apply(in, &flags, err)     one set function per flag (run_handlers.h)
 *	md_run_flags_finish(&flags, in, err)  operands, environment files
 */
#ifndef MD_CLI_RUN_FLAGS_H
#define MD_CLI_RUN_FLAGS_H

#include "cli/invocation.h"
#include "containers/request.h"

struct md_run_flags {
	struct md_run_request request;
	/* What is only complete when all flags are known: files come before -e and -l. */
	struct md_strv env, env_files, labels, label_files;
	const char *quota_flag; /* --cpus, --cpu-percent or --cpu-quota, without dashes; or NULL */
	bool proxies_signals;
	bool is_dry_run;
	const char *format; /* of the plan */
};

void md_run_flags_init(struct md_run_flags *flags);
void md_run_flags_fini(struct md_run_flags *flags);

/* Take image and command from the operands, and put the environment and labels together. */
int md_run_flags_finish(struct md_run_flags *flags, const struct md_invocation *in,
			struct md_error *err);

/* The flags that describe a container; also those that are known but not possible yet. */
extern const struct md_option md_run_options[];

#endif
