/* SPDX-License-Identifier: Apache-2.0 */
/*
 * volumes.h - the volumes of one container: what its image declares, what it starts with.
 *
 *	create   every VOLUME of the image that no mount covers becomes an anonymous volume
 *	start    a volume that does not exist yet is made, and filled with what the image has there
 *	remove   anonymous volumes go with --rm and rm -v; named ones stay
 *
 * Content is copied through descriptors below a read-only mount of the image alone
 * (base/safe_path.h), so no link of the image reaches anything of the host.
 */
#ifndef MD_CONTAINERS_VOLUMES_H
#define MD_CONTAINERS_VOLUMES_H

#include "base/error.h"
#include "containers/request.h"
#include "containers/store.h"
#include "images/image.h"

/* Add the image's volumes to the request, unless something is mounted there already. */
void md_volumes_declare(struct md_run_request *request, const struct md_image_config *config);

/*
 * Make the volumes of a request that do not exist, with content and owner of the image's directory
 * unless volume_no_copy, and missing sources of -v. `image` may be NULL.
 */
int md_volumes_prepare(struct md_store *store, const struct md_run_request *request,
		       const struct md_image *image, struct md_error *err);

/* Remove the anonymous volumes of a request; what cannot be removed stays for `check`. */
void md_volumes_remove(struct md_store *store, const struct md_run_request *request);

#endif
