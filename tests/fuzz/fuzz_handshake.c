/* SPDX-License-Identifier: Apache-2.0 */
/* The first process lives among the container's files: what it says is checked like any input. */
#include "tests/fuzz/fuzz.h"

#include "runtime/handshake.h"

#include <errno.h>
#include <sys/socket.h>

FUZZ(data, size)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_hs_slots slots = {0};
	struct md_hs_failure failure = {0};
	int fds[2] = {-1, -1};

	ALWAYS(md_hs_open(fds, &err) == 0);
	ALWAYS(size == 0 || send(fds[1], data, size, MSG_NOSIGNAL) == (ssize_t)size ||
	       errno == EMSGSIZE);
	md_close_fd(&fds[1]);
	switch (md_hs_receive(fds[0], 3, &slots, &failure)) {
	case MD_HS_OUTCOME_TURN:
		ALWAYS(slots.count == 0); /* no descriptor was sent */
		break;
	case MD_HS_OUTCOME_FAILED:
		ALWAYS(memchr(failure.text, '\0', sizeof(failure.text)));
		break;
	case MD_HS_OUTCOME_CLOSED:
	case MD_HS_OUTCOME_BROKEN:
		break;
	}
	md_close_fd(&fds[0]);
	return 0;
}
