/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/child.h"

#include "base/error.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

struct walk {
	struct md_performer *performer;
	int socket;
	uint32_t op; /* the one at hand */
};

static noreturn void fail(const struct walk *walk, uint32_t call)
{
	struct md_hs_failure failure = {
		.op = walk->op,
		.call = call,
		.sys_errno = errno,
		.code = walk->performer->code,
	};

	memcpy(failure.text, walk->performer->text, sizeof(failure.text));
	md_hs_send_failure(walk->socket, &failure);
	_exit(md_error_exit_status((enum md_error_code)walk->performer->code));
}

static const struct md_op *op_at(const struct walk *walk, uint32_t index)
{
	return &walk->performer->program->ops[index];
}

static void hand_over(const struct walk *walk)
{
	struct md_hs_slots slots = {0};

	md_performer_take_fresh(walk->performer, MD_SIDE_CHILD, &slots);
	if (md_hs_send_turn(walk->socket, walk->op, &slots) < 0)
		fail(walk, op_at(walk, walk->op)->first_call);
}

/* Let the engine do its ops; returns with the next op of ours at hand. */
static void wait_for_turn(struct walk *walk)
{
	struct md_hs_slots slots = {0};
	struct md_hs_failure ignored;
	uint32_t next = walk->op;

	while (op_at(walk, next)->side == MD_SIDE_ENGINE)
		next++;
	/* Anything but our turn means that the engine gave up or died: there is nobody to tell. */
	if (md_hs_receive(walk->socket, next, &slots, &ignored) != MD_HS_OUTCOME_TURN)
		_exit(125);
	md_performer_put(walk->performer, &slots);
	walk->op = next;
}

/* Signals that were blocked or ignored in the engine would stay so across the exec. */
static void reset_signals(void)
{
	sigset_t none;

	for (int signo = 1; signo < NSIG; signo++)
		(void)signal(signo, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

noreturn void md_child_run(struct md_performer *performer, uint32_t clone_op, int socket)
{
	const struct md_program *program = performer->program;
	uint32_t last_turn = (uint32_t)md_program_last_turn(program);
	struct walk walk = {performer, socket, clone_op + 1};

	(void)prctl(PR_SET_NAME, "minidock:child", 0, 0, 0);
	reset_signals();
	for (; walk.op < program->op_count; walk.op++) {
		uint32_t call = 0;

		if (op_at(&walk, walk.op)->side == MD_SIDE_ENGINE) {
			if (walk.op != clone_op + 1)
				hand_over(&walk);
			wait_for_turn(&walk);
		}
		if (walk.op == last_turn)
			hand_over(&walk);
		if (md_perform_op(performer, op_at(&walk, walk.op), &call) < 0)
			fail(&walk, call);
	}
	_exit(125);
}
