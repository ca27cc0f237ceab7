/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker.h - run minidock-unpack and minidock-pack (used inside images/ only).
 *
 * The engine never parses an archive itself: these two programs do, with an empty environment,
 * only the descriptors named here, and a death signal should the engine die first. A worker ends
 * by writing one JSON object to its result descriptor and closing it.
 *
 *	0 input   1 output   2 stderr   3 directory   4 result   5 notes
 */
#ifndef MD_IMAGES_WORKER_H
#define MD_IMAGES_WORKER_H

#include "base/error.h"

#include <stdint.h>

struct md_json;

enum md_worker_fd {
	MD_WORKER_INPUT,
	MD_WORKER_OUTPUT,
	MD_WORKER_STDERR,
	MD_WORKER_DIRECTORY,
	MD_WORKER_RESULT, /* the worker's end of a pipe that md_worker_start() makes */
	MD_WORKER_NOTES,
	MD_WORKER_FDS,
};

/* A worker that runs. */
struct md_worker {
	const char *name;
	int pidfd;
	int result_fd;
};

#define MD_WORKER_INIT                       \
	{                                    \
		.pidfd = -1, .result_fd = -1 \
	}

/*
 * Start the program `name`, found beside the engine or in MINIDOCK_LIBEXEC, with one argument or
 * NULL. fds[] stay the caller's; -1 becomes /dev/null.
 */
int md_worker_start(const char *name, const char *argument, const int fds[MD_WORKER_FDS],
		    struct md_worker *ret, struct md_error *err);

/*
 * Wait for the result and the end. NULL when the worker says why it could not, or died: that is
 * MD_ERR_PEER and names the signal. The caller frees the result.
 */
struct md_json *md_worker_finish(struct md_worker *worker, struct md_error *err);

/* Kill it if it still runs, reap it, close. */
void md_worker_fini(struct md_worker *worker);

#endif
