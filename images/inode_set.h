/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inode_set.h - a growing set of inode numbers (worker only): open addressing, no removal.
 */
#ifndef MD_IMAGES_INODE_SET_H
#define MD_IMAGES_INODE_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct md_inode_set {
	uint64_t *slots; /* 0 is free: no file has inode 0 */
	size_t capacity; /* 0 or a power of two */
	size_t count;
};

#define MD_INODE_SET_INIT  \
	{                  \
		NULL, 0, 0 \
	}

void md_inode_set_fini(struct md_inode_set *set);

/* True when it was not in the set before. 0 is never new. */
bool md_inode_set_add(struct md_inode_set *set, uint64_t inode);

#endif
