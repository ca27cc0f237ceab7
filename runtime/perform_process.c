/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on the process itself: namespaces, session, limits, identity, privileges. */
#include "runtime/perform.h"

#include "base/cleanup.h"
#include "base/safe_path.h"
#include "base/sys.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/filter.h>
#include <linux/keyctl.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* landlock(7), ABI 2. */
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)

#define FD(n)   md_performer_fd(performer, call, n)
#define TEXT(n) md_performer_text(performer, call, n)
#define INT(n)  call->args[n]

static int do_unshare(struct md_performer *performer, const struct md_call *call)
{
	(void)performer;
	return unshare((int)INT(0));
}

static int do_setns(struct md_performer *performer, const struct md_call *call)
{
	return setns(FD(0), (int)INT(1));
}

static int do_sethostname(struct md_performer *performer, const struct md_call *call)
{
	return sethostname(TEXT(0), strlen(TEXT(0)));
}

static int do_setdomainname(struct md_performer *performer, const struct md_call *call)
{
	return setdomainname(TEXT(0), strlen(TEXT(0)));
}

static int do_link_up(struct md_performer *performer, const struct md_call *call)
{
	md_auto_close int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = {0};

	if (fd < 0)
		return -1;
	strncpy(request.ifr_name, TEXT(0), sizeof(request.ifr_name) - 1);
	if (ioctl(fd, SIOCGIFFLAGS, &request) < 0)
		return -1;
	request.ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, &request);
}

static int do_prlimit(struct md_performer *performer, const struct md_call *call)
{
	struct rlimit limit = {.rlim_cur = (rlim_t)INT(1), .rlim_max = (rlim_t)INT(2)};

	(void)performer;
	return setrlimit((__rlimit_resource_t)INT(0), &limit);
}

static int do_umask(struct md_performer *performer, const struct md_call *call)
{
	(void)performer;
	(void)umask((mode_t)INT(0));
	return 0;
}

static int do_setsid(struct md_performer *performer, const struct md_call *call)
{
	(void)performer;
	(void)call;
	return setsid() < 0 ? -1 : 0;
}

/* Opens the inner side by descriptor: a path such as /dev/pts/0 could have been replaced. */
static int open_terminal_pair(int rootfd, int *ret_inner)
{
	md_auto_close int outer = md_safe_open_nolinks(rootfd, "dev/pts/ptmx", O_RDWR | O_NOCTTY);
	int unlocked = 0;

	if (outer < 0 || ioctl(outer, TIOCSPTLCK, &unlocked) < 0)
		return -1;
	*ret_inner = ioctl(outer, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return *ret_inner < 0 ? -1 : md_steal_fd(&outer);
}

static int do_console(struct md_performer *performer, const struct md_call *call)
{
	struct winsize size = {.ws_row = (unsigned short)INT(1), .ws_col = (unsigned short)INT(2)};
	md_auto_close int inner = -1;
	md_auto_close int outer = open_terminal_pair(FD(0), &inner);

	if (outer < 0)
		return -1;
	if (size.ws_row && size.ws_col && ioctl(inner, TIOCSWINSZ, &size) < 0)
		return -1;
	if (ioctl(inner, TIOCSCTTY, 0) < 0)
		return -1;
	md_performer_set(performer, MD_SLOT_STDIN, md_steal_fd(&inner));
	return md_steal_fd(&outer);
}

static int do_keyctl_join(struct md_performer *performer, const struct md_call *call)
{
	(void)performer;
	(void)call;
	return sys_keyctl(KEYCTL_JOIN_SESSION_KEYRING, 0, 0) < 0 ? -1 : 0;
}

static int do_setgroups(struct md_performer *performer, const struct md_call *call)
{
	size_t length = 0;
	const gid_t *groups = md_call_bytes(performer->program, call, 0, &length);

	return setgroups(length / sizeof(*groups), groups);
}

static int do_setresgid(struct md_performer *performer, const struct md_call *call)
{
	gid_t gid = (gid_t)INT(0);

	(void)performer;
	return setresgid(gid, gid, gid);
}

static int do_setresuid(struct md_performer *performer, const struct md_call *call)
{
	uid_t uid = (uid_t)INT(0);

	(void)performer;
	return setresuid(uid, uid, uid);
}

static int do_prctl(struct md_performer *performer, const struct md_call *call)
{
	(void)performer;
	return prctl((int)INT(0), (unsigned long)INT(1), 0, 0, 0) < 0 ? -1 : 0;
}

static int do_capbset_drop(struct md_performer *performer, const struct md_call *call)
{
	(void)performer;
	return prctl(PR_CAPBSET_DROP, (unsigned long)INT(0), 0, 0, 0);
}

static int do_ambient_raise(struct md_performer *performer, const struct md_call *call)
{
	(void)performer;
	return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, (unsigned long)INT(0), 0, 0);
}

/* Leaving fsuid 0 takes the file capabilities out of the effective set; they are put back. */
static int do_setfsid(struct md_performer *performer, const struct md_call *call)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	(void)performer;
	(void)setfsgid((gid_t)INT(1));
	(void)setfsuid((uid_t)INT(0));
	if (syscall(SYS_capget, &header, data) < 0)
		return -1;
	data[0].effective = data[0].permitted;
	data[1].effective = data[1].permitted;
	return sys_capset(&header, data);
}

/* Arguments: effective, permitted, inheritable, as masks; capset(2) wants two 32-bit halves. */
static int do_capset(struct md_performer *performer, const struct md_call *call)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	(void)performer;
	for (int half = 0; half < 2; half++)
		data[half] = (struct __user_cap_data_struct){
			.effective = (uint32_t)((uint64_t)INT(0) >> (32 * half)),
			.permitted = (uint32_t)((uint64_t)INT(1) >> (32 * half)),
			.inheritable = (uint32_t)((uint64_t)INT(2) >> (32 * half)),
		};
	return sys_capset(&header, data);
}

/*
 * One right is handled, and allowed everywhere below the root: the domain takes no file away. That
 * right must be REFER, which every domain would otherwise forbid.
 */
static int do_landlock(struct md_performer *performer, const struct md_call *call)
{
	md_auto_close int ruleset = sys_landlock_create_ruleset(LANDLOCK_ACCESS_FS_REFER);
	md_auto_close int root = open(TEXT(0), O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (ruleset < 0 || root < 0)
		return -1;
	if (sys_landlock_allow_beneath(ruleset, root, LANDLOCK_ACCESS_FS_REFER) < 0)
		return -1;
	return sys_landlock_restrict_self(ruleset);
}

static int do_seccomp(struct md_performer *performer, const struct md_call *call)
{
	size_t length = 0;
	const void *filter = md_call_bytes(performer->program, call, 0, &length);
	struct sock_fprog program = {.len = (unsigned short)(length / sizeof(struct sock_filter)),
				     .filter = (struct sock_filter *)filter};

	return sys_seccomp(SECCOMP_SET_MODE_FILTER, 0, &program);
}

/* Loads the program and attaches it to the group; the attachment keeps it alive. */
static int do_bpf_device(struct md_performer *performer, const struct md_call *call)
{
	size_t length = 0;
	const void *insns = md_call_bytes(performer->program, call, 1, &length);
	union bpf_attr load = {.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE,
			       .insn_cnt = (uint32_t)(length / sizeof(struct bpf_insn)),
			       .insns = (uintptr_t)insns,
			       .license = (uintptr_t) "Apache-2.0"};
	md_auto_close int program = sys_bpf(BPF_PROG_LOAD, &load, sizeof(load));

	if (program < 0)
		return -1;
	union bpf_attr attach = {.target_fd = (uint32_t)FD(0),
				 .attach_bpf_fd = (uint32_t)program,
				 .attach_type = BPF_CGROUP_DEVICE,
				 .attach_flags = BPF_F_ALLOW_MULTI};

	return sys_bpf(BPF_PROG_ATTACH, &attach, sizeof(attach));
}

/* Kernels before 5.11: mark one by one, as far as descriptors can go. */
static int mark_each(unsigned int first)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -1;
	for (unsigned int fd = first; fd < limit.rlim_cur; fd++)
		if (fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0 && errno != EBADF)
			return -1;
	return 0;
}

static int do_close_range(struct md_performer *performer, const struct md_call *call)
{
	unsigned int first = (unsigned int)INT(0);

	(void)performer;
	if (sys_close_range(first, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		return 0;
	return errno == ENOSYS || errno == EINVAL ? mark_each(first) : -1;
}

md_perform_fn *const md_perform_process_table[MD_CALL_COUNT] = {
	[MD_CALL_UNSHARE] = do_unshare,
	[MD_CALL_SETNS] = do_setns,
	[MD_CALL_SETHOSTNAME] = do_sethostname,
	[MD_CALL_SETDOMAINNAME] = do_setdomainname,
	[MD_CALL_LINK_UP] = do_link_up,
	[MD_CALL_PRLIMIT] = do_prlimit,
	[MD_CALL_UMASK] = do_umask,
	[MD_CALL_SETSID] = do_setsid,
	[MD_CALL_CONSOLE] = do_console,
	[MD_CALL_KEYCTL_JOIN] = do_keyctl_join,
	[MD_CALL_SETGROUPS] = do_setgroups,
	[MD_CALL_SETRESGID] = do_setresgid,
	[MD_CALL_SETFSID] = do_setfsid,
	[MD_CALL_SETRESUID] = do_setresuid,
	[MD_CALL_PRCTL] = do_prctl,
	[MD_CALL_CAPBSET_DROP] = do_capbset_drop,
	[MD_CALL_AMBIENT_RAISE] = do_ambient_raise,
	[MD_CALL_CAPSET] = do_capset,
	[MD_CALL_LANDLOCK] = do_landlock,
	[MD_CALL_SECCOMP] = do_seccomp,
	[MD_CALL_BPF_DEVICE] = do_bpf_device,
	[MD_CALL_CLOSE_RANGE] = do_close_range,
};
