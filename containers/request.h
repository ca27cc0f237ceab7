/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request.h - what somebody asked for with `run` or `create`, in their own words but checked.
 *
 * Made from flags (cli/run_flags.c; later templates and the API), kept in record.json
 * (containers/store.h) and turned into a struct md_spec for each start (containers/spec_build.h).
 * Nothing in it was looked up on the host yet, except that relative host paths were made absolute.
 */
#ifndef MD_CONTAINERS_REQUEST_H
#define MD_CONTAINERS_REQUEST_H

#include "base/error.h"
#include "base/str.h"
#include "runtime/profile.h"
#include "runtime/spec.h"

#include <stdbool.h>
#include <stdint.h>

struct md_request_device {
	char *host_path;
	char *container_path;
	char permissions[4]; /* subset of "rwm" */
};

/* "host", "none", "private", "container:ID" as given; NULL is the default. */
struct md_run_request {
	char *image;         /* NULL with rootfs */
	char *rootfs;        /* --rootfs DIR, absolute */
	struct md_strv args; /* command and arguments; empty: the image's */
	char *name;          /* NULL: generated */
	char *cidfile;       /* not stored */
	bool is_detached, is_interactive, has_terminal, is_removed, use_init;
	char *detach_keys; /* NULL: ctrl-p,ctrl-q */

	struct md_strv env; /* KEY=VALUE, env files already read */
	struct md_strv labels;
	char *workdir, *user, *hostname, *domainname;
	struct md_strv group_add;
	bool has_entrypoint; /* --entrypoint given; "" resets the image's */
	char *entrypoint;

	char *stop_signal;
	int stop_timeout_s; /* -1 unset */

	bool is_readonly;
	enum md_root_via root_via;
	struct md_mount *mounts; /* -v, --mount, --tmpfs in the order given */
	size_t mount_count;
	uint64_t shm_size;        /* 0: default 64 MiB */
	struct md_strv add_hosts; /* "name:ip" */
	struct md_strv dns, dns_search, dns_options;

	struct md_resources resources;
	char *cgroup_parent;
	struct md_rlimit *rlimits;
	size_t rlimit_count;
	bool has_oom_score_adj;
	int oom_score_adj;
	struct md_request_device *devices;
	size_t device_count;
	struct md_strv sysctls; /* KEY=VALUE */

	struct md_strv cap_add, cap_drop; /* "CAP_NET_ADMIN" or "ALL" */
	bool is_privileged;
	enum md_profile profile;
	char *seccomp; /* NULL: default, "unconfined", or an absolute path */
	bool has_no_new_privs, no_new_privs;
	struct md_strv
		unmask; /* paths, or "ALL" (--security-opt unmask=, systempaths=unconfined) */
	char *userns, *pid, *ipc, *uts, *cgroupns, *network;

	uint64_t log_max_size;      /* bytes, 0: default 10 MiB */
	unsigned int log_max_files; /* 0: default 3 */
	bool is_log_none;           /* --log-driver none */
};

/* Nothing asked for. */
void md_run_request_init(struct md_run_request *request);

/* Free what it holds and initialise it again. */
void md_run_request_fini(struct md_run_request *request);

/* A copy of its own; *to must be uninitialised or finished. */
void md_run_request_copy(struct md_run_request *to, const struct md_run_request *from);

/* Free what a parsed mount holds and empty it. */
void md_request_mount_fini(struct md_mount *mount);

/* The same for a device. */
void md_request_device_fini(struct md_request_device *device);

/*
 * Rules between members (for example -i -t -d, a --memory-swap below --memory). Every message names
 * the flag, the value and what is allowed.
 */
int md_run_request_check(const struct md_run_request *request, struct md_error *err);

/*
 * One value of one flag, as people type it. Each message holds the value and says what is allowed;
 * MD_ERR_INVALID unless stated. On failure *ret is untouched. What *ret holds afterwards is for
 * md_request_mount_fini() or md_request_device_fini().
 */

/* -v [SOURCE:]TARGET[:OPTION,...]. SOURCE is a path of the host, or the name of a volume. */
int md_parse_volume(const char *text, struct md_mount *ret, struct md_error *err);

/* --mount type=volume|bind|tmpfs,KEY=VALUE,... as one line of CSV. */
int md_parse_mount(const char *text, struct md_mount *ret, struct md_error *err);

/* --tmpfs TARGET[:OPTION,...]; without options 1777, noexec, nosuid, nodev. */
int md_parse_tmpfs(const char *text, struct md_mount *ret, struct md_error *err);

/* --device PATH[:PATH_INSIDE][:PERMISSIONS]. */
int md_parse_device(const char *text, struct md_request_device *ret, struct md_error *err);

/* --ulimit NAME=SOFT[:HARD]; -1 is no limit (UINT64_MAX). */
int md_parse_ulimit(const char *text, struct md_rlimit *ret, struct md_error *err);

/* --cpus 1.5: microseconds of CPU time in each period of 100000; 0 is no limit. */
int md_parse_cpus(const char *text, uint64_t *ret_quota_us, struct md_error *err);

/* --cap-add, --cap-drop: *ret is "CAP_CHOWN" or "ALL", the caller frees it. */
int md_parse_capability(const char *text, char **ret, struct md_error *err);

/* The list format of cpuset(7): "0-2,5". */
int md_parse_cpu_list(const char *text, struct md_error *err);

/* --add-host NAME:ADDRESS or NAME=ADDRESS; MD_ERR_UNSUPPORTED for host-gateway. */
int md_parse_add_host(const char *text, struct md_error *err);

/* --env-file: append each KEY=VALUE of a file to *env. On failure nothing is appended. */
int md_parse_env_file(const char *path, struct md_strv *env, struct md_error *err);

#endif
