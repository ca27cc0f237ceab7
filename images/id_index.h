/* SPDX-License-Identifier: Apache-2.0 */
/*
 * id_index.h - ids/<hex of an image's id>: a symbolic link whose target is the digest of the
 * manifest (used inside images/ only).
 *
 * Derived from the manifests and disposable: it spares whoever knows a whole id from reading the
 * manifests of all images. What it says is checked like any other answer.
 */
#ifndef MD_IMAGES_ID_INDEX_H
#define MD_IMAGES_ID_INDEX_H

#include "images/sha256.h"
#include "images/store.h"

/* Remember or forget. Failures only make later searches slower. Need the lock. */
void md_id_index_put(const struct md_image_store *store, const char *id, const char *digest);
void md_id_index_drop(const struct md_image_store *store, const char *id);

/* The manifest's digest for 64 hex digits of an id; false when nothing valid is known. */
bool md_id_index_get(const struct md_image_store *store, const char *hex,
		     char ret_digest[MD_DIGEST_TEXT_MAX]);

#endif
