/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seccomp_table.h - which system calls a container may make: the one readable list.
 *
 * A group says under which condition its calls are allowed or fail. For a profile and a set of
 * capabilities, a call is answered by
 *
 *	1. a matching group that fails on its arguments,
 *	2. else a matching group that allows it (with the right arguments, if it names some),
 *	3. else a matching group that always fails,
 *	4. else the default: EPERM for what exists, ENOSYS for numbers beyond what we know.
 *
 * Arguments are compared in their lower 32 bits only: every argument named here is an int in the
 * kernel, which ignores the rest of the register. A comparison of all 64 bits could be passed by
 * setting the upper half.
 *
 * seccomp_filter.h compiles this; the unit test holds the compiled filter against
 * md_seccomp_expect() for every number.
 */
#ifndef MD_RUNTIME_SECCOMP_TABLE_H
#define MD_RUNTIME_SECCOMP_TABLE_H

#include "runtime/profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MD_SECCOMP_COMPARES_MAX 2

/* True if (lower half of argument `arg` & mask) == value. A mask of 0 ends the list. */
struct md_seccomp_compare {
	unsigned int arg;
	uint32_t mask;
	uint32_t value;
};

struct md_seccomp_group {
	bool in_strict, in_docker;
	uint64_t needs;  /* one of these capabilities; 0: none needed */
	uint64_t unless; /* not with any of these */
	int fails;       /* errno; 0: allowed */
	struct md_seccomp_compare compares[MD_SECCOMP_COMPARES_MAX];
	const char *names; /* separated by spaces */
};

/* All groups. Static storage. */
const struct md_seccomp_group *md_seccomp_groups(size_t *ret_count);

/* True if the group counts for a container of `profile` with the bounding set `caps`. */
bool md_seccomp_group_applies(const struct md_seccomp_group *group, enum md_profile profile,
			      uint64_t caps);

/* Number of compares in use. */
size_t md_seccomp_group_compares(const struct md_seccomp_group *group);

/*
 * The capabilities that make a difference to any filter of `profile`: two sets that agree in these
 * give the same filter.
 */
uint64_t md_seccomp_relevant_caps(enum md_profile profile);

/* Copy the next name at *cursor into `out` and move on; false at the end. */
#define MD_SECCOMP_NAME_MAX 32
bool md_seccomp_next_name(const char **cursor, char out[MD_SECCOMP_NAME_MAX]);

/*
 * What the table says about one call by name: SECCOMP_RET_ALLOW or SECCOMP_RET_ERRNO | errno. It
 * does not know numbers; unknown names get the default for calls that exist.
 */
uint32_t md_seccomp_expect(enum md_profile profile, uint64_t caps, const char *name,
			   const uint64_t args[6]);

#endif
