/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile.h - the two sandboxes that a container can ask for by name.
 *
 * A profile decides the default capabilities (runtime/caps.h), the system call filter
 * (runtime/seccomp.h) and the hidden paths (runtime/sandbox_paths.h). Each of the three keeps its
 * own table; none knows the others'.
 */
#ifndef MD_RUNTIME_PROFILE_H
#define MD_RUNTIME_PROFILE_H

enum md_profile {
	MD_PROFILE_STRICT, /* ours, the default */
	MD_PROFILE_DOCKER, /* what Docker 28 gives */
};

#endif
