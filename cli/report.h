/* SPDX-License-Identifier: Apache-2.0 */
/*
 * report.h - how an error reaches a person: one line on stderr.
 *
 * Used by cli/main.c for the error that ends a command, and by cli/each.c for one item of several.
 */
#ifndef MD_CLI_REPORT_H
#define MD_CLI_REPORT_H

#include "base/error.h"

/* "minidock: <message>"; control characters in names from elsewhere are shown, never sent. */
void md_report_error(const struct md_error *err);

/* --debug: the code behind a message, its errno, and what we exit with. */
void md_report_details(const struct md_error *err, int exit_status);

/* A line of advice or warning, without the word "minidock:". */
void md_report_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
