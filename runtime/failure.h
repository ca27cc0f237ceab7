/* SPDX-License-Identifier: Apache-2.0 */
/*
 * failure.h - a failed call in words: op, call with its arguments, errno, and what to do about it.
 */
#ifndef MD_RUNTIME_FAILURE_H
#define MD_RUNTIME_FAILURE_H

#include "base/error.h"
#include "runtime/handshake.h"
#include "runtime/program.h"

/* Fill *err from the numbers of a failure. Returns -1. */
int md_failure_describe(const struct md_program *program, const struct md_hs_failure *failure,
			struct md_error *err);

#endif
