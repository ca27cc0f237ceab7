/* SPDX-License-Identifier: Apache-2.0 */
#include "images/tree.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/limits.h>
#include <string.h>
#include <sys/xattr.h>

#define CAPABILITY "security.capability"
#define USER       "user."
#define OVERLAY    "user.overlay." /* overlayfs obeys these when mounted with userxattr */

/* Revision 2 only: revision 3 belongs to some user namespace of the archive's maker. */
static bool is_file_capability(const struct md_xattr *xattr)
{
	const unsigned char *magic = xattr->value;

	return xattr->size == XATTR_CAPS_SZ_2 && magic[3] == VFS_CAP_REVISION_2 >> 24 &&
	       magic[2] == 0 && magic[1] == 0 && (magic[0] & ~VFS_CAP_FLAGS_EFFECTIVE) == 0;
}

bool md_xattr_is_allowed(const struct md_xattr *xattr, enum md_entry_kind kind)
{
	size_t length = strlen(xattr->name);

	if (length > XATTR_NAME_MAX || xattr->size > XATTR_SIZE_MAX)
		return false;
	if (strcmp(xattr->name, CAPABILITY) == 0)
		return kind == MD_ENTRY_FILE && is_file_capability(xattr);
	return length > strlen(USER) && strncmp(xattr->name, USER, strlen(USER)) == 0 &&
	       strncmp(xattr->name, OVERLAY, strlen(OVERLAY)) != 0;
}

/* The file system's limits and missing features cost the attribute, not the image. */
static bool is_limit(int error)
{
	return error == ENOTSUP || error == ENOSPC || error == E2BIG || error == ERANGE;
}

int md_xattrs_apply(int fd, enum md_entry_kind kind, struct md_xattrs *xattrs, struct md_error *err)
{
	size_t i;

	for (i = 0; i < xattrs->count; i++) {
		const struct md_xattr *xattr = &xattrs->items[i];

		if (!md_xattr_is_allowed(xattr, kind)) {
			xattrs->dropped++;
			continue;
		}
		if (fsetxattr(fd, xattr->name, xattr->value, xattr->size, 0) == 0)
			continue;
		if (!is_limit(errno))
			return md_fail_errno(err, "setxattr '%.40s'", xattr->name);
		xattrs->dropped++;
	}
	return 0;
}
