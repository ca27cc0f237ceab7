/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_print.h - a container's log on our stdout and stderr.
 *
 * Records of stdout go to stdout and those of stderr to stderr, in the order in which they were
 * written when both are one file. A terminal gets them through cli/terminal_text.h.
 */
#ifndef MD_CLI_LOG_PRINT_H
#define MD_CLI_LOG_PRINT_H

#include "containers/log.h"

struct md_log_style {
	bool shows_time; /* each line begins with its time */
	bool is_raw;     /* control characters also reach a terminal */
};

/* Print the records that `options` choose from the log directory `dirfd`. */
int md_log_print(int dirfd, const struct md_log_options *options, const struct md_log_style *style,
		 struct md_error *err);

#endif
