/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sys.h - system calls that libc lacks, as thin as libc's own: -1 and errno.
 *
 * A number that the build machine's headers do not know gives ENOSYS. All are async-signal-safe.
 */
#ifndef MD_BASE_SYS_H
#define MD_BASE_SYS_H

#include <linux/sched.h>
#include <linux/types.h>
#include <sys/types.h>

struct open_how;
struct mount_attr;

int sys_openat2(int dirfd, const char *path, const struct open_how *how, size_t size);
int sys_open_tree(int dirfd, const char *path, unsigned int flags);
int sys_move_mount(int from_dirfd, const char *from, int to_dirfd, const char *to,
		   unsigned int flags);
int sys_fsopen(const char *fsname, unsigned int flags);
int sys_fsconfig(int fd, unsigned int cmd, const char *key, const void *value, int aux);
int sys_fsmount(int fd, unsigned int flags, unsigned int attr_flags);
int sys_mount_setattr(int dirfd, const char *path, unsigned int flags,
		      const struct mount_attr *attr, size_t size);
int sys_pivot_root(const char *new_root, const char *put_old);
pid_t sys_clone3(const struct clone_args *args, size_t size);
int sys_pidfd_open(pid_t pid, unsigned int flags);
int sys_pidfd_send_signal(int pidfd, int signo, void *info, unsigned int flags);
int sys_close_range(unsigned int first, unsigned int last, unsigned int flags);
/* The Landlock ABI version of this kernel, -1 without Landlock; see landlock(7). */
int sys_landlock_abi(void);
/* Handle exactly the rights in `handled_fs`; a descriptor of the ruleset. */
int sys_landlock_create_ruleset(__u64 handled_fs);
/* Allow `rights` below the directory `parent_fd`. */
int sys_landlock_allow_beneath(int ruleset_fd, int parent_fd, __u64 rights);
int sys_landlock_restrict_self(int ruleset_fd);
int sys_seccomp(unsigned int operation, unsigned int flags, void *args);
int sys_bpf(int cmd, void *attr, unsigned int size);
long sys_keyctl(int operation, unsigned long arg2, unsigned long arg3);
int sys_capset(const void *header, const void *data);

#endif
