/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json_scan.h"

#include <stdbool.h>
#include <string.h>

/* Bytes that may stand outside strings and numbers: punctuation and true, false, null. */
static bool is_plain(char c)
{
	return c && strchr(" \t\r\n{}[]:,truefalsn", c) != NULL;
}

static bool is_digit(const char *p, const char *end)
{
	return p < end && *p >= '0' && *p <= '9';
}

static const char *skip_digits(const char *p, const char *end)
{
	while (is_digit(p, end))
		p++;
	return p;
}

static bool is_one_of(const char *p, const char *end, const char *set)
{
	return p < end && *p && strchr(set, *p);
}

/* -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?; NULL when it is something else. */
static const char *skip_number(const char *p, const char *end)
{
	if (is_one_of(p, end, "-"))
		p++;
	if (!is_digit(p, end))
		return NULL;
	p = *p == '0' ? p + 1 : skip_digits(p, end);
	if (is_one_of(p, end, ".")) {
		if (!is_digit(p + 1, end))
			return NULL;
		p = skip_digits(p + 1, end);
	}
	if (is_one_of(p, end, "eE")) {
		p++;
		if (is_one_of(p, end, "+-"))
			p++;
		if (!is_digit(p, end))
			return NULL;
		p = skip_digits(p, end);
	}
	return is_one_of(p, end, "+-.0123456789eE") ? NULL : p;
}

/* From behind the opening quote to behind the closing one; NULL for what a string cannot hold. */
static const char *skip_string(const char *p, const char *end)
{
	while (p < end && *p != '"') {
		if ((unsigned char)*p < 0x20)
			return NULL;
		if (*p != '\\') {
			p++;
			continue;
		}
		if (end - p >= 6 && memcmp(p, "\\u0000", 6) == 0)
			return NULL;
		p += 2;
	}
	return p < end ? p + 1 : NULL;
}

static int refuse(const char *text, const char *at, struct md_error *err)
{
	return md_fail(err, MD_ERR_CORRUPT, "JSON is malformed at byte %zu", (size_t)(at - text));
}

/* Behind one token, or NULL. */
static const char *skip_token(const char *p, const char *end)
{
	if (*p == '"')
		return skip_string(p + 1, end);
	if (*p == '-' || is_digit(p, end))
		return skip_number(p, end);
	return is_plain(*p) ? p + 1 : NULL;
}

int md_json_scan(const char *text, size_t length, struct md_error *err)
{
	const char *end = text + length;
	const char *p = text;
	int depth = 0;

	while (p < end) {
		const char *next = skip_token(p, end);

		if (!next)
			return refuse(text, p, err);
		depth += *p == '{' || *p == '[';
		depth -= *p == '}' || *p == ']';
		if (depth < 0)
			return refuse(text, p, err);
		if (depth > MD_JSON_DEPTH_MAX)
			return md_fail(err, MD_ERR_CORRUPT, "JSON is nested deeper than %d",
				       MD_JSON_DEPTH_MAX);
		p = next;
	}
	return 0;
}

const char *md_json_skip_space(const char *text, const char *end)
{
	while (is_one_of(text, end, " \t\r\n"))
		text++;
	return text;
}
