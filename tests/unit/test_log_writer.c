/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/log_fixture.h"

#include <signal.h>
#include <sys/resource.h>

#define MIB (UINT64_C(1) << 20)

static const struct md_log_options all = {.tail = -1, .stop_fd = -1};

static void lines_are_records_and_the_rest_waits(void)
{
	struct md_log_writer *writer = open_writer(0, 0);

	write_text(writer, "one\ntw");
	check_log(&all, "oone\n|");
	write_text(writer, "o\nthree");
	md_log_write(writer, MD_STREAM_STDERR, "E\n", 2); /* another stream, another line */
	check_log(&all, "oone\n|otwo\n|eE\n|");
	md_log_flush(writer);
	check_log(&all, "oone\n|otwo\n|eE\n|othree|");
	md_log_write(writer, MD_STREAM_STDERR, "end", 3);
	md_log_writer_close(writer);
	check_log(&all, "oone\n|otwo\n|eE\n|othree|eend|");
	fixture_clear();
}

static void a_long_line_is_split_without_newline(void)
{
	struct md_log_writer *writer = open_writer(0, 0);
	struct md_error err = MD_ERROR_INIT;
	struct result result = {.text = MD_STR_INIT};
	size_t total = 3 * MD_LOG_PIECE_MAX + 5;
	md_auto_free char *line = md_xcalloc(1, total + 2);

	memset(line, 'x', total);
	line[total] = '\n';
	line[MD_LOG_PIECE_MAX - 1] = '\xc3'; /* a character across the seam */
	line[MD_LOG_PIECE_MAX] = '\xa9';
	for (size_t at = 0; at <= total; at += 1000) /* as a pipe gives it */
		md_log_write(writer, MD_STREAM_STDOUT, line + at,
			     total + 1 - at < 1000 ? total + 1 - at : 1000);
	md_log_write(writer, MD_STREAM_STDOUT, line, total + 1); /* and at once */
	md_log_writer_close(writer);
	CHECK(read_log(&all, &result, &err) == 0 && result.count == 8 && result.skipped == 0);
	/* 'o' and '|' around each of the eight records */
	CHECK(result.text.length == 2 * (total + 1) + 16);
	CHECK(result.text.data[1 + MD_LOG_PIECE_MAX - 1] == '|');
	CHECK(memcmp(result.text.data + MD_LOG_PIECE_MAX + 2, "\xc3\xa9", 2) == 0);
	md_str_fini(&result.text);
	fixture_clear();
}

/* Every file within its limit, made of whole records, and together the last that were written. */
static void check_rotated(uint64_t max_size, unsigned int max_files, uint32_t last)
{
	MD_CLEANUP(md_str_fini) struct md_str scratch = MD_STR_INIT;
	unsigned int number = 0;
	uint32_t wanted = last;

	for (;; number++) {
		size_t length = 0;
		md_auto_free char *data = get_file(number, &length);
		char *line_end = data ? data + length : NULL;

		if (!data)
			break;
		CHECK(length > 0 && length <= max_size && data[length - 1] == '\n');
		while (line_end > data) { /* backwards: the newest first */
			char *before = memrchr(data, '\n', (size_t)(line_end - 1 - data));
			char *line = before ? before + 1 : data;
			struct md_log_record record;

			CHECK(md_log_parse_line(line, (size_t)(line_end - 1 - line), &scratch,
						&record));
			CHECK(strtoul(record.bytes, NULL, 10) == wanted);
			wanted--;
			line_end = line;
		}
	}
	CHECK(number == max_files);
}

static void rotation_is_exact(void)
{
	static const struct {
		uint64_t max_size;
		unsigned int max_files;
	} cases[] = {{1024, 1}, {1024, 2}, {1500, 3}, {4096, 5}, {100000, 3}};
	uint32_t state = 7;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct md_log_writer *writer = open_writer(cases[i].max_size, cases[i].max_files);
		MD_CLEANUP(md_str_fini) struct md_str batch = MD_STR_INIT;

		for (uint32_t n = 1; n <= 5000; n++) {
			md_str_addf(&batch, "%u %.*s\n", n, (int)(next_random(&state) % 40),
				    "\"\"\"\"\"\"\"\"\"\"\t\t\t\t\t\t\t\t\t\t\x01\x01\x01\x01\x01"
				    "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff");
			if (next_random(&state) % 30 && n < 5000)
				continue;
			md_log_write(writer, MD_STREAM_STDOUT, md_str_get(&batch), batch.length);
			md_str_clear(&batch);
		}
		md_log_writer_close(writer);
		check_rotated(cases[i].max_size, cases[i].max_files, 5000);
		fixture_clear();
	}
}

static void a_restart_goes_on_in_the_same_file(void)
{
	struct md_log_writer *writer = open_writer(0, 0);

	write_text(writer, "one\n");
	md_log_writer_close(writer);
	writer = open_writer(0, 0);
	write_text(writer, "two\n");
	md_log_writer_close(writer);
	check_log(&all, "oone\n|otwo\n|");
	fixture_clear();
}

static void a_torn_end_of_a_dead_writer_costs_only_itself(void)
{
	static const char torn[] = "{\"log\":\"half";
	struct md_error err = MD_ERROR_INIT;
	struct result result = {.text = MD_STR_INIT};
	struct md_log_writer *writer;

	put_file(0, torn, strlen(torn));
	writer = open_writer(0, 0);
	write_text(writer, "whole\n");
	md_log_writer_close(writer);
	CHECK(read_log(&all, &result, &err) == 0);
	CHECK_STR(md_str_get(&result.text), "owhole\n|");
	CHECK(result.skipped == strlen(torn) + 1);
	md_str_fini(&result.text);
	fixture_clear();
}

static void fewer_files_than_before_means_fewer_files(void)
{
	struct md_log_writer *writer;
	struct stat st;

	for (unsigned int number = 0; number < 6; number++)
		put_file(number, "x\n", 2);
	writer = open_writer(0, 3);
	md_log_writer_close(writer);
	CHECK(fstatat(log_fd, "container.log.2", &st, 0) == 0);
	CHECK(fstatat(log_fd, "container.log.3", &st, 0) < 0);
	CHECK(fstatat(log_fd, "container.log.5", &st, 0) < 0);
	fixture_clear();
}

static void limit_file_size(rlim_t limit)
{
	struct rlimit r;

	CHECK(getrlimit(RLIMIT_FSIZE, &r) == 0);
	r.rlim_cur = limit;
	CHECK(setrlimit(RLIMIT_FSIZE, &r) == 0);
}

/* A file size limit stops a write in the middle, exactly as a disk that runs full does. */
static void a_full_disk_loses_records_and_says_so(void)
{
	struct md_log_writer *writer = open_writer(MIB, 2);
	struct md_error err = MD_ERROR_INIT;
	struct result result = {.text = MD_STR_INIT};

	(void)signal(SIGXFSZ, SIG_IGN);
	limit_file_size(270);
	write_text(writer, "1aaa\n2bbb\n3ccc\n4ddd\n5eee\n"); /* three records fit */
	write_text(writer, "6fff\n");
	CHECK(read_log(&all, &result, &err) == 0 && result.skipped == 0);
	CHECK_STR(md_str_get(&result.text), "o1aaa\n|o2bbb\n|o3ccc\n|");
	limit_file_size(RLIM_INFINITY);
	write_text(writer, "7ggg\n");
	md_log_writer_close(writer);
	md_str_clear(&result.text);
	CHECK(read_log(&all, &result, &err) == 0 && result.skipped == 0);
	CHECK_STR(md_str_get(&result.text),
		  "o1aaa\n|o2bbb\n|o3ccc\n|"
		  "eminidock: 15 bytes of output are missing here: File too large\n|o7ggg\n|");
	md_str_fini(&result.text);
	fixture_clear();
}

static void refused(const char *what)
{
	struct md_error err = MD_ERROR_INIT, read_err = MD_ERROR_INIT;
	struct result result = {.text = MD_STR_INIT};
	struct md_log_writer *writer = md_log_writer_open(log_fd, 0, 0, &err);

	CHECK(!writer && err.code == MD_ERR_CORRUPT);
	CHECK(strstr(err.msg, what));
	CHECK(read_log(&all, &result, &read_err) == -1 && read_err.code == MD_ERR_CORRUPT);
	CHECK(strstr(read_err.msg, what) && result.count == 0);
	md_str_fini(&result.text);
	fixture_clear();
}

static void a_log_that_we_did_not_make_is_refused(void)
{
	CHECK(symlinkat("/etc/passwd", log_fd, "container.log") == 0);
	refused("a symbolic link");
	CHECK(mkfifoat(log_fd, "container.log", 0600) == 0);
	refused("not a regular file");
	CHECK(mkdirat(log_fd, "container.log", 0700) == 0);
	refused("not a regular file");
	put_file(0, "x\n", 2);
	CHECK(linkat(log_fd, "container.log", log_fd, "other", 0) == 0);
	refused("more than one name");
}

static void a_replaced_log_does_not_divert_a_running_writer(void)
{
	struct md_log_writer *writer = open_writer(0, 0);
	char victim[64];
	struct stat st;

	(void)snprintf(victim, sizeof(victim), "%s/victim", base);
	write_text(writer, "one\n");
	CHECK(unlinkat(log_fd, "container.log", 0) == 0);
	CHECK(symlinkat(victim, log_fd, "container.log") == 0);
	write_text(writer, "two\n");
	md_log_writer_close(writer);
	CHECK(lstat(victim, &st) < 0);
	fixture_clear();
}

static void limits_that_make_no_sense_are_refused(void)
{
	struct md_error err = MD_ERROR_INIT;

	CHECK(!md_log_writer_open(log_fd, 1023, 3, &err) && err.code == MD_ERR_INVALID);
}

int main(void)
{
	fixture_open();
	RUN(lines_are_records_and_the_rest_waits);
	RUN(a_long_line_is_split_without_newline);
	RUN(rotation_is_exact);
	RUN(a_restart_goes_on_in_the_same_file);
	RUN(a_torn_end_of_a_dead_writer_costs_only_itself);
	RUN(fewer_files_than_before_means_fewer_files);
	RUN(a_full_disk_loses_records_and_says_so);
	RUN(a_log_that_we_did_not_make_is_refused);
	RUN(a_replaced_log_does_not_divert_a_running_writer);
	RUN(limits_that_make_no_sense_are_refused);
	fixture_close();
	return DONE();
}
