/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image.h - the image store: references, blobs by digest, unpacked layers.
 *
 *	<root>/images/
 *	  references.json        {"busybox:latest": "sha256:<manifest>", ...}: the list of images
 *	  blobs/sha256/<hex>     manifests and configurations (OCI JSON); layer tars are not kept
 *	  layers/<hex>/          an unpacked layer by diff_id, shared by every container:
 *	                         fs/ (the tree) and layer.json (diff_id, size)
 *	  ids/<hex>              link from an image's id to its manifest: derived, disposable
 *	  staging/               unpacks under way; a layer becomes visible by rename only
 *	  lock                   OFD lock: one writer
 *
 * A manifest follows the OCI image manifest (image-spec 1.1). A blob is visible under its digest
 * only after its bytes were hashed while they streamed in. Image configuration is data: only the
 * members of struct md_image_config are ever read from it.
 */
#ifndef MD_IMAGES_IMAGE_H
#define MD_IMAGES_IMAGE_H

#include "base/error.h"
#include "base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct md_image_store;
struct md_json;

/* Open (made 0700 when missing) below the state root `root_fd`, at path `root`. */
struct md_image_store *md_image_store_open(int root_fd, const char *root, struct md_error *err);
void md_image_store_close(struct md_image_store *store);

/* What an image says about the process; absent members are empty. OCI image-spec config.md. */
struct md_image_config {
	struct md_strv env, entrypoint, cmd;
	struct md_strv volumes; /* absolute paths */
	struct md_strv exposed_ports;
	struct md_strv labels; /* KEY=VALUE, inert; minidock.*, io.minidock.* and com.docker.* are
				  dropped */
	char *user, *working_dir, *stop_signal;
};

struct md_image {
	char *id;                  /* "sha256:<64 hex>" of the configuration */
	char *digest;              /* "sha256:<64 hex>" of the manifest */
	struct md_strv references; /* "busybox:latest" */
	int64_t created_ns;
	uint64_t size; /* bytes of all unpacked layers */
	char *architecture, *os;
	char *comment;           /* what `image import -m` said */
	struct md_strv diff_ids; /* bottom layer first */
	struct md_strv layers;   /* absolute paths of the trees, TOP layer first (overlay order) */
	struct md_image_config config;
	char *damage; /* NULL, or why the image cannot be used (md_image_list() only) */
};

/* Free what it holds; for a zeroed one, too. */
void md_image_fini(struct md_image *image);

/*
 * Find by reference ("busybox", "busybox:1.36", "localhost:5000/a/b:tag"), by id or unique prefix
 * of one. The built-in busybox is unpacked the first time it is asked for. MD_ERR_NOT_FOUND
 * names what was looked for and how to get it; MD_ERR_INVALID for an ambiguous prefix.
 */
int md_image_find(struct md_image_store *store, const char *text, struct md_image *ret,
		  struct md_error *err);

/*
 * Every image, newest first; untagged ones too. One that cannot be read has only id (of the
 * manifest), digest, references and `damage`. The caller frees the array and each image.
 */
int md_image_list(struct md_image_store *store, struct md_image **ret, size_t *ret_count,
		  struct md_error *err);

/* A normalised reference: "busybox" -> "busybox:latest". Refuses bad grammar. */
int md_reference_normalise(const char *text, char **ret, struct md_error *err);

/* Give the image that `source` finds another name, taking the name from an image that has it. */
int md_image_tag(struct md_image_store *store, const char *source, const char *reference,
		 struct md_error *err);

/* How to remove images. */
struct md_image_removal {
	const struct md_strv *in_use; /* per container "IMAGE-ID CONTAINER", or the id alone */
	bool is_forced;               /* md_image_remove(): by id also when it has several names */
	bool is_all;                  /* md_image_prune(): also images that have names */
	struct md_strv *removed;      /* gets lines such as "Untagged: …" and "Deleted: …" */
};

/*
 * Remove a reference, and the image with layers nobody else uses when it was the last. An image
 * in use is MD_ERR_STATE and names the container.
 */
int md_image_remove(struct md_image_store *store, const char *text,
		    const struct md_image_removal *removal, struct md_error *err);

/* Remove images nobody uses, and what crashes left behind. *ret_bytes is what was freed. */
int md_image_prune(struct md_image_store *store, const struct md_image_removal *removal,
		   uint64_t *ret_bytes, struct md_error *err);

/* What to import, and as what. */
struct md_image_import {
	const char *source;    /* path of a tar (plain, gzip, zstd) or a directory; "-" is stdin */
	const char *reference; /* NAME[:TAG], or NULL */
	const struct md_strv *changes; /* Dockerfile lines: CMD, ENTRYPOINT, ENV, EXPOSE, LABEL,
					  STOPSIGNAL, USER, VOLUME, WORKDIR */
	const char *message;
	struct md_strv *warnings; /* NULL, or gets lines such as "3 devices … were left out" */
};

/* One layer, one configuration, one manifest. *ret_id (caller frees) is the new image's id. */
int md_image_import(struct md_image_store *store, const struct md_image_import *import,
		    char **ret_id, struct md_error *err);

/* `image inspect`: Docker's member names. The caller frees it. */
struct md_json *md_image_to_json(const struct md_image *image);

/*
 * Read the file `path` as the layers (top first) would show it merged, honouring whiteouts and
 * opaque directories, links resolved inside the image; regular files of at most `max` bytes only.
 * Appends to *out.
 */
int md_layers_read(const struct md_strv *layers, const char *path, size_t max, struct md_str *out,
		   struct md_error *err);

#endif
