/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fs.h - files of ours: whole-file reads, durable writes, directories, safe removal.
 *
 * For paths that we made ourselves (below the state root). Anything below a container's root goes
 * through base/safe_path.h. Paths are relative to a directory descriptor; AT_FDCWD is allowed.
 */
#ifndef MD_BASE_FS_H
#define MD_BASE_FS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

/*
 * Read a whole regular file of at most `max` bytes; *ret is NUL-terminated and the caller's to
 * free. A longer file is MD_ERR_INVALID, a missing one MD_ERR_NOT_FOUND.
 */
int md_fs_read(int dirfd, const char *path, size_t max, char **ret, size_t *ret_length,
	       struct md_error *err);

enum md_durability {
	MD_DURABLE_NO,  /* atomic against a dying process: temp file + rename */
	MD_DURABLE_YES, /* also against a power cut: + fsync of file and directory */
};

/*
 * Replace `path` by `data` in one step (temp file in the same directory, then rename(2)). The new
 * file has mode 0600.
 */
int md_fs_write(int dirfd, const char *path, const void *data, size_t length,
		enum md_durability durability, struct md_error *err);

/* write(2) until everything is out; restarts after EINTR. -1 with errno set. */
int md_write_all(int fd, const void *data, size_t length);

/* mkdir -p with `mode` for the parts that are missing. */
int md_fs_mkdirs(int dirfd, const char *path, mode_t mode, struct md_error *err);

/* Open a directory (O_PATH is not set: it can be read and fsynced). */
int md_fs_open_dir(int dirfd, const char *path, struct md_error *err);

/*
 * Remove the tree `name` directly below `parent_fd`, never following a link and never crossing
 * into another file system or mount (a mount point inside is an error that names it). A tree that
 * is already gone is success. `name` must be one path component, not "." or "..".
 */
int md_fs_remove_tree(int parent_fd, const char *name, struct md_error *err);

/* Bytes in the files of a tree, as Docker counts: each inode once, directories nothing, links not
 * followed. */
int md_fs_tree_size(int dirfd, const char *path, uint64_t *ret_bytes, struct md_error *err);

/* fsync(2) of a directory, so that names made in it survive a power cut. */
int md_fs_sync_dir(int dirfd, struct md_error *err);

#endif
