/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect_output.h - several objects, as `inspect` and `image inspect` print them.
 */
#ifndef MD_CLI_INSPECT_OUTPUT_H
#define MD_CLI_INSPECT_OUTPUT_H

#include "base/json.h"
#include "cli/invocation.h"

struct md_inspect_output {
	const char *format; /* a template, "json", or NULL */
	/* The object that `name` means; the caller frees it. */
	struct md_json *(*find)(const char *name, void *context, struct md_error *err);
	void *context;
};

/*
 * Print every operand: one JSON array, or one line per object with a format. What is not found is
 * reported on stderr and makes the exit status 1; the rest is printed all the same.
 */
int md_inspect_operands(struct md_invocation *in, const struct md_inspect_output *output,
			struct md_error *err);

#endif
