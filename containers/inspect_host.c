/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/inspect_parts.h"

#include "base/alloc.h"
#include "runtime/sandbox_paths.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/resource.h>

#define NANO_CPUS_PER_US 10000 /* 1e9 per core / 100 ms period */
#define CPU_PERIOD_US    100000

static struct md_json *list_or_null(const struct md_strv *list)
{
	return list->count ? md_json_strings(list) : md_json_null();
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* -v in the words that were given, made absolute. */
static void set_binds(struct md_json *json, const struct md_run_request *request)
{
	MD_CLEANUP(md_strv_fini) struct md_strv binds = MD_STRV_INIT;
	struct md_json *tmpfs = md_json_object();

	for (size_t i = 0; i < request->mount_count; i++) {
		const struct md_mount *m = &request->mounts[i];
		const char *source = m->is_volume ? m->volume_name : m->source;

		if (m->type == MD_MOUNT_TMPFS)
			md_json_set_string(tmpfs, m->target, "");
		else
			md_strv_addf(&binds, "%s:%s%s", or_empty(source), m->target,
				     m->is_readonly ? ":ro" : "");
	}
	md_json_set(json, "Binds", list_or_null(&binds));
	md_json_set(json, "Tmpfs", tmpfs);
}

static struct md_json *log_config(const struct md_run_request *request)
{
	struct md_json *json = md_json_object(), *config;
	char text[32];

	md_json_set_string(json, "Type", request->is_log_none ? "none" : "json-file");
	config = md_json_set(json, "Config", md_json_object());
	if (request->log_max_size) {
		(void)snprintf(text, sizeof(text), "%" PRIu64, request->log_max_size);
		md_json_set_string(config, "max-size", text);
	}
	if (request->log_max_files) {
		(void)snprintf(text, sizeof(text), "%u", request->log_max_files);
		md_json_set_string(config, "max-file", text);
	}
	return json;
}

static struct md_json *devices(const struct md_run_request *request)
{
	struct md_json *list = md_json_array();

	for (size_t i = 0; i < request->device_count; i++) {
		const struct md_request_device *d = &request->devices[i];
		struct md_json *json = md_json_append(list, md_json_object());

		md_json_set_string(json, "PathOnHost", d->host_path);
		md_json_set_string(json, "PathInContainer", d->container_path);
		md_json_set_string(json, "CgroupPermissions", d->permissions);
	}
	return list;
}

static const char *rlimit_name(int resource)
{
	static const char *const names[] = {
		[RLIMIT_AS] = "as",
		[RLIMIT_CORE] = "core",
		[RLIMIT_CPU] = "cpu",
		[RLIMIT_DATA] = "data",
		[RLIMIT_FSIZE] = "fsize",
		[RLIMIT_LOCKS] = "locks",
		[RLIMIT_MEMLOCK] = "memlock",
		[RLIMIT_MSGQUEUE] = "msgqueue",
		[RLIMIT_NICE] = "nice",
		[RLIMIT_NOFILE] = "nofile",
		[RLIMIT_NPROC] = "nproc",
		[RLIMIT_RSS] = "rss",
		[RLIMIT_RTPRIO] = "rtprio",
		[RLIMIT_RTTIME] = "rttime",
		[RLIMIT_SIGPENDING] = "sigpending",
		[RLIMIT_STACK] = "stack",
	};
	size_t n = (size_t)resource;

	return n < sizeof(names) / sizeof(names[0]) && names[n] ? names[n] : "unknown";
}

/* RLIM_INFINITY is -1 in Docker's words. */
static struct md_json *ulimits(const struct md_run_request *request)
{
	struct md_json *list = md_json_array();

	for (size_t i = 0; i < request->rlimit_count; i++) {
		const struct md_rlimit *limit = &request->rlimits[i];
		struct md_json *json = md_json_append(list, md_json_object());

		md_json_set_string(json, "Name", rlimit_name(limit->resource));
		md_json_set_number(json, "Hard", (int64_t)limit->hard);
		md_json_set_number(json, "Soft", (int64_t)limit->soft);
	}
	return list;
}

/* Unset swap is twice the memory, as it is enforced. */
static int64_t memory_swap(const struct md_resources *r)
{
	if (r->memory_swap || !r->memory || r->memory > INT64_MAX / 2)
		return r->memory_swap;
	return 2 * r->memory;
}

static void set_limits(struct md_json *json, const struct md_run_request *request)
{
	const struct md_resources *r = &request->resources;
	bool is_default_period = r->cpu_period_us == 0 || r->cpu_period_us == CPU_PERIOD_US;

	md_json_set_number(json, "Memory", r->memory);
	md_json_set_number(json, "MemoryReservation", r->memory_reservation);
	md_json_set_number(json, "MemorySwap", memory_swap(r));
	md_json_set(json, "MemorySwappiness", md_json_null());
	md_json_set_number(json, "NanoCpus",
			   is_default_period ? (int64_t)(r->cpu_quota_us * NANO_CPUS_PER_US) : 0);
	md_json_set_number(json, "CpuQuota", (int64_t)r->cpu_quota_us);
	md_json_set_number(json, "CpuPeriod", (int64_t)r->cpu_period_us);
	md_json_set_number(json, "CpuShares", (int64_t)r->cpu_shares);
	md_json_set_string(json, "CpusetCpus", or_empty(r->cpuset_cpus));
	md_json_set_string(json, "CpusetMems", or_empty(r->cpuset_mems));
	md_json_set_number(json, "PidsLimit", r->pids ? r->pids : MD_PIDS_LIMIT_DEFAULT);
	md_json_set_number(json, "BlkioWeight", r->blkio_weight);
	md_json_set_number(json, "OomScoreAdj", request->oom_score_adj);
	md_json_set_bool(json, "OomKillDisable", false);
	md_json_set_number(json, "ShmSize",
			   request->shm_size ? (int64_t)request->shm_size : MD_SHM_SIZE_DEFAULT);
	md_json_set(json, "Ulimits", ulimits(request));
	md_json_set(json, "Devices", devices(request));
	md_json_set_string(json, "CgroupParent", or_empty(request->cgroup_parent));
}

static void set_security_opt(struct md_json *json, const struct md_run_request *request)
{
	MD_CLEANUP(md_strv_fini) struct md_strv options = MD_STRV_INIT;

	if (request->seccomp)
		md_strv_addf(&options, "seccomp=%s", request->seccomp);
	if (request->has_no_new_privs)
		md_strv_addf(&options, "no-new-privileges=%s",
			     request->no_new_privs ? "true" : "false");
	for (size_t i = 0; i < request->unmask.count; i++)
		md_strv_addf(&options, "unmask=%s", request->unmask.items[i]);
	md_json_set(json, "SecurityOpt", list_or_null(&options));
}

static void set_paths(struct md_json *json, const struct md_run_request *request)
{
	MD_CLEANUP(md_strv_fini) struct md_strv masked = MD_STRV_INIT, readonly = MD_STRV_INIT;

	if (!request->is_privileged && !md_strv_has(&request->unmask, "ALL")) {
		md_sandbox_masked_paths(request->profile, &masked);
		md_sandbox_readonly_paths(&readonly);
	}
	md_json_set(json, "MaskedPaths", list_or_null(&masked));
	md_json_set(json, "ReadonlyPaths", list_or_null(&readonly));
}

static void set_isolation(struct md_json *json, const struct md_run_request *request)
{
	md_json_set(json, "CapAdd", list_or_null(&request->cap_add));
	md_json_set(json, "CapDrop", list_or_null(&request->cap_drop));
	md_json_set_bool(json, "Privileged", request->is_privileged);
	md_json_set_string(json, "Profile",
			   request->profile == MD_PROFILE_DOCKER ? "docker" : "strict");
	set_security_opt(json, request);
	set_paths(json, request);
	md_json_set_bool(json, "ReadonlyRootfs", request->is_readonly);
	md_json_set_string(json, "NetworkMode", request->network ? request->network : "none");
	md_json_set_string(json, "PidMode", or_empty(request->pid));
	md_json_set_string(json, "IpcMode", request->ipc ? request->ipc : "private");
	md_json_set_string(json, "UTSMode", or_empty(request->uts));
	md_json_set_string(json, "UsernsMode", or_empty(request->userns));
	md_json_set_string(json, "CgroupnsMode", request->cgroupns ? request->cgroupns : "private");
	md_json_set(json, "Sysctls", md_inspect_pairs(&request->sysctls));
	md_json_set(json, "GroupAdd", list_or_null(&request->group_add));
}

/* What bridge networks and restart policies would change. */
static void set_absent(struct md_json *json)
{
	struct md_json *policy;

	md_json_set(json, "PortBindings", md_json_object());
	md_json_set_bool(json, "PublishAllPorts", false);
	policy = md_json_set(json, "RestartPolicy", md_json_object());
	md_json_set_string(policy, "Name", "no");
	md_json_set_number(policy, "MaximumRetryCount", 0);
	md_json_set(json, "Links", md_json_null());
	md_json_set(json, "VolumesFrom", md_json_null());
	md_json_set_string(json, "VolumeDriver", "");
	md_json_set_string(json, "Runtime", "minidock");
}

struct md_json *md_inspect_host_config(const struct md_inspect_source *source)
{
	const struct md_run_request *request = &source->record->request;
	struct md_json *json = md_json_object();

	set_binds(json, request);
	md_json_set(json, "LogConfig", log_config(request));
	md_json_set_bool(json, "AutoRemove", request->is_removed);
	md_json_set_bool(json, "Init", request->use_init);
	set_limits(json, request);
	set_isolation(json, request);
	md_json_set(json, "Dns", md_json_strings(&request->dns));
	md_json_set(json, "DnsOptions", md_json_strings(&request->dns_options));
	md_json_set(json, "DnsSearch", md_json_strings(&request->dns_search));
	md_json_set(json, "ExtraHosts", list_or_null(&request->add_hosts));
	set_absent(json);
	return json;
}
