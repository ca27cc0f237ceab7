/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "runtime/mountinfo.h"

#include <stdlib.h>

static struct md_mount_table parsed;

static bool parse_bytes(const char *text, size_t length)
{
	struct md_error err = MD_ERROR_INIT;

	md_mount_table_fini(&parsed);
	return md_mount_table_parse(text, length, &parsed, &err) == 0;
}

static bool parse(const char *text)
{
	return parse_bytes(text, strlen(text));
}

static void a_line_of_the_manual_is_read(void)
{
	CHECK(parse("36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root "
		    "rw,errors=continue\n"));
	CHECK(parsed.count == 1);
	CHECK(parsed.items[0].id == 36 && parsed.items[0].parent == 35);
	CHECK(parsed.items[0].major == 98 && parsed.items[0].minor == 0);
	CHECK_STR(parsed.items[0].root, "/mnt1");
	CHECK_STR(parsed.items[0].mount_point, "/mnt2");
	CHECK_STR(parsed.items[0].options, "rw,noatime");
	CHECK_STR(parsed.items[0].fs_type, "ext3");
	CHECK_STR(parsed.items[0].source, "/dev/root");
	CHECK_STR(parsed.items[0].super_options, "rw,errors=continue");
}

static void optional_fields_may_be_none_or_many(void)
{
	CHECK(parse(
		"1 2 0:3 / /a rw - tmpfs t rw\n"
		"2 2 0:3 / /b rw shared:1 master:2 propagate_from:3 unbindable - tmpfs t rw\n"));
	CHECK(parsed.count == 2);
	CHECK_STR(parsed.items[1].fs_type, "tmpfs");
}

static void escapes_are_decoded_once(void)
{
	CHECK(parse("1 2 0:3 / /a\\040b\\011c\\012d\\134040\\043 rw - tmpfs t rw\n"));
	CHECK_STR(parsed.items[0].mount_point, "/a b\tc\nd\\040#");
}

static void what_is_no_escape_stays(void)
{
	CHECK(parse("1 2 0:3 / /a\\04\\000\\999\\400\\ rw - tmpfs t rw\n"));
	CHECK_STR(parsed.items[0].mount_point, "/a\\04\\000\\999\\400\\");
}

static void a_mount_named_like_the_separator_does_not_shift_fields(void)
{
	CHECK(parse("1 2 0:3 / /- rw shared:7 - cgroup - rw,memory\n"));
	CHECK_STR(parsed.items[0].mount_point, "/-");
	CHECK_STR(parsed.items[0].source, "-");
	CHECK_STR(parsed.items[0].super_options, "rw,memory");
}

static void an_empty_source_is_kept_empty(void)
{
	CHECK(parse("1 2 0:3 / /a rw - tmpfs  rw,size=4k\n"));
	CHECK_STR(parsed.items[0].source, "");
	CHECK_STR(parsed.items[0].super_options, "rw,size=4k");
}

static void a_last_line_needs_no_newline(void)
{
	CHECK(parse("1 2 0:3 / /a rw - tmpfs t rw"));
	CHECK(parsed.count == 1);
	CHECK(parse(""));
	CHECK(parsed.count == 0);
}

static void malformed_lines_are_refused(void)
{
	static const char *const bad[] = {
		"\n",
		"x 2 0:3 / /a rw - tmpfs t rw\n",
		"-1 2 0:3 / /a rw - tmpfs t rw\n",
		"1 2 03 / /a rw - tmpfs t rw\n",
		"1 2 0: / /a rw - tmpfs t rw\n",
		"1 2 :3 / /a rw - tmpfs t rw\n",
		"4294967296 2 0:3 / /a rw - tmpfs t rw\n",
		"99999999999999999999999999 2 0:3 / /a rw - tmpfs t rw\n",
		"1 2 0:3 / a rw - tmpfs t rw\n",
		"1 2 0:3 / /a rw\n",
		"1 2 0:3 / /a rw - \n",
		"1 2 0:3 / /a rw - tmpfs\n",
		"1 2 0:3 / /a rw - tmpfs t\n",
		"1 2 0:3 / /a rw shared:1 tmpfs t rw\n",
		"1 2 0:3 / /a rw - tmpfs t rw\n\n2 1 0:3 / /b rw - tmpfs t rw\n",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		bool accepted = parse(bad[i]);

		CHECK(!accepted);
		if (accepted)
			printf("#   line: %s\n", bad[i]);
	}
}

static void a_nul_byte_is_refused(void)
{
	static const char text[] = "1 2 0:3 / /a\0/b rw - tmpfs t rw\n";

	CHECK(!parse_bytes(text, sizeof(text) - 1));
}

static void the_error_names_the_line(void)
{
	struct md_error err = MD_ERROR_INIT;
	const char *text = "1 2 0:3 / /a rw - tmpfs t rw\nrubbish\n";

	md_mount_table_fini(&parsed);
	CHECK(md_mount_table_parse(text, strlen(text), &parsed, &err) == -1);
	CHECK(err.code == MD_ERR_CORRUPT);
	CHECK_STR(err.msg, "mountinfo: line 2 is malformed");
}

static bool is_visible(size_t index)
{
	return md_mount_is_visible(&parsed, &parsed.items[index]);
}

static void a_mount_on_top_hides_the_one_below(void)
{
	CHECK(parse("1 0 0:1 / / rw - ext4 d rw\n"
		    "2 1 0:2 / /a rw - tmpfs one rw\n"
		    "3 2 0:3 / /a rw - tmpfs two rw\n"));
	CHECK(is_visible(0) && !is_visible(1) && is_visible(2));
}

static void a_mount_over_a_parent_directory_hides_what_was_below(void)
{
	CHECK(parse("1 0 0:1 / / rw - ext4 d rw\n"
		    "2 1 0:2 / /sys rw - sysfs s rw\n"
		    "3 2 0:3 / /sys/fs/cgroup/memory rw - cgroup c rw,memory\n"
		    "4 2 0:4 / /sys/fs/cgroup rw - tmpfs t rw\n"
		    "5 4 0:3 / /sys/fs/cgroup/pids rw - cgroup c rw,pids\n"
		    "6 2 0:4 / /sys/fs/cgroup2 rw - tmpfs t rw\n"));
	CHECK(!is_visible(2));
	CHECK(is_visible(4));
	CHECK(is_visible(5));
}

/* The first tmpfs is hidden itself, and so hides nothing of what lies on the second. */
static void a_hidden_mount_hides_nothing(void)
{
	CHECK(parse("1 0 0:1 / / rw - ext4 d rw\n"
		    "2 1 0:2 / /sys rw - sysfs one rw\n"
		    "3 2 0:3 / /sys/fs/cgroup rw - tmpfs one rw\n"
		    "4 2 0:4 / /sys rw - sysfs two rw\n"
		    "5 4 0:5 / /sys/fs/cgroup rw - tmpfs two rw\n"
		    "6 5 0:6 / /sys/fs/cgroup/memory rw - cgroup c rw,memory\n"));
	CHECK(!is_visible(1) && !is_visible(2));
	CHECK(is_visible(3) && is_visible(4) && is_visible(5));
}

static void a_ring_of_parents_ends(void)
{
	CHECK(parse("1 2 0:1 / /a rw - tmpfs t rw\n2 1 0:1 / /b rw - tmpfs t rw\n"
		    "3 3 0:1 / /c rw - tmpfs t rw\n"));
	CHECK(!is_visible(0));
	CHECK(is_visible(2));
}

/* Every cut of a good text is read or refused, and nothing is read outside it (run under ASan). */
static void every_prefix_and_every_damaged_byte_is_survived(void)
{
	static const char good[] = "36 35 98:0 /m\\040 /n rw shared:1 - ext3 /dev/r rw,x\n"
				   "1 2 0:3 / /a rw - tmpfs  rw\n";
	char text[sizeof(good)];
	size_t read = 0;

	for (size_t cut = 0; cut < sizeof(good); cut++)
		read += parse_bytes(good, cut);
	CHECK(read >= 3 && read < sizeof(good) / 2);
	for (size_t i = 0; i + 1 < sizeof(good); i++) {
		for (int byte = 0; byte < 256; byte++) {
			memcpy(text, good, sizeof(good));
			text[i] = (char)byte;
			(void)parse_bytes(text, sizeof(good) - 1);
			for (size_t m = 0; m < parsed.count; m++)
				(void)is_visible(m);
		}
	}
}

int main(void)
{
	RUN(a_line_of_the_manual_is_read);
	RUN(optional_fields_may_be_none_or_many);
	RUN(escapes_are_decoded_once);
	RUN(what_is_no_escape_stays);
	RUN(a_mount_named_like_the_separator_does_not_shift_fields);
	RUN(an_empty_source_is_kept_empty);
	RUN(a_last_line_needs_no_newline);
	RUN(malformed_lines_are_refused);
	RUN(a_nul_byte_is_refused);
	RUN(the_error_names_the_line);
	RUN(a_mount_on_top_hides_the_one_below);
	RUN(a_mount_over_a_parent_directory_hides_what_was_below);
	RUN(a_hidden_mount_hides_nothing);
	RUN(a_ring_of_parents_ends);
	RUN(every_prefix_and_every_damaged_byte_is_survived);
	md_mount_table_fini(&parsed);
	return DONE();
}
