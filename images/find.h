/* SPDX-License-Identifier: Apache-2.0 */
/*
 * find.h - from texts to images (used inside images/ only; the public ways are in image.h).
 */
#ifndef MD_IMAGES_FIND_H
#define MD_IMAGES_FIND_H

#include "images/reference.h"

/* What a text stood for. */
struct md_found {
	char digest[72]; /* of the manifest */
	char *reference; /* the normalised name, NULL when found by id */
};

/*
 * Look in the list only: MD_ERR_NOT_FOUND, or MD_ERR_INVALID for a prefix of several ids or a text
 * that can be neither name nor id. The caller frees ret->reference.
 */
int md_references_find(const struct md_image_store *store, const struct md_references *refs,
		       const char *text, struct md_found *ret, struct md_error *err);

/* Read manifest and configuration; `references` stay empty. */
int md_image_load(const struct md_image_store *store, const char *digest, struct md_image *ret,
		  struct md_error *err);

#endif
