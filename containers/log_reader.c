/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One file is open at a time. At its end the reader looks by which name it goes now: if it was
 * renamed, the writer has finished it, and the next newer file follows.
 */
#include "containers/log_private.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#define BUFFER_SIZE   (256 * 1024)
#define KEPT_OF_LINES MD_LOG_RECORD_MAX /* of a line that is too long: a record may end it */

_Static_assert(BUFFER_SIZE > 2 * KEPT_OF_LINES, "a record fits behind what is kept");

struct reader {
	int dirfd;
	const struct md_log_options *options;
	const struct md_log_sink *sink;
	bool is_stopped; /* by the sink */

	int fd;
	ino_t inode;
	uint64_t offset; /* of the next read */
	bool is_renamed; /* `fd` is not the newest: read what is left, then go on */
	ino_t end_inode; /* without follow: read no further than this … */
	uint64_t end_offset;

	char *buffer; /* start of a line, then what was read */
	size_t used;
	struct md_str scratch;
	uint64_t skipped;
};

static void reader_fini(struct reader *r)
{
	md_close_fd(&r->fd);
	md_str_fini(&r->scratch);
	free(r->buffer);
}

/* False when there was no record in it. */
static bool give_line(struct reader *r, const char *line, size_t length)
{
	struct md_log_record record;
	size_t skipped;
	bool is_record = md_log_salvage_line(line, length, &r->scratch, &record, &skipped);

	r->skipped += skipped;
	if (is_record && md_log_is_wanted(r->options, &record))
		r->is_stopped = !r->sink->each(&record, r->sink->context);
	/* A clock that goes back is not the end; somebody who waits for more is told that it is. */
	if (is_record && r->options->follow && r->options->until_ns &&
	    record.time_ns > r->options->until_ns)
		r->is_stopped = true;
	return is_record;
}

/* Give the whole lines of the buffer; keep the rest. */
static void give_lines(struct reader *r)
{
	char *p = r->buffer, *end = r->buffer + r->used;

	while (!r->is_stopped) {
		char *newline = memchr(p, '\n', (size_t)(end - p));

		if (!newline)
			break;
		r->skipped += !give_line(r, p, (size_t)(newline - p)); /* its newline */
		p = newline + 1;
	}
	r->used = (size_t)(end - p);
	memmove(r->buffer, p, r->used);
	if (r->used < BUFFER_SIZE)
		return;
	/* No line of ours is this long. Its end may still be a record. */
	r->skipped += r->used - KEPT_OF_LINES;
	memmove(r->buffer, r->buffer + r->used - KEPT_OF_LINES, KEPT_OF_LINES);
	r->used = KEPT_OF_LINES;
}

/* The file ends here for good: what is left was torn, or lacks only its newline. */
static void give_rest(struct reader *r)
{
	if (r->used > 0 && !r->is_stopped)
		(void)give_line(r, r->buffer, r->used);
	r->used = 0;
}

static void take_file(struct reader *r, int fd, ino_t inode)
{
	md_close_fd(&r->fd);
	r->fd = fd;
	r->inode = inode;
	r->offset = 0;
	r->is_renamed = false;
}

/* At the end of a file. 1: there is more to read now, 0: this is the end for the moment. */
static int advance(struct reader *r, struct md_error *err)
{
	ino_t inode;
	int fd;

	if (r->fd >= 0 && !r->is_renamed) {
		r->is_renamed = md_log_number_of(r->dirfd, r->inode) != 0;
		return r->is_renamed; /* it may have grown before it was renamed: read once more */
	}
	fd = md_log_open_next(r->dirfd, r->inode, &inode, err);
	if (fd < 0)
		return err->code == MD_OK ? 0 : -1;
	give_rest(r);
	take_file(r, fd, inode);
	return 1;
}

/* The writer took a torn record back: what we have of it is void. */
static void follow_truncation(struct reader *r)
{
	struct stat st;

	if (fstat(r->fd, &st) < 0 || (uint64_t)st.st_size >= r->offset)
		return;
	r->offset = (uint64_t)st.st_size;
	r->used = 0;
}

static bool is_at_end(const struct reader *r)
{
	return !r->options->follow && r->fd >= 0 && r->inode == r->end_inode &&
	       r->offset >= r->end_offset && r->used == 0;
}

/* One read(2). 1: got something, 0: end of file. */
static int fill(struct reader *r, struct md_error *err)
{
	ssize_t n;

	if (r->fd < 0)
		return 0;
	do
		n = pread(r->fd, r->buffer + r->used, BUFFER_SIZE - r->used, (off_t)r->offset);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return md_fail_errno(err, "read a log file");
	if (n == 0)
		follow_truncation(r);
	r->used += (size_t)n;
	r->offset += (uint64_t)n;
	return n > 0;
}

/* Everything that is there now, across files. */
static int read_available(struct reader *r, struct md_error *err)
{
	while (!r->is_stopped && !is_at_end(r)) {
		int more = fill(r, err);

		if (more > 0) {
			give_lines(r);
			continue;
		}
		if (more == 0)
			more = advance(r, err);
		if (more <= 0)
			return more;
	}
	return 0;
}

static int watch(int dirfd, struct md_error *err)
{
	md_auto_close int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	char path[32];

	if (fd < 0)
		return md_fail_errno(err, "inotify_init1");
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", dirfd);
	if (inotify_add_watch(fd, path, IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0)
		return md_fail_errno(err, "watch the log directory");
	return md_steal_fd(&fd);
}

/* Wait until something changed (1) or the container ended (0). */
static int wait_for_change(int watch_fd, int stop_fd, struct md_error *err)
{
	struct pollfd fds[] = {{.fd = watch_fd, .events = POLLIN},
			       {.fd = stop_fd, .events = POLLIN}};
	char events[4096] __attribute__((aligned(__alignof__(struct inotify_event))));
	int n;

	do
		n = poll(fds, 2, -1);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return md_fail_errno(err, "poll");
	/* What happened does not matter, only that it did. */
	while (read(watch_fd, events, sizeof(events)) > 0)
		continue;
	return fds[1].revents == 0;
}

static int follow(struct reader *r, int stop_fd, struct md_error *err)
{
	md_auto_close int watch_fd = watch(r->dirfd, err);
	int goes_on = 1;

	if (watch_fd < 0)
		return -1;
	/* One more round after the end: what was written last is there by then. */
	while (goes_on > 0) {
		if (read_available(r, err) < 0)
			return -1;
		if (r->is_stopped)
			return 0;
		goes_on = wait_for_change(watch_fd, stop_fd, err);
	}
	return goes_on < 0 ? -1 : read_available(r, err);
}

/* Open the file in which to start, at the right place. */
static int start(struct reader *r, struct md_error *err)
{
	struct md_log_set set = {.files = NULL};
	size_t index = 0;
	int result = 0;

	if (md_log_set_open(r->dirfd, &set, err) < 0)
		return -1;
	if (r->options->tail >= 0)
		result = md_log_find_tail(&set, r->options, &index, &r->offset, err);
	else if (set.count > 0)
		index = set.count - 1;
	if (set.count > 0) {
		r->end_inode = set.files[0].inode;
		r->end_offset = set.files[0].size;
		r->inode = set.files[index].inode;
		r->fd = md_steal_fd(&set.files[index].fd);
	}
	md_log_set_close(&set);
	return result;
}

int md_log_read(int dirfd, const struct md_log_options *options, const struct md_log_sink *sink,
		uint64_t *ret_skipped_bytes, struct md_error *err)
{
	MD_CLEANUP(reader_fini)
	struct reader r = {.dirfd = dirfd, .options = options, .sink = sink, .fd = -1};
	int result;

	*ret_skipped_bytes = 0;
	if (options->tail == 0 && !options->follow)
		return 0;
	r.buffer = md_xcalloc(1, BUFFER_SIZE);
	if (start(&r, err) < 0)
		return -1;
	result = options->follow ? follow(&r, options->stop_fd, err) : read_available(&r, err);
	give_rest(&r);
	*ret_skipped_bytes = r.skipped;
	return result;
}
