/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log.h - a container's output as JSON lines, written by its supervisor, read by anyone.
 *
 *	log/container.log {"log":"text\n","stream":"stdout","time":"2026-11-22T17:31:50.123456789Z"}
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

enum md_stream {
	MD_STREAM_STDOUT = 1,
	MD_STREAM_STDERR = 2
};

struct md_log_writer;
struct md_str;

/* Open for appending (O_NOFOLLOW, regular file, link count 1) in the directory `dirfd`. */
struct md_log_writer *md_log_writer_open(int dirfd, uint64_t max_size, unsigned int max_files,
					 struct md_error *err);

/*
 * Log `length` bytes as they came. Whole lines are written; a partial last line is kept until its
 * rest comes, 16 KiB are reached, or md_log_flush(). Rotation happens between records, so no file
 * grows beyond max_size. A disk that is full loses records, never the caller: they are counted and
 * a record says how many bytes were dropped once writing works again.
 */
void md_log_write(struct md_log_writer *writer, enum md_stream stream, const void *bytes,
		  size_t length);

/* Write the partial last line of each stream as it is: the end of the output. */
void md_log_flush(struct md_log_writer *writer);

/* Flush and free. NULL is allowed. */
void md_log_writer_close(struct md_log_writer *writer);

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
	int stop_fd; /* with follow: readable when the container has ended; -1 never */
};

/* Who gets the records. `each` returns false to stop. */
struct md_log_sink {
	bool (*each)(const struct md_log_record *record, void *context);
	void *context;
};

/*
 * Give the wanted records in the order in which they were written, across rotated files. What is
 * torn, NUL or foreign is skipped; *ret_skipped_bytes counts it. A log that is not there has no
 * records. With follow the call returns when stop_fd is readable and everything written before was
 * given, or behind until_ns; it waits by inotify(7). MD_ERR_CORRUPT when the place of a log file is
 * taken by a link or anything else that minidock did not make.
 */
int md_log_read(int dirfd, const struct md_log_options *options, const struct md_log_sink *sink,
		uint64_t *ret_skipped_bytes, struct md_error *err);

/* Parse one line (without newline). False if it is no record. *scratch is reused between calls. */
bool md_log_parse_line(const char *line, size_t length, struct md_str *scratch,
		       struct md_log_record *ret);

#endif
