/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_reader.h - a tar stream becomes checked members of a tree (worker only; the only module that
 * sees libarchive).
 *
 * gzip and zstd are taken off first, one layer of them, so that the bytes of the tar itself pass
 * through our hands: they are counted, compared with the limits, hashed, and only then parsed.
 * An archive that two readers might read differently is refused: any header libarchive warns
 * about, an end without two zero blocks, anything but zeros behind the end.
 */
#ifndef MD_IMAGES_TAR_READER_H
#define MD_IMAGES_TAR_READER_H

#include "images/tar_stream.h"
#include "images/tree.h"

struct md_tar_result {
	char diff_id[MD_DIGEST_TEXT_MAX];
	uint64_t tar_bytes;
	uint64_t entries;
	uint64_t skipped;
	uint64_t dropped_xattrs;
};

/* Unpack the whole source. What is in the tree after a failure is rubbish for the caller. */
int md_tar_unpack(const struct md_tar_source *source, const struct md_tar_limits *limits,
		  struct md_tree *tree, struct md_tar_result *ret, struct md_error *err);

#endif
