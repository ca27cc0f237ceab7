/* SPDX-License-Identifier: Apache-2.0 */
/*
 * env_pair.h - the value of -e, for run and exec alike.
 */
#ifndef MD_CLI_ENV_PAIR_H
#define MD_CLI_ENV_PAIR_H

#include "base/error.h"

struct md_strv;

/*
 * Append "KEY=VALUE". For "KEY" alone our own variable is passed on; one that is not set adds
 * nothing. MD_ERR_INVALID for an empty key.
 */
int md_env_pair_add(struct md_strv *env, const char *text, struct md_error *err);

#endif
