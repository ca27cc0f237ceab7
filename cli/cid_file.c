/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cid_file.h"

#include "base/cleanup.h"
#include "base/fs.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

int md_cid_file_take(const char *path, int *ret_fd, struct md_error *err)
{
	*ret_fd = -1;
	if (!path)
		return 0;
	*ret_fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (*ret_fd >= 0)
		return 0;
	if (errno != EEXIST)
		return md_fail_errno(err, "--cidfile: create '%s'", path);
	(void)md_fail(err, MD_ERR_EXISTS, "--cidfile: '%s' exists", path);
	return md_error_hint(err, "remove it when its container is no longer needed");
}

int md_cid_file_finish(const char *path, int fd, const char *id, struct md_error *err)
{
	md_auto_close int file = fd;

	if (file < 0)
		return 0;
	if (!id) {
		(void)unlink(path);
		return 0;
	}
	if (md_write_all(file, id, strlen(id)) < 0)
		return md_fail_errno(err, "--cidfile: write '%s'", path);
	return 0;
}
