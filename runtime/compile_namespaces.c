/* SPDX-License-Identifier: Apache-2.0 */
/* The new process, its namespaces and the ids in them: clone(2), user_namespaces(7). */
#include "runtime/compile.h"

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

static uint64_t new_namespaces(const struct md_spec *spec)
{
	const struct {
		enum md_ns_mode mode;
		uint64_t flag;
	} kinds[] = {
		{spec->pid_ns, CLONE_NEWPID},   {spec->uts_ns, CLONE_NEWUTS},
		{spec->ipc_ns, CLONE_NEWIPC},   {spec->network_ns, CLONE_NEWNET},
		{spec->user_ns, CLONE_NEWUSER},
	};
	uint64_t flags = CLONE_NEWNS;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].mode == MD_NS_PRIVATE)
			flags |= kinds[i].flag;
	return flags;
}

static uint64_t joined_namespaces(const struct md_spec *spec)
{
	return (spec->pid_ns == MD_NS_JOIN ? CLONE_NEWPID : 0) |
	       (spec->uts_ns == MD_NS_JOIN ? CLONE_NEWUTS : 0) |
	       (spec->ipc_ns == MD_NS_JOIN ? CLONE_NEWIPC : 0) |
	       (spec->network_ns == MD_NS_JOIN ? CLONE_NEWNET : 0);
}

void md_compile_clone_call(uint64_t flags, bool into_cgroup, const struct md_host *host,
			   struct md_program *program)
{
	md_program_op(program, MD_OP_CLONE, NULL);
	if (!host->is_root)
		md_program_unmet(program,
				 "making namespaces needs root here: run the command with sudo");
	if (host->has_clone3)
		md_emit(program, MD_CALL_CLONE, MD_INT(flags),
			MD_FD(into_cgroup ? MD_SLOT_CGROUP : MD_SLOT_NONE));
	else
		md_emit(program, MD_CALL_CLONE_OLD, MD_INT(flags));
	if ((flags & CLONE_NEWUSER) && !host->has_user_ns)
		md_program_unmet(program, "this kernel has no user namespaces (CONFIG_USER_NS): "
					  "leave --userns=private out");
}

void md_compile_clone(const struct md_spec *spec, const struct md_host *host,
		      struct md_program *program)
{
	if (spec->pid_ns == MD_NS_JOIN) {
		md_program_op(program, MD_OP_JOIN_PID_NS, NULL);
		md_emit(program, MD_CALL_SETNS, MD_FD(MD_SLOT_TARGET), MD_INT(CLONE_NEWPID));
	}
	md_compile_clone_call(new_namespaces(spec), md_compile_clones_into_cgroup(spec, host), host,
			      program);
}

static void id_map(const char *file, const struct md_id_map *map, struct md_program *program)
{
	char line[64];
	int length =
		snprintf(line, sizeof(line), "%u %u %u\n", map->inside, map->outside, map->count);

	md_emit(program, MD_CALL_WRITE_PROC, MD_TEXT(file), MD_BYTES(line, (size_t)length));
}

void md_compile_id_maps(const struct md_spec *spec, const struct md_host *host,
			struct md_program *program)
{
	if (spec->user_ns != MD_NS_PRIVATE)
		return;
	md_program_op(program, MD_OP_ID_MAP, NULL);
	id_map("uid_map", &spec->uid_map, program);
	id_map("gid_map", &spec->gid_map, program);
	md_emit_to(program, MD_SLOT_USER_NS, MD_CALL_OPEN_PROC, MD_TEXT("ns/user"),
		   MD_INT(O_RDONLY));
	md_compile_idmapped_root(spec, host, program);
	md_compile_idmapped_volumes(spec, host, program);
	md_compile_namespace_root(program);
}

void md_compile_namespace_root(struct md_program *program)
{
	md_program_op(program, MD_OP_NAMESPACE_ROOT, NULL);
	md_emit(program, MD_CALL_SETRESGID, MD_INT(0));
	md_emit(program, MD_CALL_SETRESUID, MD_INT(0));
	md_emit(program, MD_CALL_SETGROUPS, MD_BYTES(NULL, 0));
}

void md_compile_namespaces(const struct md_spec *spec, const struct md_host *host,
			   struct md_program *program)
{
	uint64_t joined = joined_namespaces(spec) & ~(uint64_t)CLONE_NEWPID;

	if (joined) {
		md_program_op(program, MD_OP_JOIN_NAMESPACES, NULL);
		md_emit(program, MD_CALL_SETNS, MD_FD(MD_SLOT_TARGET), MD_INT(joined));
	}
	if (spec->cgroup_ns == MD_NS_PRIVATE) {
		md_program_op(program, MD_OP_CGROUP_NAMESPACE, NULL);
		md_emit(program, MD_CALL_UNSHARE, MD_INT(CLONE_NEWCGROUP));
		if (!host->has_cgroup_ns)
			md_program_unmet(program,
					 "this kernel has no cgroup namespaces "
					 "(CONFIG_CGROUPS, Linux 4.6): use --cgroupns=host");
	}
}
