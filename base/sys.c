/* SPDX-License-Identifier: Apache-2.0 */
#include "base/sys.h"

#include <errno.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Numbers that older headers than the kernel's may lack. A negative number is refused by the
 * kernel itself with ENOSYS, which is what the callers' fallbacks wait for.
 */
#ifndef SYS_openat2
#define SYS_openat2 (-1)
#endif
#ifndef SYS_open_tree
#define SYS_open_tree (-1)
#endif
#ifndef SYS_move_mount
#define SYS_move_mount (-1)
#endif
#ifndef SYS_fsopen
#define SYS_fsopen (-1)
#endif
#ifndef SYS_fsconfig
#define SYS_fsconfig (-1)
#endif
#ifndef SYS_fsmount
#define SYS_fsmount (-1)
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr (-1)
#endif
#ifndef SYS_clone3
#define SYS_clone3 (-1)
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open (-1)
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal (-1)
#endif
#ifndef SYS_close_range
#define SYS_close_range (-1)
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset (-1)
#define SYS_landlock_add_rule       (-1)
#define SYS_landlock_restrict_self  (-1)
#endif

/* landlock(7); <linux/landlock.h> may be older than what we use of it. */
#define LANDLOCK_VERSION      1
#define LANDLOCK_PATH_BENEATH 1

int sys_openat2(int dirfd, const char *path, const struct open_how *how, size_t size)
{
	return (int)syscall(SYS_openat2, dirfd, path, how, size);
}

int sys_open_tree(int dirfd, const char *path, unsigned int flags)
{
	return (int)syscall(SYS_open_tree, dirfd, path, flags);
}

int sys_move_mount(int from_dirfd, const char *from, int to_dirfd, const char *to,
		   unsigned int flags)
{
	return (int)syscall(SYS_move_mount, from_dirfd, from, to_dirfd, to, flags);
}

int sys_fsopen(const char *fsname, unsigned int flags)
{
	return (int)syscall(SYS_fsopen, fsname, flags);
}

int sys_fsconfig(int fd, unsigned int cmd, const char *key, const void *value, int aux)
{
	return (int)syscall(SYS_fsconfig, fd, cmd, key, value, aux);
}

int sys_fsmount(int fd, unsigned int flags, unsigned int attr_flags)
{
	return (int)syscall(SYS_fsmount, fd, flags, attr_flags);
}

int sys_mount_setattr(int dirfd, const char *path, unsigned int flags,
		      const struct mount_attr *attr, size_t size)
{
	return (int)syscall(SYS_mount_setattr, dirfd, path, flags, attr, size);
}

int sys_pivot_root(const char *new_root, const char *put_old)
{
	return (int)syscall(SYS_pivot_root, new_root, put_old);
}

pid_t sys_clone3(const struct clone_args *args, size_t size)
{
	return (pid_t)syscall(SYS_clone3, args, size);
}

int sys_pidfd_open(pid_t pid, unsigned int flags)
{
	return (int)syscall(SYS_pidfd_open, pid, flags);
}

int sys_pidfd_send_signal(int pidfd, int signo, void *info, unsigned int flags)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, signo, info, flags);
}

int sys_close_range(unsigned int first, unsigned int last, unsigned int flags)
{
	return (int)syscall(SYS_close_range, first, last, flags);
}

int sys_landlock_abi(void)
{
	return (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_VERSION);
}

int sys_landlock_create_ruleset(__u64 handled_fs)
{
	return (int)syscall(SYS_landlock_create_ruleset, &handled_fs, sizeof(handled_fs), 0);
}

int sys_landlock_allow_beneath(int ruleset_fd, int parent_fd, __u64 rights)
{
	struct {
		__u64 rights;
		__s32 parent_fd;
	} __attribute__((packed)) rule = {rights, parent_fd};

	return (int)syscall(SYS_landlock_add_rule, ruleset_fd, LANDLOCK_PATH_BENEATH, &rule, 0);
}

int sys_landlock_restrict_self(int ruleset_fd)
{
	return (int)syscall(SYS_landlock_restrict_self, ruleset_fd, 0);
}

int sys_seccomp(unsigned int operation, unsigned int flags, void *args)
{
	return (int)syscall(SYS_seccomp, operation, flags, args);
}

int sys_bpf(int cmd, void *attr, unsigned int size)
{
	return (int)syscall(SYS_bpf, cmd, attr, size);
}

long sys_keyctl(int operation, unsigned long arg2, unsigned long arg3)
{
	return syscall(SYS_keyctl, operation, arg2, arg3);
}

int sys_capset(const void *header, const void *data)
{
	return (int)syscall(SYS_capset, header, data);
}
