/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/clock.h"

#include <inttypes.h>

#define NS  INT64_C(1000000000)
#define BAD INT64_C(-77)

static int64_t parse(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	int64_t ns = BAD;

	if (md_time_parse(text, &ns, &err) < 0)
		CHECK(ns == BAD && err.code == MD_ERR_INVALID);
	return ns;
}

static int64_t when(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	int64_t ns = BAD;

	if (md_time_parse_when(text, 1000 * NS, &ns, &err) < 0)
		CHECK(ns == BAD && err.code == MD_ERR_INVALID);
	return ns;
}

static void clocks_move_forward(void)
{
	int64_t first = md_clock_monotonic_ns();

	CHECK(md_clock_monotonic_ns() >= first);
	CHECK(md_clock_wall_ns() > 1577836800 * NS); /* 2020 */
}

static void check_format(int64_t ns, const char *want)
{
	char out[MD_TIME_TEXT_MAX];

	md_time_format(ns, out);
	CHECK_STR(out, want);
}

static void times_are_written_with_nanoseconds(void)
{
	check_format(1700000000 * NS + 5, "2023-11-14T22:13:20.000000005Z");
	check_format(1, "1970-01-01T00:00:00.000000001Z");
	check_format(0, "0001-01-01T00:00:00Z");
	check_format(-1, "1969-12-31T23:59:59.999999999Z");
	check_format(-NS, "1969-12-31T23:59:59.000000000Z");
	check_format(INT64_MAX, "2262-04-11T23:47:16.854775807Z");
	check_format(INT64_MIN, "1677-09-21T00:12:43.145224192Z");
}

static void what_was_written_is_read_back(void)
{
	static const int64_t times[] = {0, 1, -1, 1700000000 * NS + 123456789, INT64_MAX};
	char out[MD_TIME_TEXT_MAX];

	for (size_t i = 0; i < sizeof(times) / sizeof(*times); i++) {
		md_time_format(times[i], out);
		CHECK(parse(out) == times[i]);
	}
}

static void fractions_and_zones_are_optional(void)
{
	int64_t noon = 1704110400 * NS;

	CHECK(parse("2024-01-01T12:00:00Z") == noon && parse("2024-01-01T12:00:00") == noon);
	CHECK(parse("2024-01-01t12:00:00z") == noon);
	CHECK(parse("2024-01-01T12:00:00.5Z") == noon + NS / 2);
	CHECK(parse("2024-01-01T12:00:00.1234567891Z") == noon + 123456789);
	CHECK(parse("2024-01-01T14:30:00+02:30") == noon);
	CHECK(parse("2024-01-01T07:00:00-05:00") == noon);
	CHECK(parse("2024-02-29T00:00:00Z") != BAD && parse("2000-02-29T00:00:00Z") != BAD);
	CHECK(parse("2016-12-31T23:59:60Z") == parse("2017-01-01T00:00:00Z"));
}

static void dates_that_do_not_exist_are_refused(void)
{
	CHECK(parse("2023-02-29T00:00:00Z") == BAD && parse("2100-02-29T00:00:00Z") == BAD);
	CHECK(parse("2024-13-01T00:00:00Z") == BAD && parse("2024-00-01T00:00:00Z") == BAD);
	CHECK(parse("2024-04-31T00:00:00Z") == BAD && parse("2024-01-00T00:00:00Z") == BAD);
	CHECK(parse("2024-01-01T24:00:00Z") == BAD && parse("2024-01-01T00:60:00Z") == BAD);
	CHECK(parse("2024-01-01T00:00:61Z") == BAD && parse("0000-01-01T00:00:00Z") == BAD);
}

static void malformed_times_are_refused(void)
{
	CHECK(parse("") == BAD && parse("2024-01-01") == BAD && parse("24-01-01T00:00:00Z") == BAD);
	CHECK(parse("2024-01-01 00:00:00Z") == BAD && parse("2024-01-01T00:00Z") == BAD);
	CHECK(parse("2024-01-01T00:00:00.Z") == BAD && parse("2024-01-01T00:00:00Zx") == BAD);
	CHECK(parse("2024-01-01T00:00:00+2:00") == BAD && parse("2024-01-01T00:00:00+0200") == BAD);
	CHECK(parse("2024-01-01T00:00:00+24:00") == BAD && parse("2024-01-01T00:00:00*") == BAD);
	CHECK(parse(" 2024-01-01T00:00:00Z") == BAD && parse("2024-1-1T00:00:00Z") == BAD);
}

static void times_beyond_64_bits_are_refused(void)
{
	CHECK(parse("2262-04-11T23:47:16.854775808Z") == BAD);
	CHECK(parse("9999-12-31T23:59:59Z") == BAD && parse("1500-01-01T00:00:00Z") == BAD);
	CHECK(when("9223372037") == BAD && when("99999999999999999999") == BAD);
}

static void since_takes_times_dates_seconds_and_durations(void)
{
	CHECK(when("1700000000.5") == 1700000000 * NS + NS / 2 && when("0") == 0);
	CHECK(when("10s") == 990 * NS && when("1h") == 1000 * NS - 3600 * NS);
	CHECK(when("2024-01-01") == 1704067200 * NS);
	CHECK(when("2024-01-01T00:00:00Z") == 1704067200 * NS);
	CHECK(when("") == BAD && when("yesterday") == BAD && when("1.2.3") == BAD);
	CHECK(when("-10s") == BAD && when("2024-01-32") == BAD && when("2024-01-01x") == BAD);
}

static void check_words(int64_t seconds, const char *want)
{
	char out[32];

	md_duration_words(seconds * NS, out);
	CHECK_STR(out, want);
}

static void lengths_of_time_read_like_speech(void)
{
	enum {
		MINUTE = 60,
		HOUR = 3600,
		DAY = 86400
	};

	check_words(0, "Less than a second");
	check_words(-5, "Less than a second");
	check_words(1, "1 second");
	check_words(59, "59 seconds");
	check_words(MINUTE, "About a minute");
	check_words(2 * MINUTE, "2 minutes");
	check_words(59 * MINUTE, "59 minutes");
	check_words(HOUR, "About an hour");
	check_words(89 * MINUTE, "About an hour");
	check_words(90 * MINUTE, "2 hours");
	check_words(47 * HOUR, "47 hours");
	check_words(2 * DAY, "2 days");
	check_words(13 * DAY, "13 days");
	check_words(14 * DAY, "2 weeks");
	check_words(59 * DAY, "8 weeks");
	check_words(60 * DAY, "2 months");
	check_words(729 * DAY, "24 months");
	check_words(INT64_C(730) * DAY, "2 years");
}

int main(void)
{
	RUN(clocks_move_forward);
	RUN(times_are_written_with_nanoseconds);
	RUN(what_was_written_is_read_back);
	RUN(fractions_and_zones_are_optional);
	RUN(dates_that_do_not_exist_are_refused);
	RUN(malformed_times_are_refused);
	RUN(times_beyond_64_bits_are_refused);
	RUN(since_takes_times_dates_seconds_and_durations);
	RUN(lengths_of_time_read_like_speech);
	return DONE();
}
