/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_output.h - one JSON object, as `info` and `version` print it.
 */
#ifndef MD_CLI_FACTS_OUTPUT_H
#define MD_CLI_FACTS_OUTPUT_H

#include "base/json.h"

/*
 * `format` NULL: " Key: value" lines, objects indented below their key; "json" one line of JSON;
 * else a template.
 */
int md_facts_print(const struct md_json *facts, const char *format, struct md_error *err);

#endif
