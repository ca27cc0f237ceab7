/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_cache.h - <root>/cache/list: what a list last read, for lists over thousands of containers.
 *
 * Derived and disposable. An entry counts only while its state.json is the very file that was read:
 * same inode, size, time of change and of modification. State files are replaced, never rewritten,
 * and one that had changed shortly before it was read is not kept, so a clock that ticks slowly
 * cannot hide a change. A cache that is damaged or of another version is no cache. Private to
 * containers/store*.c.
 */
#ifndef MD_CONTAINERS_STORE_CACHE_H
#define MD_CONTAINERS_STORE_CACHE_H

#include "containers/store.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Which file was looked at, and in which condition. inode 0: not to be relied on later. */
struct md_store_stamp {
	uint64_t inode, size;
	int64_t modified_ns, changed_ns;
};

/* Stamp of a file at `now`; inode 0 when it changed so shortly before that it could do so again. */
struct md_store_stamp md_store_stamp_of(const struct stat *st, int64_t now_ns);

/* Whether the file is still what the stamp says. */
bool md_store_stamp_matches(const struct md_store_stamp *stamp, const struct stat *st);

struct md_store_cache;

/* NULL when there is none that can be used. */
struct md_store_cache *md_store_cache_load(int root_fd);
void md_store_cache_free(struct md_store_cache *cache); /* NULL is allowed */

/* Whether the names in the cache are those of the directory names/, whose stat(2) is given. */
bool md_store_cache_has_names(const struct md_store_cache *cache, const struct stat *names);

/* The name of container `id` in the cache, NULL if it is not there. */
const char *md_store_cache_name(const struct md_store_cache *cache, const char *id);

/*
 * Fill all of *ret but its id and name for container `id` if its state.json, looked up
 * below containers_fd, is the one that was read.
 */
bool md_store_cache_find(const struct md_store_cache *cache, int containers_fd, const char *id,
			 struct md_summary *ret, struct md_store_stamp *ret_stamp);

/* Write a new cache of the summaries whose stamps can be relied on. Failure does not matter. */
void md_store_cache_save(int root_fd, const struct md_summary *list,
			 const struct md_store_stamp *stamps, size_t count,
			 const struct md_store_stamp *names);

#endif
