/* SPDX-License-Identifier: Apache-2.0 */
#include "images/sweep.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/name.h"
#include "images/blob.h"
#include "images/find.h"
#include "images/id_index.h"
#include "images/layer.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

MD_DEFINE_AUTO(dir, DIR *, closedir)

struct sweep {
	const struct md_image_store *store;
	struct md_strv needed; /* digests, sorted: of manifests, configurations and layers */
	uint64_t *freed;
};

static int by_text(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static bool is_needed(const struct sweep *sweep, const char *digest)
{
	return sweep->needed.count > 0 && bsearch(&digest, sweep->needed.items, sweep->needed.count,
						  sizeof(*sweep->needed.items), by_text) != NULL;
}

/* False when an image cannot be read. */
static bool mark(struct sweep *sweep, const struct md_references *refs)
{
	size_t i;

	for (i = 0; i < refs->count; i++) {
		MD_CLEANUP(md_image_fini) struct md_image image = {0};
		struct md_error ignored = MD_ERROR_INIT;
		size_t layer;

		if (!md_references_is_first(refs, i))
			continue;
		if (md_image_load(sweep->store, refs->items[i].digest, &image, &ignored) < 0)
			return false;
		md_strv_add(&sweep->needed, image.digest);
		md_strv_add(&sweep->needed, image.id);
		for (layer = 0; layer < image.diff_ids.count; layer++)
			md_strv_add(&sweep->needed, image.diff_ids.items[layer]);
	}
	if (sweep->needed.count > 1)
		qsort(sweep->needed.items, sweep->needed.count, sizeof(*sweep->needed.items),
		      by_text);
	return true;
}

static int drop_blob(struct sweep *sweep, const char *digest, struct md_error *err)
{
	return md_blob_remove(sweep->store, digest, err);
}

static int drop_index(struct sweep *sweep, const char *digest, struct md_error *err)
{
	(void)err;
	md_id_index_drop(sweep->store, digest);
	return 0;
}

static int drop_layer(struct sweep *sweep, const char *digest, struct md_error *err)
{
	md_auto_free char *path = md_xasprintf("layers/%s", md_digest_hex(digest));
	struct md_error ignored = MD_ERROR_INIT;
	uint64_t bytes = 0;

	if (sweep->freed && md_fs_tree_size(sweep->store->fd, path, &bytes, &ignored) == 0)
		*sweep->freed += bytes;
	return md_layer_remove(sweep->store, digest, err);
}

static const struct {
	const char *directory;
	int (*drop)(struct sweep *sweep, const char *digest, struct md_error *err);
} kinds[] = {
	{"ids", drop_index},
	{"blobs/sha256", drop_blob},
	{"layers", drop_layer},
};

/* The names in one of our directories that are digests; a directory that is missing is empty. */
static void list_digests(const struct md_image_store *store, const char *directory,
			 struct md_strv *ret)
{
	MD_CLEANUP(md_cleanup_dir) DIR *dir = NULL;
	struct md_error ignored = MD_ERROR_INIT;
	int fd = md_fs_open_dir(store->fd, directory, &ignored);
	struct dirent *entry;

	if (fd < 0)
		return;
	dir = fdopendir(fd);
	if (!dir) {
		md_close_fd(&fd);
		return;
	}
	for (entry = readdir(dir); entry; entry = readdir(dir))
		if (md_id_is_valid(entry->d_name))
			md_strv_addf(ret, MD_DIGEST_PREFIX "%s", entry->d_name);
}

static int sweep_kind(struct sweep *sweep, size_t kind, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv digests = MD_STRV_INIT;
	size_t i;

	list_digests(sweep->store, kinds[kind].directory, &digests);
	for (i = 0; i < digests.count; i++)
		if (!is_needed(sweep, digests.items[i]) &&
		    kinds[kind].drop(sweep, digests.items[i], err) < 0)
			return -1;
	return 0;
}

int md_image_store_sweep(const struct md_image_store *store, const struct md_references *refs,
			 uint64_t *freed, struct md_error *err)
{
	struct sweep sweep = {.store = store, .freed = freed};
	int result = 0;
	size_t kind;

	if (mark(&sweep, refs))
		for (kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]) && result == 0; kind++)
			result = sweep_kind(&sweep, kind, err);
	md_strv_fini(&sweep.needed);
	return result;
}
