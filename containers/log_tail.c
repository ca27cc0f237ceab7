/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --tail reads from the end: blocks of the newest file backwards, then the next older one, until
 * enough records have been seen.
 */
#include "containers/log_private.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <errno.h>
#include <string.h>

#define BLOCK     (64 * 1024)
#define BLOCK_MAX (1024 * 1024)

/* Where the wanted records of one block begin, in order. */
struct offsets {
	uint64_t *items;
	size_t count, capacity;
};

struct tail {
	const struct md_log_options *options;
	int64_t missing; /* records still to be found */
	struct md_str scratch;
	struct offsets found;
};

static void add_offset(struct offsets *offsets, uint64_t offset)
{
	if (offsets->count == offsets->capacity) {
		offsets->capacity = offsets->capacity ? 2 * offsets->capacity : 256;
		offsets->items = md_xreallocarray(offsets->items, offsets->capacity,
						  sizeof(*offsets->items));
	}
	offsets->items[offsets->count++] = offset;
}

/* Read [from, to); a file that has become shorter meanwhile gives less. */
static ssize_t read_range(int fd, char *out, uint64_t from, uint64_t to)
{
	size_t wanted = (size_t)(to - from), done = 0;

	while (done < wanted) {
		ssize_t n = pread(fd, out + done, wanted - done, (off_t)(from + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		done += (size_t)n;
	}
	return (ssize_t)done;
}

/* Note each wanted record of the lines in `text`, which begins at `offset` of the file. */
static void scan_lines(struct tail *tail, const char *text, size_t length, uint64_t offset)
{
	const char *p = text, *end = text + length;
	struct md_log_record record;
	size_t skipped;

	tail->found.count = 0;
	while (p < end) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		size_t line = newline ? (size_t)(newline - p) : (size_t)(end - p);

		if (md_log_salvage_line(p, line, &tail->scratch, &record, &skipped) &&
		    md_log_is_wanted(tail->options, &record))
			add_offset(&tail->found, offset + (uint64_t)(p - text));
		p += line + 1;
	}
}

/*
 * The part of a block that starts with a whole line. A block without any newline is widened by the
 * caller; at BLOCK_MAX it is no text of ours, and what is left of it at its end is taken as a line.
 */
static size_t first_line(const char *text, size_t length, bool is_start_of_file, size_t block)
{
	const char *newline;

	if (is_start_of_file)
		return 0;
	newline = memchr(text, '\n', length);
	/* The newline that ends the block ends the line that began before it. */
	if (newline && (size_t)(newline - text) + 1 < length)
		return (size_t)(newline - text) + 1;
	return block < BLOCK_MAX ? length : 0;
}

/* Go backwards through one file. Sets *ret_offset to where reading has to start in it. */
static int scan_file(struct tail *tail, const struct md_log_file *file, uint64_t *ret_offset,
		     struct md_error *err)
{
	md_auto_free char *text = md_xcalloc(1, BLOCK);
	uint64_t end = file->size;
	size_t block = BLOCK;

	*ret_offset = end;
	while (end > 0 && tail->missing > 0) {
		uint64_t from = end > block ? end - block : 0;
		ssize_t length = read_range(file->fd, text, from, end);
		size_t skip;

		if (length < 0)
			return md_fail_errno(err, "read a log file");
		skip = first_line(text, (size_t)length, from == 0, block);
		if (skip == (size_t)length && length > 0) {
			block *= 2;
			text = md_xreallocarray(text, block, 1);
			continue;
		}
		scan_lines(tail, text + skip, (size_t)length - skip, from + skip);
		end = *ret_offset = from + skip;
		if ((uint64_t)tail->found.count >= (uint64_t)tail->missing)
			*ret_offset = tail->found.items[tail->found.count - (size_t)tail->missing];
		tail->missing -= (int64_t)tail->found.count;
	}
	return 0;
}

/* Behind the last newline: a record that is just being written is not cut in two. */
static int find_end(const struct md_log_file *file, uint64_t *ret_offset, struct md_error *err)
{
	md_auto_free char *text = md_xcalloc(1, BLOCK_MAX);
	uint64_t from = file->size > BLOCK_MAX ? file->size - BLOCK_MAX : 0;
	ssize_t length = read_range(file->fd, text, from, file->size);
	const char *newline;

	if (length < 0)
		return md_fail_errno(err, "read a log file");
	newline = memrchr(text, '\n', (size_t)length);
	*ret_offset = newline ? from + (uint64_t)(newline - text) + 1 : file->size;
	return 0;
}

int md_log_find_tail(const struct md_log_set *set, const struct md_log_options *options,
		     size_t *ret_index, uint64_t *ret_offset, struct md_error *err)
{
	struct tail tail = {.options = options, .missing = options->tail, .scratch = MD_STR_INIT};
	int result = 0;

	*ret_index = 0;
	*ret_offset = 0;
	if (options->tail == 0)
		return set->count > 0 ? find_end(&set->files[0], ret_offset, err) : 0;
	for (size_t i = 0; i < set->count && tail.missing > 0 && result == 0; i++) {
		*ret_index = i;
		result = scan_file(&tail, &set->files[i], ret_offset, err);
	}
	md_str_fini(&tail.scratch);
	free(tail.found.items);
	return result;
}
