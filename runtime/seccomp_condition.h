/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seccomp_condition.h - "includes" and "excludes" of an entry in a seccomp profile.
 *
 * An entry counts when all that it includes holds (capabilities, this architecture among its
 * arches, a kernel new enough) and nothing that it excludes does.
 */
#ifndef MD_RUNTIME_SECCOMP_CONDITION_H
#define MD_RUNTIME_SECCOMP_CONDITION_H

#include "base/error.h"
#include "base/json.h"

#include <stdbool.h>
#include <stdint.h>

/* Asks the running kernel for its version. Errors name the key. */
int md_seccomp_entry_applies(const struct md_json *entry, uint64_t caps, bool *ret,
			     struct md_error *err);

#endif
