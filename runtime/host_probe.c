/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/host_probe.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/sys.h"
#include "runtime/host_cgroup.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#define VERSION(major, minor) ((major) << 16 | (minor) << 8)

#define MOUNTINFO_MAX (16U << 20)

static void probe_version(struct md_host *host)
{
	struct utsname name;
	unsigned long major, minor;
	char *end;

	if (uname(&name) < 0)
		return;
	(void)snprintf(host->kernel, sizeof(host->kernel), "%.63s", name.release);
	major = strtoul(name.release, &end, 10);
	minor = *end == '.' ? strtoul(end + 1, &end, 10) : 0;
	host->kernel_version =
		VERSION((unsigned int)major, minor > 255 ? 255 : (unsigned int)minor);
}

/*
 * A call is there unless the kernel says that it is not. Each probe below passes arguments that no
 * kernel accepts, so that nothing happens. An old seccomp filter around us may answer EPERM to
 * calls that it does not know; those that need a privilege answer EPERM to ordinary users, too.
 */
static bool exists(long result)
{
	return result >= 0 || (errno != ENOSYS && errno != EPERM);
}

static bool exists_privileged(long result)
{
	return result >= 0 || errno != ENOSYS;
}

static void probe_calls(struct md_host *host)
{
	host->has_openat2 = exists(sys_openat2(-1, "", NULL, 0));
	host->has_clone3 = exists(sys_clone3(NULL, 0));
	host->has_clone_into_cgroup = host->has_clone3 && host->kernel_version >= VERSION(5, 7);
	host->has_mount_api = exists(sys_open_tree(-1, "", UINT_MAX)) &&
			      exists_privileged(sys_move_mount(-1, "", -1, "", UINT_MAX)) &&
			      exists_privileged(sys_fsopen(NULL, UINT_MAX)) &&
			      exists_privileged(sys_fsmount(-1, UINT_MAX, 0));
	host->has_mount_setattr = exists(sys_mount_setattr(-1, "", UINT_MAX, NULL, 0));
	host->has_lowerdir_append = host->kernel_version >= VERSION(6, 7);
	host->has_overlay_layer_fds = host->kernel_version >= VERSION(6, 13);
	host->has_close_range = exists(sys_close_range(UINT_MAX, UINT_MAX, CLOSE_RANGE_CLOEXEC));
	host->has_landlock = sys_landlock_abi() >= 2;
	host->has_seccomp = sys_seccomp(SECCOMP_SET_MODE_FILTER, 0, NULL) < 0 && errno == EFAULT;
}

/* A number in a file of /proc; `otherwise` if there is none. */
static unsigned int read_number(const char *path, unsigned int otherwise)
{
	md_auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[24];
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
	unsigned long value;
	char *end;

	if (n <= 0)
		return otherwise;
	text[n] = '\0';
	value = strtoul(text, &end, 10);
	return end == text ? otherwise : (unsigned int)value;
}

/* A line of /sys; a longer one than `size` says nothing rather than half of it. */
static void read_line(const char *path, char *ret, size_t size)
{
	md_auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, ret, size);

	ret[n > 0 && ret[n - 1] == '\n' ? n - 1 : 0] = '\0';
}

static void probe_processors(struct md_host *host)
{
	read_line("/sys/devices/system/cpu/online", host->cpus, sizeof(host->cpus));
	read_line("/sys/devices/system/node/online", host->nodes, sizeof(host->nodes));
}

static void probe_caps(struct md_host *host)
{
	host->last_cap = read_number("/proc/sys/kernel/cap_last_cap", 0);
	for (unsigned int cap = 0; cap <= host->last_cap && cap < 64; cap++)
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1)
			host->bounding_caps |= UINT64_C(1) << cap;
}

static void probe_namespaces(struct md_host *host)
{
	host->has_cgroup_ns = access("/proc/self/ns/cgroup", F_OK) == 0;
	host->has_user_ns = access("/proc/self/ns/user", F_OK) == 0 &&
			    read_number("/proc/sys/user/max_user_namespaces", 1) > 0;
}

/* The kernel lists what is loaded; mounting loads the module if it lies in its usual place. */
static bool probe_overlay(const struct md_host *host)
{
	static const char *const suffixes[] = {"", ".xz", ".zst", ".gz"};
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_free char *list = NULL;
	size_t length;

	if (md_fs_read(AT_FDCWD, "/proc/filesystems", 1U << 16, &list, &length, &ignored) == 0 &&
	    strstr(list, "\toverlay\n"))
		return true;
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		md_auto_free char *module =
			md_xasprintf("/lib/modules/%s/kernel/fs/overlayfs/overlay.ko%s",
				     host->kernel, suffixes[i]);

		if (access(module, F_OK) == 0)
			return true;
	}
	return false;
}

static int probe_mounts(struct md_host *host, struct md_error *err)
{
	MD_CLEANUP(md_mount_table_fini) struct md_mount_table table = MD_MOUNT_TABLE_INIT;
	md_auto_free char *text = NULL;
	size_t length;

	if (md_fs_read(AT_FDCWD, "/proc/self/mountinfo", MOUNTINFO_MAX, &text, &length, err) < 0 ||
	    md_mount_table_parse(text, length, &table, err) < 0)
		return md_error_prefix(err, "look for cgroups");
	md_host_find_cgroups(&table, host);
	return 0;
}

int md_host_probe(struct md_host *host, struct md_error *err)
{
	struct rlimit nofile = {0};

	*host = (struct md_host){.is_root = geteuid() == 0};
	probe_version(host);
	probe_calls(host);
	probe_processors(host);
	probe_caps(host);
	probe_namespaces(host);
	host->has_overlay = probe_overlay(host);
	if (getrlimit(RLIMIT_NOFILE, &nofile) == 0)
		host->nofile_hard = nofile.rlim_max;
	if (probe_mounts(host, err) < 0)
		return -1;
	md_host_probe_cgroups(host);
	return 0;
}
