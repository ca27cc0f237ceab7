/* SPDX-License-Identifier: Apache-2.0 */
/*
 * perform.h - performs calls: the only place of a launch that changes the kernel's state.
 *
 * One small function per kind of call, in one table (perform.c). All are async-signal-safe: no
 * malloc, no stdio, no locks, because most of them run between clone and exec. What an exec needs
 * in memory is prepared before the clone.
 */
#ifndef MD_RUNTIME_PERFORM_H
#define MD_RUNTIME_PERFORM_H

#include "runtime/handshake.h"
#include "runtime/program.h"

#include <stdbool.h>
#include <sys/types.h>

/* One process's progress through a program. */
struct md_performer {
	const struct md_program *program;
	int slots[MD_SLOT_MAX];
	bool is_fresh[MD_SLOT_MAX]; /* opened since the last turn: to be handed over */
	pid_t child;         /* pid of the first process as the engine sees it, 0 before clone */
	char **argv, **envp; /* of the program's exec, see md_performer_prepare() */
	int code;            /* enum md_error_code of the last failure */
	char text[MD_HS_TEXT_MAX]; /* its diagnosis in words, or "" */
};

void md_performer_init(struct md_performer *performer, const struct md_program *program);

/* Close every slot and free. Slots set by the caller of md_launch() must be reset to -1 before. */
void md_performer_fini(struct md_performer *performer);

/*
 * Perform one call. 0, or -1 with errno; performer->code and ->text say more when an exec failed.
 * MD_CALL_CLONE is not performed here (runtime/launch.c). (async-signal-safe)
 */
int md_perform_call(struct md_performer *performer, const struct md_call *call);

/*
 * Perform the calls of an op, stopping at the first failure; *ret_call is that call's index in the
 * program. (async-signal-safe)
 */
int md_perform_op(struct md_performer *performer, const struct md_op *op, uint32_t *ret_call);

/* Put `fd` into a slot, closing what was there. */
void md_performer_set(struct md_performer *performer, enum md_slot slot, int fd);

/*
 * The fresh slots that the other side may need, for a turn; they count as handed over afterwards.
 * Scratch slots stay at home, and the child gives back nothing but its terminal.
 */
void md_performer_take_fresh(struct md_performer *performer, enum md_side side,
			     struct md_hs_slots *ret);

/* Store the descriptors of a received turn; they are not fresh. */
void md_performer_put(struct md_performer *performer, const struct md_hs_slots *slots);

/* Arguments of a call as performers need them. */
int md_performer_fd(const struct md_performer *performer, const struct md_call *call, int arg);
const char *md_performer_text(const struct md_performer *performer, const struct md_call *call,
			      int arg);

/* One kind of call. Returns a new descriptor or 0, -1 with errno. */
typedef int md_perform_fn(struct md_performer *performer, const struct md_call *call);

/* The families of kinds; each fills its entries of the table. */
extern md_perform_fn *const md_perform_mount_table[MD_CALL_COUNT];
extern md_perform_fn *const md_perform_process_table[MD_CALL_COUNT];
extern md_perform_fn *const md_perform_file_table[MD_CALL_COUNT];

/* (child side) Replace the process; returns only on failure, with code and text filled. */
md_perform_fn md_perform_exec;

#endif
