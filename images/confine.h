/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confine.h - a worker gives up what it does not need before it reads the first foreign byte.
 *
 * Left are: the descriptors 0 to 5, one directory (Landlock, where the kernel has it), the
 * capabilities named below, a gigabyte of memory, half an hour of processor time, and a parent: it
 * dies with it.
 */
#ifndef MD_IMAGES_CONFINE_H
#define MD_IMAGES_CONFINE_H

#include "base/error.h"

#include <stdint.h>

enum md_confine_kind {
	MD_CONFINE_UNPACK, /* fill the tree: chown, dac_override, fowner, fsetid, setfcap, mknod */
	MD_CONFINE_PACK,   /* read it: dac_read_search */
};

/* Confine the process; `tree_fd` is the directory, `file_max` the largest file it may write. */
int md_confine(enum md_confine_kind kind, int tree_fd, uint64_t file_max, struct md_error *err);

#endif
