/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host.h - what this kernel and its cgroup setup offer, found once and handed around as data.
 *
 * runtime/host_probe.h fills it in. The compiler asks only this struct, never the kernel, so a unit
 * test can compile for hosts that nobody here owns.
 */
#ifndef MD_RUNTIME_HOST_H
#define MD_RUNTIME_HOST_H

#include <stdbool.h>
#include <stdint.h>

#define MD_HOST_CONTROLLERS_MAX 16
#define MD_HOST_NAME_MAX        32
#define MD_HOST_PATH_MAX        256

/* The three ways a host mounts cgroups, cgroups(7). */
enum md_cgroup_kind {
	MD_CGROUP_NONE,
	MD_CGROUP_V1,
	MD_CGROUP_HYBRID, /* v1 controllers and a v2 tree that has few or none */
	MD_CGROUP_V2,
};

/* One mounted v1 hierarchy; co-mounted controllers share one entry ("cpu,cpuacct"). */
struct md_cgroup_v1 {
	char controllers[2 * MD_HOST_NAME_MAX]; /* comma separated, or "name=systemd" */
	char mount[MD_HOST_PATH_MAX];
};

struct md_host {
	char kernel[MD_HOST_NAME_MAX * 2]; /* uname -r */
	unsigned int kernel_version;       /* major << 16 | minor << 8 */
	bool is_root;                      /* effective uid 0 */

	enum md_cgroup_kind cgroup_kind;
	struct md_cgroup_v1 v1[MD_HOST_CONTROLLERS_MAX];
	unsigned int v1_count;
	char v2_mount[MD_HOST_PATH_MAX];       /* "" when there is none */
	char v2_controllers[MD_HOST_PATH_MAX]; /* cgroup.controllers of its root, space separated */
	char v2_enabled[MD_HOST_PATH_MAX];     /* cgroup.subtree_control of its root */
	bool v2_is_locked; /* its root is itself a group with processes: nothing can be enabled */
	char cpus[MD_HOST_PATH_MAX];  /* those online, "0-3,5"; "": unknown */
	char nodes[MD_HOST_PATH_MAX]; /* memory nodes, likewise */
	bool has_swap_accounting;
	bool has_bfq_weight;    /* blkio.bfq.weight (v1), io.bfq.weight (v2) */
	bool has_io_cost;       /* io.weight (v2) */
	bool has_cgroup_freeze; /* cgroup.freeze, Linux 5.2, and a v2 tree */
	bool has_cgroup_kill;   /* cgroup.kill, Linux 5.14, and a v2 tree */

	bool has_openat2;           /* 5.6 */
	bool has_clone3;            /* 5.3 */
	bool has_clone_into_cgroup; /* clone3 and 5.7 */
	bool has_mount_api;         /* fsopen, open_tree, move_mount: 5.2 */
	bool has_mount_setattr;     /* 5.12 */
	bool has_lowerdir_append;   /* overlay "lowerdir+", 6.7 */
	bool has_overlay_layer_fds; /* overlay layers as descriptors, 6.13 */
	bool has_overlay;           /* in /proc/filesystems, or can be loaded */
	bool has_close_range;       /* with CLOSE_RANGE_CLOEXEC, 5.11 */
	bool has_user_ns, has_cgroup_ns;
	bool has_seccomp;
	bool has_landlock;      /* with LANDLOCK_ACCESS_FS_REFER: ABI 2, 5.19 */
	unsigned int last_cap;  /* /proc/sys/kernel/cap_last_cap */
	uint64_t bounding_caps; /* of this process: what can be given at all */
	uint64_t nofile_hard;   /* of this process: all it can give without CAP_SYS_RESOURCE */
};

/* The v1 hierarchy that holds `controller`, NULL if there is none. */
const struct md_cgroup_v1 *md_host_v1(const struct md_host *host, const char *controller);

/* True if groups below the v2 root can have `controller`. */
bool md_host_v2_has(const struct md_host *host, const char *controller);

/* True if `word` is one of the words of `list`, which are separated by `separator`. */
bool md_host_lists(const char *list, char separator, const char *word);

/* "v1", "hybrid", "v2", "none". */
const char *md_cgroup_kind_name(enum md_cgroup_kind kind);

#endif
