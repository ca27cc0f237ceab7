/* SPDX-License-Identifier: Apache-2.0 */
/*
 * label_file.h - files of --label-file: KEY[=VALUE] lines, empty ones and "#" comments.
 */
#ifndef MD_CLI_LABEL_FILE_H
#define MD_CLI_LABEL_FILE_H

#include "base/error.h"

struct md_strv;

/* "KEY=VALUE" from "KEY=VALUE" or "KEY"; MD_ERR_INVALID for an empty key. The caller frees it. */
int md_label_parse(const char *text, char **ret, struct md_error *err);

/* Append the labels of a file of at most 1 MiB. Errors name file and line. */
int md_label_file_read(const char *path, struct md_strv *labels, struct md_error *err);

#endif
