/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pack_tree.h - a directory becomes a tar stream: names sorted, hard links kept, links not
 * followed, other file systems entered no further than their mount point (minidock-pack only).
 *
 * The tree may belong to somebody else and may change meanwhile: everything is opened by one
 * component from its directory's descriptor, nothing but regular files and directories is opened
 * at all, and a file that shrinks while it is read is an error.
 */
#ifndef MD_IMAGES_PACK_TREE_H
#define MD_IMAGES_PACK_TREE_H

#include "images/tar_writer.h"

/* Write the whole tree and the archive's end. */
int md_tree_pack(int directory_fd, struct md_tar_writer *writer, struct md_error *err);

#endif
