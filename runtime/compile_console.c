/* SPDX-License-Identifier: Apache-2.0 */
/* Session, standard descriptors, terminal, and the small first process of --init. */
#include "runtime/compile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

void md_compile_stdio_owner(const struct md_spec *spec, const struct md_process *process,
			    struct md_program *program)
{
	bool is_mapped = spec->user_ns == MD_NS_PRIVATE;
	uint32_t uid = process->uid + (is_mapped ? spec->uid_map.outside : 0);
	uint32_t gid = process->gid + (is_mapped ? spec->gid_map.outside : 0);

	if (process->has_terminal || (uid == 0 && gid == 0))
		return;
	md_program_op(program, MD_OP_STDIO_OWNER, NULL);
	for (int slot = MD_SLOT_STDIN; slot <= MD_SLOT_STDERR; slot++)
		md_emit(program, MD_CALL_CHOWN_PIPE, MD_FD(slot), MD_INT(uid), MD_INT(gid));
}

void md_compile_session(struct md_program *program)
{
	md_program_op(program, MD_OP_SESSION, NULL);
	md_emit(program, MD_CALL_SETSID, MD_INT(0));
	/* A kernel without keyrings, or an engine that is itself filtered, has none to share. */
	md_emit(program, MD_CALL_KEYCTL_JOIN, MD_TEXT(""))->tolerated = ENOSYS;
	/* Modes below are meant as written; the command's own mask comes at the end. */
	md_emit(program, MD_CALL_UMASK, MD_INT(0));
}

/*
 * A process that is not dumpable may not write its own score from inside a user namespace: the file
 * then belongs to the host's root.
 */
void md_compile_oom_score(const struct md_process *process, enum md_ns_mode user_ns,
			  struct md_program *program)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", process->oom_score_adj);

	if (!process->has_oom_score_adj)
		return;
	md_program_op(program, MD_OP_OOM_SCORE, NULL);
	if (user_ns == MD_NS_PRIVATE) {
		md_program_side(program, MD_SIDE_ENGINE);
		md_emit(program, MD_CALL_WRITE_PROC, MD_TEXT("oom_score_adj"),
			MD_BYTES(text, (size_t)length));
	} else {
		md_emit(program, MD_CALL_WRITE_FILE, MD_FD(MD_SLOT_CWD),
			MD_TEXT("/proc/self/oom_score_adj"), MD_BYTES(text, (size_t)length));
	}
}

static void terminal(const struct md_process *process, struct md_program *program)
{
	md_program_op(program, MD_OP_CONSOLE, NULL);
	md_emit_to(program, MD_SLOT_CONSOLE, MD_CALL_CONSOLE, MD_FD(MD_SLOT_ROOT),
		   MD_INT(process->rows), MD_INT(process->columns));
	md_emit(program, MD_CALL_FCHOWNAT, MD_FD(MD_SLOT_STDIN), MD_TEXT(""), MD_INT(process->uid),
		MD_INT(5));
	for (int fd = 0; fd < 3; fd++)
		md_emit(program, MD_CALL_DUP2, MD_FD(MD_SLOT_STDIN), MD_INT(fd));
}

static void pipes(struct md_program *program)
{
	md_program_op(program, MD_OP_STDIO, NULL);
	for (int fd = 0; fd < 3; fd++)
		md_emit(program, MD_CALL_DUP2, MD_FD(MD_SLOT_STDIN + fd), MD_INT(fd));
}

void md_compile_console(const struct md_process *process, struct md_program *program)
{
	if (process->has_terminal)
		terminal(process, program);
	else
		pipes(program);
}

void md_compile_init(const struct md_spec *spec, struct md_program *program)
{
	if (!spec->use_init)
		return;
	md_program_op(program, MD_OP_INIT, NULL);
	md_emit_to(program, MD_SLOT_INIT, MD_CALL_OPENAT, MD_FD(MD_SLOT_CWD),
		   MD_TEXT(spec->init_path), MD_INT(O_PATH), MD_INT(0));
}
