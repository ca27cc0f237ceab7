/* SPDX-License-Identifier: Apache-2.0 */
/*
 * unpack.h - an archive or a directory becomes a tree in staging (used inside images/ only).
 */
#ifndef MD_IMAGES_UNPACK_H
#define MD_IMAGES_UNPACK_H

#include "images/sha256.h"
#include "images/store.h"

#include <stdint.h>

enum md_unpack_kind {
	MD_UNPACK_ARCHIVE,   /* fd gives a tar: plain, gzip or zstd */
	MD_UNPACK_DIRECTORY, /* fd is a directory, copied within its file system */
	MD_UNPACK_BUILTIN,   /* the embedded busybox; no fd */
};

struct md_unpack_source {
	enum md_unpack_kind kind;
	int fd; /* stays the caller's */
};

struct md_unpacked {
	char diff_id[MD_DIGEST_TEXT_MAX];
	uint64_t tar_bytes; /* of the uncompressed tar */
	uint64_t skipped;   /* devices, fifos and sockets */
	uint64_t dropped_xattrs;
};

/*
 * Fill staging/fs and put it on disk. Runs minidock-unpack (and minidock-pack for a directory).
 * What is refused and why: see images/entry.h.
 */
int md_unpack(const struct md_staging *staging, const struct md_unpack_source *source,
	      struct md_unpacked *ret, struct md_error *err);

#endif
