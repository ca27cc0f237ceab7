/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.h - the image store's directory, its lock and its staging area (used inside images/ only).
 *
 * Reading takes no lock: every file of the store is replaced by rename and never changed in place.
 * Whoever changes references.json, blobs or layers holds the lock. A directory in staging/ belongs
 * to whoever holds its flock(2); one that nobody holds was left by a process that died, and the
 * next md_staging_create() removes it.
 */
#ifndef MD_IMAGES_STORE_H
#define MD_IMAGES_STORE_H

#include "images/image.h"

#define MD_STORE_FILE_MAX ((size_t)16 << 20) /* references.json: about 100,000 references */
#define MD_BLOB_MAX       ((size_t)4 << 20)  /* a manifest or configuration */
#define MD_STAGING_NAME   65

struct md_image_store {
	int fd;     /* <root>/images */
	char *path; /* its path, for the overlay's lower directories and for messages */
};

/* Wait for the writer's lock (fcntl(2), F_OFD_SETLKW). Closing the descriptor gives it back. */
int md_image_store_lock(const struct md_image_store *store, struct md_error *err);

/* A directory of ours in staging/. */
struct md_staging {
	char name[MD_STAGING_NAME];
	int fd;        /* staging/<name>, flocked */
	int parent_fd; /* staging */
};

#define MD_STAGING_INIT                   \
	{                                 \
		.fd = -1, .parent_fd = -1 \
	}

/* Make one, after removing what dead processes left. */
int md_staging_create(const struct md_image_store *store, struct md_staging *ret,
		      struct md_error *err);

/* Remove it with everything in it, and close. Safe to call on a moved or empty one. */
void md_staging_fini(struct md_staging *staging);

#endif
