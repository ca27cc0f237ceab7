/* SPDX-License-Identifier: Apache-2.0 */
#include "images/reference.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json.h"
#include "images/sha256.h"

#include <stdlib.h>
#include <string.h>

static const char file_name[] = "references.json";

static void append(struct md_references *refs, const char *name, const char *digest)
{
	refs->items = md_xreallocarray(refs->items, refs->count + 1, sizeof(*refs->items));
	refs->items[refs->count++] =
		(struct md_reference){.name = md_xstrdup(name), .digest = md_xstrdup(digest)};
}

void md_references_fini(struct md_references *refs)
{
	size_t i;

	for (i = 0; i < refs->count; i++) {
		free(refs->items[i].name);
		free(refs->items[i].digest);
	}
	free(refs->items);
	*refs = (struct md_references)MD_REFERENCES_INIT;
}

static int read_members(const struct md_json *root, struct md_references *ret, struct md_error *err)
{
	const struct md_json *member;

	if (md_json_type(root) != MD_JSON_OBJECT)
		return md_fail(err, MD_ERR_CORRUPT, "not an object");
	for (member = md_json_first(root); member; member = md_json_next(member)) {
		const char *digest = md_json_as_string(member, NULL);

		if (!md_digest_is_valid(digest))
			return md_fail(err, MD_ERR_CORRUPT, "'%.200s' has no valid digest",
				       md_json_key(member));
		append(ret, md_json_key(member), digest);
	}
	return 0;
}

int md_references_load(const struct md_image_store *store, struct md_references *ret,
		       struct md_error *err)
{
	MD_CLEANUP(md_references_fini) struct md_references refs = MD_REFERENCES_INIT;
	struct md_error missing = MD_ERROR_INIT;
	md_auto_json struct md_json *root = NULL;
	md_auto_free char *text = NULL;
	size_t length = 0;

	if (md_fs_read(store->fd, file_name, MD_STORE_FILE_MAX, &text, &length, &missing) < 0) {
		if (missing.code == MD_ERR_NOT_FOUND)
			return 0;
		*err = missing;
		return md_error_prefix(err, "image store '%s'", store->path);
	}
	root = md_json_parse(text, length, err);
	if (!root || read_members(root, &refs, err) < 0)
		return md_error_prefix(err, "'%s/%s'", store->path, file_name);
	*ret = refs;
	refs = (struct md_references)MD_REFERENCES_INIT;
	return 0;
}

int md_references_save(const struct md_image_store *store, const struct md_references *refs,
		       struct md_error *err)
{
	md_auto_json struct md_json *root = md_json_object();
	md_auto_free char *text = NULL;
	size_t i;

	for (i = 0; i < refs->count; i++)
		md_json_set_string(root, refs->items[i].name, refs->items[i].digest);
	text = md_json_pretty(root);
	return md_fs_write(store->fd, file_name, text, strlen(text), MD_DURABLE_YES, err);
}

static struct md_reference *find(const struct md_references *refs, const char *name)
{
	size_t i;

	for (i = 0; i < refs->count; i++)
		if (strcmp(refs->items[i].name, name) == 0)
			return &refs->items[i];
	return NULL;
}

const char *md_references_get(const struct md_references *refs, const char *name)
{
	const struct md_reference *found = find(refs, name);

	return found ? found->digest : NULL;
}

void md_references_drop(struct md_references *refs, const char *name)
{
	struct md_reference *found = find(refs, name);
	size_t index;

	if (!found)
		return;
	index = (size_t)(found - refs->items);
	free(found->name);
	free(found->digest);
	memmove(found, found + 1, (refs->count - index - 1) * sizeof(*found));
	refs->count--;
}

static bool is_listed(const struct md_references *refs, const char *digest)
{
	size_t i;

	for (i = 0; i < refs->count; i++)
		if (strcmp(refs->items[i].digest, digest) == 0)
			return true;
	return false;
}

void md_references_set(struct md_references *refs, const char *name, const char *digest)
{
	const char *before = name ? md_references_get(refs, name) : NULL;
	md_auto_free char *loser = md_xstrdup_or_null(before);

	if (name) {
		md_references_drop(refs, name);
		append(refs, name, digest);
		md_references_drop(refs, digest);
	}
	if (!is_listed(refs, digest))
		append(refs, digest, digest);
	if (loser && !is_listed(refs, loser))
		append(refs, loser, loser);
}

void md_references_names(const struct md_references *refs, const char *digest,
			 struct md_strv *names)
{
	size_t i;

	for (i = 0; i < refs->count; i++)
		if (strcmp(refs->items[i].digest, digest) == 0 &&
		    strcmp(refs->items[i].name, digest) != 0)
			md_strv_add(names, refs->items[i].name);
}

bool md_references_is_first(const struct md_references *refs, size_t index)
{
	size_t i;

	for (i = 0; i < index; i++)
		if (strcmp(refs->items[i].digest, refs->items[index].digest) == 0)
			return false;
	return true;
}
