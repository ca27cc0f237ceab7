/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format_value.h - JSON values as Go prints and judges them. Internal to cli/format*.c.
 *
 * NULL is a value too: "no value", what a key that is not there gives.
 */
#ifndef MD_CLI_FORMAT_VALUE_H
#define MD_CLI_FORMAT_VALUE_H

#include "base/json.h"

/* False for no value, null, false, 0 and empty strings, lists and maps. */
bool md_format_is_true(const struct md_json *value);

/* Go's %v: text as it is, [a b], map[k:v] sorted by key, <no value>. */
void md_format_print(const struct md_json *value, struct md_str *out);

/* Go's %q: "text" with \n, \x1b and \u escapes, always printable ASCII or UTF-8. */
void md_format_quote(const char *text, struct md_str *out);

/*
 * The children in the order in which Go visits them: lists as they are, maps by key. The caller
 * frees the array, which ends with NULL.
 */
const struct md_json **md_format_children(const struct md_json *value, size_t *ret_count);

/* "string", "number", ... for errors. */
const char *md_format_type(const struct md_json *value);

#endif
