/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "images/blob.h"
#include "images/find.h"
#include "images/layer.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a command that changes the store works on: the list, under the lock. */
struct transaction {
	const struct md_image_store *store;
	int lock;
	struct md_references refs;
};

static void end(struct transaction *work)
{
	md_close_fd(&work->lock);
	md_references_fini(&work->refs);
}

static int begin(const struct md_image_store *store, struct transaction *ret, struct md_error *err)
{
	ret->store = store;
	ret->lock = md_store_lock(store, err);
	if (ret->lock < 0)
		return -1;
	return md_references_load(store, &ret->refs, err);
}

/* Digests that the listed images need: layers' diff_ids and configurations. */
static int collect_needed(const struct transaction *work, struct md_strv *needed,
			  struct md_error *err)
{
	size_t i;

	for (i = 0; i < work->refs.count; i++) {
		MD_CLEANUP(md_image_fini) struct md_image image = {0};
		size_t layer;

		if (!md_references_is_first(&work->refs, i))
			continue;
		if (md_image_load(work->store, work->refs.items[i].digest, &image, err) < 0)
			return -1;
		md_strv_add(needed, image.id);
		for (layer = 0; layer < image.diff_ids.count; layer++)
			md_strv_add(needed, image.diff_ids.items[layer]);
	}
	return 0;
}

static uint64_t layer_bytes(const struct md_image_store *store, const char *diff_id)
{
	md_auto_free char *path = md_xasprintf("layers/%s", md_digest_hex(diff_id));
	struct md_error ignored = MD_ERROR_INIT;
	uint64_t bytes = 0;

	(void)md_fs_tree_size(store->fd, path, &bytes, &ignored);
	return bytes;
}

/*
 * Delete what only `image`, which is no longer listed, needed. What a failure leaves is garbage
 * that nothing points to.
 */
static int delete_content(const struct transaction *work, const struct md_image *image,
			  uint64_t *bytes, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv needed = MD_STRV_INIT;
	size_t i;

	if (collect_needed(work, &needed, err) < 0)
		return -1;
	if (md_blob_remove(work->store, image->digest, err) < 0)
		return -1;
	if (!md_strv_has(&needed, image->id) && md_blob_remove(work->store, image->id, err) < 0)
		return -1;
	for (i = 0; i < image->diff_ids.count; i++) {
		const char *diff_id = image->diff_ids.items[i];

		if (md_strv_has(&needed, diff_id))
			continue;
		*bytes += layer_bytes(work->store, diff_id);
		if (md_layer_remove(work->store, diff_id, err) < 0)
			return -1;
	}
	return 0;
}

/* The list is saved first: an image must never be listed without its content. */
static int delete_image(struct transaction *work, const struct md_image *image,
			struct md_strv *removed, uint64_t *bytes, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;
	size_t i;

	md_references_names(&work->refs, image->digest, &names);
	for (i = 0; i < names.count; i++)
		md_references_drop(&work->refs, names.items[i]);
	md_references_drop(&work->refs, image->digest);
	if (md_references_save(work->store, &work->refs, err) < 0)
		return -1;
	for (i = 0; i < names.count; i++)
		md_strv_addf(removed, "Untagged: %s", names.items[i]);
	if (delete_content(work, image, bytes, err) < 0)
		return -1;
	md_strv_addf(removed, "Deleted: %s", image->id);
	return 0;
}

static int untag(struct transaction *work, const char *name, struct md_strv *removed,
		 struct md_error *err)
{
	md_references_drop(&work->refs, name);
	if (md_references_save(work->store, &work->refs, err) < 0)
		return -1;
	md_strv_addf(removed, "Untagged: %s", name);
	return 0;
}

/* What `image rm` was asked for. */
struct removal {
	const char *text;
	const struct md_strv *in_use;
	bool force;
};

static int remove_found(struct transaction *work, const struct removal *removal,
			const struct md_found *found, struct md_strv *removed, struct md_error *err)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;
	uint64_t bytes = 0;

	md_references_names(&work->refs, found->digest, &names);
	if (found->reference && names.count > 1)
		return untag(work, found->reference, removed, err);
	if (!found->reference && names.count > 1 && !removal->force)
		return md_fail(err, MD_ERR_STATE,
			       "image '%s' has %zu names (remove them one by one, or use --force)",
			       removal->text, names.count);
	if (md_image_load(work->store, found->digest, &image, err) < 0)
		return -1;
	if (md_strv_has(removal->in_use, image.id))
		return md_fail(err, MD_ERR_STATE,
			       "image '%s' is used by a container (remove the container first)",
			       removal->text);
	return delete_image(work, &image, removed, &bytes, err);
}

int md_image_remove(struct md_image_store *store, const char *text, const struct md_strv *in_use,
		    bool force, struct md_strv *ret_removed, struct md_error *err)
{
	MD_CLEANUP(end) struct transaction work = {.lock = -1};
	const struct removal removal = {.text = text, .in_use = in_use, .force = force};
	struct md_found found = {0};
	int done;

	if (begin(store, &work, err) < 0 ||
	    md_references_find(store, &work.refs, text, &found, err) < 0)
		return -1;
	done = remove_found(&work, &removal, &found, ret_removed, err);
	free(found.reference);
	return done;
}

int md_image_tag(struct md_image_store *store, const char *source, const char *reference,
		 struct md_error *err)
{
	MD_CLEANUP(end) struct transaction work = {.lock = -1};
	md_auto_free char *name = NULL;
	struct md_found found = {0};

	if (md_reference_normalise(reference, &name, err) < 0 || begin(store, &work, err) < 0 ||
	    md_references_find(store, &work.refs, source, &found, err) < 0)
		return -1;
	free(found.reference);
	md_references_set(&work.refs, name, found.digest);
	return md_references_save(store, &work.refs, err);
}

static int prune_image(struct transaction *work, const char *digest, const struct removal *removal,
		       struct md_strv *removed, uint64_t *bytes, struct md_error *err)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};

	if (md_image_load(work->store, digest, &image, err) < 0)
		return -1;
	if (md_strv_has(removal->in_use, image.id))
		return 0;
	return delete_image(work, &image, removed, bytes, err);
}

/* Each image once, as it is listed now: pruning changes the list. */
static void list_candidates(const struct md_references *refs, bool all, struct md_strv *ret)
{
	size_t i;

	for (i = 0; i < refs->count; i++) {
		bool is_untagged = strcmp(refs->items[i].name, refs->items[i].digest) == 0;

		if (md_references_is_first(refs, i) && (all || is_untagged))
			md_strv_add(ret, refs->items[i].digest);
	}
}

int md_image_prune(struct md_image_store *store, bool all, const struct md_strv *in_use,
		   struct md_strv *ret_removed, uint64_t *ret_bytes, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv candidates = MD_STRV_INIT;
	MD_CLEANUP(end) struct transaction work = {.lock = -1};
	const struct removal removal = {.in_use = in_use};
	uint64_t bytes = 0;
	size_t i;

	if (begin(store, &work, err) < 0)
		return -1;
	list_candidates(&work.refs, all, &candidates);
	for (i = 0; i < candidates.count; i++)
		if (prune_image(&work, candidates.items[i], &removal, ret_removed, &bytes, err) < 0)
			return -1;
	*ret_bytes = bytes;
	return 0;
}
