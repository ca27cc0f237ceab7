/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sandbox_paths.h - what of /proc and /sys a container must not see, and what it must not write.
 *
 * /proc and /sys describe the host, not the container. A masked file reads as /dev/null and a
 * masked directory is empty; a read-only path can be looked at. Paths that this kernel does not
 * have are listed all the same: whoever masks them skips what is missing. A privileged container
 * gets neither list.
 */
#ifndef MD_RUNTIME_SANDBOX_PATHS_H
#define MD_RUNTIME_SANDBOX_PATHS_H

#include "base/str.h"
#include "runtime/profile.h"

/* Append absolute paths. Pure: the same profile gives the same list. */
void md_sandbox_masked_paths(enum md_profile profile, struct md_strv *out);
void md_sandbox_readonly_paths(struct md_strv *out); /* the same for both profiles */

/*
 * Append the directories /sys/devices/system/cpu/cpuN/thermal_throttle that this machine has: they
 * tell a container what its neighbours do. Both profiles mask them. Looks at /sys.
 */
void md_sandbox_thermal_paths(struct md_strv *out);

#endif
