/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sweep.h - remove whatever no listed image needs (used inside images/ only).
 *
 * Removing an image is taking it off the list and sweeping: one rule for what is needed, and what
 * a crash left behind goes the same way.
 */
#ifndef MD_IMAGES_SWEEP_H
#define MD_IMAGES_SWEEP_H

#include "images/reference.h"

/*
 * Delete blobs, layers and index entries that the listed images do not reach; *freed (NULL: not
 * asked for) grows by the bytes of deleted layers. While a listed image cannot be read, what it
 * needs is unknown and nothing is deleted. Needs the lock.
 */
int md_image_store_sweep(const struct md_image_store *store, const struct md_references *refs,
			 uint64_t *freed, struct md_error *err);

#endif
