/* SPDX-License-Identifier: Apache-2.0 */
#include "base/clock.h"

#include "base/number.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define NS_PER_S        INT64_C(1000000000)
#define SECONDS_PER_DAY 86400

static int64_t now_ns(clockid_t clock)
{
	struct timespec ts;

	(void)clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

int64_t md_clock_wall_ns(void)
{
	return now_ns(CLOCK_REALTIME);
}

int64_t md_clock_monotonic_ns(void)
{
	return now_ns(CLOCK_MONOTONIC);
}

/*
 * The calendar is worked out here: libc's functions read the zone file, even for UTC. A year begins
 * in March, so that the leap day is its last, and 400 of them have 146097 days.
 */
#define DAYS_PER_ERA  146097
#define DAYS_TO_EPOCH 719468 /* from 0000-03-01 to 1970-01-01 */

/* Days since 1970 of a date; month 1 to 12. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * DAYS_PER_ERA + day_of_era - DAYS_TO_EPOCH;
}

/* Year, month and day of days since 1970. */
static void date_of(int64_t days, struct tm *ret)
{
	int64_t since = days + DAYS_TO_EPOCH;
	int64_t era = (since >= 0 ? since : since - DAYS_PER_ERA + 1) / DAYS_PER_ERA;
	int64_t day = since - era * DAYS_PER_ERA;
	int64_t year = (day - day / 1460 + day / 36524 - day / (DAYS_PER_ERA - 1)) / 365;
	int64_t day_of_year = day - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * day_of_year + 2) / 153;

	ret->tm_mday = (int)(day_of_year - (153 * month + 2) / 5 + 1);
	ret->tm_mon = (int)(month < 10 ? month + 2 : month - 10);
	ret->tm_year = (int)(year + era * 400 + (month >= 10) - 1900);
}

/* The last `digits` digits of n, and what follows them. */
static char *put(char *out, int64_t n, int digits, char behind)
{
	for (int i = digits - 1; i >= 0; i--, n /= 10)
		out[i] = (char)('0' + n % 10);
	out[digits] = behind;
	return out + digits + 1;
}

void md_time_format(int64_t wall_ns, char out[MD_TIME_TEXT_MAX])
{
	int64_t fraction = wall_ns % NS_PER_S;
	int64_t seconds = wall_ns / NS_PER_S;
	struct tm tm;
	int second;

	if (wall_ns == 0) {
		(void)snprintf(out, MD_TIME_TEXT_MAX, "0001-01-01T00:00:00Z");
		return;
	}
	if (fraction < 0) {
		fraction += NS_PER_S;
		seconds--;
	}
	second = (int)((seconds % SECONDS_PER_DAY + SECONDS_PER_DAY) % SECONDS_PER_DAY);
	date_of((seconds - second) / SECONDS_PER_DAY, &tm);
	out = put(out, tm.tm_year + 1900, 4, '-');
	out = put(out, tm.tm_mon + 1, 2, '-');
	out = put(out, tm.tm_mday, 2, 'T');
	out = put(out, second / 3600, 2, ':');
	out = put(out, second / 60 % 60, 2, ':');
	out = put(out, second % 60, 2, '.');
	out = put(out, fraction, 9, 'Z');
	*out = '\0';
}

/* Exactly `digits` digits, moving *text behind them. */
static bool take_field(const char **text, int digits, int min, int max, int *ret)
{
	int value = 0;

	for (int i = 0; i < digits; i++) {
		char c = (*text)[i];

		if (c < '0' || c > '9')
			return false;
		value = 10 * value + (c - '0');
	}
	*text += digits;
	*ret = value;
	return value >= min && value <= max;
}

static bool take_char(const char **text, char wanted)
{
	if (**text != wanted)
		return false;
	(*text)++;
	return true;
}

static bool take_date(const char **text, struct tm *tm)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool is_leap;
	int year;
	int month;

	if (!take_field(text, 4, 1, 9999, &year) || !take_char(text, '-') ||
	    !take_field(text, 2, 1, 12, &month) || !take_char(text, '-') ||
	    !take_field(text, 2, 1, 31, &tm->tm_mday))
		return false;
	is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	tm->tm_year = year - 1900;
	tm->tm_mon = month - 1;
	return tm->tm_mday <= days[tm->tm_mon] + (month == 2 && is_leap);
}

/* HH:MM:SS; 60 is a leap second, which the kernel's clock counts as the next minute. */
static bool take_hours(const char **text, struct tm *tm)
{
	return take_field(text, 2, 0, 23, &tm->tm_hour) && take_char(text, ':') &&
	       take_field(text, 2, 0, 59, &tm->tm_min) && take_char(text, ':') &&
	       take_field(text, 2, 0, 60, &tm->tm_sec);
}

/* ".5": up to nine digits, more are read and dropped. Nothing is 0. */
static bool take_fraction(const char **text, int64_t *ret_ns)
{
	int64_t unit = NS_PER_S / 10;
	size_t digits;

	*ret_ns = 0;
	if (!take_char(text, '.'))
		return true;
	digits = strspn(*text, "0123456789");
	for (size_t i = 0; i < digits; i++, unit /= 10)
		*ret_ns += unit * ((*text)[i] - '0');
	*text += digits;
	return digits > 0;
}

/* "Z", "+02:00" or nothing; the offset is what must be subtracted to get UTC. */
static bool take_zone(const char **text, int64_t *ret_seconds)
{
	int sign = **text == '-' ? -1 : 1;
	int hours;
	int minutes;

	*ret_seconds = 0;
	if (!**text || take_char(text, 'Z') || take_char(text, 'z'))
		return true;
	if ((!take_char(text, '+') && !take_char(text, '-')) ||
	    !take_field(text, 2, 0, 23, &hours) || !take_char(text, ':') ||
	    !take_field(text, 2, 0, 59, &minutes))
		return false;
	*ret_seconds = sign * (hours * INT64_C(3600) + minutes * INT64_C(60));
	return true;
}

/* A time as it is written. */
struct written {
	struct tm tm;
	int64_t zone_seconds; /* east of Greenwich */
	int64_t fraction_ns;
};

static bool is_zero_date(const struct written *w)
{
	const struct tm *tm = &w->tm;

	return tm->tm_year == 1 - 1900 && tm->tm_mon == 0 && tm->tm_mday == 1 && tm->tm_hour == 0 &&
	       tm->tm_min == 0 && tm->tm_sec == 0 && w->fraction_ns == 0;
}

/* Nanoseconds since 1970, which an int64_t holds from 1677 to 2262. */
static int to_wall_ns(struct written *w, const char *text, int64_t *ret, struct md_error *err)
{
	const struct tm *tm = &w->tm;
	int64_t seconds =
		days_of(tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday) * SECONDS_PER_DAY +
		tm->tm_hour * INT64_C(3600) + tm->tm_min * INT64_C(60) + tm->tm_sec -
		w->zone_seconds;
	int64_t ns;

	if (is_zero_date(w)) {
		*ret = 0;
		return 0;
	}
	if (__builtin_mul_overflow(seconds, NS_PER_S, &ns) ||
	    __builtin_add_overflow(ns, w->fraction_ns, &ns))
		return md_fail(err, MD_ERR_INVALID, "time '%s' is out of range", text);
	*ret = ns;
	return 0;
}

int md_time_parse(const char *text, int64_t *ret_wall_ns, struct md_error *err)
{
	struct written w = {0};
	const char *p = text;

	if (!take_date(&p, &w.tm) || (!take_char(&p, 'T') && !take_char(&p, 't')) ||
	    !take_hours(&p, &w.tm) || !take_fraction(&p, &w.fraction_ns) ||
	    !take_zone(&p, &w.zone_seconds) || *p)
		return md_fail(err, MD_ERR_INVALID,
			       "'%s' is not a time (such as 2026-11-22T17:31:50Z)", text);
	return to_wall_ns(&w, text, ret_wall_ns, err);
}

/* A Unix time with an optional fraction. */
static int parse_unix(const char *text, int64_t *ret_wall_ns, struct md_error *err)
{
	uint64_t ns;

	if (md_parse_decimal(text, (uint64_t)NS_PER_S, &ns, err) < 0)
		return -1;
	if (ns > INT64_MAX)
		return md_fail(err, MD_ERR_INVALID, "time '%s' is out of range", text);
	*ret_wall_ns = (int64_t)ns;
	return 0;
}

int md_time_parse_when(const char *text, int64_t now, int64_t *ret_wall_ns, struct md_error *err)
{
	struct md_error ignored = MD_ERROR_INIT;
	struct written w = {0};
	const char *p = text;
	uint64_t ago;

	if (*text && strspn(text, "0123456789.") == strlen(text))
		return parse_unix(text, ret_wall_ns, err);
	if (md_parse_duration_ns(text, &ago, &ignored) == 0) {
		*ret_wall_ns = now - (int64_t)ago;
		return 0;
	}
	if (take_date(&p, &w.tm) && !*p)
		return to_wall_ns(&w, text, ret_wall_ns, err);
	if (md_time_parse(text, ret_wall_ns, err) < 0)
		return md_error_hint(err, "a date, a Unix time or a duration such as 10m will do");
	return 0;
}

void md_duration_words(int64_t ns, char out[32])
{
	int64_t seconds = ns / NS_PER_S;
	int64_t minutes = seconds / 60;
	/* Hours are rounded, everything else is cut, as Docker does it. */
	int64_t hours = (seconds + 1800) / 3600;
	int64_t days = hours / 24;

	if (seconds < 1)
		(void)snprintf(out, 32, "Less than a second");
	else if (seconds == 1)
		(void)snprintf(out, 32, "1 second");
	else if (seconds < 60)
		(void)snprintf(out, 32, "%" PRId64 " seconds", seconds);
	else if (minutes == 1)
		(void)snprintf(out, 32, "About a minute");
	else if (minutes < 60)
		(void)snprintf(out, 32, "%" PRId64 " minutes", minutes);
	else if (hours == 1)
		(void)snprintf(out, 32, "About an hour");
	else if (hours < 48)
		(void)snprintf(out, 32, "%" PRId64 " hours", hours);
	else if (days < 14)
		(void)snprintf(out, 32, "%" PRId64 " days", days);
	else if (days < 60)
		(void)snprintf(out, 32, "%" PRId64 " weeks", days / 7);
	else if (days < 730)
		(void)snprintf(out, 32, "%" PRId64 " months", days / 30);
	else
		(void)snprintf(out, 32, "%" PRId64 " years", days / 365);
}
