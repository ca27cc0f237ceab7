/* SPDX-License-Identifier: Apache-2.0 */
/*
 * safe_path_walk.h - internal to base/safe_path: the walk by hand, one component at a time.
 *
 * Used where the kernel lacks openat2(2), and everywhere for making what is missing. Each name is
 * opened with O_NOFOLLOW | O_PATH below a descriptor that was reached the same way; the text of a
 * link is put in front of what is left to walk; ".." goes back to the descriptor before, never
 * through the file system. At the end every descriptor must still lie in the one before it.
 *
 * Async-signal-safe. Results and errno as openat2(2) with RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS.
 */
#ifndef MD_BASE_SAFE_PATH_WALK_H
#define MD_BASE_SAFE_PATH_WALK_H

#include <sys/types.h>

#define MD_WALK_DEPTH_MAX 128 /* directories below the root, a descriptor each */
#define MD_WALK_LINKS_MAX 40  /* as the kernel's MAXSYMLINKS */

enum md_walk_kind {
	MD_WALK_OPEN,    /* open what is there */
	MD_WALK_NOLINKS, /* the same, a link is ELOOP */
	MD_WALK_MKDIRS,  /* make missing directories */
	MD_WALK_TOUCH,   /* make missing directories and an empty file at the end */
};

struct md_walk_options {
	enum md_walk_kind kind;
	int flags;   /* open(2) flags; O_PATH for MKDIRS and TOUCH */
	mode_t mode; /* of the last component, for MKDIRS of all that is made */
};

/* EAGAIN when the tree changed underneath: the caller may try again. */
int md_walk(int rootfd, const char *path, const struct md_walk_options *options);

#endif
