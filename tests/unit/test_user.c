/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "containers/user.h"

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
			     "# comment\n"
			     "\n"
			     "bin:x:2:2\n"
			     "app:x:1000:1001:App,,,:/home/app:/bin/sh\n"
			     "app:x:0:0::/root:/bin/sh\n"      /* a second one never counts */
			     "alias:x:1000:77::/home/alias:\n" /* nor for the uid */
			     "2000:x:0:0::/root:/bin/sh\n"     /* named by digits */
			     "4294967296:x:0:0::/root:/bin/sh\n"
			     "+nis:x:0:0::/root:\n"
			     "wrap:x:4294967296:0::/:\n" /* damaged: skipped */
			     "negative:x:-1:0::/:\n"
			     "nouid:x::0::/:\n"
			     "short:x\n"
			     "hexa:x:0x10:0::/:\n"
			     "space:x: 5:5::/:\n"
			     "big:x:2147483647:2147483647::relative:\n"
			     "we-ird_1.x:x:30:31::/weird:\n"
			     ":x:0:0::/:\n"
			     "last:x:40:41::/last:/bin/sh"; /* no newline */

static const char group[] = "root:x:0:\n"
			    "wheel:x:10:root,app\n"
			    "disk:x:6:apple,app,app\n"
			    "apps:x:1001:app\n"
			    "dup:x:10:app\n"
			    "staff:x:50:\n"
			    "staff:x:0:\n"
			    "60:x:0:\n"
			    "wrap:x:4294967306:app\n"
			    "short:x:70\n"
			    "damaged:app\n"
			    "last:x:80:last,app2";

static const struct md_user_files files = {passwd, group};

/* "uid:gid groups home name", or "refused". */
static char *show(const char *text, const struct md_strv *add)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_str out = MD_STR_INIT;
	struct md_user user;

	if (md_user_resolve(text, &files, add, &user, &err) < 0) {
		CHECK(err.code == MD_ERR_INVALID);
		return md_xstrdup("refused");
	}
	md_str_addf(&out, "%u:%u", user.uid, user.gid);
	for (size_t i = 0; i < user.group_count; i++)
		md_str_addf(&out, "%c%u", i ? ',' : ' ', user.groups[i]);
	md_str_addf(&out, " %s %s", user.home, user.name ? user.name : "-");
	md_user_fini(&user);
	return md_str_take(&out);
}

static const struct {
	const char *text, *want;
} cases[] = {
	{NULL, "0:0 0,10 /root root"},
	{"", "0:0 0,10 /root root"},
	{"0", "0:0 0,10 /root root"},
	{"root", "0:0 0,10 /root root"},
	{"00", "0:0 0,10 /root root"},
	{"app", "1000:1001 6,10,1001 /home/app app"},
	{"1000", "1000:1001 6,10,1001 /home/app app"},
	{"0001000", "1000:1001 6,10,1001 /home/app app"},
	{"alias", "1000:77 77 /home/alias alias"},
	{"app:staff", "1000:50 50 /home/app app"},
	{"app:0", "1000:0 0 /home/app app"},
	{"app:50", "1000:50 50 /home/app app"},
	{"app:60", "1000:60 60 /home/app app"},
	{"1000:wheel", "1000:10 10 /home/app app"},
	{"0:1000", "0:1000 1000 /root root"},
	{"5000", "5000:0 0 / -"},
	{"5000:6000", "5000:6000 6000 / -"},
	{"5000:disk", "5000:6 6 / -"},
	{"2000", "2000:0 0 / -"},
	{"2", "2:2 2 / bin"},
	{"bin", "2:2 2 / bin"},
	{"big", "2147483647:2147483647 2147483647 / big"},
	{"2147483647", "2147483647:2147483647 2147483647 / big"},
	{"2147483646:2147483646", "2147483646:2147483646 2147483646 / -"},
	{"we-ird_1.x", "30:31 31 /weird we-ird_1.x"},
	{"last", "40:41 41,80 /last last"},
	{"last:last", "40:80 80 /last last"},
	{"2147483648", "refused"},
	{"4294967295", "refused"},
	{"4294967296", "refused"},
	{"4294968296", "refused"},
	{"1000000000000", "refused"},
	{"18446744073709551616", "refused"},
	{"99999999999999999999999999999999999999", "refused"},
	{"0:2147483648", "refused"},
	{"0:4294967296", "refused"},
	{"0:18446744073709551616", "refused"},
	{"-1", "refused"},
	{"+1", "refused"},
	{"+0", "refused"},
	{"-0", "refused"},
	{"+nis", "refused"},
	{"nis", "refused"},
	{"0x0", "refused"},
	{"0x10", "refused"},
	{"1e3", "refused"},
	{"1.0", "refused"},
	{" 0", "refused"},
	{"0 ", "refused"},
	{"0\n", "refused"},
	{"\t0", "refused"},
	{" ", "refused"},
	{":", "refused"},
	{":0", "refused"},
	{"0:", "refused"},
	{"app:", "refused"},
	{"app:nobody", "refused"},
	{"app:staff:0", "refused"},
	{"0:-1", "refused"},
	{"0:+1", "refused"},
	{"wrap", "refused"},
	{"negative", "refused"},
	{"nouid", "refused"},
	{"short", "refused"},
	{"hexa", "refused"},
	{"space", "refused"},
	{"app:wrap", "refused"},
	{"ap", "refused"},
	{"apps", "refused"},
	{"App", "refused"},
	{"x", "refused"},
	{"#", "refused"},
	{"../root", "refused"},
	{"root\nroot", "refused"},
};

static void sixty_texts_are_who_they_should_be(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		md_auto_free char *got = show(cases[i].text, NULL);

		CHECK_STR(got, cases[i].want);
		if (strcmp(got, cases[i].want) != 0)
			printf("# of '%s'\n", cases[i].text ? cases[i].text : "NULL");
	}
}

static void groups_are_added_by_name_or_number(void)
{
	struct md_strv add = MD_STRV_INIT;
	md_auto_free char *good = NULL;
	md_auto_free char *bad = NULL;

	md_strv_add(&add, "staff");
	md_strv_add(&add, "7777");
	md_strv_add(&add, "10");
	good = show("app", &add);
	CHECK_STR(good, "1000:1001 6,10,50,1001,7777 /home/app app");
	md_strv_add(&add, "nobody");
	bad = show("app", &add);
	CHECK_STR(bad, "refused");
	md_strv_fini(&add);
}

static void numbers_work_without_any_file(void)
{
	static const struct md_user_files none = {NULL, NULL};
	struct md_error err = MD_ERROR_INIT;
	struct md_user user;

	CHECK(md_user_resolve("7:8", &none, NULL, &user, &err) == 0);
	CHECK(user.uid == 7 && user.gid == 8 && user.group_count == 1 && user.groups[0] == 8);
	md_user_fini(&user);
	CHECK(md_user_resolve("app", &none, NULL, &user, &err) == -1);
	CHECK_STR(err.msg, "user 'app' is not in /etc/passwd of the image (give a name from there, "
			   "or a number)");
}

static void a_hundred_thousand_groups_are_refused(void)
{
	MD_CLEANUP(md_str_fini) struct md_str many = MD_STR_INIT;
	struct md_user_files hostile = {passwd, NULL};
	struct md_error err = MD_ERROR_INIT;
	struct md_user user;

	for (int i = 0; i < 100000; i++)
		md_str_addf(&many, "g:x:%d:app\n", i);
	hostile.group = md_str_get(&many);
	CHECK(md_user_resolve("app", &hostile, NULL, &user, &err) == -1);
	CHECK(strstr(err.msg, "100000 groups"));
}

static void a_line_without_end_is_no_entry(void)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;
	struct md_user_files hostile = {NULL, group};
	struct md_error err = MD_ERROR_INIT;
	struct md_user user;

	md_str_add(&text, "evil:x:0:0:");
	for (int i = 0; i < 100000; i++)
		md_str_addc(&text, 'A');
	md_str_add(&text, ":/root:\nevil:x:12:13::/:\n");
	hostile.passwd = md_str_get(&text);
	CHECK(md_user_resolve("evil", &hostile, NULL, &user, &err) == 0 && user.uid == 12);
	md_user_fini(&user);
}

int main(void)
{
	RUN(sixty_texts_are_who_they_should_be);
	RUN(groups_are_added_by_name_or_number);
	RUN(numbers_work_without_any_file);
	RUN(a_hundred_thousand_groups_are_refused);
	RUN(a_line_without_end_is_no_entry);
	return DONE();
}
