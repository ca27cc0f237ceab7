/* SPDX-License-Identifier: Apache-2.0 */
/*
 * layer.h - unpacked layers: layers/<hex of diff_id>/fs and layer.json (used inside images/ only).
 *
 * A layer is complete when its name exists: it is filled in staging/, synced, and renamed. Layers
 * never change afterwards; equal content has one directory, whoever brought it.
 */
#ifndef MD_IMAGES_LAYER_H
#define MD_IMAGES_LAYER_H

#include "images/store.h"

/* Absolute path of a layer's tree; the caller frees it. */
char *md_layer_path(const struct md_image_store *store, const char *diff_id);

/* Whether the store has that layer. */
bool md_layer_exists(const struct md_image_store *store, const char *diff_id);

/* What layer.json says. */
struct md_layer {
	const char *diff_id;
	uint64_t size; /* bytes of its uncompressed tar */
};

/*
 * Move the tree staging/fs into place under its diff_id; when the layer is there already, leave it
 * in staging for removal. Its content must be on disk. Needs the lock.
 */
int md_layer_install(const struct md_image_store *store, const struct md_staging *staging,
		     const struct md_layer *layer, struct md_error *err);

/* Remove a layer: invisible at once, then gone. Needs the lock. */
int md_layer_remove(const struct md_image_store *store, const char *diff_id, struct md_error *err);

#endif
