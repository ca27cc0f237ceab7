/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/alloc.h"
#include "base/str.h"
#include "cli/list.h"
#include "cli/output.h"
#include "cli/terminal_text.h"

#include <stdlib.h>
#include <string.h>

/* Static storage for one result at a time. */
static char *keep_text(struct md_str *text)
{
	static char *last;

	free(last);
	last = md_str_take(text);
	return last;
}

static const char *escaped(const char *text, const char *keep)
{
	struct md_str out = MD_STR_INIT;

	md_terminal_escape(text, strlen(text), keep, &out);
	return keep_text(&out);
}

static const char *aligned(const char *text)
{
	struct md_str out = MD_STR_INIT;

	md_output_align(text, &out);
	return keep_text(&out);
}

static void times_are_as_dockers(void)
{
	char text[MD_TIME_TEXT_MAX];

	md_output_time(INT64_C(1795368710123456789), text);
	CHECK_STR(text, "2026-11-22 17:31:50 +0000 UTC");
}

static void columns_are_as_dockers(void)
{
	CHECK_STR(aligned("A\tLONG HEADER\tC\n12345678\tx\ty\n"),
		  "A          LONG HEADER   C\n12345678   x             y\n");
	CHECK_STR(aligned("A\tB\n1\t2\n"), "A         B\n1         2\n");
	CHECK_STR(aligned("only\n"), "only\n");
	CHECK_STR(aligned(""), "");
	CHECK_STR(aligned("a\t\tb\n"), "a                   b\n");
}

static void characters_count_not_bytes(void)
{
	CHECK_STR(aligned("\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\tx\n12345678\ty\n"),
		  "\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9\u00e9   x\n12345678   y\n");
}

static void plain_text_passes_unchanged(void)
{
	CHECK_STR(escaped("na\u00efve \u65e5\u672c \U0001f600\n\t", "\n\t"),
		  "na\u00efve \u65e5\u672c \U0001f600\n\t");
}

static void escape_sequences_are_shown(void)
{
	CHECK_STR(escaped("\x1b]0;title\x07", "\n\t"), "\\x1b]0;title\\x07");
	CHECK_STR(escaped("a\rb\x7f", "\n\t"), "a\\x0db\\x7f");
	CHECK_STR(escaped("a\rb\n", "\n\t\r"), "a\rb\n");
	CHECK_STR(escaped("a\nb", ""), "a\\x0ab");
}

static void c1_controls_are_shown_in_both_encodings(void)
{
	CHECK_STR(escaped("\x9b"
			  "31m",
			  "\n"),
		  "\\x9b31m");
	CHECK_STR(escaped("\xc2\x9b"
			  "31m",
			  "\n"),
		  "\\xc2\\x9b31m");
	CHECK_STR(escaped("\xc2\xa0", "\n"), "\xc2\xa0");
}

static void broken_utf8_is_shown(void)
{
	CHECK_STR(escaped("\xc0\xaf", ""), "\\xc0\\xaf");          /* overlong */
	CHECK_STR(escaped("\xed\xa0\x80", ""), "\\xed\\xa0\\x80"); /* surrogate */
	CHECK_STR(escaped("\xf4\x90\x80\x80", ""), "\\xf4\\x90\\x80\\x80");
	CHECK_STR(escaped("\xe2\x82", ""), "\\xe2\\x82"); /* cut */
	CHECK_STR(escaped("\xff", ""), "\\xff");
}

/* All two-byte texts: what comes out holds no control character and no stray byte. */
static void nothing_that_a_terminal_obeys_gets_through(void)
{
	size_t bad = 0;

	for (unsigned int n = 1; n < 65536; n++) {
		char text[3] = {(char)(n & 0xff), (char)(n >> 8), '\0'};
		const char *out = escaped(text, "\n\t");
		size_t length = strlen(out);

		for (size_t i = 0; i < length;) {
			size_t bytes = md_utf8_length(out + i, length - i);
			unsigned char c = (unsigned char)out[i];

			bad += bytes == 0 || c == 0x7f || (c < 0x20 && c != '\n' && c != '\t') ||
			       (c == 0xc2 && (unsigned char)out[i + 1] < 0xa0);
			i += bytes ? bytes : 1;
		}
	}
	CHECK(bad == 0);
}

static void ids_are_short_without_their_algorithm(void)
{
	struct md_str out = MD_STR_INIT;

	md_output_id("sha256:0123456789abcdef0123", MD_ID_SHORT, &out);
	CHECK_STR(keep_text(&out), "0123456789ab");
	md_output_id("0123456789abcdef0123", MD_ID_LONG, &out);
	CHECK_STR(keep_text(&out), "0123456789abcdef0123");
}

static const struct md_list_title titles[] = {
	{"ID", "CONTAINER ID"}, {"Names", "NAMES"}, {"Size", "SIZE"}, {NULL, NULL}};
static const struct md_list_kind kind = {"{{.ID}}\t{{.Names}}", "{{.ID}}", titles};

/* The lines of a list of one object before they are aligned. */
static const char *listed(const char *format, bool is_quiet)
{
	struct md_error err = MD_ERROR_INIT;
	MD_CLEANUP(md_list_fini) struct md_list list = MD_LIST_INIT;
	md_auto_json struct md_json *row = md_json_object();
	struct md_str out = MD_STR_INIT;

	md_json_set_string(row, "ID", "0123");
	md_json_set_string(row, "Names", "web");
	if (md_list_open(&list, &kind, format, is_quiet, &err) < 0 ||
	    md_list_add(&list, row, NULL, &err) < 0)
		md_str_add(&out, err.msg);
	else
		md_str_add(&out, md_str_get(&list.text));
	return keep_text(&out);
}

static void formats_choose_what_a_list_shows(void)
{
	CHECK_STR(listed(NULL, false), "CONTAINER ID\tNAMES\n0123\tweb\n");
	CHECK_STR(listed("table", false), "CONTAINER ID\tNAMES\n0123\tweb\n");
	CHECK_STR(listed("table {{.Names}}\\t{{.ID}}", false), "NAMES\tCONTAINER ID\nweb\t0123\n");
	CHECK_STR(listed("{{.Names}}={{.ID}}", false), "web=0123\n");
	CHECK_STR(listed("json", false), "{\"ID\":\"0123\",\"Names\":\"web\"}\n");
	CHECK_STR(listed(NULL, true), "0123\n");
	CHECK_STR(listed("table", true), "0123\n");
	CHECK_STR(listed("{{.Names}}", true), "web\n");
	CHECK_STR(listed("tabled", false), "tabled\n");
	CHECK(strstr(listed("{{.Foo}}", false), "no field 'Foo'"));
}

static void a_list_knows_which_fields_it_needs(void)
{
	struct md_error err = MD_ERROR_INIT;
	MD_CLEANUP(md_list_fini) struct md_list list = MD_LIST_INIT, json = MD_LIST_INIT;

	CHECK(md_list_open(&list, &kind, NULL, false, &err) == 0);
	CHECK(md_list_needs(&list, "Names") && !md_list_needs(&list, "Size"));
	CHECK(md_list_open(&json, &kind, "json", false, &err) == 0);
	CHECK(md_list_needs(&json, "Size"));
}

int main(void)
{
	struct md_str nothing = MD_STR_INIT;

	RUN(times_are_as_dockers);
	RUN(columns_are_as_dockers);
	RUN(characters_count_not_bytes);
	RUN(plain_text_passes_unchanged);
	RUN(escape_sequences_are_shown);
	RUN(c1_controls_are_shown_in_both_encodings);
	RUN(broken_utf8_is_shown);
	RUN(nothing_that_a_terminal_obeys_gets_through);
	RUN(ids_are_short_without_their_algorithm);
	RUN(formats_choose_what_a_list_shows);
	RUN(a_list_knows_which_fields_it_needs);
	free(keep_text(&nothing));
	return DONE();
}
