/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h - run, start -a, attach and exec after their connection stands.
 */
#ifndef MD_CLI_SESSION_H
#define MD_CLI_SESSION_H

#include "cli/invocation.h"
#include "containers/attach.h"

/*
 * Copy stdio until the process ends or the user detaches. in->exit_status becomes that of the
 * process, or 0 after detaching.
 */
int md_session_run(const struct md_attach *attach, struct md_invocation *in, struct md_error *err);

/* MD_ERR_INVALID unless --detach-keys (NULL: not given) can be understood. */
int md_session_check_keys(const char *keys, struct md_error *err);

#endif
