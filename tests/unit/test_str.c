/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"

static void an_untouched_string_reads_as_empty(void)
{
	struct md_str s = MD_STR_INIT;
	md_auto_free char *taken = NULL;

	CHECK_STR(md_str_get(&s), "");
	md_str_clear(&s);
	taken = md_str_take(&s);
	CHECK_STR(taken, "");
	md_str_fini(&s);
}

static void a_string_grows_and_stays_terminated(void)
{
	MD_CLEANUP(md_str_fini) struct md_str s = MD_STR_INIT;

	for (int i = 0; i < 1000; i++)
		md_str_addf(&s, "%03d", i);
	CHECK(s.length == 3000 && strlen(md_str_get(&s)) == 3000);
	CHECK(md_str_ends(md_str_get(&s), "998999"));
	for (size_t length = 1; length < 300; length++) {
		md_str_clear(&s);
		for (size_t i = 0; i < length; i++)
			md_str_addc(&s, 'x');
		CHECK(strlen(md_str_get(&s)) == length);
	}
}

static void bytes_may_hold_nul(void)
{
	MD_CLEANUP(md_str_fini) struct md_str s = MD_STR_INIT;

	md_str_add_bytes(&s, "a\0b", 3);
	md_str_add_bytes(&s, NULL, 0);
	CHECK(s.length == 3 && memcmp(s.data, "a\0b", 4) == 0);
}

static void taking_empties_the_string(void)
{
	struct md_str s = MD_STR_INIT;
	md_auto_free char *taken = NULL;

	md_str_add(&s, "content");
	taken = md_str_take(&s);
	CHECK_STR(taken, "content");
	CHECK(s.data == NULL && s.length == 0);
}

static void a_list_is_an_argv(void)
{
	MD_CLEANUP(md_strv_fini) struct md_strv v = MD_STRV_INIT;

	for (int i = 0; i < 100; i++) {
		md_strv_addf(&v, "%d", i);
		CHECK(v.count == (size_t)i + 1 && v.items[v.count] == NULL);
	}
	for (int i = 0; i < 100; i++) {
		char want[8];

		(void)snprintf(want, sizeof(want), "%d", i);
		CHECK_STR(v.items[i], want);
	}
}

static void copies_are_independent(void)
{
	MD_CLEANUP(md_strv_fini) struct md_strv from = MD_STRV_INIT;
	MD_CLEANUP(md_strv_fini) struct md_strv to = MD_STRV_INIT;

	md_strv_add(&from, "one");
	md_strv_take(&from, md_xstrdup("two"));
	md_strv_copy(&to, &from);
	from.items[0][0] = 'X';
	CHECK(to.count == 2);
	CHECK_STR(to.items[0], "one");
	CHECK(md_strv_has(&to, "two") && !md_strv_has(&to, "tw") && !md_strv_has(&to, "three"));
}

static void splitting_keeps_empty_items(void)
{
	MD_CLEANUP(md_strv_fini) struct md_strv v = MD_STRV_INIT;

	md_strv_split(&v, "", ':');
	CHECK(v.count == 1);
	CHECK_STR(v.items[0], "");
	md_strv_split(&v, ":a::b:", ':');
	CHECK(v.count == 6);
	CHECK_STR(v.items[2], "a");
	CHECK_STR(v.items[3], "");
	CHECK_STR(v.items[5], "");
}

static void joining_puts_separators_between(void)
{
	MD_CLEANUP(md_strv_fini) struct md_strv v = MD_STRV_INIT;
	md_auto_free char *empty = md_strv_join(&v, ", ");
	md_auto_free char *text = NULL;

	md_strv_split(&v, "a,b,c", ',');
	text = md_strv_join(&v, " - ");
	CHECK_STR(text, "a - b - c");
	CHECK_STR(empty, "");
}

static void the_last_value_of_a_key_wins(void)
{
	MD_CLEANUP(md_strv_fini) struct md_strv v = MD_STRV_INIT;

	md_strv_add(&v, "PATH=/bin");
	md_strv_add(&v, "PATHS=no");
	md_strv_add(&v, "EMPTY=");
	md_strv_add(&v, "NOVALUE");
	md_strv_add(&v, "PATH=/usr/bin");
	CHECK_STR(md_strv_value(&v, "PATH"), "/usr/bin");
	CHECK_STR(md_strv_value(&v, "EMPTY"), "");
	CHECK(md_strv_value(&v, "NOVALUE") == NULL && md_strv_value(&v, "PAT") == NULL);
}

static void setting_replaces_in_place_or_appends(void)
{
	MD_CLEANUP(md_strv_fini) struct md_strv v = MD_STRV_INIT;

	md_strv_set(&v, "A", "1");
	md_strv_set(&v, "B", "2");
	md_strv_set(&v, "A", "3");
	CHECK(v.count == 2);
	CHECK_STR(v.items[0], "A=3");
	CHECK_STR(v.items[1], "B=2");
}

static void prefixes_and_suffixes_may_be_longer_than_the_text(void)
{
	CHECK(md_str_starts("abc", "ab") && md_str_starts("abc", "") && !md_str_starts("a", "ab"));
	CHECK(md_str_ends("abc", "bc") && md_str_ends("abc", "") && !md_str_ends("c", "bc"));
}

static void allocations_are_zeroed_and_never_null(void)
{
	md_auto_free char *zeroed = md_xcalloc(100, 1);
	md_auto_free char *none = md_xcalloc(0, 0);
	md_auto_free char *cut = md_xstrndup("abcdef", 3);
	md_auto_free char *text = md_xasprintf("%d-%s", 7, "x");
	md_auto_free char *copy = md_xstrdup_or_null(text);

	for (int i = 0; i < 100; i++)
		CHECK(zeroed[i] == 0);
	CHECK(none != NULL && md_xstrdup_or_null(NULL) == NULL);
	CHECK_STR(cut, "abc");
	CHECK_STR(copy, "7-x");
}

static void stealing_leaves_nothing_to_release(void)
{
	char *p = md_xstrdup("x");
	char *taken = md_steal_ptr(&p);
	int fd = dup(1);
	int stolen = md_steal_fd(&fd);

	CHECK(p == NULL && taken != NULL && fd == -1 && stolen >= 0);
	errno = EXDEV;
	md_close_fd(&stolen);
	md_close_fd(&stolen);
	CHECK(stolen == -1 && errno == EXDEV);
	free(taken);
}

int main(void)
{
	RUN(an_untouched_string_reads_as_empty);
	RUN(a_string_grows_and_stays_terminated);
	RUN(bytes_may_hold_nul);
	RUN(taking_empties_the_string);
	RUN(a_list_is_an_argv);
	RUN(copies_are_independent);
	RUN(splitting_keeps_empty_items);
	RUN(joining_puts_separators_between);
	RUN(the_last_value_of_a_key_wins);
	RUN(setting_replaces_in_place_or_appends);
	RUN(prefixes_and_suffixes_may_be_longer_than_the_text);
	RUN(allocations_are_zeroed_and_never_null);
	RUN(stealing_leaves_nothing_to_release);
	return DONE();
}
