/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Output arrives in batches as read(2) gives them. Each is encoded into one buffer, and what the
 * buffer holds leaves with one write(2): a reader that follows sees whole records.
 */
#include "containers/log_private.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fs.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define BUFFER_SIZE       (256 * 1024)
#define MAX_SIZE_DEFAULT  (UINT64_C(10) << 20)
#define MAX_SIZE_MIN      1024
#define MAX_FILES_DEFAULT 3
#define STREAMS           2

/* The start of a line whose rest has not come yet. */
struct partial {
	char *bytes;
	size_t length;
};

struct md_log_writer {
	int dirfd, fd; /* fd -1: the file could not be opened when it was needed */
	uint64_t max_size;
	unsigned int max_files;
	size_t piece_max; /* bytes of output of which every record fits into max_size */
	uint64_t size;    /* of the file, after repair */
	bool is_torn;     /* the file does not end with a newline; `size` counts one already */
	char *buffer;
	size_t used;
	struct partial partial[STREAMS];
	uint64_t lost; /* bytes of output since the last record that told so */
	int lost_errno;
};

static int open_current(struct md_log_writer *w, struct md_error *err)
{
	struct stat st;
	char last = '\n';

	w->fd = md_log_open(w->dirfd, 0, O_RDWR | O_APPEND | O_CREAT, err);
	if (w->fd < 0)
		return -1;
	if (fstat(w->fd, &st) < 0)
		return md_fail_errno(err, "stat the log");
	w->size = (uint64_t)st.st_size;
	/* The one before us may have died in the middle of a record: ours start on a new line. */
	if (st.st_size > 0 && pread(w->fd, &last, 1, st.st_size - 1) < 0)
		return md_fail_errno(err, "read the end of the log");
	w->is_torn = last != '\n';
	w->size += w->is_torn;
	return 0;
}

static void remove_surplus(const struct md_log_writer *w)
{
	char name[MD_LOG_NAME_SIZE];
	unsigned int number = w->max_files;

	do
		md_log_name(number++, name);
	while (unlinkat(w->dirfd, name, 0) == 0);
}

struct md_log_writer *md_log_writer_open(int dirfd, uint64_t max_size, unsigned int max_files,
					 struct md_error *err)
{
	struct md_log_writer *w = md_xcalloc(1, sizeof(*w));
	size_t fits;

	w->fd = -1;
	w->max_size = max_size ? max_size : MAX_SIZE_DEFAULT;
	w->max_files = max_files ? max_files : MAX_FILES_DEFAULT;
	w->dirfd = fcntl(dirfd, F_DUPFD_CLOEXEC, 3);
	if (w->dirfd < 0)
		(void)md_fail_errno(err, "duplicate the descriptor of the log directory");
	else if (w->max_size < MAX_SIZE_MIN)
		(void)md_fail(err, MD_ERR_INVALID, "a log of %llu bytes (at least %d)",
			      (unsigned long long)w->max_size, MAX_SIZE_MIN);
	else if (open_current(w, err) == 0) {
		fits = (w->max_size - MD_LOG_OVERHEAD_MAX) / MD_LOG_ESCAPED_MAX;
		w->piece_max = fits < MD_LOG_PIECE_MAX ? fits : MD_LOG_PIECE_MAX;
		w->buffer = md_xcalloc(1, BUFFER_SIZE + MD_LOG_SLACK);
		remove_surplus(w);
		return w;
	}
	md_log_writer_close(w);
	return NULL;
}

/* Write as much as goes; the number of bytes written, errno of the rest in *ret_errno. */
static size_t write_some(int fd, const char *data, size_t length, int *ret_errno)
{
	size_t done = 0;

	while (done < length) {
		ssize_t n = write(fd, data + done, length - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			*ret_errno = n < 0 ? errno : ENOSPC;
			break;
		}
		done += (size_t)n;
	}
	return done;
}

/* Bytes of output in whole records. */
static uint64_t count_output(const char *records, size_t length)
{
	MD_CLEANUP(md_str_fini) struct md_str scratch = MD_STR_INIT;
	const char *end = records + length;
	struct md_log_record record;
	uint64_t sum = 0;

	while (records < end) {
		const char *newline = memchr(records, '\n', (size_t)(end - records));

		if (!newline)
			break;
		if (md_log_parse_line(records, (size_t)(newline - records), &scratch, &record))
			sum += record.length;
		records = newline + 1;
	}
	return sum;
}

static void lose(struct md_log_writer *w, const char *records, size_t length, int why)
{
	w->lost += count_output(records, length);
	w->lost_errno = why;
}

/* A write that stopped in the middle of a record: take the torn part back. */
static size_t repair(struct md_log_writer *w, const char *data, size_t written)
{
	size_t whole = written;

	while (whole > 0 && data[whole - 1] != '\n')
		whole--;
	if (whole < written && ftruncate(w->fd, (off_t)(w->size + whole)) < 0) {
		w->is_torn = true;
		w->size += written - whole + 1;
	}
	return whole;
}

/* Append whole records to the file. False when not all of them could be written. */
static bool append(struct md_log_writer *w, const char *records, size_t length)
{
	size_t written, whole;
	int why = 0;

	if (w->is_torn) {
		if (write_some(w->fd, "\n", 1, &why) != 1) {
			lose(w, records, length, why);
			return false;
		}
		w->is_torn = false;
	}
	written = write_some(w->fd, records, length, &why);
	if (written == length) {
		w->size += length;
		return true;
	}
	whole = repair(w, records, written);
	w->size += whole;
	lose(w, records + whole, length - whole, why);
	return false;
}

static bool make_room(struct md_log_writer *w)
{
	char from[MD_LOG_NAME_SIZE], to[MD_LOG_NAME_SIZE];

	if (w->max_files == 1) {
		md_log_name(0, from);
		return unlinkat(w->dirfd, from, 0) == 0;
	}
	for (unsigned int number = w->max_files - 1; number > 0; number--) {
		md_log_name(number - 1, from);
		md_log_name(number, to);
		if (renameat(w->dirfd, from, w->dirfd, to) < 0 && (errno != ENOENT || number == 1))
			return false;
	}
	return true;
}

/* A new file in the place of the full one. On failure the full one stays and takes no more. */
static bool rotate(struct md_log_writer *w)
{
	struct md_error err = MD_ERROR_INIT;

	if (!make_room(w)) {
		w->lost_errno = errno;
		return false;
	}
	md_close_fd(&w->fd);
	if (open_current(w, &err) == 0)
		return true;
	w->lost_errno = err.sys_errno ? err.sys_errno : EIO;
	md_close_fd(&w->fd);
	return false;
}

static bool ensure_open(struct md_log_writer *w)
{
	struct md_error err = MD_ERROR_INIT;

	if (w->fd >= 0 || open_current(w, &err) == 0)
		return true;
	md_close_fd(&w->fd);
	w->lost_errno = err.sys_errno ? err.sys_errno : EIO;
	return false;
}

static bool has_room(const struct md_log_writer *w, size_t length)
{
	return w->size + length <= w->max_size;
}

/* Say in the log itself what it lacks, once it can be written again. */
static bool report_loss(struct md_log_writer *w)
{
	struct md_log_suffix suffix;
	char text[256], record[6 * sizeof(text) + MD_LOG_OVERHEAD_MAX + MD_LOG_SLACK];
	uint64_t lost = w->lost;
	size_t length;

	length = (size_t)snprintf(text, sizeof(text),
				  "minidock: %llu bytes of output are missing here: %s\n",
				  (unsigned long long)lost, strerror(w->lost_errno));
	md_log_make_suffix(MD_STREAM_STDERR, md_clock_wall_ns(), &suffix);
	length = md_log_encode(record, text, length, &suffix);
	if (!has_room(w, length) && !rotate(w))
		return false;
	if (!append(w, record, length)) {
		w->lost = lost; /* our own words are no output */
		return false;
	}
	w->lost = 0;
	return true;
}

/* Bring the first `length` bytes of the buffer into the file, or count them as lost. */
static void write_out(struct md_log_writer *w, size_t length)
{
	bool is_ready;

	if (length == 0)
		return;
	is_ready = ensure_open(w) && (w->lost == 0 || report_loss(w));
	/* The report may have taken the room, or have begun a new file. */
	if (is_ready && !has_room(w, length))
		is_ready = rotate(w) && has_room(w, length);
	if (is_ready)
		(void)append(w, w->buffer, length);
	else
		lose(w, w->buffer, length, w->lost_errno);
}

static void write_all_out(struct md_log_writer *w)
{
	write_out(w, w->used);
	w->used = 0;
}

static void emit(struct md_log_writer *w, const char *bytes, size_t length,
		 const struct md_log_suffix *suffix)
{
	size_t before, record;

	if (w->used + MD_LOG_ESCAPED_MAX * length + MD_LOG_OVERHEAD_MAX > BUFFER_SIZE)
		write_all_out(w);
	before = w->used;
	record = md_log_encode(w->buffer + before, bytes, length, suffix);
	if (!has_room(w, before + record)) {
		/* Fill this file with what fits; write_out() of the rest begins the next one. */
		write_out(w, before);
		memmove(w->buffer, w->buffer + before, record);
		before = 0;
	}
	w->used = before + record;
}

static void emit_partial(struct md_log_writer *w, struct partial *p, size_t length,
			 const struct md_log_suffix *suffix)
{
	emit(w, p->bytes, length, suffix);
	p->length -= length;
	memmove(p->bytes, p->bytes + length, p->length);
}

/* Add to the line that was begun. Returns the bytes taken. */
static size_t continue_partial(struct md_log_writer *w, struct partial *p, const char *bytes,
			       size_t length, const struct md_log_suffix *suffix)
{
	size_t room = w->piece_max - p->length;
	size_t n = length < room ? length : room;
	const char *newline = memchr(bytes, '\n', n);

	if (newline)
		n = (size_t)(newline - bytes) + 1;
	memcpy(p->bytes + p->length, bytes, n);
	p->length += n;
	if (newline)
		emit_partial(w, p, p->length, suffix);
	else if (p->length == w->piece_max)
		emit_partial(w, p, md_log_cut(p->bytes, p->length), suffix);
	return n;
}

/* Take the next line, or a piece of a long one, or keep what is none yet. */
static size_t take_line(struct md_log_writer *w, struct partial *p, const char *bytes,
			size_t length, const struct md_log_suffix *suffix)
{
	size_t n = length < w->piece_max ? length : w->piece_max;
	const char *newline;

	if (p->length > 0)
		return continue_partial(w, p, bytes, length, suffix);
	newline = memchr(bytes, '\n', n);
	if (newline)
		n = (size_t)(newline - bytes) + 1;
	else if (n == w->piece_max)
		n = md_log_cut(bytes, n);
	else {
		if (!p->bytes)
			p->bytes = md_xcalloc(1, MD_LOG_PIECE_MAX);
		memcpy(p->bytes, bytes, n);
		p->length = n;
		return n;
	}
	emit(w, bytes, n, suffix);
	return n;
}

void md_log_write(struct md_log_writer *w, enum md_stream stream, const void *bytes, size_t length)
{
	struct partial *p = &w->partial[stream == MD_STREAM_STDERR];
	struct md_log_suffix suffix;
	const char *next = bytes;

	md_log_make_suffix(stream, md_clock_wall_ns(), &suffix);
	while (length > 0) {
		size_t n = take_line(w, p, next, length, &suffix);

		next += n;
		length -= n;
	}
	write_all_out(w);
}

void md_log_flush(struct md_log_writer *w)
{
	static const enum md_stream streams[STREAMS] = {MD_STREAM_STDOUT, MD_STREAM_STDERR};
	struct md_log_suffix suffix;

	for (size_t i = 0; i < STREAMS; i++) {
		if (w->partial[i].length == 0)
			continue;
		md_log_make_suffix(streams[i], md_clock_wall_ns(), &suffix);
		emit_partial(w, &w->partial[i], w->partial[i].length, &suffix);
	}
	write_all_out(w);
}

void md_log_writer_close(struct md_log_writer *w)
{
	if (!w)
		return;
	if (w->buffer)
		md_log_flush(w);
	md_close_fd(&w->fd);
	md_close_fd(&w->dirfd);
	for (size_t i = 0; i < STREAMS; i++)
		free(w->partial[i].bytes);
	free(w->buffer);
	free(w);
}
