/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format_function.h - what a template can call. Internal to cli/format*.c.
 *
 * `and` and `or` exist here by name only: they need not compute all their arguments, so
 * cli/format_exec.c does them.
 */
#ifndef MD_CLI_FORMAT_FUNCTION_H
#define MD_CLI_FORMAT_FUNCTION_H

#include "base/json.h"

#define MD_FORMAT_ARGS_MAX 32

/* True if a template may call it. */
bool md_format_function_exists(const char *name);

struct md_format_call {
	const char *name;
	const struct md_json *args[MD_FORMAT_ARGS_MAX]; /* NULL: no value */
	size_t count;
	bool is_header; /* as in struct md_format_input */
	/* Out: the result, and the same pointer in `made` if the caller must free it. */
	const struct md_json *result;
	struct md_json *made;
};

/* MD_ERR_INVALID "len: a number has no length". */
int md_format_call(struct md_format_call *call, struct md_error *err);

/* printf and its kin: format_printf.c. */
int md_format_printf(const struct md_format_call *call, struct md_str *out, struct md_error *err);

#endif
