/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reference.h - references.json: which names exist and what they stand for (inside images/ only).
 *
 *	{"busybox:latest": "sha256:<manifest>", "sha256:<manifest>": "sha256:<manifest>"}
 *
 * The file is the list of all images: what it does not reach is garbage. An image without a name
 * is listed under its own digest. The grammar of names is md_reference_normalise() in image.h.
 */
#ifndef MD_IMAGES_REFERENCE_H
#define MD_IMAGES_REFERENCE_H

#include "images/store.h"

struct md_reference {
	char *name;
	char *digest;
};

struct md_references {
	struct md_reference *items;
	size_t count;
};

#define MD_REFERENCES_INIT \
	{                  \
		NULL, 0    \
	}

/* Read the file; a missing one is an empty list. A line that is damaged is MD_ERR_CORRUPT. */
int md_references_load(const struct md_image_store *store, struct md_references *ret,
		       struct md_error *err);
void md_references_fini(struct md_references *refs);

/* Replace the file durably. Needs the lock. */
int md_references_save(const struct md_image_store *store, const struct md_references *refs,
		       struct md_error *err);

/* The digest behind a name, NULL if there is none. Valid until the next change. */
const char *md_references_get(const struct md_references *refs, const char *name);

/* Make `name` (NULL: no name) stand for `digest`; an image that loses its last name stays. */
void md_references_set(struct md_references *refs, const char *name, const char *digest);

/* Forget a name, whatever happens to its image. */
void md_references_drop(struct md_references *refs, const char *name);

/* The real names (not the digest that stands for "no name") of an image, in file order. */
void md_references_names(const struct md_references *refs, const char *digest,
			 struct md_strv *names);

/* Whether the entry at `index` is the first of its image: for visiting each image once. */
bool md_references_is_first(const struct md_references *refs, size_t index);

#endif
