/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/log_fixture.h"

#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)

static const struct md_log_options all = {.tail = -1, .stop_fd = -1};

/* Record `n` of a made-up log: text "n\n", stderr every third, at second n. */
static void add_record(struct md_str *out, int n)
{
	char text[32], record[256];
	struct md_log_suffix suffix;

	md_log_make_suffix(n % 3 ? MD_STREAM_STDOUT : MD_STREAM_STDERR, n * SECOND, &suffix);
	(void)snprintf(text, sizeof(text), "%d\n", n);
	md_str_add_bytes(out, record, md_log_encode(record, text, strlen(text), &suffix));
}

static void put_records(unsigned int number, int first, int last)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;

	for (int n = first; n <= last; n++)
		add_record(&out, n);
	put_file(number, md_str_get(&out), out.length);
}

static void records_come_in_order_across_files(void)
{
	put_records(2, 1, 2);
	put_records(1, 3, 4);
	put_records(0, 5, 6);
	check_log(&all, "o1\n|o2\n|e3\n|o4\n|o5\n|e6\n|");
	fixture_clear();
}

static void filters_take_stream_and_time(void)
{
	const struct md_log_options out = {.tail = -1, .no_stderr = true, .stop_fd = -1};
	const struct md_log_options errs = {.tail = -1, .no_stdout = true, .stop_fd = -1};
	const struct md_log_options some = {
		.tail = -1, .since_ns = 3 * SECOND, .until_ns = 5 * SECOND, .stop_fd = -1};

	put_records(1, 1, 3);
	put_records(0, 4, 7);
	check_log(&out, "o1\n|o2\n|o4\n|o5\n|o7\n|");
	check_log(&errs, "e3\n|e6\n|");
	check_log(&some, "e3\n|o4\n|o5\n|");
	fixture_clear();
}

static void no_log_has_no_records(void)
{
	check_log(&all, "");
}

static void the_sink_can_stop(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct result result = {.text = MD_STR_INIT, .stop_after = 2};

	put_records(0, 1, 9);
	CHECK(read_log(&all, &result, &err) == 0 && result.skipped == 0);
	CHECK_STR(md_str_get(&result.text), "o1\n|o2\n|");
	md_str_fini(&result.text);
	fixture_clear();
}

/* The last `tail` of what a whole read gives. */
static void check_tail(const struct md_log_options *options, int64_t tail)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_log_options whole = *options, last = *options;
	struct result want = {.text = MD_STR_INIT}, got = {.text = MD_STR_INIT};
	const char *from;
	int64_t surplus;

	whole.tail = -1;
	last.tail = tail;
	CHECK(read_log(&whole, &want, &err) == 0 && read_log(&last, &got, &err) == 0);
	surplus = (int64_t)want.count > tail ? (int64_t)want.count - tail : 0;
	from = md_str_get(&want.text);
	for (; surplus > 0; surplus--)
		from = strchr(from, '|') + 1;
	CHECK_STR(md_str_get(&got.text), from);
	md_str_fini(&want.text);
	md_str_fini(&got.text);
}

static void tails_agree_with_the_whole(void)
{
	static const int64_t tails[] = {0,    1,    2,    10,   999,  1000,  1001,
					1500, 1999, 2000, 2001, 5000, 100000};
	const struct md_log_options errs = {.no_stdout = true, .stop_fd = -1};
	const struct md_log_options since = {.since_ns = 1700 * SECOND, .stop_fd = -1};

	put_records(2, 1, 500);
	put_records(1, 501, 1000);
	put_records(0, 1001, 3000);
	for (size_t i = 0; i < sizeof(tails) / sizeof(*tails); i++) {
		check_tail(&all, tails[i]);
		check_tail(&errs, tails[i]);
		check_tail(&since, tails[i]);
	}
	fixture_clear();
}

static void a_tail_does_not_drown_in_nuls(void)
{
	const struct md_log_options tail = {.tail = 3, .stop_fd = -1};
	MD_CLEANUP(md_str_fini) struct md_str data = MD_STR_INIT;
	struct md_error err = MD_ERROR_INIT;
	struct result result = {.text = MD_STR_INIT};

	add_record(&data, 1);
	add_record(&data, 2);
	for (int i = 0; i < 3 << 20; i++)
		md_str_addc(&data, '\0');
	add_record(&data, 4); /* on the line of the NULs */
	add_record(&data, 5);
	put_file(0, md_str_get(&data), data.length);
	CHECK(read_log(&tail, &result, &err) == 0);
	CHECK_STR(md_str_get(&result.text), "o2\n|o4\n|o5\n|");
	CHECK(result.skipped == 3 << 20);
	md_str_fini(&result.text);
	fixture_clear();
}

/* A child writes and rotates while we follow; the pipe's end tells that it is done. */
static void follow_sees_everything_across_rotations(void)
{
	struct md_log_options options = {.tail = -1, .follow = true};
	struct md_error err = MD_ERROR_INIT;
	struct result result = {.text = MD_STR_INIT};
	MD_CLEANUP(md_str_fini) struct md_str want = MD_STR_INIT;
	int ends[2];
	pid_t pid;

	CHECK(pipe(ends) == 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		struct md_log_writer *writer = open_writer(100000, 200);
		char line[32];

		for (int n = 0; n < 20000; n++) {
			(void)snprintf(line, sizeof(line), "%d\n", n);
			write_text(writer, line);
		}
		md_log_writer_close(writer);
		_exit(0);
	}
	md_close_fd(&ends[1]);
	options.stop_fd = ends[0];
	CHECK(read_log(&options, &result, &err) == 0 && result.skipped == 0);
	for (int n = 0; n < 20000; n++)
		md_str_addf(&want, "o%d\n|", n);
	CHECK(result.count == 20000);
	CHECK(result.text.length == want.length &&
	      memcmp(md_str_get(&result.text), md_str_get(&want), want.length) == 0);
	(void)waitpid(pid, NULL, 0);
	md_close_fd(&ends[0]);
	md_str_fini(&result.text);
	fixture_clear();
}

static void follow_of_what_has_ended_returns_at_once(void)
{
	struct md_log_options options = {.tail = 1, .follow = true};

	options.stop_fd = eventfd(1, EFD_CLOEXEC);
	put_records(0, 1, 5);
	check_log(&options, "o5\n|");
	options.tail = 0;
	check_log(&options, "");
	fixture_clear();
	check_log(&options, "");
	md_close_fd(&options.stop_fd);
}

static void a_slow_follower_goes_on_with_what_is_left(void)
{
	struct md_log_options options = {.tail = -1, .follow = true};
	struct md_error err = MD_ERROR_INIT;
	struct result result = {.text = MD_STR_INIT};
	ino_t inode;
	struct stat st;
	int fd;

	put_records(0, 1, 1);
	fd = md_log_open(log_fd, 0, O_RDONLY, &err);
	CHECK(fstat(fd, &st) == 0); /* open, so that its inode is not used again */
	inode = st.st_ino;
	CHECK(unlinkat(log_fd, "container.log", 0) == 0);
	put_records(1, 7, 8);
	put_records(0, 9, 9);
	CHECK(md_log_number_of(log_fd, inode) == -1);
	md_close_fd(&fd);
	fd = md_log_open_next(log_fd, inode, &inode, &err);
	CHECK(fd >= 0 && md_log_number_of(log_fd, inode) == 1);
	md_close_fd(&fd);
	options.stop_fd = eventfd(1, EFD_CLOEXEC);
	CHECK(read_log(&options, &result, &err) == 0);
	CHECK_STR(md_str_get(&result.text), "o7\n|o8\n|e9\n|");
	md_close_fd(&options.stop_fd);
	md_str_fini(&result.text);
	fixture_clear();
}

int main(void)
{
	fixture_open();
	RUN(records_come_in_order_across_files);
	RUN(filters_take_stream_and_time);
	RUN(no_log_has_no_records);
	RUN(the_sink_can_stop);
	RUN(tails_agree_with_the_whole);
	RUN(a_tail_does_not_drown_in_nuls);
	RUN(follow_sees_everything_across_rotations);
	RUN(follow_of_what_has_ended_returns_at_once);
	RUN(a_slow_follower_goes_on_with_what_is_left);
	fixture_close();
	return DONE();
}
