/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cgroup_dir.h - one group as an open directory: its control files, its events, its processes.
 *
 * Works alike in a v1 hierarchy and in the v2 tree. A directory is opened once and checked to lie
 * in a cgroup file system; everything below goes through that descriptor.
 */
#ifndef MD_RUNTIME_CGROUP_DIR_H
#define MD_RUNTIME_CGROUP_DIR_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Open a group. MD_ERR_NOT_FOUND when there is none; MD_ERR_INVALID when the path is somewhere
 * else than in a cgroup file system.
 */
int md_cgroup_dir_open(const char *path, struct md_error *err);

/* True if the group has that control file: how a kernel says what it can do. */
bool md_cgroup_dir_has(int dirfd, const char *file);

/* Write one value; read a whole file, which the caller frees. */
int md_cgroup_dir_write(int dirfd, const char *file, const char *value, struct md_error *err);
char *md_cgroup_dir_read(int dirfd, const char *file, struct md_error *err);

/*
 * The number behind `key` in a flat-keyed file ("oom_kill 3"); false if the key is not there.
 * Parses text, opens nothing.
 */
bool md_cgroup_dir_parse_key(const char *text, const char *key, uint64_t *ret);

/*
 * v2: wait until `key` in cgroup.events has that value. 1 reached, 0 time-out. Sleeps in poll(2)
 * until the kernel says that the file changed.
 */
int md_cgroup_dir_wait(int dirfd, const char *key, uint64_t value, int timeout_ms,
		       struct md_error *err);

/* Ids of its processes and of those in groups below, ascending; the caller frees the array. */
int md_cgroup_dir_pids(int dirfd, pid_t **ret, size_t *ret_count, struct md_error *err);

/* Remove every group below this one, innermost first. */
int md_cgroup_dir_remove_below(int dirfd, struct md_error *err);

#endif
