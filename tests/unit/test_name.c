/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/name.h"

static bool name_ok(const char *text)
{
	struct md_error err = MD_ERROR_INIT;

	return md_name_check(text, &err) == 0;
}

static bool hostname_ok(const char *text)
{
	struct md_error err = MD_ERROR_INIT;

	return md_hostname_check(text, &err) == 0;
}

/* `length` times the same letter. */
static const char *repeat(char c, size_t length)
{
	static char text[400];

	memset(text, c, length);
	text[length] = '\0';
	return text;
}

static void ids_are_random_hex_and_no_number(void)
{
	char first[MD_ID_LENGTH + 1];
	char second[MD_ID_LENGTH + 1];

	for (int i = 0; i < 2000; i++) {
		md_id_generate(first);
		CHECK(md_id_is_valid(first));
		CHECK(strspn(first, "0123456789") < MD_ID_SHORT_LENGTH);
	}
	md_id_generate(second);
	CHECK(strcmp(first, second) != 0);
}

static void only_64_small_hex_digits_are_an_id(void)
{
	CHECK(md_id_is_valid(repeat('a', 64)));
	CHECK(!md_id_is_valid(repeat('a', 63)) && !md_id_is_valid(repeat('a', 65)));
	CHECK(!md_id_is_valid(repeat('A', 64)) && !md_id_is_valid(repeat('g', 64)));
	CHECK(!md_id_is_valid(repeat('/', 64)) && !md_id_is_valid(""));
}

static void the_start_of_an_id_has_at_least_one_digit(void)
{
	CHECK(md_id_is_prefix("0") && md_id_is_prefix("deadbeef") &&
	      md_id_is_prefix(repeat('f', 64)));
	CHECK(!md_id_is_prefix("") && !md_id_is_prefix("DEAD") && !md_id_is_prefix("..") &&
	      !md_id_is_prefix(repeat('f', 65)) && !md_id_is_prefix("ab\n"));
}

static void names_hold_what_a_path_component_may(void)
{
	CHECK(name_ok("a") && name_ok("Web-1.2_x") && name_ok("0") && name_ok(repeat('x', 128)));
	CHECK(!name_ok("") && !name_ok(repeat('x', 129)));
	CHECK(!name_ok(".") && !name_ok("..") && !name_ok(".hidden") && !name_ok("-rf"));
	CHECK(!name_ok("a/b") && !name_ok("a b") && !name_ok("a\n") && !name_ok("\xc3\xa4"));
	CHECK(!name_ok("a\x01") && !name_ok("a:b") && !name_ok("_a"));
}

static void a_long_bad_name_is_not_printed_whole(void)
{
	struct md_error err = MD_ERROR_INIT;

	CHECK(md_name_check(repeat('!', 399), &err) < 0 && strlen(err.msg) < 400);
}

static void generated_names_are_names(void)
{
	char name[64];
	char tiny[4];

	for (unsigned int i = 0; i < 200; i++) {
		md_name_generate(i, name, sizeof(name));
		CHECK(name_ok(name) && strchr(name, '_'));
		CHECK((strpbrk(name, "0123456789") != NULL) == (i > 0));
	}
	md_name_generate(1, tiny, sizeof(tiny));
	CHECK(strlen(tiny) == 3);
}

static void host_names_are_labels(void)
{
	CHECK(hostname_ok("web") && hostname_ok("a.b-c.D9") && hostname_ok(repeat('x', 63)));
	CHECK(hostname_ok("0123456789ab") && hostname_ok("a.b"));
	CHECK(!hostname_ok("") && !hostname_ok(repeat('x', 64)) && !hostname_ok(repeat('x', 65)));
	CHECK(!hostname_ok("-a") && !hostname_ok("a-") && !hostname_ok("a..b"));
	CHECK(!hostname_ok(".a") && !hostname_ok("a.") && !hostname_ok("a_b"));
	CHECK(!hostname_ok("a/b") && !hostname_ok("a b") && !hostname_ok("a\n"));
}

int main(void)
{
	RUN(ids_are_random_hex_and_no_number);
	RUN(only_64_small_hex_digits_are_an_id);
	RUN(the_start_of_an_id_has_at_least_one_digit);
	RUN(names_hold_what_a_path_component_may);
	RUN(a_long_bad_name_is_not_printed_whole);
	RUN(generated_names_are_names);
	RUN(host_names_are_labels);
	return DONE();
}
