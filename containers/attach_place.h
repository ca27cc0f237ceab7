/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attach_place.h - what a session changes around us, and puts back: the terminal's mode, blocked
 * signals, SIGPIPE, the socket's mode. Only containers/attach.c uses it.
 */
#ifndef MD_CONTAINERS_ATTACH_PLACE_H
#define MD_CONTAINERS_ATTACH_PLACE_H

#include "base/error.h"

#include <signal.h>
#include <stdbool.h>
#include <termios.h>

struct md_attach_place {
	int signal_fd; /* what would have interrupted us is read here */
	int pipes[2];  /* stdout and stderr opened again without blocking when they are pipes, or -1
			*/

	/* as it was before */
	bool is_raw;
	struct termios terminal;
	sigset_t mask;
	struct sigaction pipe_action;
	int socket, socket_flags;
};

enum md_attach_mode {
	MD_ATTACH_COOKED,
	MD_ATTACH_RAW
};

/*
 * Signals to a descriptor, no death by SIGPIPE, a socket that never blocks; with MD_ATTACH_RAW the
 * terminal at stdin in raw mode, if there is one. On failure too, md_attach_place_leave() must
 * follow.
 */
int md_attach_place_enter(struct md_attach_place *place, int socket, enum md_attach_mode mode,
			  struct md_error *err);

/* Put everything back and close what was opened. */
void md_attach_place_leave(struct md_attach_place *place);

#endif
