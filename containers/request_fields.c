/* SPDX-License-Identifier: Apache-2.0 */
/* What of a request is kept in record.json and under which key. `cidfile` is not. */
#include "containers/record_fields.h"

#include "base/alloc.h"
#include "containers/request.h"

#define REQUEST(kind, member, key)  MD_FIELD(kind, struct md_run_request, member, key)
#define REQUEST_SIGNED(member, key) MD_FIELD_SIGNED(struct md_run_request, member, key)
#define MOUNT(kind, member, key)    MD_FIELD(kind, struct md_mount, member, key)

static const char *const root_via_names[] = {"pivot", "chroot", NULL};
static const char *const profile_names[] = {"strict", "docker", NULL};
static const char *const mount_type_names[] = {"bind", "tmpfs", NULL};
static const char *const propagation_names[] = {"rprivate", "private", "rslave", "slave",
						"rshared",  "shared",  NULL};

const struct md_field md_request_fields[] = {
	REQUEST(STRING, image, "image"),
	REQUEST(STRING, rootfs, "rootfs"),
	REQUEST(STRINGS, args, "args"),
	REQUEST(STRING, name, "name"),
	REQUEST(BOOL, is_detached, "detached"),
	REQUEST(BOOL, is_interactive, "interactive"),
	REQUEST(BOOL, has_terminal, "terminal"),
	REQUEST(BOOL, is_removed, "remove_at_end"),
	REQUEST(BOOL, use_init, "init"),
	REQUEST(STRING, detach_keys, "detach_keys"),
	REQUEST(STRINGS, env, "env"),
	REQUEST(STRINGS, labels, "labels"),
	REQUEST(STRING, workdir, "workdir"),
	REQUEST(STRING, user, "user"),
	REQUEST(STRING, hostname, "hostname"),
	REQUEST(STRING, domainname, "domainname"),
	REQUEST(STRINGS, group_add, "group_add"),
	REQUEST(BOOL, has_entrypoint, "entrypoint_given"),
	REQUEST(STRING, entrypoint, "entrypoint"),
	REQUEST(STRING, stop_signal, "stop_signal"),
	REQUEST_SIGNED(stop_timeout_s, "stop_timeout_s"),
	REQUEST(BOOL, is_readonly, "readonly"),
	MD_FIELD_NAMED(struct md_run_request, root_via, "root_via", root_via_names),
	REQUEST(INT, shm_size, "shm_size"),
	REQUEST(STRINGS, add_hosts, "add_hosts"),
	REQUEST(STRINGS, dns, "dns"),
	REQUEST(STRINGS, dns_search, "dns_search"),
	REQUEST(STRINGS, dns_options, "dns_options"),
	REQUEST_SIGNED(resources.memory, "memory"),
	REQUEST_SIGNED(resources.memory_swap, "memory_swap"),
	REQUEST_SIGNED(resources.memory_reservation, "memory_reservation"),
	REQUEST(INT, resources.cpu_quota_us, "cpu_quota_us"),
	REQUEST(INT, resources.cpu_period_us, "cpu_period_us"),
	REQUEST(INT, resources.cpu_shares, "cpu_shares"),
	REQUEST(STRING, resources.cpuset_cpus, "cpuset_cpus"),
	REQUEST(STRING, resources.cpuset_mems, "cpuset_mems"),
	REQUEST_SIGNED(resources.pids, "pids"),
	REQUEST(INT, resources.blkio_weight, "blkio_weight"),
	REQUEST(STRING, cgroup_parent, "cgroup_parent"),
	REQUEST(BOOL, has_oom_score_adj, "oom_score_adj_given"),
	REQUEST_SIGNED(oom_score_adj, "oom_score_adj"),
	REQUEST(STRINGS, sysctls, "sysctls"),
	REQUEST(STRINGS, cap_add, "cap_add"),
	REQUEST(STRINGS, cap_drop, "cap_drop"),
	REQUEST(BOOL, is_privileged, "privileged"),
	MD_FIELD_NAMED(struct md_run_request, profile, "profile", profile_names),
	REQUEST(STRING, seccomp, "seccomp"),
	REQUEST(BOOL, has_no_new_privs, "no_new_privs_given"),
	REQUEST(BOOL, no_new_privs, "no_new_privs"),
	REQUEST(STRINGS, unmask, "unmask"),
	REQUEST(STRING, userns, "userns"),
	REQUEST(STRING, pid, "pid"),
	REQUEST(STRING, ipc, "ipc"),
	REQUEST(STRING, uts, "uts"),
	REQUEST(STRING, cgroupns, "cgroupns"),
	REQUEST(STRING, network, "network"),
	REQUEST(INT, log_max_size, "log_max_size"),
	REQUEST(INT, log_max_files, "log_max_files"),
	REQUEST(BOOL, is_log_none, "log_none"),
	MD_FIELDS_END,
};

static const struct md_field mount_fields[] = {
	MD_FIELD_NAMED(struct md_mount, type, "type", mount_type_names),
	MOUNT(STRING, source, "source"),
	MOUNT(STRING, target, "target"),
	MOUNT(BOOL, source_is_file, "source_is_file"),
	MOUNT(BOOL, is_readonly, "readonly"),
	MOUNT(BOOL, is_readonly_recursive, "readonly_recursive"),
	MOUNT(BOOL, is_recursive, "recursive"),
	MOUNT(BOOL, is_idmapped, "idmap"),
	MOUNT(BOOL, no_exec, "noexec"),
	MOUNT(BOOL, no_suid, "nosuid"),
	MOUNT(BOOL, no_dev, "nodev"),
	MD_FIELD_NAMED(struct md_mount, propagation, "propagation", propagation_names),
	MOUNT(INT, tmpfs_size, "tmpfs_size"),
	MOUNT(INT, tmpfs_mode, "tmpfs_mode"),
	MOUNT(BOOL, is_generated, "generated"),
	MOUNT(BOOL, is_volume, "volume"),
	MOUNT(STRING, volume_name, "volume_name"),
	MOUNT(BOOL, volume_no_copy, "volume_no_copy"),
	MOUNT(BOOL, creates_source, "creates_source"),
	MD_FIELDS_END,
};

static const struct md_field rlimit_fields[] = {
	MD_FIELD_SIGNED(struct md_rlimit, resource, "resource"),
	MD_FIELD(INT, struct md_rlimit, soft, "soft"),
	MD_FIELD(INT, struct md_rlimit, hard, "hard"),
	MD_FIELDS_END,
};

static const struct md_field device_fields[] = {
	MD_FIELD(STRING, struct md_request_device, host_path, "host_path"),
	MD_FIELD(STRING, struct md_request_device, container_path, "container_path"),
	MD_FIELD(TEXT, struct md_request_device, permissions, "permissions"),
	MD_FIELDS_END,
};

static const struct md_mount mount_defaults;
/* No resource has this number: whatever was asked for is written. */
static const struct md_rlimit rlimit_defaults = {.resource = -1};
static const struct md_request_device device_defaults;

#define ARRAY(items, count, key, kind) \
	MD_FIELD_ARRAY(struct md_run_request, items, count, key, kind##_fields, &kind##_defaults)

const struct md_field_array md_request_arrays[] = {
	ARRAY(mounts, mount_count, "mounts", mount),
	ARRAY(rlimits, rlimit_count, "rlimits", rlimit),
	ARRAY(devices, device_count, "devices", device),
	{.key = NULL},
};

void md_run_request_init(struct md_run_request *request)
{
	*request = (struct md_run_request){.stop_timeout_s = -1};
}

void md_run_request_fini(struct md_run_request *request)
{
	md_fields_fini(md_request_fields, request);
	md_fields_fini_arrays(md_request_arrays, request);
	free(request->cidfile);
	md_run_request_init(request);
}

void md_run_request_copy(struct md_run_request *to, const struct md_run_request *from)
{
	*to = *from;
	md_fields_own(md_request_fields, to);
	md_fields_own_arrays(md_request_arrays, to);
	to->cidfile = md_xstrdup_or_null(from->cidfile);
}

void md_request_mount_fini(struct md_mount *mount)
{
	md_fields_fini(mount_fields, mount);
	*mount = mount_defaults;
}

void md_request_device_fini(struct md_request_device *device)
{
	md_fields_fini(device_fields, device);
	*device = device_defaults;
}
