/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_writer.h - members become a tar stream (POSIX.1-2001, pax) on a descriptor.
 *
 * The bytes depend on the members alone, so that equal trees give equal digests, whatever library
 * versions a machine has: that is why this is written out here. A pax header is made only for what
 * ustar cannot hold: names beyond 100 bytes, owners beyond 2097151, sizes from 8 GiB, attributes.
 * Times are whole seconds.
 */
#ifndef MD_IMAGES_TAR_WRITER_H
#define MD_IMAGES_TAR_WRITER_H

#include "images/entry.h"

struct md_tar_writer;

/* `fd` stays the caller's. */
struct md_tar_writer *md_tar_writer_create(int fd);
void md_tar_writer_free(struct md_tar_writer *writer);

/* Attributes and device numbers, for the members that have them. */
struct md_tar_extra {
	const struct md_xattr *xattrs;
	size_t xattr_count;
	mode_t type; /* S_IFCHR, S_IFBLK or S_IFIFO of a MD_ENTRY_SPECIAL */
	dev_t device;
};

/* The header of a member; a file's `entry->size` bytes follow by md_tar_writer_data(). */
int md_tar_writer_member(struct md_tar_writer *writer, const struct md_entry *entry,
			 const struct md_tar_extra *extra, struct md_error *err);

/* The next bytes of the content. */
int md_tar_writer_data(struct md_tar_writer *writer, const void *data, size_t length,
		       struct md_error *err);

/* Fill up to a whole block behind the content. */
int md_tar_writer_pad(struct md_tar_writer *writer, struct md_error *err);

/* The end of the archive, and everything out. */
int md_tar_writer_end(struct md_tar_writer *writer, struct md_error *err);

#endif
