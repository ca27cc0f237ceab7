/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/volumes.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "containers/volume_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#define SOURCE_MODE 0755 /* of a directory that -v makes */

static bool is_covered(const struct md_run_request *request, const char *target)
{
	for (size_t i = 0; i < request->mount_count; i++)
		if (strcmp(request->mounts[i].target, target) == 0)
			return true;
	return false;
}

void md_volumes_declare(struct md_run_request *request, const struct md_image_config *config)
{
	for (size_t i = 0; i < config->volumes.count; i++) {
		const char *target = config->volumes.items[i];

		if (is_covered(request, target))
			continue;
		request->mounts = md_xreallocarray(request->mounts, request->mount_count + 1,
						   sizeof(request->mounts[0]));
		request->mounts[request->mount_count++] = (struct md_mount){
			.type = MD_MOUNT_BIND,
			.target = md_xstrdup(target),
			.is_volume = true,
			.is_recursive = true,
		};
	}
}

static int prepare_volume(struct md_store *store, const struct md_mount *mount,
			  const struct md_image *image, struct md_error *err)
{
	md_auto_free char *path = NULL;

	if (md_store_volume(store, mount->volume_name, &path, NULL, err) < 0)
		return -1;
	if (!image || mount->volume_no_copy)
		return 0;
	if (md_volume_copy(&image->layers, mount->target, path, err) < 0) {
		(void)md_error_prefix(err, "fill volume '%s'", mount->volume_name);
		return md_error_hint(err, "start with an empty one: --mount "
					  "type=volume,...,volume-nocopy");
	}
	return 0;
}

/* As Docker: -v of a path that does not exist makes a directory there. */
static int prepare_source(const struct md_mount *mount, struct md_error *err)
{
	struct stat st;
	mode_t before;
	int result;

	if (!mount->creates_source || stat(mount->source, &st) == 0 || errno != ENOENT)
		return 0; /* any other failure is reported when the source is used */
	before = umask(0);
	result = md_fs_mkdirs(AT_FDCWD, mount->source, SOURCE_MODE, err);
	(void)umask(before);
	return result;
}

int md_volumes_prepare(struct md_store *store, const struct md_run_request *request,
		       const struct md_image *image, struct md_error *err)
{
	for (size_t i = 0; i < request->mount_count; i++) {
		const struct md_mount *mount = &request->mounts[i];
		int result = 0;

		if (mount->is_volume)
			result = prepare_volume(store, mount, image, err);
		else if (mount->type == MD_MOUNT_BIND)
			result = prepare_source(mount, err);
		if (result < 0)
			return -1;
	}
	return 0;
}

void md_volumes_remove(struct md_store *store, const struct md_run_request *request)
{
	struct md_error ignored = MD_ERROR_INIT;

	for (size_t i = 0; i < request->mount_count; i++) {
		const struct md_mount *mount = &request->mounts[i];

		/* A name that is an id was never given by anybody: nobody else uses the volume. */
		if (mount->is_volume && mount->volume_name && md_id_is_valid(mount->volume_name))
			(void)md_store_remove_volume(store, mount->volume_name, &ignored);
	}
}
