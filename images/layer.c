/* SPDX-License-Identifier: Apache-2.0 */
#include "images/layer.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/name.h"
#include "images/sha256.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

char *md_layer_path(const struct md_image_store *store, const char *diff_id)
{
	return md_xasprintf("%s/layers/%s/fs", store->path, md_digest_hex(diff_id));
}

bool md_layer_exists(const struct md_image_store *store, const char *diff_id)
{
	md_auto_free char *path = md_xasprintf("layers/%s/fs", md_digest_hex(diff_id));

	return faccessat(store->fd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static int write_description(const struct md_staging *staging, const struct md_layer *layer,
			     struct md_error *err)
{
	md_auto_json struct md_json *root = md_json_object();
	md_auto_free char *text = NULL;

	md_json_set_string(root, "diff_id", layer->diff_id);
	md_json_set_number(root, "size", (int64_t)layer->size);
	text = md_json_pretty(root);
	return md_fs_write(staging->fd, "layer.json", text, strlen(text), MD_DURABLE_YES, err);
}

/*
 * Only fs/ and layer.json belong to a layer: they move into a fresh directory, because staging
 * also holds the worker's notes, and its lock must stay ours until everything else is removed.
 */
static int move_in(const struct md_image_store *store, const struct md_staging *staging,
		   const char *hex, struct md_error *err)
{
	md_auto_free char *target = md_xasprintf("layers/%s", hex);
	md_auto_close int layers = md_fs_open_dir(store->fd, "layers", err);

	if (layers < 0)
		return -1;
	if (mkdirat(staging->fd, "layer", 0700) < 0)
		return md_fail_errno(err, "mkdir 'layer' in staging");
	if (renameat(staging->fd, "fs", staging->fd, "layer/fs") < 0 ||
	    renameat(staging->fd, "layer.json", staging->fd, "layer/layer.json") < 0 ||
	    renameat(staging->fd, "layer", store->fd, target) < 0)
		return md_fail_errno(err, "rename the unpacked layer to '%s/%s'", store->path,
				     target);
	return md_fs_sync_dir(layers, err);
}

int md_layer_install(const struct md_image_store *store, const struct md_staging *staging,
		     const struct md_layer *layer, struct md_error *err)
{
	if (!md_digest_is_valid(layer->diff_id))
		return md_fail(err, MD_ERR_CORRUPT, "layer: its diff_id is no sha256 digest");
	if (md_layer_exists(store, layer->diff_id))
		return 0;
	if (write_description(staging, layer, err) < 0)
		return -1;
	return move_in(store, staging, md_digest_hex(layer->diff_id), err);
}

int md_layer_remove(const struct md_image_store *store, const char *diff_id, struct md_error *err)
{
	md_auto_free char *from = NULL;
	md_auto_close int staging = -1;
	char name[MD_STAGING_NAME];

	if (!md_digest_is_valid(diff_id))
		return md_fail(err, MD_ERR_CORRUPT, "layer: its diff_id is no sha256 digest");
	from = md_xasprintf("layers/%s", md_digest_hex(diff_id));
	staging = md_fs_open_dir(store->fd, "staging", err);
	if (staging < 0)
		return -1;
	/* An id of ours: should we die now, the next unpack clears it away. */
	md_id_generate(name);
	if (renameat(store->fd, from, staging, name) < 0)
		return errno == ENOENT ? 0
				       : md_fail_errno(err, "rename '%s/%s'", store->path, from);
	return md_fs_remove_tree(staging, name, err);
}
