/* SPDX-License-Identifier: Apache-2.0 */
/* The last ops: what the process may use, who it is, what it gives up, what it becomes. */
#include "runtime/compile.h"

#include "base/cleanup.h"
#include "base/str.h"

#include <linux/prctl.h>
#include <stdio.h>
#include <string.h>

static void limits(const struct md_process *process, struct md_program *program)
{
	if (process->rlimit_count > 0) {
		md_program_op(program, MD_OP_RLIMITS, NULL);
		for (size_t i = 0; i < process->rlimit_count; i++)
			md_emit(program, MD_CALL_PRLIMIT, MD_INT(process->rlimits[i].resource),
				MD_INT(process->rlimits[i].soft), MD_INT(process->rlimits[i].hard));
	}
	md_program_op(program, MD_OP_UMASK, NULL);
	md_emit(program, MD_CALL_UMASK, MD_INT(process->umask));
}

static void close_fds(struct md_program *program)
{
	md_program_op(program, MD_OP_CLOSE_FDS, NULL);
	md_emit(program, MD_CALL_CLOSE_RANGE, MD_INT(3));
}

/*
 * Both restrictions need either no_new_privs or CAP_SYS_ADMIN. Landlock is a second line behind the
 * missing capability, so a kernel without it is no reason to refuse.
 */
static void restrictions(const struct md_process *process, const struct md_host *host,
			 struct md_program *program)
{
	if (process->has_landlock && host->has_landlock) {
		md_program_op(program, MD_OP_LANDLOCK, NULL);
		md_emit(program, MD_CALL_LANDLOCK, MD_TEXT("/"));
	}
	if (!process->seccomp)
		return;
	md_program_op(program, MD_OP_SECCOMP, NULL);
	md_emit(program, MD_CALL_SECCOMP,
		MD_BYTES(process->seccomp, process->seccomp_length * 8 /* struct sock_filter */));
}

/* Dropping from the bounding set needs CAP_SETPCAP, so it comes before anything else is given up.
 */
static void bounding(const struct md_process *process, const struct md_host *host,
		     struct md_program *program)
{
	md_program_op(program, MD_OP_CAPABILITIES, "bounding");
	for (unsigned int cap = 0; cap <= host->last_cap && cap < 64; cap++)
		if (!(process->caps.bounding & (1ULL << cap)))
			md_emit(program, MD_CALL_CAPBSET_DROP, MD_INT(cap));
}

/* Leaving uid 0 clears the permitted set unless the kernel is asked to keep it. */
static void user(const struct md_process *process, struct md_program *program)
{
	md_program_op(program, MD_OP_USER, NULL);
	if (process->uid != 0 && process->caps.permitted)
		md_emit(program, MD_CALL_PRCTL, MD_INT(PR_SET_KEEPCAPS), MD_INT(1));
	md_emit(program, MD_CALL_SETGROUPS,
		MD_BYTES(process->groups, process->group_count * sizeof(*process->groups)));
	md_emit(program, MD_CALL_SETRESGID, MD_INT(process->gid));
	md_emit(program, MD_CALL_SETRESUID, MD_INT(process->uid));
}

static void sets(const struct md_process *process, struct md_program *program)
{
	md_program_op(program, MD_OP_CAPABILITIES, "sets");
	md_emit(program, MD_CALL_CAPSET, MD_INT(process->caps.effective),
		MD_INT(process->caps.permitted), MD_INT(process->caps.inheritable));
	for (int cap = 0; cap < 64; cap++)
		if (process->caps.ambient & (1ULL << cap))
			md_emit(program, MD_CALL_AMBIENT_RAISE, MD_INT(cap));
}

/* NUL-separated, as the arena keeps an argv. */
static void add_strings(struct md_str *out, const struct md_strv *items)
{
	for (size_t i = 0; i < items->count; i++)
		md_str_add_bytes(out, items->items[i], strlen(items->items[i]) + 1);
}

static void exec(const struct md_process *process, bool use_init, struct md_program *program)
{
	MD_CLEANUP(md_str_fini) struct md_str argv = MD_STR_INIT;
	MD_CLEANUP(md_str_fini) struct md_str envp = MD_STR_INIT;

	if (use_init)
		md_str_add_bytes(&argv, "minidock-init\0--", sizeof("minidock-init\0--"));
	add_strings(&argv, &process->args);
	add_strings(&envp, &process->env);
	md_program_op(program, MD_OP_EXEC, NULL);
	md_emit(program, MD_CALL_EXEC, MD_BYTES(argv.data, argv.length),
		MD_BYTES(envp.data, envp.length), MD_FD(use_init ? MD_SLOT_INIT : MD_SLOT_NONE));
}

/*
 * Without no_new_privs a filter can only be installed by a process with CAP_SYS_ADMIN, so it comes
 * before the capabilities go; with it, the filter comes last and the calls above need not be
 * allowed.
 */
void md_compile_process(const struct md_process *process, bool use_init, const struct md_host *host,
			struct md_program *program)
{
	limits(process, program);
	close_fds(program);
	if (!process->no_new_privs)
		restrictions(process, host, program);
	bounding(process, host, program);
	user(process, program);
	sets(process, program);
	if (process->no_new_privs) {
		md_program_op(program, MD_OP_NO_NEW_PRIVS, NULL);
		md_emit(program, MD_CALL_PRCTL, MD_INT(PR_SET_NO_NEW_PRIVS), MD_INT(1));
		restrictions(process, host, program);
	}
	exec(process, use_init, program);
}
