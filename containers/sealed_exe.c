/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/sealed_exe.h"

#include "base/cleanup.h"
#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif
#ifndef OPEN_TREE_CLONE
#define OPEN_TREE_CLONE   1
#define OPEN_TREE_CLOEXEC O_CLOEXEC
#endif

/* -1 with errno: this kernel or our privileges do not allow it. */
static int open_readonly_clone(int exe)
{
	struct mount_attr readonly = {.attr_set = MOUNT_ATTR_RDONLY};
	md_auto_close int tree =
		sys_open_tree(exe, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);

	if (tree < 0)
		return -1;
	if (sys_mount_setattr(tree, "", AT_EMPTY_PATH, &readonly, sizeof(readonly)) < 0)
		return -1;
	return md_steal_fd(&tree);
}

static int make_memfd(void)
{
	int fd = memfd_create("minidock", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

	/* Kernels before 6.3 do not know MFD_EXEC; there every memfd is executable. */
	if (fd < 0 && errno == EINVAL)
		fd = memfd_create("minidock", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return fd;
}

static int copy_all(int from, int to, struct md_error *err)
{
	struct stat st;
	off_t left;

	if (fstat(from, &st) < 0)
		return md_fail_errno(err, "stat our own executable");
	for (left = st.st_size; left > 0;) {
		ssize_t n = sendfile(to, from, NULL, (size_t)left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return md_fail_errno(err, "copy our own executable");
		left -= n;
	}
	return 0;
}

/* A descriptor that is open for writing would make the exec fail with ETXTBSY. */
static int reopen_readonly(int fd, struct md_error *err)
{
	char path[64];
	int again;

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	again = open(path, O_RDONLY | O_CLOEXEC);
	if (again < 0)
		return md_fail_errno(err, "reopen the copy of our own executable");
	return again;
}

static int open_copy(struct md_error *err)
{
	md_auto_close int exe = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	md_auto_close int copy = -1;

	if (exe < 0)
		return md_fail_errno(err, "open '/proc/self/exe'");
	copy = make_memfd();
	if (copy < 0)
		return md_fail_errno(err, "memfd_create");
	if (copy_all(exe, copy, err) < 0)
		return -1;
	if (fcntl(copy, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) < 0)
		return md_fail_errno(err, "seal the copy of our own executable");
	return reopen_readonly(copy, err);
}

int md_sealed_exe_open(struct md_error *err)
{
	md_auto_close int exe = open("/proc/self/exe", O_PATH | O_CLOEXEC);
	int tree;

	if (exe < 0)
		return md_fail_errno(err, "open '/proc/self/exe'");
	tree = open_readonly_clone(exe);
	if (tree >= 0)
		return tree;
	return open_copy(err);
}
