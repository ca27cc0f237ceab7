/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock.h - times: RFC 3339 with nanoseconds in files, "5 minutes ago" for people.
 *
 * Wall clock time is an int64_t of nanoseconds since 1970 (UTC); 0 means never. Waiting uses
 * CLOCK_MONOTONIC and belongs to whoever waits.
 */
#ifndef MD_BASE_CLOCK_H
#define MD_BASE_CLOCK_H

#include "base/error.h"

#include <stdint.h>

#define MD_TIME_TEXT_MAX 36 /* "2026-11-22T17:31:50.123456789Z" and its NUL fit */

/* CLOCK_REALTIME now. */
int64_t md_clock_wall_ns(void);

/* CLOCK_MONOTONIC now. */
int64_t md_clock_monotonic_ns(void);

/* "2026-11-22T17:31:50.123456789Z"; "0001-01-01T00:00:00Z" for 0, as Docker prints it. */
void md_time_format(int64_t wall_ns, char out[MD_TIME_TEXT_MAX]);

/* RFC 3339, with or without fraction and zone (no zone: UTC). */
int md_time_parse(const char *text, int64_t *ret_wall_ns, struct md_error *err);

/*
 * What --since and --until take: RFC 3339, a date, a Unix time ("1700000000.5") or a Go duration
 * before `now`.
 */
int md_time_parse_when(const char *text, int64_t now_ns, int64_t *ret_wall_ns,
		       struct md_error *err);

/* "Less than a second", "5 minutes", "3 weeks": Docker's words for a length of time. */
void md_duration_words(int64_t ns, char out[32]);

#endif
