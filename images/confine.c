/* SPDX-License-Identifier: Apache-2.0 */
#include "images/confine.h"

#include "base/cleanup.h"
#include "base/sys.h"
#include "images/sanitizer.h"
#include "images/worker.h"

#include <errno.h>
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MEMORY_MAX  ((rlim_t)1 << 30)
#define SECONDS_MAX 1800

/*
 * Landlock's numbers (landlock(7)), spelled out because the build machine's headers may be older
 * than the kernel that runs this.
 */
#define LL_FS_EXECUTE     (1ull << 0)
#define LL_FS_WRITE_FILE  (1ull << 1)
#define LL_FS_READ_FILE   (1ull << 2)
#define LL_FS_READ_DIR    (1ull << 3)
#define LL_FS_REMOVE_DIR  (1ull << 4)
#define LL_FS_REMOVE_FILE (1ull << 5)
#define LL_FS_MAKE_CHAR   (1ull << 6)
#define LL_FS_MAKE_DIR    (1ull << 7)
#define LL_FS_MAKE_REG    (1ull << 8)
#define LL_FS_MAKE_SYM    (1ull << 12)
#define LL_FS_REFER       (1ull << 13)
#define LL_FS_TRUNCATE    (1ull << 14)
#define LL_FS_IOCTL_DEV   (1ull << 15)
#define LL_FS_ABI2        ((1ull << 14) - 1)
#define LL_NET_ALL        3ull /* bind and connect, from ABI 4 */

#define LL_READ (LL_FS_READ_FILE | LL_FS_READ_DIR)
#define LL_FILL                                                                                \
	(LL_READ | LL_FS_WRITE_FILE | LL_FS_REMOVE_DIR | LL_FS_REMOVE_FILE | LL_FS_MAKE_CHAR | \
	 LL_FS_MAKE_DIR | LL_FS_MAKE_REG | LL_FS_MAKE_SYM | LL_FS_REFER | LL_FS_TRUNCATE)

#define CAP(name) (1u << CAP_##name)

static const struct {
	uint64_t files;
	uint32_t capabilities;
} kept[] = {
	[MD_CONFINE_UNPACK] = {LL_FILL, CAP(CHOWN) | CAP(DAC_OVERRIDE) | CAP(FOWNER) | CAP(FSETID) |
						CAP(MKNOD) | CAP(SETFCAP)},
	[MD_CONFINE_PACK] = {LL_READ, CAP(DAC_READ_SEARCH)},
};

struct ruleset {
	uint64_t fs, net;
};

struct rule {
	uint64_t fs;
	int32_t fd;
} __attribute__((packed));

static int limit(int resource, rlim_t most, struct md_error *err)
{
	struct rlimit both = {most, most};
	struct rlimit old;

	if (getrlimit(resource, &old) == 0 && old.rlim_max < most)
		both = (struct rlimit){old.rlim_max, old.rlim_max};
	if (setrlimit(resource, &both) < 0)
		return md_fail_errno(err, "setrlimit %d", resource);
	return 0;
}

static int limit_resources(uint64_t file_max, struct md_error *err)
{
	if (limit(RLIMIT_FSIZE, file_max, err) < 0 || limit(RLIMIT_CPU, SECONDS_MAX, err) < 0 ||
	    limit(RLIMIT_CORE, 0, err) < 0)
		return -1;
	return MD_HAS_ASAN ? 0 : limit(RLIMIT_AS, MEMORY_MAX, err);
}

/* Threads inherit it, so it comes before the first one. */
static int restrict_files(int tree_fd, uint64_t allowed, struct md_error *err)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);
	struct ruleset rules = {.fs = LL_FS_ABI2};
	struct rule rule = {.fs = allowed, .fd = tree_fd};
	md_auto_close int fd = -1;

	/* Without it: an older kernel. ABI 1 forbids links between directories altogether. */
	if (abi < 2)
		return 0;
	if (abi >= 3)
		rules.fs |= LL_FS_TRUNCATE;
	if (abi >= 4)
		rules.net = LL_NET_ALL;
	if (abi >= 5)
		rules.fs |= LL_FS_IOCTL_DEV;
	rule.fs &= rules.fs;
	fd = (int)syscall(SYS_landlock_create_ruleset, &rules,
			  abi >= 4 ? sizeof(rules) : sizeof(rules.fs), 0);
	if (fd < 0 || syscall(SYS_landlock_add_rule, fd, 1, &rule, 0) < 0 ||
	    syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		return md_fail_errno(err, "landlock");
	return 0;
}

static int drop_capabilities(uint32_t left, struct md_error *err)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2] = {{.effective = left, .permitted = left}};
	int cap;

	_Static_assert(CAP_SETFCAP < 32, "all of them are in the first word");
	(void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	/* EINVAL ends the list; without CAP_SETPCAP the bounding set of no_new_privs is moot. */
	for (cap = 0; prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0; cap++)
		;
	if (sys_capset(&header, data) < 0)
		return md_fail_errno(err, "capset (importing an image needs root)");
	return 0;
}

int md_confine(enum md_confine_kind kind, int tree_fd, uint64_t file_max, struct md_error *err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return md_fail_errno(err, "prctl");
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)sys_close_range(MD_WORKER_FDS, ~0u,
			      0); /* an old kernel: they are all close-on-exec */
	(void)umask(0);
	/* A file beyond the limit is an error that we can report, not a signal. */
	(void)signal(SIGXFSZ, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	if (limit_resources(file_max, err) < 0 ||
	    restrict_files(tree_fd, kept[kind].files, err) < 0)
		return -1;
	return drop_capabilities(kept[kind].capabilities, err);
}
