/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - a container's output as JSON lines, written by its supervisor, read by anyone.
 *
 *	log/container.log      {"log":"text\n","stream":"stdout","time":"2026-11-22T17:31:50.123456789Z"}
 *	log/container.log.1    the one before, and so on up to max_files
 *
 * Docker's json-file format. A line longer than 16 KiB is split into records without "\n" at the
 * end. Bytes that are no UTF-8 are kept: each is written as one \udcXX escape (as Python's
 * surrogateescape does), so that parse(write(x)) == x.
 */
#ifndef MD_CONTAINERS_LOG_H
#define MD_CONTAINERS_LOG_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum md_stream { MD_STREAM_STDOUT = 1, MD_STREAM_STDERR = 2 };

struct md_log_writer;

/* Open for appending (O_NOFOLLOW, regular file, link count 1) in the directory `dirfd`. */
struct md_log_writer *md_log_writer_open(int dirfd, uint64_t max_size, unsigned int max_files,
					 struct md_error *err);

/*
 * Log `length` bytes as they came. Whole lines are written; a partial last line is kept until its
 * rest comes, 16 KiB are reached, or md_log_flush(). Rotation happens between records, so no file
 * grows beyond max_size. A disk that is full loses records, never the caller: they are counted and a
 * record says how many bytes were dropped once writing works again.
 */
void md_log_write(struct md_log_writer *writer, enum md_stream stream, const void *bytes,
		  size_t length);
void md_log_flush(struct md_log_writer *writer);
void md_log_writer_close(struct md_log_writer *writer); /* flushes */

struct md_log_record {
	enum md_stream stream;
	int64_t time_ns;
	const char *bytes; /* valid until the next call */
	size_t length;
};

struct md_log_options {
	bool no_stdout, no_stderr;
	int64_t since_ns, until_ns; /* 0 none */
	int64_t tail;               /* last records, -1 all */
	bool follow;
};

/*
 * Give each record to `each` in order of time written, across rotated files. Torn, NUL-filled or
 * foreign lines are skipped; *ret_skipped_bytes counts them. `each` returns false to stop. With
 * follow the call returns when `stop_fd` becomes readable (the container ended) and everything
 * written before was given. Waits by inotify(7).
 */
int md_log_read(int dirfd, const struct md_log_options *options, int stop_fd,
		bool (*each)(const struct md_log_record *record, void *context), void *context,
		uint64_t *ret_skipped_bytes, struct md_error *err);

/* Parse one line (without newline). False if it is no record. *scratch is reused between calls. */
struct md_str;
bool md_log_parse_line(const char *line, size_t length, struct md_str *scratch,
		       struct md_log_record *ret);

#endif
