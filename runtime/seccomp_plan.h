/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seccomp_plan.h - from the table to a plan that seccomp_filter.h can compile.
 *
 * Shared by tools/gen_seccomp (build time) and seccomp.c (run time): one reading of the table.
 */
#ifndef MD_RUNTIME_SECCOMP_PLAN_H
#define MD_RUNTIME_SECCOMP_PLAN_H

#include "runtime/profile.h"
#include "runtime/seccomp_filter.h"

#include <stdint.h>

/*
 * Fill the empty *plan for a container with the bounding set `caps` on `arch` (MD_SECCOMP_X86_64 or
 * MD_SECCOMP_AARCH64). strict lists that architecture alone and kills calls through any other;
 * docker adds the 32-bit ones. Release with md_seccomp_plan_fini().
 */
void md_seccomp_plan_profile(enum md_profile profile, uint64_t caps, uint32_t arch,
			     struct md_seccomp_plan *plan);

#endif
