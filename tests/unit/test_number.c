/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/number.h"

#include <stdint.h>

#define NS_PER_S UINT64_C(1000000000)
#define REFUSED  UINT64_MAX /* what the readers below answer for an error */

static uint64_t u64(const char *text, uint64_t min, uint64_t max)
{
	struct md_error err = MD_ERROR_INIT;
	uint64_t value = 77;

	if (md_parse_u64(text, min, max, &value, &err) == 0)
		return value;
	CHECK(value == 77 && err.code == MD_ERR_INVALID && strstr(err.msg, text));
	return REFUSED;
}

static int64_t i64(const char *text, int64_t min, int64_t max)
{
	struct md_error err = MD_ERROR_INIT;
	int64_t value = 77;

	if (md_parse_i64(text, min, max, &value, &err) == 0)
		return value;
	CHECK(value == 77 && err.code == MD_ERR_INVALID);
	return 1234567;
}

static uint64_t size(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	uint64_t value = 77;

	if (md_parse_size(text, &value, &err) == 0)
		return value;
	CHECK(value == 77 && err.code == MD_ERR_INVALID);
	return REFUSED;
}

static uint64_t decimal(const char *text, uint64_t scale)
{
	struct md_error err = MD_ERROR_INIT;
	uint64_t value = 77;

	if (md_parse_decimal(text, scale, &value, &err) == 0)
		return value;
	CHECK(value == 77 && err.code == MD_ERR_INVALID);
	return REFUSED;
}

static uint64_t duration(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	uint64_t value = 77;

	if (md_parse_duration_ns(text, &value, &err) == 0)
		return value;
	CHECK(value == 77 && err.code == MD_ERR_INVALID);
	return REFUSED;
}

static void whole_numbers_are_read_to_the_last_byte(void)
{
	CHECK(u64("0", 0, 10) == 0 && u64("10", 0, 10) == 10 && u64("007", 0, 10) == 7);
	CHECK(u64("18446744073709551614", 0, UINT64_MAX) == UINT64_MAX - 1);
	CHECK(u64("", 0, 10) == REFUSED && u64("1x", 0, 10) == REFUSED);
	CHECK(u64(" 1", 0, 10) == REFUSED && u64("1 ", 0, 10) == REFUSED);
	CHECK(u64("+1", 0, 10) == REFUSED && u64("-1", 0, 10) == REFUSED);
	CHECK(u64("0x10", 0, 99) == REFUSED && u64("1\n", 0, 10) == REFUSED);
}

static void numbers_out_of_range_are_refused(void)
{
	CHECK(u64("4", 5, 10) == REFUSED && u64("11", 5, 10) == REFUSED);
	CHECK(u64("18446744073709551616", 0, UINT64_MAX - 1) == REFUSED);
	CHECK(u64("184467440737095516150", 0, UINT64_MAX - 1) == REFUSED);
	CHECK(u64("99999999999999999999999999999999", 0, UINT64_MAX - 1) == REFUSED);
}

static void negative_numbers_reach_the_smallest_one(void)
{
	CHECK(i64("-1", -5, 5) == -1 && i64("-0", -5, 5) == 0 && i64("5", -5, 5) == 5);
	CHECK(i64("-9223372036854775808", INT64_MIN, INT64_MAX) == INT64_MIN);
	CHECK(i64("9223372036854775807", INT64_MIN, INT64_MAX) == INT64_MAX);
	CHECK(i64("9223372036854775808", INT64_MIN, INT64_MAX) == 1234567);
	CHECK(i64("-9223372036854775809", INT64_MIN, INT64_MAX) == 1234567);
	CHECK(i64("99999999999999999999", INT64_MIN, INT64_MAX) == 1234567);
	CHECK(i64("-6", -5, 5) == 1234567 && i64("6", -5, 5) == 1234567);
	CHECK(i64("-", -5, 5) == 1234567 && i64("--1", -5, 5) == 1234567);
	CHECK(i64("", -5, 5) == 1234567 && i64("-1-", -5, 5) == 1234567);
}

static void sizes_have_binary_units(void)
{
	CHECK(size("64") == 64 && size("64b") == 64 && size("64B") == 64 && size("0") == 0);
	CHECK(size("1k") == 1024 && size("1kb") == 1024 && size("1KiB") == 1024);
	CHECK(size("2m") == 2 << 20 && size("1.5g") == 3 * (UINT64_C(1) << 29));
	CHECK(size("1t") == UINT64_C(1) << 40 && size("1P") == UINT64_C(1) << 50);
	CHECK(size("0.3k") == 307);
}

static void bad_sizes_are_refused(void)
{
	CHECK(size("") == REFUSED && size("k") == REFUSED && size("-1k") == REFUSED);
	CHECK(size("1x") == REFUSED && size("1kk") == REFUSED && size("1kbb") == REFUSED);
	CHECK(size("1 k") == REFUSED && size("1k ") == REFUSED && size(" 1k") == REFUSED);
	CHECK(size("1.") == REFUSED && size(".5g") == REFUSED && size("1..5g") == REFUSED);
	CHECK(size("1e3") == REFUSED && size("inf") == REFUSED && size("1i") == REFUSED);
	CHECK(size("1.2.3k") == REFUSED && size("1,5k") == REFUSED);
}

static void sizes_do_not_wrap(void)
{
	CHECK(size("16383p") == UINT64_C(16383) << 50);
	CHECK(size("16384p") == REFUSED && size("18446744073709551615k") == REFUSED);
	CHECK(size("16383.5p") == UINT64_C(32767) << 49);
	CHECK(size("99999999999999999999999999") == REFUSED);
	CHECK(size("1.1111111111111111111k") == REFUSED);
}

static void decimals_are_exact(void)
{
	CHECK(decimal("1.5", 1000) == 1500 && decimal("2", 1000) == 2000);
	CHECK(decimal("0.001", 1000) == 1 && decimal("0.0010", 1000) == 1);
	CHECK(decimal("0.0001", 1000) == REFUSED && decimal("0.25", 10) == REFUSED);
	CHECK(decimal("0.1", 100000) == 10000);
	CHECK(decimal("0", 1000) == 0 && decimal("00.50", 10) == 5);
}

static void bad_decimals_are_refused(void)
{
	CHECK(decimal("", 10) == REFUSED && decimal(".", 10) == REFUSED);
	CHECK(decimal("1.", 10) == REFUSED && decimal(".5", 10) == REFUSED);
	CHECK(decimal("-1", 10) == REFUSED && decimal("1.5x", 10) == REFUSED);
	CHECK(decimal("nan", 10) == REFUSED && decimal("1e3", 10) == REFUSED);
	CHECK(decimal("18446744073709551615", 10) == REFUSED);
	CHECK(decimal("99999999999999999999", 1) == REFUSED);
}

static void durations_are_sums_of_units(void)
{
	CHECK(duration("0") == 0 && duration("0s") == 0 && duration("1s") == NS_PER_S);
	CHECK(duration("1h30m") == 5400 * NS_PER_S && duration("300ms") == 300000000);
	CHECK(duration("1.5s") == 1500000000 && duration("1m0.25s") == 60250000000);
	CHECK(duration("7ns") == 7 && duration("7us") == 7000);
	CHECK(duration("7\u00b5s") == 7000 && duration("7\u03bcs") == 7000);
	CHECK(duration("0.0000000019s") == 1);
}

static void bad_durations_are_refused(void)
{
	CHECK(duration("") == REFUSED && duration("10") == REFUSED && duration("s") == REFUSED);
	CHECK(duration("-1s") == REFUSED && duration("1s ") == REFUSED);
	CHECK(duration("1s2") == REFUSED && duration("1d") == REFUSED);
	CHECK(duration("1.s") == REFUSED && duration("1 s") == REFUSED);
	CHECK(duration("1mss") == REFUSED);
}

static void durations_do_not_wrap(void)
{
	CHECK(duration("9223372036s") == 9223372036 * NS_PER_S);
	CHECK(duration("9223372037s") == REFUSED && duration("2562048h") == REFUSED);
	CHECK(duration("9223372036s1s") == REFUSED);
	CHECK(duration("18446744073709551615h") == REFUSED);
}

static void check_format(uint64_t bytes, const char *binary, const char *decimal_text)
{
	char out[16];

	md_format_size(bytes, MD_UNITS_BINARY, out);
	CHECK_STR(out, binary);
	md_format_size(bytes, MD_UNITS_DECIMAL, out);
	CHECK_STR(out, decimal_text);
}

static void sizes_are_written_for_people(void)
{
	check_format(0, "0B", "0B");
	check_format(999, "999B", "999B");
	check_format(1000, "1000B", "1kB");
	check_format(1536, "1.5KiB", "1.54kB");
	check_format(104857600, "100MiB", "105MB");
	check_format(999700, "976.3KiB", "1MB");
	check_format(UINT64_MAX, "16EiB", "18.4EB");
}

int main(void)
{
	RUN(whole_numbers_are_read_to_the_last_byte);
	RUN(numbers_out_of_range_are_refused);
	RUN(negative_numbers_reach_the_smallest_one);
	RUN(sizes_have_binary_units);
	RUN(bad_sizes_are_refused);
	RUN(sizes_do_not_wrap);
	RUN(decimals_are_exact);
	RUN(bad_decimals_are_refused);
	RUN(durations_are_sums_of_units);
	RUN(bad_durations_are_refused);
	RUN(durations_do_not_wrap);
	RUN(sizes_are_written_for_people);
	return DONE();
}
