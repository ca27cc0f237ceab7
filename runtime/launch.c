/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/launch.h"

#include "base/cleanup.h"
#include "base/proc.h"
#include "base/sys.h"
#include "runtime/child.h"
#include "runtime/failure.h"
#include "runtime/handshake.h"
#include "runtime/perform.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/fsuid.h>
#include <sys/syscall.h>
#include <unistd.h>

struct engine {
	struct md_performer performer;
	int socket[2]; /* ours, the child's */
	uint32_t clone_op;
};

/* The first op that cannot work here stops the start before anything is done. */
static int check_preconditions(const struct md_program *program, struct md_error *err)
{
	for (size_t i = 0; i < program->op_count; i++) {
		const struct md_op *op = &program->ops[i];
		char name[128];

		if (op->unmet == 0)
			continue;
		md_op_name(program, op, name, sizeof(name));
		return md_fail(err, MD_ERR_UNSUPPORTED, "op '%s': %s", name,
			       md_program_text(program, op->unmet));
	}
	return 0;
}

/* As fork(2): 0 in the child. The old call takes the pidfd where a thread id would go. */
static pid_t clone_process(const struct md_performer *performer, const struct md_call *call,
			   int *ret_pidfd)
{
	uint64_t flags = (uint64_t)call->args[0] | CLONE_PIDFD;
	struct clone_args args = {
		.flags = flags,
		.pidfd = (uint64_t)(uintptr_t)ret_pidfd,
		.exit_signal = SIGCHLD,
	};

	if (call->kind == MD_CALL_CLONE_OLD)
		return (pid_t)syscall(SYS_clone, flags | SIGCHLD, 0, ret_pidfd, 0, 0);
	if (call->args[1] != MD_SLOT_NONE) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)md_performer_fd(performer, call, 1);
	}
	return sys_clone3(&args, sizeof(args));
}

static int start_child(struct engine *engine, const struct md_call *call)
{
	int pidfd = -1;
	pid_t pid = clone_process(&engine->performer, call, &pidfd);

	if (pid < 0)
		return -1;
	if (pid == 0) {
		md_close_fd(&engine->socket[0]);
		md_child_run(&engine->performer, engine->clone_op, engine->socket[1]);
	}
	md_close_fd(&engine->socket[1]);
	engine->performer.child = pid;
	md_performer_set(&engine->performer, MD_SLOT_PIDFD, pidfd);
	return 0;
}

static int perform_engine_op(struct engine *engine, uint32_t index, struct md_error *err)
{
	const struct md_program *program = engine->performer.program;
	const struct md_op *op = &program->ops[index];

	for (uint32_t i = op->first_call; i < op->first_call + op->call_count; i++) {
		const struct md_call *call = &program->calls[i];
		int result;

		if (call->kind == MD_CALL_CLONE || call->kind == MD_CALL_CLONE_OLD) {
			engine->clone_op = index;
			result = start_child(engine, call);
		} else {
			result = md_perform_call(&engine->performer, call);
		}
		if (result < 0) {
			struct md_hs_failure failure = {index, i, errno, MD_ERR_SYSTEM, ""};

			return md_failure_describe(program, &failure, err);
		}
	}
	return 0;
}

/* Wait until the child has come to `next_op`; the end of the socket is not expected yet. */
static int await_turn(struct engine *engine, uint32_t next_op, struct md_error *err)
{
	struct md_hs_slots slots = {0};
	struct md_hs_failure failure;

	switch (md_hs_receive(engine->socket[0], next_op, &slots, &failure)) {
	case MD_HS_OUTCOME_TURN:
		md_performer_put(&engine->performer, &slots);
		return 0;
	case MD_HS_OUTCOME_FAILED:
		return md_failure_describe(engine->performer.program, &failure, err);
	case MD_HS_OUTCOME_CLOSED:
		return md_fail(err, MD_ERR_PEER,
			       "the container's first process died while it was being set up "
			       "(out of memory, or killed from outside)");
	case MD_HS_OUTCOME_BROKEN:
		break;
	}
	return md_fail_errno(err, "hear from the container's first process: recvmsg");
}

/*
 * The end of the socket means that the exec worked. A child that is killed at this very moment
 * looks the same; its parent sees it exit.
 */
static int await_exec(struct engine *engine, struct md_error *err)
{
	struct md_hs_slots slots = {0};
	struct md_hs_failure failure;

	switch (md_hs_receive(engine->socket[0], UINT32_MAX, &slots, &failure)) {
	case MD_HS_OUTCOME_CLOSED:
		return 0;
	case MD_HS_OUTCOME_FAILED:
		return md_failure_describe(engine->performer.program, &failure, err);
	case MD_HS_OUTCOME_TURN:
	case MD_HS_OUTCOME_BROKEN:
		break;
	}
	return md_fail_errno(err, "hear from the container's first process: recvmsg");
}

/* The child's ops from `index` on: tell it that they are due, wait until they are done. */
static int let_child_go(struct engine *engine, uint32_t index, uint32_t end, struct md_error *err)
{
	const struct md_program *program = engine->performer.program;
	uint32_t last_turn = (uint32_t)md_program_last_turn(program);
	struct md_hs_slots slots = {0};

	if (index != engine->clone_op + 1) {
		md_performer_take_fresh(&engine->performer, MD_SIDE_ENGINE, &slots);
		if (md_hs_send_turn(engine->socket[0], index, &slots) < 0)
			return await_turn(engine, UINT32_MAX, err); /* it said why, or died */
	}
	if (end < program->op_count)
		return await_turn(engine, end, err);
	if (await_turn(engine, last_turn, err) < 0)
		return -1;
	return await_exec(engine, err);
}

static int walk(struct engine *engine, struct md_error *err)
{
	const struct md_program *program = engine->performer.program;
	uint32_t i = 0;

	while (i < program->op_count) {
		uint32_t end = i;

		if (program->ops[i].side == MD_SIDE_ENGINE) {
			if (perform_engine_op(engine, i++, err) < 0)
				return -1;
			continue;
		}
		while (end < program->op_count && program->ops[end].side == MD_SIDE_CHILD)
			end++;
		if (let_child_go(engine, i, end, err) < 0)
			return -1;
		i = end;
	}
	return 0;
}

static void end_child(struct engine *engine)
{
	struct md_error ignored = MD_ERROR_INIT;
	int pidfd = engine->performer.slots[MD_SLOT_PIDFD];
	int status;

	if (pidfd < 0)
		return;
	(void)sys_pidfd_send_signal(pidfd, SIGKILL, NULL, 0);
	(void)md_proc_reap(pidfd, &status, &ignored);
}

/* Slots that belong to our caller, before the performer closes the rest. */
static void let_go_of_callers_slots(struct md_performer *performer)
{
	for (int i = MD_SLOT_STDIN; i <= MD_SLOT_STDERR; i++)
		performer->slots[i] = -1;
	performer->slots[MD_SLOT_TARGET] = -1;
}

int md_launch(const struct md_program *program, struct md_launch *launch, struct md_error *err)
{
	struct engine engine = {.socket = {-1, -1}};
	int result;

	if (check_preconditions(program, err) < 0 || md_hs_open(engine.socket, err) < 0)
		return -1;
	md_performer_init(&engine.performer, program);
	for (int i = 0; i < 3; i++)
		engine.performer.slots[MD_SLOT_STDIN + i] = launch->stdio[i];
	engine.performer.slots[MD_SLOT_TARGET] = launch->target;
	result = walk(&engine, err);
	if (result < 0) {
		/* The op may have failed while it accessed files as another id. */
		(void)setfsuid(0);
		(void)setfsgid(0);
		end_child(&engine);
	} else {
		launch->pid = engine.performer.child;
		launch->pidfd = md_steal_fd(&engine.performer.slots[MD_SLOT_PIDFD]);
		launch->console = md_steal_fd(&engine.performer.slots[MD_SLOT_CONSOLE]);
	}
	let_go_of_callers_slots(&engine.performer);
	md_performer_fini(&engine.performer);
	md_close_fd(&engine.socket[0]);
	md_close_fd(&engine.socket[1]);
	return result;
}
