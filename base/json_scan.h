/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_scan.h - internal to base/json: what must be refused before cJSON reads a text.
 *
 * cJSON is lenient where RFC 8259 is not (control characters, "01", a NUL by way of \u0000 that
 * cuts a string short) and recurses per level. One pass over the bytes settles all of that.
 */
#ifndef MD_BASE_JSON_SCAN_H
#define MD_BASE_JSON_SCAN_H

#include "base/error.h"

#include <stddef.h>

#define MD_JSON_DEPTH_MAX 64

/* 0, or MD_ERR_CORRUPT with the offset of the first byte that has no place in our JSON. */
int md_json_scan(const char *text, size_t length, struct md_error *err);

/* First byte of [text, end) that is no white space, or end. */
const char *md_json_skip_space(const char *text, const char *end);

#endif
