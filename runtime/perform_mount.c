/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on mounts, namespaces' roots and the paths mounted over. */
#include "runtime/perform.h"

#include "base/cleanup.h"
#include "base/safe_path.h"
#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* <sys/mount.h> and <linux/mount.h> of Debian 12 define the same enums: these two come from libc.
 */
int mount(const char *source, const char *target, const char *type, unsigned long flags,
	  const void *data);
int umount2(const char *target, int flags);

#define FD(n)   md_performer_fd(performer, call, n)
#define TEXT(n) md_performer_text(performer, call, n)
#define INT(n)  call->args[n]

static const char *or_null(const char *text)
{
	return *text ? text : NULL;
}

static int do_mount(struct md_performer *performer, const struct md_call *call)
{
	return mount(or_null(TEXT(0)), TEXT(1), or_null(TEXT(2)), (unsigned long)INT(3),
		     or_null(TEXT(4)));
}

/* "/proc/self/fd/N": mount(2) has no form that takes a descriptor. */
static void fd_path(int fd, char out[32])
{
	static const char directory[] = "/proc/self/fd/";
	char digits[12];
	size_t n = sizeof(digits);

	digits[--n] = '\0';
	do {
		digits[--n] = (char)('0' + fd % 10);
		fd /= 10;
	} while (fd > 0);
	memcpy(out, directory, sizeof(directory));
	memcpy(out + strlen(directory), digits + n, sizeof(digits) - n);
}

static int do_mount_on(struct md_performer *performer, const struct md_call *call)
{
	char target[32];

	if (FD(1) < 0) {
		errno = EBADF;
		return -1;
	}
	fd_path(FD(1), target);
	return mount(or_null(TEXT(0)), target, or_null(TEXT(2)), (unsigned long)INT(3),
		     or_null(TEXT(4)));
}

static int do_umount2(struct md_performer *performer, const struct md_call *call)
{
	return umount2(TEXT(0), (int)INT(1));
}

static int do_open_tree(struct md_performer *performer, const struct md_call *call)
{
	return sys_open_tree(FD(0), TEXT(1), (unsigned int)INT(2) | OPEN_TREE_CLOEXEC);
}

static int do_move_mount(struct md_performer *performer, const struct md_call *call)
{
	return sys_move_mount(FD(0), "", FD(1), "",
			      MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

static int do_fsopen(struct md_performer *performer, const struct md_call *call)
{
	return sys_fsopen(TEXT(0), FSOPEN_CLOEXEC);
}

static int do_fsconfig_string(struct md_performer *performer, const struct md_call *call)
{
	return sys_fsconfig(FD(0), FSCONFIG_SET_STRING, TEXT(1), TEXT(2), 0);
}

static int do_fsconfig_flag(struct md_performer *performer, const struct md_call *call)
{
	return sys_fsconfig(FD(0), FSCONFIG_SET_FLAG, TEXT(1), NULL, 0);
}

static int do_fsconfig_fd(struct md_performer *performer, const struct md_call *call)
{
	return sys_fsconfig(FD(0), FSCONFIG_SET_FD, TEXT(1), NULL, FD(2));
}

static int do_fsconfig_create(struct md_performer *performer, const struct md_call *call)
{
	return sys_fsconfig(FD(0), FSCONFIG_CMD_CREATE, NULL, NULL, 0);
}

static int do_fsmount(struct md_performer *performer, const struct md_call *call)
{
	return sys_fsmount(FD(0), FSMOUNT_CLOEXEC, (unsigned int)INT(1));
}

static int do_mount_setattr(struct md_performer *performer, const struct md_call *call)
{
	struct mount_attr attr = {.attr_set = (uint64_t)INT(2), .propagation = (uint64_t)INT(3)};

	if (attr.attr_set & MOUNT_ATTR_IDMAP)
		attr.userns_fd = (uint64_t)FD(4);
	return sys_mount_setattr(FD(0), INT(0) == MD_SLOT_CWD ? "/" : "",
				 (unsigned int)INT(1) | (INT(0) == MD_SLOT_CWD ? 0 : AT_EMPTY_PATH),
				 &attr, sizeof(attr));
}

static int do_pivot_root(struct md_performer *performer, const struct md_call *call)
{
	return sys_pivot_root(TEXT(0), TEXT(1));
}

static int do_chroot(struct md_performer *performer, const struct md_call *call)
{
	return chroot(TEXT(0));
}

static int do_chdir(struct md_performer *performer, const struct md_call *call)
{
	return chdir(TEXT(0));
}

static int do_fchdir(struct md_performer *performer, const struct md_call *call)
{
	return fchdir(FD(0));
}

/* The raw call, because libc's getcwd(3) hides "(unreachable)" behind an error of its own. */
static int do_check_cwd(struct md_performer *performer, const struct md_call *call)
{
	char path[4096];

	(void)performer;
	(void)call;
	if (syscall(SYS_getcwd, path, sizeof(path)) < 0)
		return -1;
	if (path[0] == '/')
		return 0;
	errno = EXDEV;
	return -1;
}

/* A path that the image does not have needs no protection. */
static bool is_absent(int error)
{
	return error == ENOENT || error == ENOTDIR;
}

/*
 * Mount a view of `source` on what `target_fd` names. Before Linux 6.15 a detached mount cannot be
 * cloned: then the first use attaches it, and the later ones clone what is attached now.
 */
static int cover(int source, int target_fd)
{
	const unsigned int both = MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH;
	md_auto_close int view =
		sys_open_tree(source, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
	char target[32], from[32];

	if (view >= 0)
		return sys_move_mount(view, "", target_fd, "", both);
	if (errno == EINVAL)
		return sys_move_mount(source, "", target_fd, "", both);
	if (errno != ENOSYS)
		return -1;
	fd_path(source, from);
	fd_path(target_fd, target);
	return mount(from, target, NULL, MS_BIND, NULL);
}

/* Kernels without the mount API have no detached empty directory: each path gets one of its own. */
static int cover_directory(int empty, int target_fd)
{
	char target[32];

	if (empty >= 0)
		return cover(empty, target_fd);
	fd_path(target_fd, target);
	return mount("tmpfs", target, "tmpfs", MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC,
		     "size=0,mode=555");
}

static int do_mask(struct md_performer *performer, const struct md_call *call)
{
	md_auto_close int fd = md_safe_open(FD(0), TEXT(1), O_PATH);
	struct stat st;

	if (fd < 0)
		return is_absent(errno) ? 0 : -1;
	if (fstat(fd, &st) < 0)
		return -1;
	return S_ISDIR(st.st_mode) ? cover_directory(FD(3), fd) : cover(FD(2), fd);
}

/* Kernels without mount_setattr(2): bind onto itself, then remount that bind. */
static int remount_by_mount(int rootfd, const char *path, int fd)
{
	char target[32];

	fd_path(fd, target);
	if (mount(target, target, NULL, MS_BIND | MS_REC, NULL) < 0)
		return -1;
	md_auto_close int mounted = md_safe_open(rootfd, path, O_PATH);

	if (mounted < 0)
		return -1;
	fd_path(mounted, target);
	return mount(NULL, target, NULL,
		     MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static int do_remount_path(struct md_performer *performer, const struct md_call *call)
{
	struct mount_attr attr = {.attr_set = (uint64_t)INT(2)};
	md_auto_close int fd = md_safe_open(FD(0), TEXT(1), O_PATH);
	md_auto_close int tree = -1;

	if (fd < 0)
		return is_absent(errno) ? 0 : -1;
	tree = sys_open_tree(fd, "",
			     OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_EMPTY_PATH);
	if (tree < 0)
		return errno == ENOSYS ? remount_by_mount(FD(0), TEXT(1), fd) : -1;
	if (sys_mount_setattr(tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attr, sizeof(attr)) < 0)
		return errno == ENOSYS ? remount_by_mount(FD(0), TEXT(1), fd) : -1;
	return sys_move_mount(tree, "", fd, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
}

md_perform_fn *const md_perform_mount_table[MD_CALL_COUNT] = {
	[MD_CALL_MOUNT] = do_mount,
	[MD_CALL_MOUNT_ON] = do_mount_on,
	[MD_CALL_UMOUNT2] = do_umount2,
	[MD_CALL_OPEN_TREE] = do_open_tree,
	[MD_CALL_MOVE_MOUNT] = do_move_mount,
	[MD_CALL_FSOPEN] = do_fsopen,
	[MD_CALL_FSCONFIG_STRING] = do_fsconfig_string,
	[MD_CALL_FSCONFIG_FLAG] = do_fsconfig_flag,
	[MD_CALL_FSCONFIG_FD] = do_fsconfig_fd,
	[MD_CALL_FSCONFIG_CREATE] = do_fsconfig_create,
	[MD_CALL_FSMOUNT] = do_fsmount,
	[MD_CALL_MOUNT_SETATTR] = do_mount_setattr,
	[MD_CALL_PIVOT_ROOT] = do_pivot_root,
	[MD_CALL_CHROOT] = do_chroot,
	[MD_CALL_CHDIR] = do_chdir,
	[MD_CALL_FCHDIR] = do_fchdir,
	[MD_CALL_CHECK_CWD] = do_check_cwd,
	[MD_CALL_MASK] = do_mask,
	[MD_CALL_REMOUNT_PATH] = do_remount_path,
};
