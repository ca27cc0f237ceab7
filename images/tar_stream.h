/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_stream.h - where an archive's bytes come from, and the account of the tar's own bytes
 * (worker only): counted, compared with the limits, hashed. Knows nothing about what they mean.
 */
#ifndef MD_IMAGES_TAR_STREAM_H
#define MD_IMAGES_TAR_STREAM_H

#include "images/tar_hash.h"

#include <stdint.h>
#include <sys/types.h>

struct md_tar_source {
	int fd; /* -1: the memory */
	const void *memory;
	size_t length;
};

struct md_tar_limits {
	uint64_t bytes; /* of the tar, and of all files in it together (sparse ones in full) */
	uint64_t ratio; /* uncompressed by compressed, looked at from ratio_from bytes on */
	uint64_t ratio_from;
	uint64_t entries;
};

struct md_tar_stream {
	struct md_tar_source source;
	const struct md_tar_limits *limits;
	struct md_tar_hash *hash;
	uint64_t bytes_in;  /* taken from the source */
	uint64_t bytes_out; /* of the tar */
	uint64_t data_end;  /* offset behind the tar's last byte that is not zero */
};

/* Take bytes from the source; fills the buffer unless the source ends. */
ssize_t md_tar_stream_read(struct md_tar_stream *stream, void *buffer, size_t size,
			   struct md_error *err);

/* The next `length` bytes of the tar are in the buffer that md_tar_hash_buffer() gave last. */
int md_tar_stream_commit(struct md_tar_stream *stream, const unsigned char *bytes, size_t length,
			 struct md_error *err);

/* What the archive behind `stream->data_end` must be like; `parsed` is how far the parser got. */
int md_tar_stream_check_end(const struct md_tar_stream *stream, uint64_t parsed,
			    struct md_error *err);

#endif
