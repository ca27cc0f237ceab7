/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output.h - what a command prints on stdout.
 *
 * Text is collected and written at once. On a terminal, control characters of strangers are shown
 * instead of sent (cli/terminal_text.h); into a pipe or file goes what there is.
 */
#ifndef MD_CLI_OUTPUT_H
#define MD_CLI_OUTPUT_H

#include "base/clock.h"
#include "base/error.h"
#include "base/json.h"

#include <stdbool.h>

/* Write the text as it is, without a newline of its own. MD_ERR_SYSTEM when stdout is gone. */
int md_output_text(const char *text, struct md_error *err);

/* The text and a newline. */
int md_output_line(const char *text, struct md_error *err);

/* Indented, as `inspect` does it. */
int md_output_json(const struct md_json *value, struct md_error *err);

/*
 * Lines of cells separated by tabs, as a table: columns at least 3 spaces apart and 10 wide, the
 * last one not padded, as Docker's.
 */
void md_output_align(const char *text, struct md_str *out);

/* A cell for md_output_align(): tabs, newlines and control characters shown as "\x09". */
void md_output_cell(const char *text, struct md_str *out);

/*
 * A time of "CreatedAt" as Docker shows it, in UTC: "2026-11-22 17:31:50 +0000 UTC".
 */
void md_output_time(int64_t wall_ns, char out[MD_TIME_TEXT_MAX]);

/* How ids are shown: 12 digits without "sha256:", or as they are. */
enum md_id_form {
	MD_ID_SHORT,
	MD_ID_LONG
};

/* Append the id in that form. */
void md_output_id(const char *id, enum md_id_form form, struct md_str *out);

#endif
