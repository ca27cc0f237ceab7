/* SPDX-License-Identifier: Apache-2.0 */
/*
 * helper.h - run minidock-unpack and minidock-pack (used inside images/ only).
 *
 * The engine never parses an archive itself: these two programs do, with an empty environment,
 * only the descriptors named here, and a death signal should the engine die first. A helper ends
 * by writing one JSON object to its result descriptor and closing it.
 *
 *	0 input   1 output   2 stderr   3 directory   4 result   5 notes
 */
#ifndef MD_IMAGES_HELPER_H
#define MD_IMAGES_HELPER_H

#include "base/error.h"

#include <stdint.h>

struct md_json;

enum md_helper_fd {
	MD_HELPER_INPUT,
	MD_HELPER_OUTPUT,
	MD_HELPER_STDERR,
	MD_HELPER_DIRECTORY,
	MD_HELPER_RESULT, /* the helper's end of a pipe that md_helper_start() makes */
	MD_HELPER_NOTES,
	MD_HELPER_FDS,
};

/* A helper that runs. */
struct md_helper {
	const char *name;
	int pidfd;
	int result_fd;
};

#define MD_HELPER_INIT                       \
	{                                    \
		.pidfd = -1, .result_fd = -1 \
	}

/*
 * Start the program `name`, found beside the engine or in MINIDOCK_LIBEXEC, with one argument or
 * NULL. fds[] stay the caller's; -1 becomes /dev/null.
 */
int md_helper_start(const char *name, const char *argument, const int fds[MD_HELPER_FDS],
		    struct md_helper *ret, struct md_error *err);

/*
 * Wait for the result and the end. NULL when the helper says why it could not, or died: that is
 * MD_ERR_PEER and names the signal. The caller frees the result.
 */
struct md_json *md_helper_finish(struct md_helper *helper, struct md_error *err);

/* Kill it if it still runs, reap it, close. */
void md_helper_fini(struct md_helper *helper);

#endif
