/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample_hosts.h - hosts that nobody here owns, made from what such a host's mountinfo says.
 *
 * All have a recent kernel with everything; a test switches off what it is about.
 */
#ifndef MD_TESTS_SAMPLE_HOSTS_H
#define MD_TESTS_SAMPLE_HOSTS_H

#include "runtime/host.h"
#include "runtime/host_cgroup.h"
#include "runtime/mountinfo.h"

#include <stdio.h>
#include <string.h>

#define HOST_MOUNTS_ROOT  "27 1 254:0 / / rw - ext4 /dev/vda rw\n23 27 0:22 / /sys rw - sysfs s rw\n"
#define HOST_MOUNTS_TMPFS "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755\n"
#define HOST_MOUNT_V1(id, name, options) \
	id " 31 0:" id " / /sys/fs/cgroup/" name " rw - cgroup cgroup rw," options "\n"

/* clang-format off */
#define HOST_MOUNTS_SPLIT \
	HOST_MOUNT_V1("35", "memory", "memory") \
	HOST_MOUNT_V1("32", "cpu", "cpu") \
	HOST_MOUNT_V1("33", "cpuacct", "cpuacct") \
	HOST_MOUNT_V1("39", "pids", "pids") \
	HOST_MOUNT_V1("36", "devices", "devices") \
	HOST_MOUNT_V1("37", "freezer", "freezer") \
	HOST_MOUNT_V1("34", "cpuset", "cpuset") \
	HOST_MOUNT_V1("38", "blkio", "blkio") \
	HOST_MOUNT_V1("40", "systemd", "xattr,name=systemd")

#define HOST_MOUNTS_CO_MOUNTED \
	HOST_MOUNT_V1("32", "cpu,cpuacct", "cpu,cpuacct") \
	HOST_MOUNT_V1("34", "cpuset", "cpuset") \
	HOST_MOUNT_V1("35", "memory", "memory") \
	HOST_MOUNT_V1("36", "devices", "devices") \
	HOST_MOUNT_V1("37", "freezer", "freezer") \
	HOST_MOUNT_V1("39", "pids", "pids") \
	HOST_MOUNT_V1("38", "net_cls,net_prio", "net_cls,net_prio")
/* clang-format on */

#define HOST_MOUNT_UNIFIED "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
#define HOST_MOUNT_V2      "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"

static inline struct md_host sample_host_from_mounts(const char *mountinfo)
{
	struct md_mount_table table = MD_MOUNT_TABLE_INIT;
	struct md_error err = MD_ERROR_INIT;
	struct md_host host = {
		.kernel = "6.18.0",
		.kernel_version = 6 << 16 | 18 << 8,
		.is_root = true,
		.has_openat2 = true,
		.has_clone3 = true,
		.has_clone_into_cgroup = true,
		.has_mount_api = true,
		.has_mount_setattr = true,
		.has_lowerdir_append = true,
		.has_overlay_layer_fds = true,
		.has_overlay = true,
		.has_close_range = true,
		.has_user_ns = true,
		.has_cgroup_ns = true,
		.has_seccomp = true,
		.has_landlock = true,
		.has_swap_accounting = true,
		.has_bfq_weight = true,
		.last_cap = 40,
		.bounding_caps = (UINT64_C(1) << 41) - 1,
		.nofile_hard = 1048576,
	};

	if (md_mount_table_parse(mountinfo, strlen(mountinfo), &table, &err) == 0)
		md_host_find_cgroups(&table, &host);
	else
		printf("# sample_hosts.h: %s\n", err.msg);
	md_mount_table_fini(&table);
	host.has_cgroup_freeze = host.has_cgroup_kill = host.v2_mount[0] != '\0';
	return host;
}

/* v1 only, each controller by itself. */
static inline struct md_host sample_host_v1(void)
{
	return sample_host_from_mounts(HOST_MOUNTS_ROOT HOST_MOUNTS_TMPFS HOST_MOUNTS_SPLIT);
}

/* v1 controllers and a v2 tree without any. */
static inline struct md_host sample_host_hybrid(void)
{
	return sample_host_from_mounts(
		HOST_MOUNTS_ROOT HOST_MOUNTS_TMPFS HOST_MOUNTS_SPLIT HOST_MOUNT_UNIFIED);
}

/* Hybrid as WSL2 has it: cpu and cpuacct in one hierarchy, no blkio. */
static inline struct md_host sample_host_wsl2(void)
{
	struct md_host host = sample_host_from_mounts(
		HOST_MOUNTS_ROOT HOST_MOUNTS_TMPFS HOST_MOUNTS_CO_MOUNTED HOST_MOUNT_UNIFIED);

	(void)snprintf(host.kernel, sizeof(host.kernel), "5.15.167.4-microsoft-standard-WSL2");
	host.kernel_version = 5 << 16 | 15 << 8;
	host.has_lowerdir_append = host.has_overlay_layer_fds = false;
	return host;
}

/* v2 only, as systemd sets it up. */
static inline struct md_host sample_host_v2(void)
{
	struct md_host host = sample_host_from_mounts(HOST_MOUNTS_ROOT HOST_MOUNT_V2);

	(void)snprintf(host.v2_controllers, sizeof(host.v2_controllers),
		       "cpuset cpu io memory hugetlb pids rdma misc");
	(void)snprintf(host.v2_enabled, sizeof(host.v2_enabled), "cpu memory pids");
	host.has_io_cost = true;
	return host;
}

/* No cgroup file system at all. */
static inline struct md_host sample_host_bare(void)
{
	struct md_host host = sample_host_from_mounts(HOST_MOUNTS_ROOT);

	host.has_swap_accounting = host.has_bfq_weight = false;
	return host;
}

#endif
