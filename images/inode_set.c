/* SPDX-License-Identifier: Apache-2.0 */
#include "images/inode_set.h"

#include "base/alloc.h"

#include <stdlib.h>

#define FIRST_CAPACITY 64

void md_inode_set_fini(struct md_inode_set *set)
{
	free(set->slots);
	*set = (struct md_inode_set)MD_INODE_SET_INIT;
}

/* The slot that holds `inode` or where it would go. */
static size_t slot_of(const struct md_inode_set *set, uint64_t inode)
{
	size_t i = (size_t)((inode * 0x9e3779b97f4a7c15ull) >> 32) & (set->capacity - 1);

	while (set->slots[i] != 0 && set->slots[i] != inode)
		i = (i + 1) & (set->capacity - 1);
	return i;
}

static void grow(struct md_inode_set *set)
{
	struct md_inode_set larger = {
		.capacity = set->capacity ? 2 * set->capacity : FIRST_CAPACITY,
		.count = set->count,
	};
	size_t i;

	larger.slots = md_xcalloc(larger.capacity, sizeof(*larger.slots));
	for (i = 0; i < set->capacity; i++)
		if (set->slots[i] != 0)
			larger.slots[slot_of(&larger, set->slots[i])] = set->slots[i];
	free(set->slots);
	*set = larger;
}

bool md_inode_set_add(struct md_inode_set *set, uint64_t inode)
{
	size_t slot;

	if (inode == 0)
		return false;
	if (set->count * 2 >= set->capacity)
		grow(set);
	slot = slot_of(set, inode);
	if (set->slots[slot] == inode)
		return false;
	set->slots[slot] = inode;
	set->count++;
	return true;
}
