/* SPDX-License-Identifier: Apache-2.0 */
/* One more process in a running container: enter what exists instead of making it. */
#include "runtime/compile.h"

#include <fcntl.h>
#include <sched.h>

/* Every namespace of the container's first process that is not the engine's own. */
static uint64_t container_namespaces(const struct md_spec *spec)
{
	return CLONE_NEWNS | (spec->uts_ns != MD_NS_HOST ? CLONE_NEWUTS : 0U) |
	       (spec->ipc_ns != MD_NS_HOST ? CLONE_NEWIPC : 0U) |
	       (spec->network_ns != MD_NS_HOST ? CLONE_NEWNET : 0U) |
	       (spec->cgroup_ns != MD_NS_HOST ? CLONE_NEWCGROUP : 0U) |
	       (spec->user_ns != MD_NS_HOST ? CLONE_NEWUSER : 0U);
}

/*
 * Entering a mount namespace leads to what is mounted topmost on its "/": the container's root,
 * also when the start only moved its own "/" there with chroot(2). Where there was no mount API the
 * root was mounted elsewhere, and only pivot_root(2) made it "/".
 */
static void open_root(const struct md_spec *spec, const struct md_host *host,
		      struct md_program *program)
{
	bool is_chroot = spec->root.via == MD_ROOT_VIA_CHROOT;
	bool is_elsewhere = is_chroot && !host->has_mount_api;

	md_emit_to(program, MD_SLOT_ROOT, MD_CALL_OPENAT, MD_FD(MD_SLOT_CWD),
		   MD_TEXT(is_elsewhere ? spec->root.mount_point : "/"),
		   MD_INT(O_PATH | O_DIRECTORY), MD_INT(0));
	if (!is_chroot)
		return;
	md_emit(program, MD_CALL_FCHDIR, MD_FD(MD_SLOT_ROOT));
	md_emit(program, MD_CALL_CHROOT, MD_TEXT("."));
}

static void join(const struct md_spec *spec, const struct md_host *host, struct md_program *program)
{
	md_program_op(program, MD_OP_JOIN_NAMESPACES, NULL);
	md_emit(program, MD_CALL_SETNS, MD_FD(MD_SLOT_TARGET), MD_INT(container_namespaces(spec)));
	open_root(spec, host, program);
	if (spec->user_ns == MD_NS_PRIVATE)
		md_compile_namespace_root(program);
}

/* Unlike the first process's, it must exist: a directory is not made by a slip of the pen. */
static void enter_workdir(const char *cwd, struct md_program *program)
{
	md_program_op(program, MD_OP_WORKDIR, cwd);
	md_emit_to(program, MD_SLOT_DIR, MD_CALL_ROOT_OPEN, MD_FD(MD_SLOT_ROOT), MD_TEXT(cwd),
		   MD_INT(O_PATH | O_DIRECTORY));
	md_compile_chdir(cwd, program);
}

static void join_pid_namespace(const struct md_spec *spec, struct md_program *program)
{
	if (spec->pid_ns == MD_NS_HOST)
		return;
	md_program_op(program, MD_OP_JOIN_PID_NS, NULL);
	md_emit(program, MD_CALL_SETNS, MD_FD(MD_SLOT_TARGET), MD_INT(CLONE_NEWPID));
}

void md_compile_exec(const struct md_spec *spec, const struct md_process *process,
		     const struct md_host *host, struct md_program *program)
{
	md_compile_cgroup_reenter(spec, host, program);
	md_compile_stdio_owner(spec, process, program);
	join_pid_namespace(spec, program);
	md_compile_clone_call(0, md_compile_clones_into_cgroup(spec, host), host, program);

	md_compile_cgroup_join(spec, host, program);
	md_compile_session(program);
	md_compile_oom_score(process, MD_NS_HOST, program);
	join(spec, host, program);
	md_compile_console(process, program);
	enter_workdir(process->cwd, program);
	md_compile_process(process, false, host, program);
}
