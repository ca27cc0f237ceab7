/* SPDX-License-Identifier: Apache-2.0 */
/*
 * label_match.h - the filter "label=KEY" or "label=KEY=VALUE".
 */
#ifndef MD_CLI_LABEL_MATCH_H
#define MD_CLI_LABEL_MATCH_H

#include <stdbool.h>

struct md_strv;

/* True if the KEY=VALUE list `labels` satisfies each of `wanted`. */
bool md_label_match_all(const struct md_strv *labels, const struct md_strv *wanted);

#endif
