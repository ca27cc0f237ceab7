/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tree.h - checked archive members become files below one directory (worker only).
 *
 * The rule: nothing is ever reached by a path of more than one component. Parents are opened one
 * by one, O_NOFOLLOW, from the descriptor of their parent; a leaf is made with O_EXCL after what
 * was there is unlinked; owner, mode and times are set on descriptors, the owner first because a
 * change of owner clears set-user-id bits. The tree starts empty, so whatever a member finds in it
 * comes from this same archive.
 */
#ifndef MD_IMAGES_TREE_H
#define MD_IMAGES_TREE_H

#include "images/entry.h"

#include <stdbool.h>

#define MD_TREE_NOTES_MAX ((size_t)32 << 20)

struct md_tree; /* the root, the directories on the way to the last member, what is left to do */

/* `root_fd` is the empty directory, `notes_fd` gets the paths of opaque directories. Both borrowed.
 */
struct md_tree *md_tree_create(int root_fd, int notes_fd);
void md_tree_free(struct md_tree *tree);

/*
 * Make the member. A file and a directory give an open descriptor in *ret_fd (a file's is for
 * writing) that the caller passes to md_tree_finish() and closes; everything else is complete and
 * gives -1. Whiteouts are made here too. Special members must not be passed.
 */
int md_tree_add(struct md_tree *tree, const struct md_entry *entry, int *ret_fd,
		struct md_error *err);

/* Attributes of a member. */
struct md_xattrs {
	struct md_xattr *items;
	size_t count;
	uint64_t dropped; /* how many were not set; only grows */
};

/*
 * Set owner, mode, those attributes that are allowed (tree_xattr.c) and times of an open file or
 * directory.
 */
int md_tree_finish(struct md_tree *tree, int fd, const struct md_entry *entry,
		   struct md_xattrs *xattrs, struct md_error *err);

/* Set the times of all directories: making their entries changed them. The last call. */
int md_tree_end(struct md_tree *tree, struct md_error *err);

/* Whether an attribute may be set on a member of that kind (pure). */
bool md_xattr_is_allowed(const struct md_xattr *xattr, enum md_entry_kind kind);

/* Set the allowed ones; what is not allowed or not supported here is counted in xattrs->dropped. */
int md_xattrs_apply(int fd, enum md_entry_kind kind, struct md_xattrs *xattrs,
		    struct md_error *err);

#endif
