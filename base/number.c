/* SPDX-License-Identifier: Apache-2.0 */
#include "base/number.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

/* A decimal fraction as it was written: (whole * tens + part) / tens. */
struct decimal {
	uint64_t whole;
	uint64_t part;
	uint64_t tens;
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads digits from *text on; false when there are none or when they do not fit. */
static bool take_digits(const char **text, uint64_t *ret)
{
	const char *p = *text;
	uint64_t value = 0;

	if (!is_digit(*p))
		return false;
	for (; is_digit(*p); p++)
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*p - '0'), &value))
			return false;
	*text = p;
	*ret = value;
	return true;
}

/* Digits and, optionally, '.' and at most 18 more digits. */
static bool take_decimal(const char **text, struct decimal *ret)
{
	const char *p = *text;
	struct decimal d = {.tens = 1};
	const char *part;

	if (!take_digits(&p, &d.whole))
		return false;
	if (*p == '.') {
		part = ++p;
		if (!take_digits(&p, &d.part) || p - part > 18)
			return false;
		for (; part < p; part++)
			d.tens *= 10;
	}
	*text = p;
	*ret = d;
	return true;
}

/* d * scale, cut to an integer; *ret_exact says whether anything was cut off. */
static bool scale_decimal(const struct decimal *d, uint64_t scale, uint64_t *ret, bool *ret_exact)
{
	unsigned __int128 part = (unsigned __int128)d->part * scale;
	uint64_t value;

	if (__builtin_mul_overflow(d->whole, scale, &value) ||
	    __builtin_add_overflow(value, (uint64_t)(part / d->tens), &value))
		return false;
	*ret = value;
	*ret_exact = part % d->tens == 0;
	return true;
}

static int out_of_range(const char *text, struct md_error *err)
{
	return md_fail(err, MD_ERR_INVALID, "'%s' is too large", text);
}

int md_parse_u64(const char *text, uint64_t min, uint64_t max, uint64_t *ret, struct md_error *err)
{
	size_t digits = strspn(text, "0123456789");
	const char *p = text;
	uint64_t value;

	if (digits == 0 || text[digits])
		return md_fail(err, MD_ERR_INVALID, "'%s' is not a whole number", text);
	if (!take_digits(&p, &value) || value < min || value > max)
		return md_fail(err, MD_ERR_INVALID, "'%s' is not between %" PRIu64 " and %" PRIu64,
			       text, min, max);
	*ret = value;
	return 0;
}

int md_parse_i64(const char *text, int64_t min, int64_t max, int64_t *ret, struct md_error *err)
{
	bool is_negative = text[0] == '-';
	const char *p = text + is_negative;
	size_t digits = strspn(p, "0123456789");
	uint64_t limit = is_negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
	uint64_t magnitude;
	int64_t value;

	if (digits == 0 || p[digits])
		return md_fail(err, MD_ERR_INVALID, "'%s' is not a whole number", text);
	if (take_digits(&p, &magnitude) && magnitude <= limit) {
		/* Negated as unsigned: -INT64_MIN does not exist. */
		value = (int64_t)(is_negative ? -magnitude : magnitude);
		if (value >= min && value <= max) {
			*ret = value;
			return 0;
		}
	}
	return md_fail(err, MD_ERR_INVALID, "'%s' is not between %" PRId64 " and %" PRId64, text,
		       min, max);
}

/* Factor of "", "b", "k", "kb", "kib" ...; 0 for anything else. */
static uint64_t size_unit(const char *unit)
{
	static const char letters[] = "kmgtp";
	const char *letter;

	if (strcasecmp(unit, "") == 0 || strcasecmp(unit, "b") == 0)
		return 1;
	letter = strchr(letters, tolower((unsigned char)*unit));
	unit++;
	if (!letter || (*unit && strcasecmp(unit, "b") != 0 && strcasecmp(unit, "ib") != 0))
		return 0;
	return UINT64_C(1024) << (10 * (letter - letters));
}

int md_parse_size(const char *text, uint64_t *ret_bytes, struct md_error *err)
{
	const char *p = text;
	struct decimal d;
	uint64_t unit;
	bool exact;

	if (strspn(text, "0123456789") >= 20)
		return out_of_range(text, err);
	if (!take_decimal(&p, &d))
		return md_fail(err, MD_ERR_INVALID,
			       "'%s' is not a size (such as 512, 64k, 10m or 1.5g)", text);
	unit = size_unit(p);
	if (!unit)
		return md_fail(err, MD_ERR_INVALID,
			       "'%s' has an unknown unit '%s' (b, k, m, g, t and p are known)",
			       text, p);
	if (!scale_decimal(&d, unit, ret_bytes, &exact))
		return out_of_range(text, err);
	return 0;
}

int md_parse_decimal(const char *text, uint64_t scale, uint64_t *ret, struct md_error *err)
{
	const char *p = text;
	struct decimal d;
	uint64_t value;
	bool exact;

	if (!take_decimal(&p, &d) || *p)
		return md_fail(err, MD_ERR_INVALID, "'%s' is not a decimal number (such as 1.5)",
			       text);
	if (!scale_decimal(&d, scale, &value, &exact))
		return out_of_range(text, err);
	if (!exact)
		return md_fail(err, MD_ERR_INVALID, "'%s' has too many decimal places", text);
	*ret = value;
	return 0;
}

/* Reads "ns", "ms", ... from *text on; 0 when there is none of them. */
static uint64_t take_duration_unit(const char **text)
{
	static const struct {
		const char *name;
		uint64_t ns;
	} units[] = {
		{"ns", 1},
		{"us", 1000},
		{"\u00b5s", 1000}, /* micro sign */
		{"\u03bcs", 1000}, /* Greek mu */
		{"ms", 1000000},
		{"s", 1000000000},
		{"m", 60 * UINT64_C(1000000000)},
		{"h", 3600 * UINT64_C(1000000000)},
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		size_t length = strlen(units[i].name);

		if (strncmp(*text, units[i].name, length) == 0) {
			*text += length;
			return units[i].ns;
		}
	}
	return 0;
}

static int no_duration(const char *text, struct md_error *err)
{
	return md_fail(err, MD_ERR_INVALID, "'%s' is not a duration (such as 300ms, 1.5s or 1h30m)",
		       text);
}

int md_parse_duration_ns(const char *text, uint64_t *ret_ns, struct md_error *err)
{
	const char *p = strcmp(text, "0") == 0 ? "0s" : text;
	uint64_t total = 0;

	do {
		struct decimal d;
		uint64_t unit;
		uint64_t ns;
		bool exact;

		if (!take_decimal(&p, &d))
			return no_duration(text, err);
		unit = take_duration_unit(&p);
		if (!unit)
			return no_duration(text, err);
		if (!scale_decimal(&d, unit, &ns, &exact) ||
		    __builtin_add_overflow(total, ns, &total) || total > INT64_MAX)
			return out_of_range(text, err);
	} while (*p);
	*ret_ns = total;
	return 0;
}

void md_format_size(uint64_t bytes, enum md_units units, char out[16])
{
	static const char *const names[][7] = {
		[MD_UNITS_BINARY] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"},
		[MD_UNITS_DECIMAL] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"},
	};
	double step = units == MD_UNITS_BINARY ? 1024 : 1000;
	/* The digits Docker shows: four of a binary size, three of a decimal one. */
	int digits = units == MD_UNITS_BINARY ? 4 : 3;
	/* 999.7 kB would round to "1e+03kB". */
	double limit = units == MD_UNITS_BINARY ? 1024 : 999.5;
	double value = (double)bytes;
	size_t unit = 0;

	for (; value >= limit && unit < 6; unit++)
		value /= step;
	(void)snprintf(out, 16, "%.*g%s", digits, value, names[units][unit]);
}
