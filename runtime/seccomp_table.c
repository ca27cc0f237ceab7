/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/seccomp_table.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <string.h>

#define CAP(name) (UINT64_C(1) << CAP_##name)

#define BOTH   .in_strict = true, .in_docker = true
#define STRICT .in_strict = true
#define DOCKER .in_docker = true

#define ALL_BITS 0xffffffffu

/* clone(2): NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
#define CLONE_NAMESPACES 0x7e020000u

/* clang-format off */
static const struct md_seccomp_group groups[] = {
	/* ---- files ---- */
	{BOTH, .names = "access chdir chmod chown chown32 close close_range copy_file_range creat "
		"dup dup2 dup3 faccessat faccessat2 fadvise64 fadvise64_64 fallocate fchdir fchmod "
		"fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync flock fstat "
		"fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd "
		"getdents getdents64 ioctl lchown lchown32 link linkat _llseek lseek lstat lstat64 "
		"mkdir mkdirat mknod mknodat newfstatat open openat openat2 pread64 preadv preadv2 "
		"pwrite64 pwritev pwritev2 read readahead readlink readlinkat readv rename renameat "
		"renameat2 rmdir sendfile sendfile64 splice stat stat64 statfs statfs64 statx "
		"symlink symlinkat sync sync_file_range syncfs tee truncate truncate64 umask unlink "
		"unlinkat utime utimensat utimensat_time64 utimes write writev"},
	{BOTH, .names = "fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr "
		"listxattr listxattrat llistxattr lremovexattr lsetxattr removexattr "
		"removexattrat setxattr setxattrat"},
	{BOTH, .names = "fanotify_mark inotify_add_watch inotify_init inotify_init1 "
		"inotify_rm_watch"},
	/* Handles reach files past every directory permission; the mount listers show the host. */
	{DOCKER, .names = "name_to_handle_at statmount listmount cachestat vmsplice"},
	{STRICT, .fails = ENOSYS, .names = "statmount listmount cachestat"},
	{BOTH, .needs = CAP(DAC_READ_SEARCH), .names = "name_to_handle_at open_by_handle_at"},
	{BOTH, .needs = CAP(SYS_CHROOT), .names = "chroot"},
	/* Put characters into a terminal's input, as if its user had typed them. */
	{STRICT, .fails = EPERM, .compares = {{1, ALL_BITS, 0x5412}}, .names = "ioctl"}, /* TIOCSTI */
	{STRICT, .fails = EPERM, .compares = {{1, ALL_BITS, 0x541c}}, .names = "ioctl"}, /* TIOCLINUX */

	/* ---- waiting for descriptors ---- */
	{BOTH, .names = "epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait "
		"epoll_pwait2 epoll_wait epoll_wait_old eventfd eventfd2 _newselect pipe pipe2 "
		"poll ppoll ppoll_time64 pselect6 pselect6_time64 select signalfd signalfd4 "
		"timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime "
		"timerfd_settime64"},
	/* The first asynchronous interface; io_uring passes by this filter and stays out. */
	{BOTH, .names = "io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 "
		"io_setup io_submit"},

	/* ---- memory ---- */
	{BOTH, .names = "brk madvise membarrier memfd_create memfd_secret mincore mlock mlock2 "
		"mlockall mmap mmap2 mprotect mremap mseal msync munlock munlockall munmap "
		"pkey_alloc pkey_free pkey_mprotect remap_file_pages"},
	{DOCKER, .names = "map_shadow_stack"},
	{STRICT, .fails = ENOSYS, .names = "map_shadow_stack"},
	{BOTH, .needs = CAP(SYS_NICE), .names = "get_mempolicy mbind set_mempolicy "
		"set_mempolicy_home_node"},

	/* ---- processes and threads ---- */
	{BOTH, .names = "execve execveat exit exit_group fork futex futex_requeue futex_time64 "
		"futex_wait futex_waitv futex_wake getpgid getpgrp getpid getppid get_robust_list "
		"getrusage getsid get_thread_area gettid pidfd_open pidfd_send_signal prctl "
		"process_mrelease restart_syscall rseq setpgid set_robust_list setsid "
		"set_thread_area set_tid_address vfork wait4 waitid waitpid"},
	{BOTH, .unless = CAP(SYS_ADMIN), .compares = {{0, CLONE_NAMESPACES, 0}}, .names = "clone"},
	/* Its flags lie in memory, where a filter cannot look. libc falls back to clone. */
	{BOTH, .unless = CAP(SYS_ADMIN), .fails = ENOSYS, .names = "clone3"},
	/* PER_LINUX, PER_LINUX32, both with UNAME26, and the question which one it is. */
	{BOTH, .compares = {{0, ALL_BITS, 0x0}}, .names = "personality"},
	{BOTH, .compares = {{0, ALL_BITS, 0x8}}, .names = "personality"},
	{BOTH, .compares = {{0, ALL_BITS, 0x20000}}, .names = "personality"},
	{BOTH, .compares = {{0, ALL_BITS, 0x20008}}, .names = "personality"},
	{BOTH, .compares = {{0, ALL_BITS, ALL_BITS}}, .names = "personality"},
	/* Safe behind a filter since Linux 4.8, and still the widest door between processes. */
	{DOCKER, .names = "process_vm_readv process_vm_writev ptrace"},
	{BOTH, .needs = CAP(SYS_PTRACE), .names = "kcmp pidfd_getfd process_madvise "
		"process_vm_readv process_vm_writev ptrace"},
	/* The kernel puts this one into a process that the host traces: refusing it kills. */
	{BOTH, .names = "uretprobe"},

	/* ---- of one architecture ---- */
	{BOTH, .names = "arch_prctl"},
	{DOCKER, .names = "modify_ldt"},
	{DOCKER, .names = "arm_fadvise64_64 arm_sync_file_range breakpoint cacheflush set_tls"},
	{DOCKER, .names = "ipc socketcall ugetrlimit"},

	/* ---- scheduling and limits ---- */
	{BOTH, .names = "getcpu getpriority getrlimit ioprio_get ioprio_set prlimit64 "
		"sched_getaffinity sched_getattr sched_getparam sched_get_priority_max "
		"sched_get_priority_min sched_getscheduler sched_rr_get_interval "
		"sched_rr_get_interval_time64 sched_setaffinity sched_setattr sched_setparam "
		"sched_setscheduler sched_yield setpriority setrlimit"},

	/* ---- identity ---- */
	{BOTH, .names = "capget capset getegid getegid32 geteuid geteuid32 getgid getgid32 "
		"getgroups getgroups32 getresgid getresgid32 getresuid getresuid32 getuid "
		"getuid32 setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups "
		"setgroups32 setregid setregid32 setresgid setresgid32 setresuid setresuid32 "
		"setreuid setreuid32 setuid setuid32"},
	/* A process may always give up more. */
	{BOTH, .names = "landlock_add_rule landlock_create_ruleset landlock_restrict_self seccomp"},

	/* ---- signals ---- */
	{BOTH, .names = "kill pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo "
		"rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 "
		"rt_tgsigqueueinfo sigaltstack sigprocmask sigreturn tgkill tkill"},

	/* ---- time ---- */
	{BOTH, .names = "adjtimex alarm clock_adjtime clock_adjtime64 clock_getres "
		"clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep "
		"clock_nanosleep_time64 getitimer gettimeofday nanosleep setitimer time "
		"timer_create timer_delete timer_getoverrun timer_gettime timer_gettime64 "
		"timer_settime timer_settime64 times"},
	{BOTH, .needs = CAP(SYS_TIME), .names = "clock_settime clock_settime64 settimeofday stime"},

	/* ---- System V and POSIX communication ---- */
	{BOTH, .names = "mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 "
		"mq_timedsend mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd semctl "
		"semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget"},

	/* ---- sockets ---- */
	{BOTH, .names = "accept accept4 bind connect getpeername getsockname getsockopt listen "
		"recv recvfrom recvmmsg recvmmsg_time64 recvmsg send sendmmsg sendmsg sendto "
		"setsockopt shutdown"},
	{DOCKER, .names = "socket socketpair"},
	{DOCKER, .fails = EPERM, .compares = {{0, ALL_BITS, 40}}, .names = "socket"}, /* AF_VSOCK */
	/* Families that programs use; each of the others is kernel code that few have read. */
	{STRICT, .compares = {{0, ALL_BITS, 1}}, .names = "socket socketpair"}, /* AF_UNIX */
	{STRICT, .compares = {{0, ALL_BITS, 2}}, .names = "socket"},            /* AF_INET */
	{STRICT, .compares = {{0, ALL_BITS, 10}}, .names = "socket"},           /* AF_INET6 */
	/* AF_NETLINK: ROUTE, SOCK_DIAG, KOBJECT_UEVENT, GENERIC. */
	{STRICT, .compares = {{0, ALL_BITS, 16}, {2, ALL_BITS, 0}}, .names = "socket"},
	{STRICT, .compares = {{0, ALL_BITS, 16}, {2, ALL_BITS, 4}}, .names = "socket"},
	{STRICT, .compares = {{0, ALL_BITS, 16}, {2, ALL_BITS, 15}}, .names = "socket"},
	{STRICT, .compares = {{0, ALL_BITS, 16}, {2, ALL_BITS, 16}}, .names = "socket"},
	/* login and sudo go on without audit when the protocol does not exist. */
	{STRICT, .unless = CAP(AUDIT_WRITE) | CAP(NET_ADMIN), .fails = EINVAL,
		.compares = {{0, ALL_BITS, 16}, {2, ALL_BITS, 9}}, .names = "socket"},
	{STRICT, .needs = CAP(AUDIT_WRITE),
		.compares = {{0, ALL_BITS, 16}, {2, ALL_BITS, 9}}, .names = "socket"},
	{STRICT, .needs = CAP(NET_ADMIN), .compares = {{0, ALL_BITS, 16}}, .names = "socket"},
	{STRICT, .needs = CAP(NET_RAW), .compares = {{0, ALL_BITS, 17}}, .names = "socket"}, /* PACKET */

	/* ---- the machine ---- */
	{BOTH, .names = "getrandom sysinfo uname"},
	{BOTH, .needs = CAP(SYSLOG) | CAP(SYS_ADMIN), .names = "syslog"},
	{BOTH, .needs = CAP(SYS_ADMIN), .names = "clone clone3 fanotify_init fsconfig fsmount "
		"fsopen fspick lookup_dcookie lsm_get_self_attr lsm_list_modules lsm_set_self_attr "
		"mount mount_setattr move_mount open_tree quotactl quotactl_fd setdomainname "
		"sethostname setns umount umount2 unshare"},
	{BOTH, .needs = CAP(SYS_ADMIN) | CAP(BPF), .names = "bpf"},
	{BOTH, .needs = CAP(SYS_ADMIN) | CAP(PERFMON), .names = "perf_event_open"},
	{BOTH, .needs = CAP(SYS_BOOT), .names = "reboot"},
	{BOTH, .needs = CAP(SYS_MODULE), .names = "delete_module finit_module init_module"},
	{BOTH, .needs = CAP(SYS_PACCT), .names = "acct"},
	{BOTH, .needs = CAP(SYS_RAWIO), .names = "ioperm iopl"},
	{BOTH, .needs = CAP(SYS_TTY_CONFIG), .names = "vhangup"},
};
/* clang-format on */

const struct md_seccomp_group *md_seccomp_groups(size_t *ret_count)
{
	*ret_count = sizeof(groups) / sizeof(groups[0]);
	return groups;
}

static bool is_in(const struct md_seccomp_group *group, enum md_profile profile)
{
	return profile == MD_PROFILE_DOCKER ? group->in_docker : group->in_strict;
}

bool md_seccomp_group_applies(const struct md_seccomp_group *group, enum md_profile profile,
			      uint64_t caps)
{
	if (!is_in(group, profile) || (group->unless & caps))
		return false;
	return !group->needs || (group->needs & caps);
}

size_t md_seccomp_group_compares(const struct md_seccomp_group *group)
{
	size_t count = 0;

	while (count < MD_SECCOMP_COMPARES_MAX && group->compares[count].mask)
		count++;
	return count;
}

uint64_t md_seccomp_relevant_caps(enum md_profile profile)
{
	uint64_t caps = 0;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		if (is_in(&groups[i], profile))
			caps |= groups[i].needs | groups[i].unless;
	}
	return caps;
}

bool md_seccomp_next_name(const char **cursor, char out[MD_SECCOMP_NAME_MAX])
{
	const char *start = *cursor + strspn(*cursor, " ");
	size_t length = strcspn(start, " ");

	if (!length || length >= MD_SECCOMP_NAME_MAX)
		return false;
	memcpy(out, start, length);
	out[length] = '\0';
	*cursor = start + length;
	return true;
}

static bool names(const struct md_seccomp_group *group, const char *wanted)
{
	size_t length = strlen(wanted);
	const char *found;

	for (found = strstr(group->names, wanted); found; found = strstr(found + 1, wanted))
		if ((found == group->names || found[-1] == ' ') &&
		    (found[length] == ' ' || found[length] == '\0'))
			return true;
	return false;
}

static bool arguments_match(const struct md_seccomp_group *group, const uint64_t args[6])
{
	for (size_t i = 0; i < md_seccomp_group_compares(group); i++) {
		const struct md_seccomp_compare *c = &group->compares[i];

		if (((uint32_t)args[c->arg] & c->mask) != c->value)
			return false;
	}
	return true;
}

uint32_t md_seccomp_expect(enum md_profile profile, uint64_t caps, const char *name,
			   const uint64_t args[6])
{
	int always_fails = EPERM;
	bool is_allowed = false;

	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
		const struct md_seccomp_group *group = &groups[i];

		if (!md_seccomp_group_applies(group, profile, caps) ||
		    !arguments_match(group, args) || !names(group, name))
			continue;
		if (!group->fails)
			is_allowed = true;
		else if (md_seccomp_group_compares(group))
			return SECCOMP_RET_ERRNO | (uint32_t)group->fails;
		else
			always_fails = group->fails;
	}
	return is_allowed ? SECCOMP_RET_ALLOW : SECCOMP_RET_ERRNO | (uint32_t)always_fails;
}
