/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample_hosts.h - hosts that nobody here owns, as the compiler sees them.
 *
 * Each is a whole struct md_host; a test changes what it wants to be different.
 */
#ifndef MD_TESTS_SAMPLE_HOSTS_H
#define MD_TESTS_SAMPLE_HOSTS_H

#include "runtime/host.h"

#include <stdio.h>

/* A recent kernel without any cgroup file system mounted. */
static inline struct md_host sample_host_bare(void)
{
	return (struct md_host){
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
		.has_cgroup_kill = true,
		.has_user_ns = true,
		.has_cgroup_ns = true,
		.has_seccomp = true,
		.has_swap_accounting = true,
		.last_cap = 40,
		.bounding_caps = (UINT64_C(1) << 41) - 1,
		.nofile_hard = 20000,
	};
}

static inline void sample_host_add_v1(struct md_host *host, const char *controllers)
{
	struct md_cgroup_v1 *v1 = &host->v1[host->v1_count++];

	(void)snprintf(v1->controllers, sizeof(v1->controllers), "%s", controllers);
	(void)snprintf(v1->mount, sizeof(v1->mount), "/sys/fs/cgroup/%s", controllers);
}

/* Every controller in a v1 hierarchy of its own, as old distributions had it. */
static inline struct md_host sample_host_v1(void)
{
	static const char *const controllers[] = {"memory",  "cpu",     "cpuacct", "pids",
						  "devices", "freezer", "cpuset",  "blkio"};
	struct md_host host = sample_host_bare();

	host.cgroup_kind = MD_CGROUP_V1;
	for (size_t i = 0; i < sizeof(controllers) / sizeof(controllers[0]); i++)
		sample_host_add_v1(&host, controllers[i]);
	return host;
}

/* The same beside a v2 tree without controllers: WSL2's older shape. */
static inline struct md_host sample_host_hybrid(void)
{
	struct md_host host = sample_host_v1();

	host.cgroup_kind = MD_CGROUP_HYBRID;
	host.has_cgroup_freeze = true;
	(void)snprintf(host.v2_mount, sizeof(host.v2_mount), "/sys/fs/cgroup/unified");
	return host;
}

static inline struct md_host sample_host_v2(void)
{
	struct md_host host = sample_host_bare();

	host.cgroup_kind = MD_CGROUP_V2;
	host.has_cgroup_freeze = true;
	(void)snprintf(host.v2_mount, sizeof(host.v2_mount), "/sys/fs/cgroup");
	(void)snprintf(host.v2_controllers, sizeof(host.v2_controllers),
		       "cpuset cpu io memory pids");
	return host;
}

#endif
