/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_fixture.h - a log directory of its own, what is read from it, and a cheap random source.
 *
 *	fixture_open();
 *	... md_log_writer_open(log_fd, ...) ... read_log(&options) ...
 *	fixture_close();
 */
#ifndef MD_TESTS_LOG_FIXTURE_H
#define MD_TESTS_LOG_FIXTURE_H

#include "tests/unit/check.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "containers/log_private.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>

/* In memory where possible: a test of ten thousand small files should not wait for a disk. */
static char base[] = "/dev/shm/md-test-log-XXXXXX";
static int log_fd = -1;

/* The same numbers in every run. */
static inline uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

static inline void fixture_clear(void)
{
	struct dirent *e;
	DIR *dir = fdopendir(openat(log_fd, ".", O_RDONLY | O_DIRECTORY));

	while ((e = readdir(dir)) != NULL)
		if (e->d_name[0] != '.' && unlinkat(log_fd, e->d_name, 0) < 0)
			(void)unlinkat(log_fd, e->d_name, AT_REMOVEDIR);
	(void)closedir(dir);
}

static inline void fixture_open(void)
{
	if (!mkdtemp(base)) {
		(void)snprintf(base, sizeof(base), "/tmp/md-test-log-XXXXXX");
		CHECK(mkdtemp(base));
	}
	log_fd = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static inline void fixture_close(void)
{
	fixture_clear();
	md_close_fd(&log_fd);
	CHECK(rmdir(base) == 0);
}

static inline struct md_log_writer *open_writer(uint64_t max_size, unsigned int max_files)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_log_writer *writer = md_log_writer_open(log_fd, max_size, max_files, &err);

	CHECK(writer);
	if (!writer)
		printf("# %s\n", err.msg);
	return writer;
}

static inline void write_text(struct md_log_writer *writer, const char *text)
{
	md_log_write(writer, MD_STREAM_STDOUT, text, strlen(text));
}

/* What a read gave: every record's stream letter, bytes and '|'. */
struct result {
	struct md_str text;
	size_t count;
	uint64_t skipped;
	size_t stop_after; /* records, 0: never */
};

static inline bool collect(const struct md_log_record *record, void *context)
{
	struct result *result = context;

	md_str_addc(&result->text, record->stream == MD_STREAM_STDERR ? 'e' : 'o');
	md_str_add_bytes(&result->text, record->bytes, record->length);
	md_str_addc(&result->text, '|');
	return ++result->count != result->stop_after;
}

static inline int read_log(const struct md_log_options *options, struct result *result,
			   struct md_error *err)
{
	const struct md_log_sink sink = {collect, result};

	return md_log_read(log_fd, options, &sink, &result->skipped, err);
}

static inline void check_log(const struct md_log_options *options, const char *want)
{
	struct md_error err = MD_ERROR_INIT;
	struct result result = {.text = MD_STR_INIT};

	CHECK(read_log(options, &result, &err) == 0);
	CHECK_STR(md_str_get(&result.text), want);
	CHECK(result.skipped == 0);
	md_str_fini(&result.text);
}

/* Put a file of the log there as it is. */
static inline void put_file(unsigned int number, const void *data, size_t length)
{
	char name[MD_LOG_NAME_SIZE];
	md_auto_close int fd = -1;

	md_log_name(number, name);
	/* Not truncated: some file systems write a file that replaces its own content to disk. */
	(void)unlinkat(log_fd, name, 0);
	fd = openat(log_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	CHECK(fd >= 0 && md_write_all(fd, data, length) == 0);
}

static inline char *get_file(unsigned int number, size_t *ret_length)
{
	struct md_error err = MD_ERROR_INIT;
	char name[MD_LOG_NAME_SIZE];
	char *data = NULL;

	md_log_name(number, name);
	(void)md_fs_read(log_fd, name, 1 << 24, &data, ret_length, &err);
	return data;
}

#endif
