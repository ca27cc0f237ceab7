/* SPDX-License-Identifier: Apache-2.0 */
#include "images/find.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/json.h"
#include "base/name.h"
#include "images/blob.h"
#include "images/builtin.h"
#include "images/config.h"
#include "images/id_index.h"
#include "images/layer.h"
#include "images/manifest.h"

#include <stdlib.h>
#include <string.h>

void md_image_fini(struct md_image *image)
{
	free(image->id);
	free(image->digest);
	md_strv_fini(&image->references);
	free(image->architecture);
	free(image->os);
	free(image->comment);
	md_strv_fini(&image->diff_ids);
	md_strv_fini(&image->layers);
	md_image_config_fini(&image->config);
	free(image->damage);
	*image = (struct md_image){0};
}

static void add_layer_paths(const struct md_image_store *store, struct md_image *image)
{
	size_t i = image->diff_ids.count;

	while (i-- > 0)
		md_strv_take(&image->layers, md_layer_path(store, image->diff_ids.items[i]));
}

int md_image_load(const struct md_image_store *store, const char *digest, struct md_image *ret,
		  struct md_error *err)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	md_auto_json struct md_json *manifest_json = md_blob_get_json(store, digest, err);
	md_auto_json struct md_json *config_json = NULL;
	struct md_manifest manifest = {0};

	if (!manifest_json || md_manifest_parse(manifest_json, &manifest, err) < 0)
		return -1;
	config_json = md_blob_get_json(store, manifest.config, err);
	if (!config_json || md_image_config_parse(config_json, &image, err) < 0)
		return -1;
	if (image.diff_ids.count != manifest.layer_count)
		return md_fail(err, MD_ERR_CORRUPT,
			       "image '%s': manifest and configuration disagree about its layers",
			       digest);
	image.id = md_xstrdup(manifest.config);
	image.digest = md_xstrdup(digest);
	image.size = manifest.layer_bytes;
	add_layer_paths(store, &image);
	*ret = image;
	image = (struct md_image){0};
	return 0;
}

/* The configuration's digest, without reading the configuration. */
static int read_id(const struct md_image_store *store, const char *digest,
		   char ret[MD_DIGEST_TEXT_MAX], struct md_error *err)
{
	md_auto_json struct md_json *json = md_blob_get_json(store, digest, err);
	struct md_manifest manifest = {0};

	if (!json || md_manifest_parse(json, &manifest, err) < 0)
		return -1;
	memcpy(ret, manifest.config, MD_DIGEST_TEXT_MAX);
	return 0;
}

/* Whether the image has that id or prefix; one that cannot be read has its manifest's only. */
static bool matches(const struct md_image_store *store, const char *digest, const char *hex)
{
	struct md_error ignored = MD_ERROR_INIT;
	char id[MD_DIGEST_TEXT_MAX];

	if (md_str_starts(md_digest_hex(digest), hex))
		return true;
	return read_id(store, digest, id, &ignored) == 0 && md_str_starts(md_digest_hex(id), hex);
}

static bool is_listed(const struct md_references *refs, const char *digest)
{
	size_t i;

	for (i = 0; i < refs->count; i++)
		if (strcmp(refs->items[i].digest, digest) == 0)
			return true;
	return false;
}

/* A whole id, through the index. */
static bool find_by_whole_id(const struct md_image_store *store, const struct md_references *refs,
			     const char *hex, struct md_found *ret)
{
	struct md_error ignored = MD_ERROR_INIT;
	char digest[MD_DIGEST_TEXT_MAX];
	char id[MD_DIGEST_TEXT_MAX];

	if (!md_id_is_valid(hex) || !md_id_index_get(store, hex, digest) ||
	    !is_listed(refs, digest) || read_id(store, digest, id, &ignored) < 0 ||
	    strcmp(md_digest_hex(id), hex) != 0)
		return false;
	memcpy(ret->digest, digest, sizeof(digest));
	return true;
}

static int find_by_id(const struct md_image_store *store, const struct md_references *refs,
		      const char *hex, struct md_found *ret, struct md_error *err)
{
	const char *found = NULL;
	size_t i;

	if (find_by_whole_id(store, refs, hex, ret))
		return 0;
	for (i = 0; i < refs->count; i++) {
		const char *digest = refs->items[i].digest;

		if (!md_references_is_first(refs, i) || !matches(store, digest, hex))
			continue;
		if (found)
			return md_fail(err, MD_ERR_INVALID,
				       "image id '%s' is ambiguous (give more digits)", hex);
		found = digest;
	}
	if (!found)
		return md_fail(err, MD_ERR_NOT_FOUND, "no image has the id '%s'", hex);
	memcpy(ret->digest, found, MD_DIGEST_TEXT_MAX);
	return 0;
}

static int not_found(const char *reference, struct md_error *err)
{
	return md_fail(
		err, MD_ERR_NOT_FOUND,
		"image '%s' does not exist here (make it with 'minidock image import TAR %s' "
		"or minidock-mkrootfs; 'busybox' is built in)",
		reference, reference);
}

int md_references_find(const struct md_image_store *store, const struct md_references *refs,
		       const char *text, struct md_found *ret, struct md_error *err)
{
	const char *hex = md_str_starts(text, MD_DIGEST_PREFIX) ? md_digest_hex(text) : text;
	struct md_error bad_name = MD_ERROR_INIT;
	struct md_error bad_id = MD_ERROR_INIT;
	md_auto_free char *reference = NULL;
	const char *digest = NULL;

	*ret = (struct md_found){0};
	if (hex == text && md_reference_normalise(text, &reference, &bad_name) == 0)
		digest = md_references_get(refs, reference);
	if (digest) {
		memcpy(ret->digest, digest, MD_DIGEST_TEXT_MAX);
		ret->reference = md_steal_ptr(&reference);
		return 0;
	}
	if (md_id_is_prefix(hex) && find_by_id(store, refs, hex, ret, &bad_id) == 0)
		return 0;
	if (bad_id.code != MD_OK && bad_id.code != MD_ERR_NOT_FOUND) {
		*err = bad_id;
		return -1;
	}
	if (reference)
		return not_found(reference, err);
	if (bad_id.code != MD_OK) {
		*err = bad_id;
		return -1;
	}
	if (bad_name.code != MD_OK) {
		*err = bad_name;
		return -1;
	}
	return md_fail(err, MD_ERR_INVALID, "image id '%.100s': not sha256:<hex digits>", text);
}

/* References and layers of an image that was found, so that a damaged store is named here. */
static int complete(const struct md_image_store *store, const struct md_references *refs,
		    struct md_image *image, struct md_error *err)
{
	size_t i;

	md_references_names(refs, image->digest, &image->references);
	for (i = 0; i < image->diff_ids.count; i++)
		if (!md_layer_exists(store, image->diff_ids.items[i]))
			return md_fail(err, MD_ERR_CORRUPT,
				       "image '%s': layer '%s' is missing (import the image again)",
				       image->id, image->diff_ids.items[i]);
	return 0;
}

static int find_listed(const struct md_image_store *store, const char *text, struct md_image *ret,
		       struct md_error *err)
{
	MD_CLEANUP(md_references_fini) struct md_references refs = MD_REFERENCES_INIT;
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_found found = {0};

	if (md_references_load(store, &refs, err) < 0 ||
	    md_references_find(store, &refs, text, &found, err) < 0)
		return -1;
	free(found.reference);
	if (md_image_load(store, found.digest, &image, err) < 0 ||
	    complete(store, &refs, &image, err) < 0)
		return -1;
	*ret = image;
	image = (struct md_image){0};
	return 0;
}

int md_image_find(struct md_image_store *store, const char *text, struct md_image *ret,
		  struct md_error *err)
{
	struct md_error first = MD_ERROR_INIT;

	if (find_listed(store, text, ret, &first) == 0)
		return 0;
	if (first.code != MD_ERR_NOT_FOUND || !md_builtin_is_named(text)) {
		*err = first;
		return -1;
	}
	if (md_builtin_import(store, err) < 0)
		return md_error_prefix(err, "unpack the built-in image '%s'", text);
	return find_listed(store, text, ret, err);
}

static int newest_first(const void *left, const void *right)
{
	const struct md_image *a = left;
	const struct md_image *b = right;

	if (a->created_ns != b->created_ns)
		return a->created_ns > b->created_ns ? -1 : 1;
	return strcmp(a->id, b->id);
}

/* An image that cannot be read is still there: it can be seen, and removed. */
static void load_or_describe(const struct md_image_store *store, const char *digest,
			     struct md_image *ret)
{
	struct md_error why = MD_ERROR_INIT;

	if (md_image_load(store, digest, ret, &why) == 0)
		return;
	*ret = (struct md_image){
		.id = md_xstrdup(digest),
		.digest = md_xstrdup(digest),
		.architecture = md_xstrdup(""),
		.os = md_xstrdup(""),
		.comment = md_xstrdup(""),
		.damage = md_xstrdup(why.msg),
	};
}

int md_image_list(struct md_image_store *store, struct md_image **ret, size_t *ret_count,
		  struct md_error *err)
{
	MD_CLEANUP(md_references_fini) struct md_references refs = MD_REFERENCES_INIT;
	struct md_image *images;
	size_t count = 0;
	size_t i;

	if (md_references_load(store, &refs, err) < 0)
		return -1;
	images = md_xcalloc(refs.count + 1, sizeof(*images));
	for (i = 0; i < refs.count; i++) {
		const char *digest = refs.items[i].digest;

		if (!md_references_is_first(&refs, i))
			continue;
		load_or_describe(store, digest, &images[count]);
		md_references_names(&refs, digest, &images[count++].references);
	}
	qsort(images, count, sizeof(*images), newest_first);
	*ret = images;
	*ret_count = count;
	return 0;
}
