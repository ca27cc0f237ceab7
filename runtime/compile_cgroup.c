/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/compile_cgroup.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "runtime/cgroup_path.h"
#include "runtime/compile.h"
#include "runtime/cpu_list.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* What a limit is called, and which controller and file carry it in each generation. */
static const struct limit_info {
	const char *name;
	const char *v1_controller, *v1_file;
	const char *v2_controller, *v2_file;
} limit_infos[] = {
	[MD_CGROUP_LIMIT_MEMORY] = {"memory", "memory", "memory.limit_in_bytes", "memory",
				    "memory.max"},
	[MD_CGROUP_LIMIT_CPU] = {"cpu", "cpu", "cpu.cfs_quota_us", "cpu", "cpu.max"},
	[MD_CGROUP_LIMIT_CPUSET] = {"cpuset", "cpuset", "cpuset.cpus", "cpuset", "cpuset.cpus"},
	[MD_CGROUP_LIMIT_PIDS] = {"pids", "pids", "pids.max", "pids", "pids.max"},
	[MD_CGROUP_LIMIT_IO] = {"io", "blkio", "blkio.bfq.weight", "io", "io.weight"},
};

bool md_cgroup_limit_is_asked(const struct md_spec *spec, enum md_cgroup_limit limit)
{
	const struct md_resources *r = &spec->resources;

	switch (limit) {
	case MD_CGROUP_LIMIT_MEMORY:
		return r->memory > 0 || r->memory_reservation > 0;
	case MD_CGROUP_LIMIT_CPU:
		return r->cpu_quota_us > 0 || r->cpu_period_us > 0 || r->cpu_shares > 0;
	case MD_CGROUP_LIMIT_CPUSET:
		return r->cpuset_cpus || r->cpuset_mems;
	case MD_CGROUP_LIMIT_PIDS:
		return r->pids > 0;
	case MD_CGROUP_LIMIT_IO:
		return r->blkio_weight > 0;
	case MD_CGROUP_LIMIT_COUNT:
		break;
	}
	return false;
}

char *md_cgroup_group_of(const struct md_spec *spec, const char *mount)
{
	return md_cgroup_path(mount, spec->cgroup_parent, spec->id);
}

void md_cgroup_list_groups(const struct md_spec *spec, const char *mount, struct md_strv *out)
{
	md_auto_free char *group = md_cgroup_group_of(spec, mount);

	for (char *slash = strchr(group + strlen(mount) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/'))
		md_strv_addf(out, "%.*s", (int)(slash - group), group);
	md_strv_add(out, group);
}

void md_cgroup_emit_write(struct md_program *program, const char *directory, const char *file,
			  const char *fmt, ...)
{
	md_auto_free char *path = md_xasprintf("%s/%s", directory, file);
	char value[4096]; /* kernfs takes no more than a page */
	va_list ap;
	int length;

	va_start(ap, fmt);
	length = vsnprintf(value, sizeof(value), fmt, ap);
	va_end(ap);
	/* A list of CPUs that was cut short would be a list of other CPUs. */
	if (length < 0 || (size_t)length >= sizeof(value)) {
		md_program_unmet(program, "the value for %s is longer than %zu characters", file,
				 sizeof(value) - 1);
		return;
	}
	md_emit(program, MD_CALL_WRITE_CGROUP, MD_FD(MD_SLOT_CWD), MD_TEXT(path),
		MD_BYTES(value, (size_t)length));
}

void md_cgroup_emit_directories(const struct md_spec *spec, const char *mount,
				struct md_program *program)
{
	MD_CLEANUP(md_strv_fini) struct md_strv groups = MD_STRV_INIT;
	size_t own;

	md_cgroup_list_groups(spec, mount, &groups);
	own = groups.count - 1;
	for (size_t i = 0; i < own; i++)
		md_emit(program, MD_CALL_MKDIRAT, MD_FD(MD_SLOT_CWD), MD_TEXT(groups.items[i]),
			MD_INT(0755))
			->tolerated = EEXIST;
	/* Its own must be new: one that exists has limits and processes of somebody else. */
	md_emit(program, MD_CALL_MKDIRAT, MD_FD(MD_SLOT_CWD), MD_TEXT(groups.items[own]),
		MD_INT(0755));
	md_emit_undo(program, MD_CALL_CGROUP_REMOVE, MD_TEXT(groups.items[own]));
}

/* v2 takes a CPU that is not there and uses all the others instead. */
static void limit_cpuset_file(const char *group, const char *file, const char *list,
			      const char *available, struct md_program *program)
{
	if (!list)
		return;
	md_cgroup_emit_write(program, group, file, "%s", list);
	if (!md_cpu_list_within(list, available))
		md_program_unmet(program, "--%s %s: this machine has %s only",
				 strcmp(file, "cpuset.cpus") == 0 ? "cpuset-cpus" : "cpuset-mems",
				 list, available);
}

void md_cgroup_limit_cpuset(const struct md_spec *spec, const struct md_host *host,
			    const char *group, struct md_program *program)
{
	limit_cpuset_file(group, "cpuset.cpus", spec->resources.cpuset_cpus, host->cpus, program);
	limit_cpuset_file(group, "cpuset.mems", spec->resources.cpuset_mems, host->nodes, program);
}

void md_cgroup_limit_pids(const struct md_spec *spec, const struct md_host *host, const char *group,
			  struct md_program *program)
{
	(void)host;
	md_cgroup_emit_write(program, group, "pids.max", "%" PRId64, spec->resources.pids);
}

bool md_compile_clones_into_cgroup(const struct md_spec *spec, const struct md_host *host)
{
	(void)spec;
	return host->v2_mount[0] != '\0' && host->has_clone_into_cgroup;
}

/* A v2 group has a name of its own for joining by hand; v1 moves one thread through `tasks`. */
static void open_for_joining(const char *group, const char *file, struct md_program *program)
{
	md_auto_free char *path = md_xasprintf("%s/%s", group, file);

	md_emit_to(program, md_program_slot(program), MD_CALL_OPENAT, MD_FD(MD_SLOT_CWD),
		   MD_TEXT(path), MD_INT(O_WRONLY | O_CLOEXEC | O_NOFOLLOW), MD_INT(0));
}

/*
 * What the child needs to join. It is opened before the child exists, because the child sees other
 * mounts; and the child moves itself by writing 0 to `tasks`, because moving another process, or
 * all threads of one, waits for every CPU to pass through the scheduler: 9 ms on an idle machine.
 */
static void open_groups(const struct md_spec *spec, const struct md_host *host,
			struct md_program *program)
{
	for (unsigned int i = 0; i < host->v1_count; i++) {
		md_auto_free char *group = md_cgroup_group_of(spec, host->v1[i].mount);

		if (md_cgroup_v1_is_used(spec, host, &host->v1[i]))
			open_for_joining(group, "tasks", program);
	}
	if (host->v2_mount[0]) {
		md_auto_free char *group = md_cgroup_group_of(spec, host->v2_mount);

		md_emit_to(program, MD_SLOT_CGROUP, MD_CALL_OPENAT, MD_FD(MD_SLOT_CWD),
			   MD_TEXT(group), MD_INT(O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW),
			   MD_INT(0));
		if (!host->has_clone_into_cgroup)
			open_for_joining(group, "cgroup.procs", program);
	}
}

/* The group through which every process of the container is found and killed. */
static const char *kill_mount(const struct md_spec *spec, const struct md_host *host)
{
	const struct md_cgroup_v1 *freezer = md_host_v1(host, "freezer");

	if (host->v2_mount[0])
		return host->v2_mount;
	if (freezer)
		return freezer->mount;
	for (unsigned int i = 0; i < host->v1_count; i++)
		if (md_cgroup_v1_is_used(spec, host, &host->v1[i]))
			return host->v1[i].mount;
	return NULL;
}

void md_compile_cgroup_create(const struct md_spec *spec, const struct md_host *host,
			      struct md_program *program)
{
	const char *mount = kill_mount(spec, host);

	if (!mount)
		return;
	md_auto_free char *group = md_cgroup_group_of(spec, mount);

	md_program_op(program, MD_OP_CGROUP_CREATE, NULL);
	md_cgroup_v1_make(spec, host, program);
	if (host->v2_mount[0])
		md_cgroup_v2_make(spec, host, program);
	open_groups(spec, host, program);
	/* Added last, so performed first: a group with processes cannot be removed. */
	md_emit_undo(program, MD_CALL_CGROUP_KILL, MD_TEXT(group));
}

void md_compile_cgroup_reenter(const struct md_spec *spec, const struct md_host *host,
			       struct md_program *program)
{
	if (!kill_mount(spec, host))
		return;
	md_program_op(program, MD_OP_CGROUP_OPEN, NULL);
	open_groups(spec, host, program);
}

/* The join files are the only ones that a program opens for writing in a group. */
static bool is_join_file(const struct md_program *program, const struct md_call *call)
{
	const char *path = call->kind == MD_CALL_OPENAT ? md_call_text(program, call, 1) : "";

	return md_str_ends(path, "/tasks") || md_str_ends(path, "/cgroup.procs");
}

void md_compile_cgroup_join(const struct md_spec *spec, const struct md_host *host,
			    struct md_program *program)
{
	size_t calls_before = program->call_count;
	bool has_op = false;

	(void)spec;
	(void)host;
	for (size_t i = 0; i < calls_before; i++) {
		enum md_slot slot = (enum md_slot)program->calls[i].out;

		if (!is_join_file(program, &program->calls[i]))
			continue;
		if (!has_op)
			md_program_op(program, MD_OP_CGROUP_JOIN, NULL);
		has_op = true;
		md_emit(program, MD_CALL_WRITE_CGROUP, MD_FD(slot), MD_TEXT(""), MD_BYTES("0", 1));
	}
}

static void emit_unmet_limit(const struct md_host *host, const struct limit_info *info,
			     struct md_program *program)
{
	if (host->cgroup_kind == MD_CGROUP_NONE)
		md_program_unmet(program,
				 "the limit needs the cgroup controller '%s' (file %s), but no "
				 "cgroup file system is mounted here; mount one: mount -t cgroup2 "
				 "none /sys/fs/cgroup",
				 info->v2_controller, info->v2_file);
	else if (host->v2_is_locked &&
		 md_host_lists(host->v2_controllers, ' ', info->v2_controller))
		md_program_unmet(program,
				 "the limit needs the cgroup controller '%s' (file %s), which the "
				 "group at %s cannot pass on because it holds processes itself; "
				 "start minidock from a group of its own (systemd: Delegate=yes)",
				 info->v2_controller, info->v2_file, host->v2_mount);
	else if (host->cgroup_kind == MD_CGROUP_V2)
		md_program_unmet(program,
				 "the limit needs the cgroup controller '%s' (file %s), which %s "
				 "does not list in cgroup.controllers; let it pass down to here "
				 "(systemd: Delegate=%s) or enable it in the kernel",
				 info->v2_controller, info->v2_file, host->v2_mount,
				 info->v2_controller);
	else
		md_program_unmet(program,
				 "the limit needs the cgroup controller '%s' (file %s), which no "
				 "hierarchy mounted here has; mount it: mount -t cgroup -o %s none "
				 "/sys/fs/cgroup/%s",
				 info->v1_controller, info->v1_file, info->v1_controller,
				 info->v1_controller);
}

static void compile_limit(const struct md_spec *spec, const struct md_host *host,
			  enum md_cgroup_limit limit, struct md_program *program)
{
	const struct limit_info *info = &limit_infos[limit];
	const struct md_cgroup_v1 *hierarchy = md_host_v1(host, info->v1_controller);
	const char *mount = hierarchy ? hierarchy->mount : host->v2_mount;
	md_auto_free char *group = md_cgroup_group_of(spec, mount);

	md_program_op(program, MD_OP_CGROUP_LIMIT, info->name);
	if (hierarchy)
		md_cgroup_limits_v1[limit](spec, host, group, program);
	else if (md_host_v2_has(host, info->v2_controller))
		md_cgroup_limits_v2[limit](spec, host, group, program);
	else
		emit_unmet_limit(host, info, program);
}

void md_compile_cgroup_limits(const struct md_spec *spec, const struct md_host *host,
			      struct md_program *program)
{
	for (int i = 0; i < MD_CGROUP_LIMIT_COUNT; i++)
		if (md_cgroup_limit_is_asked(spec, (enum md_cgroup_limit)i))
			compile_limit(spec, host, (enum md_cgroup_limit)i, program);
}
