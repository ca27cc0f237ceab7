/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import.h - one new layer becomes one new image (used inside images/ only).
 */
#ifndef MD_IMAGES_IMPORT_H
#define MD_IMAGES_IMPORT_H

#include "images/unpack.h"

struct md_import_job {
	struct md_unpack_source source;
	const char *reference; /* normalised, or NULL */
	const char *created_by;
	struct md_image *image; /* config and comment are set; the rest is filled in */
};

/* Unpack, then make layer, configuration, manifest and reference visible, in that order. */
int md_import_run(struct md_image_store *store, const struct md_import_job *job,
		  struct md_unpacked *ret, struct md_error *err);

#endif
