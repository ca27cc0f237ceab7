/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What really happens: each attempt is made, in a child with an alarm, and undone by its end or by
 * itself. None of them hurts the host when it succeeds.
 */
#include "tests/payloads/selfcheck.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/swap.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECONDS_FOR_ONE 5
#define FAMILIES        46

/* 0 for success, else -1 and errno. */
typedef int attempt_fn(void);

static int try_mount_tmpfs(void)
{
	if (mount("none", "/tmp", "tmpfs", 0, NULL) < 0)
		return -1;
	return umount("/tmp");
}

static int try_mount_cgroup(void)
{
	if (mount("none", "/tmp", "cgroup", 0, "memory") < 0 &&
	    mount("none", "/tmp", "cgroup2", 0, NULL) < 0)
		return -1;
	return umount("/tmp");
}

/* A child's copy of the mount namespace is all that changes. */
static int try_remount_proc_sys(void)
{
	return mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL);
}

static int try_umount_proc(void)
{
	/* With MNT_EXPIRE the first call never unmounts: EAGAIN says that it would have. */
	return umount2("/proc", MNT_EXPIRE);
}

static int try_unshare_user(void)
{
	return unshare(CLONE_NEWUSER);
}

static int try_unshare_mounts(void)
{
	return unshare(CLONE_NEWNS);
}

static int try_unshare_network(void)
{
	return unshare(CLONE_NEWNET);
}

static int try_setns(void)
{
	int fd = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -1 : setns(fd, 0);
}

static int make_and_open(mode_t type, dev_t device)
{
	static const char path[] = "/tmp/selfcheck-node";
	int fd, saved_errno;

	if (mknod(path, type | 0600, device) < 0)
		return -1;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	saved_errno = errno;
	(void)unlink(path);
	errno = saved_errno;
	return fd < 0 ? -1 : 0;
}

static int try_node_mem(void)
{
	return make_and_open(S_IFCHR, makedev(1, 1));
}

static int try_node_disk(void)
{
	return make_and_open(S_IFBLK, makedev(8, 0));
}

static int try_node_kmsg(void)
{
	return make_and_open(S_IFCHR, makedev(1, 11));
}

static int try_node_loop(void)
{
	return make_and_open(S_IFBLK, makedev(7, 0));
}

static int try_node_null(void)
{
	return make_and_open(S_IFCHR, makedev(1, 3));
}

static int try_node_fuse(void)
{
	return make_and_open(S_IFCHR, makedev(10, 229));
}

static int try_sethostname(void)
{
	struct utsname host;

	return uname(&host) < 0 ? -1 : sethostname(host.nodename, strlen(host.nodename));
}

static int try_chroot(void)
{
	return chroot("/");
}

static int try_add_key(void)
{
	return syscall(SYS_add_key, "user", "selfcheck", "x", 1, -2) < 0 ? -1 : 0;
}

static int try_keyctl(void)
{
	return syscall(SYS_keyctl, 0, -3, 0) < 0 ? -1 : 0; /* KEYCTL_GET_KEYRING_ID, session */
}

static int try_bpf(void)
{
	union bpf_attr attr = {
		.map_type = BPF_MAP_TYPE_ARRAY, .key_size = 4, .value_size = 4, .max_entries = 1};

	return syscall(SYS_bpf, BPF_MAP_CREATE, &attr, sizeof(attr)) < 0 ? -1 : 0;
}

static int try_perf(void)
{
	struct perf_event_attr attr = {.type = PERF_TYPE_SOFTWARE,
				       .size = sizeof(attr),
				       .config = PERF_COUNT_SW_CPU_CLOCK};

	return syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0) < 0 ? -1 : 0;
}

static int try_io_uring(void)
{
	char params[120] = {0};

	return syscall(SYS_io_uring_setup, 1, params) < 0 ? -1 : 0;
}

static int try_userfaultfd(void)
{
	return syscall(SYS_userfaultfd, 0) < 0 ? -1 : 0;
}

static int try_open_by_handle(void)
{
	struct {
		struct file_handle head;
		char room[128];
	} handle = {.head.handle_bytes = 128};
	int mount_id, fd;

	if (name_to_handle_at(AT_FDCWD, "/", &handle.head, &mount_id, 0) < 0)
		return -1;
	fd = open_by_handle_at(AT_FDCWD, &handle.head, O_PATH);
	return fd < 0 ? -1 : 0;
}

static int try_ptrace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? -1 : 0;
}

/* On a terminal of our own; the real one must be refused in the same way. */
static int try_tiocsti(void)
{
	int outer = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), inner;

	if (outer < 0 || grantpt(outer) < 0 || unlockpt(outer) < 0)
		return -1;
	(void)setsid();
	inner = open(ptsname(outer), O_RDWR | O_CLOEXEC);
	if (inner < 0)
		return -1;
	return ioctl(inner, TIOCSTI, "x");
}

static int try_syslog(void)
{
	return klogctl(10, NULL, 0) < 0 ? -1 : 0; /* SYSLOG_ACTION_SIZE_BUFFER */
}

static int try_kmsg(void)
{
	return open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC) < 0 ? -1 : 0;
}

static int try_init_module(void)
{
	return syscall(SYS_init_module, "", 0, "") < 0 ? -1 : 0;
}

static int try_swapon(void)
{
	return swapon("/", 0);
}

static int try_settimeofday(void)
{
	struct timezone zone;
	struct timeval now;

	if (gettimeofday(&now, &zone) < 0)
		return -1;
	return settimeofday(NULL, &zone);
}

static int try_vmsplice(void)
{
	char byte = 'x';
	struct iovec data = {&byte, 1};
	int ends[2];

	return pipe2(ends, O_CLOEXEC) < 0 || vmsplice(ends[1], &data, 1, 0) < 0 ? -1 : 0;
}

static int try_raise_nofile(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -1;
	limit.rlim_max++;
	return setrlimit(RLIMIT_NOFILE, &limit);
}

static int try_lower_oom_score(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	return fd < 0 || write(fd, "-999", 4) != 4 ? -1 : 0;
}

static int try_packet_socket(void)
{
	return socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0) < 0 ? -1 : 0;
}

static int try_raw_socket(void)
{
	return socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 1) < 0 ? -1 : 0;
}

static int try_ping_socket(void)
{
	return socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 1) < 0 ? -1 : 0;
}

static int try_audit_socket(void)
{
	return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 9) < 0 ? -1 : 0;
}

static int try_signal_the_host(void)
{
	return kill(1 << 22, 0); /* above every pid of a default host: ESRCH, never EPERM */
}

/* A copy of this program, set-user-ID root, run by an ordinary user: does it become root? */
static int try_setuid(void)
{
	static const char path[] = "/tmp/selfcheck-setuid";
	char option[] = SELFCHECK_PRINT_EUID;
	char *const argv[] = {option, option, NULL};
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
	struct stat st;
	int status;
	pid_t pid;

	if (from < 0 || to < 0 || fstat(from, &st) < 0 ||
	    sendfile(to, from, NULL, (size_t)st.st_size) != st.st_size || fchmod(to, 04755) < 0)
		return -1;
	(void)close(to);
	pid = fork();
	if (pid == 0) {
		if (setgid(99) == 0 && setuid(99) == 0)
			(void)execv(path, argv);
		_exit(127);
	}
	(void)waitpid(pid, &status, 0);
	(void)unlink(path);
	/* The program exits with its effective uid. */
	errno = WEXITSTATUS(status) == 99 ? EACCES : EIO;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static const struct {
	const char *name;
	attempt_fn *try;
} attempts[] = {
	{"mount a tmpfs", try_mount_tmpfs},
	{"mount a cgroup hierarchy", try_mount_cgroup},
	{"remount /proc/sys writable", try_remount_proc_sys},
	{"unmount /proc", try_umount_proc},
	{"new user namespace", try_unshare_user},
	{"new mount namespace", try_unshare_mounts},
	{"new network namespace", try_unshare_network},
	{"join a namespace", try_setns},
	{"make and open memory (1:1)", try_node_mem},
	{"make and open a disk (8:0)", try_node_disk},
	{"make and open the kernel log (1:11)", try_node_kmsg},
	{"make and open a loop device (7:0)", try_node_loop},
	{"make and open fuse (10:229)", try_node_fuse},
	{"make and open null (1:3)", try_node_null},
	{"set the host name", try_sethostname},
	{"chroot", try_chroot},
	{"add a key", try_add_key},
	{"ask for the session keyring", try_keyctl},
	{"make a bpf map", try_bpf},
	{"open a perf event", try_perf},
	{"set up io_uring", try_io_uring},
	{"userfaultfd", try_userfaultfd},
	{"open a file by handle", try_open_by_handle},
	{"be traced", try_ptrace},
	{"push into a terminal (TIOCSTI)", try_tiocsti},
	{"read the kernel log (syslog)", try_syslog},
	{"open /dev/kmsg", try_kmsg},
	{"load a module", try_init_module},
	{"swapon", try_swapon},
	{"set the time zone", try_settimeofday},
	{"vmsplice", try_vmsplice},
	{"raise the hard limit of open files", try_raise_nofile},
	{"lower the oom score", try_lower_oom_score},
	{"packet socket", try_packet_socket},
	{"raw socket", try_raw_socket},
	{"ping socket", try_ping_socket},
	{"audit socket", try_audit_socket},
	{"signal an unknown pid", try_signal_the_host},
	{"become root by a set-user-ID program", try_setuid},
};

static const char *outcome(int status)
{
	if (WIFSIGNALED(status))
		return strsignal(WTERMSIG(status));
	return WEXITSTATUS(status) ? verdict_text(WEXITSTATUS(status)) : "ok";
}

static void attempt(struct json *out, const char *name, attempt_fn *try)
{
	int status;
	pid_t pid;

	(void)fflush(stdout);
	pid = fork();
	if (pid == 0) {
		(void)alarm(SECONDS_FOR_ONE);
		_exit(try() < 0 ? errno : 0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		json_string(out, name, "could not be tried");
	else
		json_string(out, name, outcome(status));
}

static bool opens(int family)
{
	static const int types[] = {SOCK_STREAM, SOCK_DGRAM, SOCK_RAW, SOCK_SEQPACKET};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		int fd = socket(family, types[i] | SOCK_CLOEXEC, 0);

		if (fd >= 0) {
			(void)close(fd);
			return true;
		}
	}
	return false;
}

static void list_families(struct json *out)
{
	char text[8 * FAMILIES] = "";
	size_t used = 0;

	for (int family = 0; family < FAMILIES; family++) {
		if (opens(family))
			used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%d",
						 used ? "," : "", family);
	}
	json_string(out, "socket families that open", text);
}

void check_attempts(struct json *out)
{
	json_open(out, "attempts", '{');
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++)
		attempt(out, attempts[i].name, attempts[i].try);
	list_families(out);
	json_close(out, '}');
}
