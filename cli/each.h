/* SPDX-License-Identifier: Apache-2.0 */
/*
 * each.h - commands that take several containers: each is tried, whatever happens to the others.
 */
#ifndef MD_CLI_EACH_H
#define MD_CLI_EACH_H

#include "cli/invocation.h"

struct md_engine;
struct md_str;

struct md_each {
	/* Do it to one item; MD_OK afterwards means that its line may be printed. */
	int (*act)(struct md_engine *engine, const char *item, const void *flags,
		   struct md_str *ret_line, struct md_error *err);
	const void *flags;
	bool forgives_missing; /* MD_ERR_NOT_FOUND is reported but is no failure */
	bool at_once;          /* each may take long: do not let the others wait for it */
};

/*
 * Open the engine and act on every operand, in their order; with at_once in a process for each,
 * and results come as they are ready. What `act` put into ret_line, else the item as it was
 * given, is printed at once; an error goes to stderr and the exit status becomes 1.
 */
int md_each_operand(struct md_invocation *in, const struct md_each *each, struct md_error *err);

#endif
