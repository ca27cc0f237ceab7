/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/json.h"

#include <math.h>

static struct md_json *parse(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_json *root = md_json_parse(text, strlen(text), &err);

	CHECK(root != NULL || err.code == MD_ERR_CORRUPT);
	return root;
}

static bool refused(const char *text)
{
	md_auto_json struct md_json *root = parse(text);

	return root == NULL;
}

static void check_refused(const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool is_refused = refused(texts[i]);

		if (!is_refused)
			printf("# accepted: %s\n", texts[i]);
		CHECK(is_refused);
	}
}

/* The text that comes out again. */
static void check_round(const char *text, const char *want)
{
	md_auto_json struct md_json *root = parse(text);
	md_auto_free char *out = md_json_compact(root);

	CHECK_STR(out, want);
}

static void every_type_survives_a_round(void)
{
	check_round(" { \"a\" : [ 1 , true , false , null , \"x\" ] , \"b\" : { } , \"c\":[] } ",
		    "{\"a\":[1,true,false,null,\"x\"],\"b\":{},\"c\":[]}");
	check_round("\t\"top\"\r\n", "\"top\"");
	check_round("null", "null");
}

static void integral_numbers_are_written_without_exponent(void)
{
	check_round("[1e3, 1000000000000000, 9007199254740992, -9007199254740992]",
		    "[1000,1000000000000000,9007199254740992,-9007199254740992]");
	check_round("[-0, 0.5, 0.1, 1e300, -2.5e-7]", "[0,0.5,0.1,1e+300,-2.5e-07]");
	check_round("0.30000000000000004", "0.30000000000000004");
}

static void strings_are_escaped_and_come_back(void)
{
	check_round("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f\"",
		    "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u007f\"");
	check_round("\"\\u00e4\\ud83d\\ude00\"", "\"\u00e4\U0001f600\"");
}

static void bytes_that_are_no_utf8_come_back_unchanged(void)
{
	md_auto_json struct md_json *value = md_json_string("caf\xe9");
	md_auto_free char *text = md_json_compact(value);
	md_auto_json struct md_json *again = parse(text);

	CHECK_STR(md_json_as_string(again, ""), "caf\xe9");
}

static void malformed_text_is_refused(void)
{
	static const char *const bad[] = {
		"",         " ",        "{",         "}",           "[",          "]",
		"[1,]",     "{\"a\"}",  "{\"a\":}",  "{,}",         "{\"a\":1,}", "[1 2]",
		"{a:1}",    "'a'",      "nul",       "truefalse",   "tru e",      "\"",
		"\"\\\"",   "\"\\x\"",  "\"\\u12\"", "\"\\ud83d\"", "1 2",        "{} {}",
		"[1]]",     "{]",       "[}",        "// x\n1",     "/**/1",      "\xef\xbb\xbf{}",
		"\"a\nb\"", "\"\x01\"", "\x01",      "\"\\u0000\"", "NaN",        "Infinity",
	};

	check_refused(bad, sizeof(bad) / sizeof(*bad));
}

static void malformed_numbers_are_refused(void)
{
	static const char *const bad[] = {
		"01",   "-",   "-01", "1.",  ".5",    "+1",    "1e",    "1e+",
		"1.e5", "0x1", "1-2", "--1", "1.2.3", "1e5e5", "1e999", "-1e999",
	};

	check_refused(bad, sizeof(bad) / sizeof(*bad));
}

static void only_the_given_length_is_read(void)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_json struct md_json *root = md_json_parse("12345", 2, &err);
	const char with_nul[] = "1\0";

	CHECK(md_json_as_number(root, 0) == 12);
	CHECK(md_json_parse(with_nul, 2, &err) == NULL && err.code == MD_ERR_CORRUPT);
}

static void duplicate_keys_are_refused_at_any_depth(void)
{
	CHECK(refused("{\"a\":1,\"a\":2}"));
	CHECK(refused("[{\"x\":{\"b\":1,\"a\":2,\"b\":3}}]"));
	CHECK(refused("{\"a\":1,\"\\u0061\":2}"));
	CHECK(!refused("{\"a\":1,\"A\":2}"));
	CHECK(!refused("[{\"a\":1},{\"a\":1}]"));
}

static void nesting_ends_at_64(void)
{
	char text[200];

	memset(text, '[', 64);
	memset(text + 64, ']', 64);
	text[128] = '\0';
	CHECK(!refused(text));
	memset(text, '[', 65);
	memset(text + 65, ']', 65);
	text[130] = '\0';
	CHECK(refused(text));
	CHECK(!refused(
		"\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\""));
	CHECK(refused(
		"{\"a\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["));
}

static void getters_give_the_default_for_what_is_not_there(void)
{
	md_auto_json struct md_json *o =
		parse("{\"s\":\"x\",\"n\":7,\"b\":true,\"a\":[1,2],\"f\":1.5,\"z\":null}");

	CHECK_STR(md_json_get_string(o, "s", "-"), "x");
	CHECK_STR(md_json_get_string(o, "n", "-"), "-");
	CHECK_STR(md_json_get_string(o, "S", "-"), "-");
	CHECK(md_json_get_number(o, "n", -1) == 7 && md_json_get_number(o, "s", -1) == -1);
	CHECK(md_json_get_number(o, "f", -1) == -1 && md_json_get_number(o, "z", -1) == -1);
	CHECK(md_json_get_bool(o, "b", false) && md_json_get_bool(o, "n", true));
	CHECK(md_json_as_double(md_json_get(o, "f"), 0) == 1.5);
	CHECK(md_json_as_double(md_json_get(o, "s"), 2.5) == 2.5);
	CHECK(md_json_get(md_json_get(o, "a"), "x") == NULL && md_json_get(NULL, "x") == NULL);
	CHECK(md_json_get_number(NULL, "x", 3) == 3);
}

static void types_and_children_can_be_walked(void)
{
	md_auto_json struct md_json *o = parse("{\"a\":[],\"o\":{},\"s\":\"\",\"n\":0,\"b\":false,"
					       "\"z\":null}");
	static const enum md_json_type types[] = {MD_JSON_ARRAY,  MD_JSON_OBJECT, MD_JSON_STRING,
						  MD_JSON_NUMBER, MD_JSON_BOOL,   MD_JSON_NULL};
	const struct md_json *c;
	size_t i = 0;

	CHECK(md_json_size(o) == 6 && md_json_size(NULL) == 0 && md_json_first(NULL) == NULL);
	for (c = md_json_first(o); c; c = md_json_next(c))
		CHECK(md_json_type(c) == types[i++] && md_json_key(c) != NULL);
	CHECK(i == 6 && md_json_type(NULL) == MD_JSON_NULL);
}

static void lists_of_strings_skip_what_is_no_string(void)
{
	md_auto_json struct md_json *o = parse("{\"l\":[\"a\",1,\"b\"],\"s\":\"x\"}");
	MD_CLEANUP(md_strv_fini) struct md_strv v = MD_STRV_INIT;

	md_json_get_strings(o, "l", &v);
	md_json_get_strings(o, "s", &v);
	md_json_get_strings(o, "none", &v);
	CHECK(v.count == 2);
	CHECK_STR(v.items[1], "b");
}

static void needed_keys_are_named_when_missing(void)
{
	md_auto_json struct md_json *o = parse("{\"s\":\"x\",\"n\":7}");
	struct md_error err = MD_ERROR_INIT;
	const char *text = NULL;
	int64_t n = 0;

	CHECK(md_json_need_string(o, "s", &text, &err) == 0 && strcmp(text, "x") == 0);
	CHECK(md_json_need_number(o, "n", &n, &err) == 0 && n == 7);
	CHECK(md_json_need_number(o, "s", &n, &err) < 0 && err.code == MD_ERR_CORRUPT);
	CHECK(strstr(err.msg, "'s'") && n == 7);
	err = (struct md_error)MD_ERROR_INIT;
	CHECK(md_json_need_string(o, "gone", &text, &err) < 0 && strstr(err.msg, "'gone'"));
}

static void built_values_are_written(void)
{
	md_auto_json struct md_json *o = md_json_object();
	MD_CLEANUP(md_strv_fini) struct md_strv v = MD_STRV_INIT;
	md_auto_free char *text = NULL;
	md_auto_free char *pretty = NULL;

	md_strv_split(&v, "x y", ' ');
	md_json_set_string(o, "s", "a");
	md_json_set_string(o, "none", NULL);
	md_json_set_number(o, "n", 3);
	md_json_set_bool(o, "b", true);
	(void)md_json_set(o, "l", md_json_strings(&v));
	(void)md_json_set(o, "z", md_json_null());
	(void)md_json_append(md_json_set(o, "d", md_json_array()), md_json_double(0.25));
	text = md_json_compact(o);
	CHECK_STR(text, "{\"s\":\"a\",\"none\":null,\"n\":3,\"b\":true,\"l\":[\"x\",\"y\"],"
			"\"z\":null,\"d\":[0.25]}");
	pretty = md_json_pretty(md_json_get(o, "d"));
	CHECK_STR(pretty, "[\n    0.25\n]");
}

static void pretty_text_is_indented_by_four(void)
{
	md_auto_json struct md_json *o = parse("{\"a\":{\"b\":[1,2]},\"e\":{},\"f\":[]}");
	md_auto_free char *text = md_json_pretty(o);

	CHECK_STR(text,
		  "{\n    \"a\": {\n        \"b\": [\n            1,\n            2\n        ]\n"
		  "    },\n    \"e\": {},\n    \"f\": []\n}");
}

static void setting_a_key_again_replaces_it(void)
{
	md_auto_json struct md_json *o = md_json_object();
	md_auto_free char *text = NULL;

	md_json_set_number(o, "k", 1);
	md_json_set_number(o, "K", 2);
	md_json_set_number(o, "k", 3);
	text = md_json_compact(o);
	CHECK_STR(text, "{\"k\":3,\"K\":2}");
}

static void a_copy_leaves_its_key_behind(void)
{
	md_auto_json struct md_json *o = parse("{\"k\":{\"x\":1}}");
	md_auto_json struct md_json *a = md_json_array();
	md_auto_free char *text = NULL;

	(void)md_json_append(a, md_json_copy(md_json_get(o, "k")));
	text = md_json_compact(a);
	CHECK_STR(text, "[{\"x\":1}]");
}

static void integers_beyond_a_double_stay_exact(void)
{
	md_auto_json struct md_json *a = md_json_array();
	md_auto_json struct md_json *again = NULL;
	md_auto_free char *text = NULL;

	(void)md_json_append(a, md_json_number(INT64_MAX));
	(void)md_json_append(a, md_json_number(INT64_MIN));
	(void)md_json_append(a, md_json_number(INT64_C(1) << 53));
	text = md_json_compact(a);
	CHECK_STR(text, "[\"9223372036854775807\",\"-9223372036854775808\",9007199254740992]");
	again = parse(text);
	CHECK(md_json_as_number(md_json_first(again), 0) == INT64_MAX);
	CHECK(md_json_as_number(md_json_next(md_json_first(again)), 0) == INT64_MIN);
}

static void inexact_numbers_are_not_taken_for_integers(void)
{
	md_auto_json struct md_json *a = parse("[9007199254740994, 1e18, 0.5, \"12\", \"x\"]");
	const struct md_json *c;

	for (c = md_json_first(a); c; c = md_json_next(c))
		CHECK(md_json_as_number(c, -7) == -7);
}

static void what_json_cannot_say_is_written_as_null(void)
{
	md_auto_json struct md_json *d = md_json_double(INFINITY);
	md_auto_free char *text = md_json_compact(d);

	CHECK_STR(text, "null");
}

int main(void)
{
	RUN(every_type_survives_a_round);
	RUN(integral_numbers_are_written_without_exponent);
	RUN(strings_are_escaped_and_come_back);
	RUN(bytes_that_are_no_utf8_come_back_unchanged);
	RUN(malformed_text_is_refused);
	RUN(malformed_numbers_are_refused);
	RUN(only_the_given_length_is_read);
	RUN(duplicate_keys_are_refused_at_any_depth);
	RUN(nesting_ends_at_64);
	RUN(getters_give_the_default_for_what_is_not_there);
	RUN(types_and_children_can_be_walked);
	RUN(lists_of_strings_skip_what_is_no_string);
	RUN(needed_keys_are_named_when_missing);
	RUN(built_values_are_written);
	RUN(pretty_text_is_indented_by_four);
	RUN(setting_a_key_again_replaces_it);
	RUN(a_copy_leaves_its_key_behind);
	RUN(integers_beyond_a_double_stay_exact);
	RUN(inexact_numbers_are_not_taken_for_integers);
	RUN(what_json_cannot_say_is_written_as_null);
	return DONE();
}
