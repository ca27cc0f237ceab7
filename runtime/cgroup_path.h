/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cgroup_path.h - where the group of a container is: <mount>/<parent>/<id>.
 *
 * The compiler and those who look at a running container must agree on it, so it is said here and
 * nowhere else.
 */
#ifndef MD_RUNTIME_CGROUP_PATH_H
#define MD_RUNTIME_CGROUP_PATH_H

/* A new string; the caller frees it. `parent` may have several components, or be empty. */
char *md_cgroup_path(const char *mount, const char *parent, const char *id);

#endif
