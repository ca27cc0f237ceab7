/* SPDX-License-Identifier: Apache-2.0 */
/*
 * safe_path.h - paths inside a root that somebody else controls.
 *
 * The only file of minidock that turns a string into an object below a container's root. Links are
 * followed as if the root were "/", magic links never, and a tree that changes while we look at it
 * can at worst make a call fail (openat2(2), RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS; EAGAIN is
 * retried). Where the kernel has no openat2, and to make what is missing, each component is opened
 * with O_NOFOLLOW | O_PATH and links are resolved by hand against the root descriptor: slower, the
 * same promise, at most 128 directories deep (base/safe_path_walk.h).
 *
 * All functions are async-signal-safe: no malloc, no stdio. They return -1 with errno set, because
 * the performer between clone and exec reports the error itself.
 */
#ifndef MD_BASE_SAFE_PATH_H
#define MD_BASE_SAFE_PATH_H

#include <stddef.h>
#include <sys/types.h>

/* open(2) below `rootfd`. `flags` must not hold O_CREAT; O_CLOEXEC is always added. */
int md_safe_open(int rootfd, const char *path, int flags);

/*
 * O_PATH descriptor of the directory `path` below `rootfd`, making missing components with `mode`
 * (owned by the caller, less the umask). An existing component that is no directory gives ENOTDIR;
 * what a dangling link points to is made inside the root.
 */
int md_safe_mkdirs(int rootfd, const char *path, mode_t mode);

/*
 * O_PATH descriptor of the regular file (or any other non-directory) `path`, made empty with `mode`
 * when missing (O_CREAT | O_EXCL | O_NOFOLLOW), parents as by
 * md_safe_mkdirs() with 0755. A directory gives EISDIR.
 */
int md_safe_touch(int rootfd, const char *path, mode_t mode);

/* As md_safe_open, but any symbolic link on the way is ELOOP (RESOLVE_NO_SYMLINKS). */
int md_safe_open_nolinks(int rootfd, const char *path, int flags);

#endif
