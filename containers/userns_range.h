/* SPDX-License-Identifier: Apache-2.0 */
/*
 * userns_range.h - a range of 65536 host ids for each container with --userns=private.
 *
 * Ids on disk are those inside the container (idmapped mounts translate them), so a range belongs
 * to a run, not to a container: it is taken at each start and given back at the end.
 *
 *	<run>/userns/<number>   symbolic link to the container's id: who has the range
 *
 * Range `number` begins at 524288 + number * 65536. The first choice follows from the id, so that
 * a container usually gets the same range again.
 */
#ifndef MD_CONTAINERS_USERNS_RANGE_H
#define MD_CONTAINERS_USERNS_RANGE_H

#include "base/error.h"
#include "containers/store.h"

#include <stdint.h>

/* First host id of a range that is now this container's. */
int md_userns_range_take(struct md_store *store, const char *id, uint32_t *ret_base,
			 struct md_error *err);

/* Give it back. A range that somebody else has is left alone. */
void md_userns_range_release(struct md_store *store, const char *id, uint32_t base);

/* The first choice for an id: pure. */
uint32_t md_userns_range_first_choice(const char *id);

#endif
