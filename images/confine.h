/* SPDX-License-Identifier: Apache-2.0 */
/*
 * confine.h - a helper gives up what it does not need before it reads the first foreign byte.
 *
 * Left are: the descriptors 0 to 5, writing below one directory (Landlock, where the kernel has
 * it), the capabilities that unpacking needs (chown, dac_override, fowner, fsetid, setfcap, mknod),
 * a gigabyte of memory, half an hour of processor time, and a parent: it dies with it.
 */
#ifndef MD_IMAGES_CONFINE_H
#define MD_IMAGES_CONFINE_H

#include "base/error.h"

#include <stdint.h>

/* Confine the process; `tree_fd` is the directory, `file_max` the largest file in bytes. */
int md_confine(int tree_fd, uint64_t file_max, struct md_error *err);

#endif
