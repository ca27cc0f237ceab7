/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stop_flags.h - how stop and restart end a container.
 */
#ifndef MD_CLI_STOP_FLAGS_H
#define MD_CLI_STOP_FLAGS_H

#include "cli/command.h"

#include <stdbool.h>

struct md_stop_flags {
	int timeout_s; /* MD_STOP_TIMEOUT_UNSET, -1 for ever */
	const char *signal;
	bool is_forced;
};

/* Set function of --timeout: seconds, or -1. */
int md_stop_set_timeout(const struct md_option *option, const char *value, void *flags,
			struct md_error *err);

#endif
