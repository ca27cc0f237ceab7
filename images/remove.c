/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "images/find.h"
#include "images/sweep.h"

#include <stdlib.h>
#include <string.h>

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
	ret->lock = md_image_store_lock(store, err);
	if (ret->lock < 0)
		return -1;
	return md_references_load(store, &ret->refs, err);
}

/*
 * Take an image off the list. The list is saved before content goes: an image must never be listed
 * without its content.
 */
static int unlist(struct transaction *work, const char *digest, struct md_strv *removed,
		  struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;
	size_t i;

	md_references_names(&work->refs, digest, &names);
	for (i = 0; i < names.count; i++)
		md_references_drop(&work->refs, names.items[i]);
	md_references_drop(&work->refs, digest);
	if (md_references_save(work->store, &work->refs, err) < 0)
		return -1;
	for (i = 0; i < names.count; i++)
		md_strv_addf(removed, "Untagged: %s", names.items[i]);
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

/* Who uses the image, "" when that is not known; NULL when nobody does. */
static const char *find_user(const struct md_strv *in_use, const char *id)
{
	size_t length = strlen(id);
	size_t i;

	for (i = 0; i < in_use->count; i++) {
		const char *rest = in_use->items[i] + length;

		if (md_str_starts(in_use->items[i], id) && (*rest == '\0' || *rest == ' '))
			return rest + (*rest == ' ');
	}
	return NULL;
}

/* The id of an image, its manifest's digest when it cannot be read: it can be removed all the same.
 */
static char *id_of(const struct md_image_store *store, const char *digest)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_error ignored = MD_ERROR_INIT;

	if (md_image_load(store, digest, &image, &ignored) < 0)
		return md_xstrdup(digest);
	return md_steal_ptr(&image.id);
}

static int remove_found(struct transaction *work, const struct md_found *found, const char *text,
			const struct md_image_removal *removal, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;
	md_auto_free char *id = NULL;
	const char *user;

	md_references_names(&work->refs, found->digest, &names);
	if (found->reference && names.count > 1)
		return untag(work, found->reference, removal->removed, err);
	if (!found->reference && names.count > 1 && !removal->is_forced)
		return md_fail(err, MD_ERR_STATE,
			       "image '%s' has %zu names (remove them one by one, or use --force)",
			       text, names.count);
	id = id_of(work->store, found->digest);
	user = find_user(removal->in_use, id);
	if (user)
		return md_fail(err, MD_ERR_STATE,
			       "image '%s' is used by container %s (remove the container first)",
			       text, user);
	if (unlist(work, found->digest, removal->removed, err) < 0 ||
	    md_image_store_sweep(work->store, &work->refs, NULL, err) < 0)
		return -1;
	md_strv_addf(removal->removed, "Deleted: %s", id);
	return 0;
}

int md_image_remove(struct md_image_store *store, const char *text,
		    const struct md_image_removal *removal, struct md_error *err)
{
	MD_CLEANUP(end) struct transaction work = {.lock = -1};
	struct md_found found = {0};
	int done;

	if (begin(store, &work, err) < 0 ||
	    md_references_find(store, &work.refs, text, &found, err) < 0)
		return -1;
	done = remove_found(&work, &found, text, removal, err);
	free(found.reference);
	return done;
}

int md_image_tag(struct md_image_store *store, const char *source, const char *reference,
		 struct md_error *err)
{
	MD_CLEANUP(end) struct transaction work = {.lock = -1};
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	md_auto_free char *name = NULL;
	struct md_found found = {0};

	/* The first look is without the lock: it may have to unpack the built-in image. */
	if (md_reference_normalise(reference, &name, err) < 0 ||
	    md_image_find(store, source, &image, err) < 0 || begin(store, &work, err) < 0 ||
	    md_references_find(store, &work.refs, source, &found, err) < 0)
		return -1;
	free(found.reference);
	md_references_set(&work.refs, name, found.digest);
	return md_references_save(store, &work.refs, err);
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

static int unlist_unused(struct transaction *work, const struct md_strv *candidates,
			 const struct md_image_removal *removal, struct md_error *err)
{
	size_t i;

	for (i = 0; i < candidates->count; i++) {
		md_auto_free char *id = id_of(work->store, candidates->items[i]);

		if (find_user(removal->in_use, id))
			continue;
		if (unlist(work, candidates->items[i], removal->removed, err) < 0)
			return -1;
		md_strv_addf(removal->removed, "Deleted: %s", id);
	}
	return 0;
}

int md_image_prune(struct md_image_store *store, const struct md_image_removal *removal,
		   uint64_t *ret_bytes, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv candidates = MD_STRV_INIT;
	MD_CLEANUP(end) struct transaction work = {.lock = -1};
	uint64_t bytes = 0;

	if (begin(store, &work, err) < 0)
		return -1;
	list_candidates(&work.refs, removal->is_all, &candidates);
	if (unlist_unused(&work, &candidates, removal, err) < 0 ||
	    md_image_store_sweep(store, &work.refs, &bytes, err) < 0)
		return -1;
	*ret_bytes = bytes;
	return 0;
}
