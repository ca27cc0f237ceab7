/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spec.h - everything needed to run one container, as plain data.
 *
 * What the OCI runtime specification calls config.json, after every name was resolved: ids are
 * numbers, image layers are directories, sizes are bytes. It knows no store, no image, no JSON.
 * containers/spec_build.c makes one; runtime/compile.h turns it into a program.
 */
#ifndef MD_RUNTIME_SPEC_H
#define MD_RUNTIME_SPEC_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct sock_filter;

enum md_ns_mode {
	MD_NS_PRIVATE, /* a new one */
	MD_NS_HOST,    /* the engine's own */
	MD_NS_JOIN,    /* that of the process that md_launch.target refers to */
};

/* One line of uid_map/gid_map, user_namespaces(7). */
struct md_id_map {
	uint32_t inside;
	uint32_t outside;
	uint32_t count;
};

enum md_root_kind {
	MD_ROOT_OVERLAY,   /* image layers below a writable layer, overlayfs */
	MD_ROOT_DIRECTORY, /* a directory as it is (--rootfs) */
};

enum md_root_via {
	MD_ROOT_VIA_PIVOT,
	MD_ROOT_VIA_CHROOT
};

struct md_root {
	enum md_root_kind kind;
	struct md_strv layers; /* overlay: absolute paths, top layer first */
	char *upper;           /* overlay: absolute, exists */
	char *work;            /* overlay: absolute, exists, same file system as upper */
	char *directory;       /* MD_ROOT_DIRECTORY: absolute */
	char *mount_point;     /* absolute, exists; the root is mounted here before pivot_root */
	enum md_root_via via;
	bool is_readonly;
};

enum md_mount_type {
	MD_MOUNT_BIND,
	MD_MOUNT_TMPFS
};

enum md_propagation {
	MD_PROPAGATION_RPRIVATE,
	MD_PROPAGATION_PRIVATE,
	MD_PROPAGATION_RSLAVE,
	MD_PROPAGATION_SLAVE,
	MD_PROPAGATION_RSHARED,
	MD_PROPAGATION_SHARED,
};

/* A mount that the user asked for, or a generated file such as /etc/hosts. */
struct md_mount {
	enum md_mount_type type;
	char *source;        /* bind: absolute host path, links already resolved by the engine */
	char *target;        /* absolute path inside */
	bool source_is_file; /* bind: a file is mounted on a file */
	bool is_readonly;
	bool is_readonly_recursive; /* also everything mounted below the source */
	bool is_recursive;          /* rbind */
	bool is_idmapped; /* ids on disk are those inside the container's user namespace */
	bool no_exec, no_suid, no_dev;
	enum md_propagation propagation;
	uint64_t tmpfs_size; /* bytes, 0: the kernel's default */
	mode_t tmpfs_mode;
	bool is_generated; /* made by the engine, not asked for */

	/* Only in a request, where the source is not yet known; in a spec every one is false or
	 * NULL. */
	bool is_volume;      /* bind of a directory that the engine keeps */
	char *volume_name;   /* NULL until the store names an anonymous one */
	bool volume_no_copy; /* leave a new volume empty: do not copy what the image has at target
			      */
	bool creates_source; /* -v: make a missing source directory; --mount: it is an error */
};

#define MD_LIMIT_UNSET INT64_MIN

/* 0 or MD_LIMIT_UNSET mean "not asked for" where a member says so. */
struct md_resources {
	int64_t memory;             /* bytes; 0 unset */
	int64_t memory_swap;        /* memory + swap in bytes; -1 unlimited; 0 unset */
	int64_t memory_reservation; /* bytes; 0 unset */
	uint64_t cpu_quota_us;      /* per period; 0 unset */
	uint64_t cpu_period_us;     /* 0 unset (then 100000) */
	uint64_t cpu_shares;        /* 2..262144; 0 unset */
	char *cpuset_cpus;          /* "0-1,3" or NULL */
	char *cpuset_mems;
	int64_t pids;          /* -1 unlimited; 0 unset */
	uint16_t blkio_weight; /* 10..1000; 0 unset */
};

struct md_device {
	char *path;   /* inside */
	char *source; /* host path, NULL: mknod from type/major/minor */
	char type;    /* 'c' or 'b' */
	uint32_t major, minor;
	mode_t mode;
	uint32_t uid, gid;
};

#define MD_DEVICE_ANY UINT32_MAX

/* One rule of the device cgroup; later rules win. */
struct md_device_rule {
	bool allow;
	char type;             /* 'c', 'b', 'a' */
	uint32_t major, minor; /* MD_DEVICE_ANY: every number */
	bool read, write, mknod;
};

struct md_rlimit {
	int resource; /* RLIMIT_* */
	uint64_t soft, hard;
};

struct md_sysctl {
	char *key; /* with dots, "net.ipv4.ip_forward" */
	char *value;
};

/* Capability sets as bit masks of capabilities(7) numbers. */
struct md_caps {
	uint64_t bounding, effective, permitted, inheritable, ambient;
};

/* The process that runs: pid 1 of a new container, or one more in a running one. */
struct md_process {
	struct md_strv args;
	struct md_strv env;
	char *cwd;
	uint32_t uid, gid;
	uint32_t *groups;
	size_t group_count;
	bool has_terminal;
	uint16_t rows, columns; /* 0: unknown */
	struct md_caps caps;
	bool no_new_privs;
	bool has_landlock; /* in a domain that cannot change mounts, where the kernel has Landlock
			    */
	const struct sock_filter *seccomp; /* NULL: no filter; owned by whoever made the spec */
	size_t seccomp_length;             /* instructions */
	struct md_rlimit *rlimits;
	size_t rlimit_count;
	int oom_score_adj;
	bool has_oom_score_adj;
	mode_t umask;
};

struct md_spec {
	char *id; /* 64 hex digits */
	struct md_process process;
	bool use_init;   /* our own pid 1 that forwards signals and reaps */
	char *init_path; /* host path of that program */

	struct md_root root;
	enum md_ns_mode pid_ns, uts_ns, ipc_ns, network_ns, cgroup_ns, user_ns;
	struct md_id_map uid_map, gid_map; /* user_ns == MD_NS_PRIVATE */
	char *hostname;                    /* NULL: leave alone */
	char *domainname;

	struct md_mount *mounts; /* in the order in which they are made */
	size_t mount_count;
	uint64_t shm_size;         /* bytes of /dev/shm */
	struct md_device *devices; /* beyond the default ones */
	size_t device_count;
	struct md_device_rule *device_rules; /* complete list, first to last */
	size_t device_rule_count;
	struct md_strv masked_paths, readonly_paths;
	bool is_privileged; /* /sys and /proc/sys writable, every device node of the host */

	char *cgroup_parent; /* "minidock": below the root of every hierarchy */
	struct md_resources resources;
	struct md_sysctl *sysctls;
	size_t sysctl_count;
};

/* A spec with every member empty or at its documented default. */
void md_spec_init(struct md_spec *spec);
void md_spec_fini(struct md_spec *spec);
void md_process_fini(struct md_process *process);

/*
 * Refuse what no host could run: no command, relative paths, overlapping ids. The compiler may
 * rely on everything checked here. MD_ERR_INVALID.
 */
int md_spec_check(const struct md_spec *spec, struct md_error *err);

#endif
