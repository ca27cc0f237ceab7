/* SPDX-License-Identifier: Apache-2.0 */
/*
 * manifest.h - OCI image manifests (image-spec 1.1, manifest.md), as far as the store needs them
 * (used inside images/ only).
 */
#ifndef MD_IMAGES_MANIFEST_H
#define MD_IMAGES_MANIFEST_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

struct md_json;

struct md_manifest {
	const char *config; /* digest of the configuration; belongs to the JSON */
	size_t layer_count;
	uint64_t layer_bytes; /* sum of the layers' sizes */
};

/*
 * Check and read a manifest. Refused as MD_ERR_CORRUPT: an index, a body whose media type is not
 * that of a manifest, one that has both layers and manifests, sizes below zero, bad digests.
 */
int md_manifest_parse(const struct md_json *root, struct md_manifest *ret, struct md_error *err);

/* One blob that a manifest points to. */
struct md_descriptor {
	const char *digest;
	uint64_t size;
};

/* A manifest of a configuration and one uncompressed layer. */
struct md_json *md_manifest_format(const struct md_descriptor *config,
				   const struct md_descriptor *layer);

#endif
