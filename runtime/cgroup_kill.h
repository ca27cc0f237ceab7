/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cgroup_kill.h - one group by its path: who is in it, and the end of both.
 *
 * For those who know a group from an undo list or from looking around, not from a container. A path
 * that is not in a cgroup file system is refused (MD_ERR_INVALID).
 */
#ifndef MD_RUNTIME_CGROUP_KILL_H
#define MD_RUNTIME_CGROUP_KILL_H

#include "base/error.h"

#include <stddef.h>
#include <sys/types.h>

/* Ids of its processes and of those in groups below, ascending; the caller frees the array. */
int md_cgroup_pids_at(const char *path, pid_t **ret, size_t *ret_count, struct md_error *err);

/*
 * Kill what is in the group, frozen or not; returns when nothing is left, after 10 s MD_ERR_STATE.
 * A group that is gone is success.
 */
int md_cgroup_kill_at(const char *path, struct md_error *err);

/* Remove it with the groups below it, once it is empty. A group that is gone is success. */
int md_cgroup_remove_at(const char *path, struct md_error *err);

#endif
