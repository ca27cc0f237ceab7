/* SPDX-License-Identifier: Apache-2.0 */
/*
 * launch.h - the engine's half of a program: perform its ops, clone, take turns with the child.
 *
 *	struct md_launch launch = MD_LAUNCH_INIT;
 *	launch.stdio[1] = pipe_write_end; ...
 *	md_launch(&program, &launch, &err)   ->  launch.pidfd, launch.pid, launch.console
 *
 * The caller must be single-threaded. The caller has stored the undo list before the call
 * (md_program.undo); after a failure it performs it (runtime/undo.h).
 */
#ifndef MD_RUNTIME_LAUNCH_H
#define MD_RUNTIME_LAUNCH_H

#include "base/error.h"
#include "runtime/program.h"

#include <sys/types.h>

struct md_launch {
	/* In: descriptors that become 0, 1, 2 of a process without a terminal; not closed here. */
	int stdio[3];
	/*
	 * For exec, and for a start that joins namespaces of another container: pidfd of that
	 * container's first process, else -1; not closed here. Its number would be no help to the
	 * child, in whose pid namespace it means nothing.
	 */
	int target;

	/* Out, owned by the caller. */
	int pidfd;
	int console; /* master side of the terminal, -1 without one */
	pid_t pid;
};

#define MD_LAUNCH_INIT                                                          \
	{                                                                       \
		.stdio = {-1, -1, -1}, .target = -1, .pidfd = -1, .console = -1 \
	}

/*
 * Perform the program up to and including the exec. On success the container's process runs its
 * command. On failure every process made is dead and reaped, and *err names op, call, object and
 * errno; MD_ERR_NO_COMMAND and MD_ERR_NOT_EXECUTABLE tell a bad command from a bad host.
 * The first op whose precondition is not met on this host fails with MD_ERR_UNSUPPORTED before
 * anything is done.
 */
int md_launch(const struct md_program *program, struct md_launch *launch, struct md_error *err);

#endif
