/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stop_flags.h - how stop and restart end a container.
 */
#ifndef MD_CLI_STOP_FLAGS_H
#define MD_CLI_STOP_FLAGS_H

#include "base/error.h"

#include <stdbool.h>

struct md_stop_flags {
	int timeout_s; /* MD_STOP_TIMEOUT_UNSET, -1 for ever */
	const char *signal;
	bool is_forced;
};

/* Refuse unknown signals and other negative times; --force becomes SIGKILL without waiting. */
int md_stop_flags_check(struct md_stop_flags *flags, struct md_error *err);

#endif
