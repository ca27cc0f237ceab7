/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mountinfo.h - the text of /proc/PID/mountinfo as a table, proc_pid_mountinfo(5).
 *
 * Parses text and opens nothing, so that it can be fed with anything. Names in it are chosen by
 * whoever mounted: spaces, newlines and backslashes arrive as octal escapes and are decoded here.
 */
#ifndef MD_RUNTIME_MOUNTINFO_H
#define MD_RUNTIME_MOUNTINFO_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

/* One line. The strings belong to the table. */
struct md_mountinfo {
	unsigned int id, parent;
	unsigned int major, minor;
	const char *root;        /* what of the file system is mounted: "/" is all of it */
	const char *mount_point; /* as seen from the reader's root */
	const char *options;     /* of the mount: "rw,nosuid" */
	const char *fs_type;
	const char *source;        /* may be empty */
	const char *super_options; /* of the file system; not decoded */
};

struct md_mount_table {
	struct md_mountinfo *items;
	size_t count;
	char *text;
};

#define MD_MOUNT_TABLE_INIT   \
	{                     \
		NULL, 0, NULL \
	}

/* Parse a whole file. MD_ERR_CORRUPT names the first line that is not as the kernel writes it. */
int md_mount_table_parse(const char *text, size_t length, struct md_mount_table *ret,
			 struct md_error *err);
void md_mount_table_fini(struct md_mount_table *table);

/*
 * True if a path lookup of mount->mount_point ends on this mount: nothing was mounted over it or
 * over one of the directories on the way. `mount` must be an item of the table.
 */
bool md_mount_is_visible(const struct md_mount_table *table, const struct md_mountinfo *mount);

#endif
