/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/log_fixture.h"

#include "base/json.h"

#define TIME_TEXT "2026-11-22T17:31:50.123456789Z"
#define TIME_NS   INT64_C(1795368710123456789)

/* One record of the bytes, as it stands in a file; the caller frees it. */
static char *encode(const void *bytes, size_t length, enum md_stream stream, size_t *ret_length)
{
	struct md_log_suffix suffix;
	char *out = md_xcalloc(1, MD_LOG_ESCAPED_MAX * length + MD_LOG_OVERHEAD_MAX + MD_LOG_SLACK);

	md_log_make_suffix(stream, TIME_NS, &suffix);
	*ret_length = md_log_encode(out, bytes, length, &suffix);
	CHECK(*ret_length <= MD_LOG_ESCAPED_MAX * length + MD_LOG_OVERHEAD_MAX);
	out[*ret_length] = '\0';
	return out;
}

static void check_text(const char *bytes, const char *want)
{
	size_t length;
	md_auto_free char *got = encode(bytes, strlen(bytes), MD_STREAM_STDERR, &length);
	md_auto_free char *whole = md_xasprintf(
		"{\"log\":\"%s\",\"stream\":\"stderr\",\"time\":\"" TIME_TEXT "\"}\n", want);

	CHECK_STR(got, whole);
}

static void a_record_is_dockers_json_line(void)
{
	check_text("hello\n", "hello\\n");
	check_text("", "");
	check_text("a\"b\\c/\t\r\b\f\x01\x1f\x7f", "a\\\"b\\\\c/\\t\\r\\b\\f\\u0001\\u001f\x7f");
	check_text("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\x8b",
		   "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x90\x8b");
	check_text("\x1b[31m{\"log\":\"forged\\n\"}\n",
		   "\\u001b[31m{\\\"log\\\":\\\"forged\\\\n\\\"}\\n");
}

static void bytes_that_are_no_utf8_become_one_escape_each(void)
{
	check_text("\xff\xfe", "\\udcff\\udcfe");
	check_text("\xc3", "\\udcc3");
	check_text("\xc3(", "\\udcc3(");
	check_text("\xe2\x82", "\\udce2\\udc82");
	check_text("\xc0\xaf", "\\udcc0\\udcaf");                       /* not the shortest form */
	check_text("\xed\xb2\x80", "\\udced\\udcb2\\udc80");            /* a surrogate */
	check_text("\xf4\x90\x80\x80", "\\udcf4\\udc90\\udc80\\udc80"); /* above U+10FFFF */
	check_text("\xe0\x9f\xbf", "\\udce0\\udc9f\\udcbf");
	check_text("\xf0\x8f\xbf\xbf", "\\udcf0\\udc8f\\udcbf\\udcbf");
}

static bool survives(const uint8_t *bytes, size_t length, struct md_str *scratch)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_log_record record;
	size_t line;
	md_auto_free char *text = encode(bytes, length, MD_STREAM_STDOUT, &line);
	md_auto_json struct md_json *json = NULL;

	/* One line, and for everybody else it is JSON as well (unless it holds a NUL). */
	if (line == 0 || memchr(text, '\n', line) != text + line - 1)
		return false;
	json = md_json_parse(text, line, &err);
	if (!json && !memchr(bytes, '\0', length) && !strstr(text, "\\udc"))
		return false;
	if (!md_log_parse_line(text, line - 1, scratch, &record))
		return false;
	return record.stream == MD_STREAM_STDOUT && record.time_ns == TIME_NS &&
	       record.length == length && memcmp(record.bytes, bytes, length) == 0;
}

/* Bytes that matter, more often than chance would have them. */
static uint8_t random_byte(uint32_t *state)
{
	static const uint8_t special[] = {'"',  '\\', '\n', '\r', 0,    0x1b, 0x7f, 0x80,
					  0x9b, 0xbf, 0xc0, 0xc3, 0xdf, 0xe0, 0xe2, 0xed,
					  0xef, 0xf0, 0xf4, 0xf5, 0xff, 'u',  '{',  ':'};
	uint32_t r = next_random(state);

	switch (r % 4) {
	case 0:
		return special[(r >> 4) % sizeof(special)];
	case 1:
		return (uint8_t)(r >> 4);
	default:
		return (uint8_t)(0x20 + (r >> 4) % 0x5f);
	}
}

static void two_thousand_byte_sequences_survive(void)
{
	MD_CLEANUP(md_str_fini) struct md_str scratch = MD_STR_INIT;
	uint32_t state = 114;
	uint8_t bytes[600];
	int lost = 0;

	for (int i = 0; i < 2000; i++) {
		size_t length = i < 256 ? 1 : next_random(&state) % sizeof(bytes);

		bytes[0] = (uint8_t)i;
		for (size_t k = i < 256 ? 1 : 0; k < length; k++)
			bytes[k] = random_byte(&state);
		lost += !survives(bytes, length, &scratch);
	}
	CHECK(lost == 0);
}

static bool is_record(const char *line)
{
	MD_CLEANUP(md_str_fini) struct md_str scratch = MD_STR_INIT;
	struct md_log_record record;

	return md_log_parse_line(line, strlen(line), &scratch, &record);
}

#define LINE(text) "{\"log\":\"" text "\",\"stream\":\"stdout\",\"time\":\"" TIME_TEXT "\"}"

static void foreign_and_torn_lines_are_no_records(void)
{
	static const char *const bad[] = {
		"",
		"{}",
		"{\"log\":\"",
		"{\"log\":\"a\"}",
		"{\"log\":\"a\",\"stream\":\"stdin\",\"time\":\"" TIME_TEXT "\"}",
		"{\"log\":\"a\",\"stream\":\"stdout\",\"time\":\"yesterday\"}",
		"{\"log\":\"a\",\"stream\":\"stdout\",\"time\":\"\"}",
		"{\"log\":\"a\",\"stream\":\"stdout\",\"time\":\"" TIME_TEXT "\"",
		"{\"log\":\"a\",\"stream\":\"stdout\",\"time\":\"" TIME_TEXT "\"}}",
		"x" LINE("a"),
		LINE("a\x01"),
		LINE("a\\x"),
		LINE("a\\u12"),
		LINE("a\\u12g4"),
		LINE("\\ud800"),
		LINE("\\ud800\\u0041"),
		LINE("\\udc00"),
		LINE("\xff"),
		LINE("\xc3"),
		LINE("a\"b"),
	};

	CHECK(is_record(LINE("a")));
	CHECK(is_record("{\"log\":\"a\",\"stream\":\"stderr\",\"time\":\"2026-11-22T17:31:50Z\"}"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(!is_record(bad[i]));
		if (is_record(bad[i]))
			printf("# %s\n", bad[i]);
	}
}

static void escapes_of_other_writers_are_read(void)
{
	MD_CLEANUP(md_str_fini) struct md_str scratch = MD_STR_INIT;
	static const char line[] = LINE("\\u003c\\/\\u00E9\\u20ac\\ud83d\\udc0b\\u0041");
	struct md_log_record record;

	CHECK(md_log_parse_line(line, strlen(line), &scratch, &record));
	CHECK_STR(record.bytes, "</\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x8b"
				"A");
}

static void a_record_behind_a_torn_one_is_saved(void)
{
	MD_CLEANUP(md_str_fini) struct md_str scratch = MD_STR_INIT;
	static const char torn[] = "{\"log\":\"half a rec" LINE("whole\\n");
	static const char nothing[] = "{\"log\":\"{\"log\":\"";
	struct md_log_record record;
	size_t skipped;

	CHECK(md_log_salvage_line(torn, strlen(torn), &scratch, &record, &skipped));
	CHECK_STR(record.bytes, "whole\n");
	CHECK(skipped == strlen("{\"log\":\"half a rec"));
	CHECK(!md_log_salvage_line(nothing, strlen(nothing), &scratch, &record, &skipped));
	CHECK(skipped == strlen(nothing));
}

static void long_lines_are_cut_between_characters(void)
{
	CHECK(md_log_cut("abc", 3) == 3);
	CHECK(md_log_cut("ab\xc3\xa9", 4) == 4);
	CHECK(md_log_cut("ab\xc3", 3) == 2);
	CHECK(md_log_cut("a\xe2\x82", 3) == 1);
	CHECK(md_log_cut("a\xf0\x9f\x90", 4) == 1);
	CHECK(md_log_cut("a\xf0\x9f\x90\x8b", 5) == 5);
	CHECK(md_log_cut("\x80\x80\x80\x80", 4) == 4);
	CHECK(md_log_cut("\xff", 1) == 1);
	CHECK(md_log_cut("", 0) == 0);
}

int main(void)
{
	RUN(a_record_is_dockers_json_line);
	RUN(bytes_that_are_no_utf8_become_one_escape_each);
	RUN(two_thousand_byte_sequences_survive);
	RUN(foreign_and_torn_lines_are_no_records);
	RUN(escapes_of_other_writers_are_read);
	RUN(a_record_behind_a_torn_one_is_saved);
	RUN(long_lines_are_cut_between_characters);
	return DONE();
}
