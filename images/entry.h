/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry.h - one member of an archive, checked, before it becomes part of a tree.
 *
 * The grammar, strict because every archive is hostile:
 *
 *	path      "a/b" after leading "/" and "." components are taken off; ".." anywhere, a
 *	          component longer than 255 bytes, a path longer than 4095 or deeper than 256 is
 *	          refused; "" is the root itself and may only be a directory
 *	.wh.NAME  a whiteout of NAME; NAME must not be "", "." or ".."
 *	.wh..wh..opq   makes its directory opaque
 *	.wh..wh.*  another aufs note: left out
 *	.wh.*     as a directory on the way to something is refused
 */
#ifndef MD_IMAGES_ENTRY_H
#define MD_IMAGES_ENTRY_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define MD_ENTRY_PATH_MAX  4095 /* bytes, the NUL not counted: what a system call takes */
#define MD_ENTRY_NAME_MAX  255
#define MD_ENTRY_DEPTH_MAX 256

enum md_entry_kind {
	MD_ENTRY_FILE,
	MD_ENTRY_DIRECTORY,
	MD_ENTRY_SYMLINK,
	MD_ENTRY_HARDLINK,
	MD_ENTRY_SPECIAL, /* device, fifo, socket: never made */
};

struct md_xattr {
	const char *name;
	const void *value;
	size_t size;
};

struct md_entry {
	enum md_entry_kind kind;
	char path[MD_ENTRY_PATH_MAX + 1];   /* normalised */
	char target[MD_ENTRY_PATH_MAX + 1]; /* symlink: as it is; hardlink: normalised */
	mode_t mode;                        /* permission bits only */
	uid_t uid;
	gid_t gid;
	uint64_t size;
	struct timespec mtime;
};

/* Normalise a member's path (grammar above) into `out`. The message shows the name printably. */
int md_entry_path(const char *text, char out[MD_ENTRY_PATH_MAX + 1], struct md_error *err);

/* The last component of a normalised path, "" for the root: a part of `path`. */
const char *md_entry_leaf(const char *path);

enum md_whiteout {
	MD_WHITEOUT_NONE,
	MD_WHITEOUT_NAME,   /* hides one name */
	MD_WHITEOUT_OPAQUE, /* hides what lower layers have in this directory */
	MD_WHITEOUT_NOTE,   /* means nothing to us */
	MD_WHITEOUT_BAD,
};

/* What a leaf means; *ret_name is the hidden name for MD_WHITEOUT_NAME. */
enum md_whiteout md_entry_whiteout(const char *leaf, const char **ret_name);

/* Copy `text` for a message: bytes that a terminal might obey become '?', long texts are cut. */
const char *md_entry_printable(const char *text, char *out, size_t size);

#endif
