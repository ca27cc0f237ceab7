/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seccomp_eval.h - what a filter answers to one system call, without making it.
 *
 * Runs classic BPF as the kernel does for seccomp(2), in user space: `why` and `explain` ask what a
 * container may do, tests compare filters with the table they came from.
 */
#ifndef MD_RUNTIME_SECCOMP_EVAL_H
#define MD_RUNTIME_SECCOMP_EVAL_H

#include "base/error.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

/*
 * SECCOMP_RET_* with its data. Programs come from files too: one that the kernel would not accept
 * (a jump or a load out of bounds, an unknown instruction, no return) is MD_ERR_CORRUPT.
 */
int md_seccomp_eval(const struct sock_filter *filter, size_t count, const struct seccomp_data *call,
		    uint32_t *ret_action, struct md_error *err);

/* "allow", "errno 1 (Operation not permitted)", "kill process", ... as text into `out`. */
void md_seccomp_action_text(uint32_t action, char *out, size_t size);

#endif
