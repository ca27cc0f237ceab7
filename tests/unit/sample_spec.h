/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sample_spec.h - a small container that uses every topic of the compiler once.
 */
#ifndef MD_TESTS_SAMPLE_SPEC_H
#define MD_TESTS_SAMPLE_SPEC_H

#include "base/alloc.h"
#include "runtime/spec.h"

#include <linux/filter.h>
#include <sys/resource.h>

static inline void sample_spec_mounts(struct md_spec *spec)
{
	spec->mount_count = 3;
	spec->mounts = md_xcalloc(spec->mount_count, sizeof(*spec->mounts));
	spec->mounts[0] = (struct md_mount){
		.type = MD_MOUNT_BIND,
		.source = md_xstrdup("/state/etc/hosts"),
		.target = md_xstrdup("/etc/hosts"),
		.source_is_file = true,
		.is_generated = true,
	};
	spec->mounts[1] = (struct md_mount){
		.type = MD_MOUNT_BIND,
		.source = md_xstrdup("/srv/data"),
		.target = md_xstrdup("/data"),
		.is_readonly = true,
		.is_recursive = true,
	};
	spec->mounts[2] = (struct md_mount){
		.type = MD_MOUNT_TMPFS,
		.target = md_xstrdup("/tmp"),
		.no_suid = true,
		.no_dev = true,
		.tmpfs_size = 1 << 20,
		.tmpfs_mode = 01777,
	};
}

static inline void sample_spec_rules(struct md_spec *spec)
{
	spec->device_rule_count = 2;
	spec->device_rules = md_xcalloc(spec->device_rule_count, sizeof(*spec->device_rules));
	spec->device_rules[0] =
		(struct md_device_rule){false, 'a', MD_DEVICE_ANY, MD_DEVICE_ANY, true, true, true};
	spec->device_rules[1] = (struct md_device_rule){true, 'c', 1, 3, true, true, true};
}

/* Free with md_spec_fini(). */
static inline void sample_spec(struct md_spec *spec)
{
	static const struct sock_filter allow_all[] = {{0x06, 0, 0, 0x7fff0000}};

	md_spec_init(spec);
	spec->id = md_xstrdup("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	spec->cgroup_parent = md_xstrdup("minidock");
	md_strv_add(&spec->process.args, "sh");
	md_strv_add(&spec->process.args, "-c");
	md_strv_add(&spec->process.args, "echo hello");
	md_strv_add(&spec->process.env, "PATH=/usr/bin:/bin");
	spec->process.cwd = md_xstrdup("/work");
	spec->process.uid = 1000;
	spec->process.gid = 100;
	spec->process.groups = md_xcalloc(2, sizeof(*spec->process.groups));
	spec->process.groups[0] = 100;
	spec->process.groups[1] = 27;
	spec->process.group_count = 2;
	spec->process.has_landlock = true;
	spec->process.caps.bounding = 0x1ffffff00ff;
	spec->process.seccomp = allow_all;
	spec->process.seccomp_length = 1;
	spec->process.rlimits = md_xcalloc(1, sizeof(*spec->process.rlimits));
	spec->process.rlimits[0] = (struct md_rlimit){RLIMIT_NOFILE, 1024, 20000};
	spec->process.rlimit_count = 1;
	md_strv_add(&spec->root.layers, "/state/layers/b/fs");
	md_strv_add(&spec->root.layers, "/state/layers/a/fs");
	spec->root.upper = md_xstrdup("/state/root/upper");
	spec->root.work = md_xstrdup("/state/root/work");
	spec->root.mount_point = md_xstrdup("/state/root/mount");
	spec->pid_ns = spec->uts_ns = spec->ipc_ns = spec->network_ns = MD_NS_PRIVATE;
	spec->cgroup_ns = MD_NS_PRIVATE;
	spec->user_ns = MD_NS_HOST;
	spec->hostname = md_xstrdup("web");
	sample_spec_mounts(spec);
	sample_spec_rules(spec);
	md_strv_add(&spec->masked_paths, "/proc/kcore");
	md_strv_add(&spec->readonly_paths, "/proc/sys");
	spec->resources.memory = 100 << 20;
	spec->resources.cpu_quota_us = 50000;
	spec->resources.pids = 64;
}

#endif
