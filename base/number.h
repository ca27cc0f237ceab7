/* SPDX-License-Identifier: Apache-2.0 */
/*
 * number.h - the one strict reader of numbers that people and files give us.
 *
 * Every function reads the whole text or refuses: no leading space, no sign where none makes sense,
 * no trailing byte, no overflow. The message names the text, not where it came from: callers
 * prefix that ("--memory: ").
 */
#ifndef MD_BASE_NUMBER_H
#define MD_BASE_NUMBER_H

#include "base/error.h"

#include <stdint.h>

/* Decimal digits only, min <= value <= max. */
int md_parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret, struct md_error *err);

/* An optional '-' and decimal digits. */
int md_parse_i64(const char *text, int64_t min, int64_t max, int64_t *ret, struct md_error *err);

/*
 * A size in bytes with Docker's binary units: "64", "64b", "1k", "1kb", "1KiB", "1.5g", "2m", "1t".
 * Case does not matter.
 */
int md_parse_size(const char *text, uint64_t *ret_bytes, struct md_error *err);

/*
 * A decimal fraction scaled to an integer without going through floating point:
 * ("1.5", 1000) -> 1500. More digits than the scale can hold are refused.
 */
int md_parse_decimal(const char *text, uint64_t scale, uint64_t *ret, struct md_error *err);

/* A Go duration: "1h30m", "300ms", "1.5s"; a bare number is refused except "0". Nanoseconds. */
int md_parse_duration_ns(const char *text, uint64_t *ret_ns, struct md_error *err);

enum md_units {
	MD_UNITS_BINARY, /* by 1024: KiB */
	MD_UNITS_DECIMAL /* by 1000: kB */
};

/* "12.3MiB"-like text for people. */
void md_format_size(uint64_t bytes, enum md_units units, char out[16]);

#endif
