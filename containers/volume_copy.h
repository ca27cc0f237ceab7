/* SPDX-License-Identifier: Apache-2.0 */
/*
 * volume_copy.h - fill a new volume with what the image has at the place where it is mounted.
 *
 * The image is seen as its layers merged, read-only, below one descriptor; the path inside is
 * resolved as the container would (base/safe_path.h). Directories, regular files and symbolic links
 * are copied with owner, mode and times; devices, sockets and pipes are left out.
 */
#ifndef MD_CONTAINERS_VOLUME_COPY_H
#define MD_CONTAINERS_VOLUME_COPY_H

#include "base/error.h"
#include "base/str.h"

/*
 * Copy `target` of the image into the directory `volume`, unless something is in there already, and
 * give the directory the owner and mode that it has in the image. Holds a lock on the volume while
 * it works. An image without such a directory is success.
 */
int md_volume_copy(const struct md_strv *layers, const char *target, const char *volume,
		   struct md_error *err);

#endif
