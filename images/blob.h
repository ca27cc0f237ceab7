/* SPDX-License-Identifier: Apache-2.0 */
/*
 * blob.h - small content-addressed files: manifests and configurations (used inside images/ only).
 *
 * A blob's name is the digest of the bytes that we hashed ourselves; it never changes.
 */
#ifndef MD_IMAGES_BLOB_H
#define MD_IMAGES_BLOB_H

#include "images/sha256.h"
#include "images/store.h"

/* Store `data` durably under its digest, which is written to `ret_digest`. Needs the lock. */
int md_blob_put(const struct md_image_store *store, const void *data, size_t length,
		char ret_digest[MD_DIGEST_TEXT_MAX], struct md_error *err);

/*
 * Read a blob of at most MD_BLOB_MAX bytes as a JSON value. A text that is no digest, bytes
 * with another digest and bytes that are no JSON are MD_ERR_CORRUPT. The caller frees it.
 */
struct md_json *md_blob_get_json(const struct md_image_store *store, const char *digest,
				 struct md_error *err);

/* Remove a blob; one that is gone is success. Needs the lock. */
int md_blob_remove(const struct md_image_store *store, const char *digest, struct md_error *err);

#endif
