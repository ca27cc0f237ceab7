/* SPDX-License-Identifier: Apache-2.0 */
#include "images/tar_stream.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define END_OF_ARCHIVE 1024 /* two zero blocks */

static ssize_t read_memory(struct md_tar_source *source, void *buffer, size_t size)
{
	size_t n = size < source->length ? size : source->length;

	memcpy(buffer, source->memory, n);
	source->memory = (const char *)source->memory + n;
	source->length -= n;
	return (ssize_t)n;
}

ssize_t md_tar_stream_read(struct md_tar_stream *stream, void *buffer, size_t size,
			   struct md_error *err)
{
	struct md_tar_source *source = &stream->source;
	char *to = buffer;
	size_t used = 0;

	while (used < size) {
		ssize_t n = source->fd < 0 ? read_memory(source, to + used, size - used)
					   : read(source->fd, to + used, size - used);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return md_fail_errno(err, "read the archive");
		if (n == 0)
			break;
		used += (size_t)n;
	}
	stream->bytes_in += used;
	return (ssize_t)used;
}

static int check_limits(const struct md_tar_stream *stream, struct md_error *err)
{
	const struct md_tar_limits *limits = stream->limits;

	if (stream->bytes_out > limits->bytes)
		return md_fail(err, MD_ERR_INVALID, "the archive is larger than %llu bytes",
			       (unsigned long long)limits->bytes);
	/* A plain tar never grows. */
	if (stream->bytes_out > limits->ratio_from &&
	    stream->bytes_out / limits->ratio > stream->bytes_in)
		return md_fail(err, MD_ERR_INVALID,
			       "the archive grows more than %llu-fold when decompressed",
			       (unsigned long long)limits->ratio);
	return 0;
}

int md_tar_stream_commit(struct md_tar_stream *stream, const unsigned char *bytes, size_t length,
			 struct md_error *err)
{
	size_t end = length;

	while (end > 0 && bytes[end - 1] == 0)
		end--;
	if (end > 0)
		stream->data_end = stream->bytes_out + end;
	stream->bytes_out += length;
	if (check_limits(stream, err) < 0)
		return -1;
	md_tar_hash_submit(stream->hash, length);
	return 0;
}

int md_tar_stream_check_end(const struct md_tar_stream *stream, uint64_t parsed,
			    struct md_error *err)
{
	if (stream->data_end > parsed)
		return md_fail(err, MD_ERR_INVALID, "there is data behind the end of the archive");
	if (stream->bytes_out - stream->data_end < END_OF_ARCHIVE)
		return md_fail(err, MD_ERR_INVALID,
			       "the archive is cut off: its two zero blocks are missing");
	return 0;
}
