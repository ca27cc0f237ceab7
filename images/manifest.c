/* SPDX-License-Identifier: Apache-2.0 */
#include "images/manifest.h"

#include "base/json.h"
#include "images/sha256.h"

#include <string.h>

#define TYPE_MANIFEST "application/vnd.oci.image.manifest.v1+json"
#define TYPE_CONFIG   "application/vnd.oci.image.config.v1+json"
#define TYPE_LAYER    "application/vnd.oci.image.layer.v1.tar"

#define LAYERS_MAX 500 /* overlayfs refuses more lower directories */

static int parse_descriptor(const struct md_json *descriptor, struct md_descriptor *ret,
			    struct md_error *err)
{
	const char *digest = md_json_get_string(descriptor, "digest", NULL);
	int64_t size = md_json_get_number(descriptor, "size", -1);

	if (!md_digest_is_valid(digest))
		return md_fail(err, MD_ERR_CORRUPT, "manifest: a digest is not sha256:<64 hex>");
	if (size < 0)
		return md_fail(err, MD_ERR_CORRUPT, "manifest: blob '%s' has no valid size",
			       digest);
	ret->digest = digest;
	ret->size = (uint64_t)size;
	return 0;
}

static int parse_layers(const struct md_json *layers, struct md_manifest *ret, struct md_error *err)
{
	const struct md_json *item;

	if (md_json_type(layers) != MD_JSON_ARRAY)
		return md_fail(err, MD_ERR_CORRUPT, "manifest: no list of layers");
	for (item = md_json_first(layers); item; item = md_json_next(item)) {
		struct md_descriptor layer = {0};

		if (parse_descriptor(item, &layer, err) < 0)
			return -1;
		ret->layer_bytes += layer.size;
		if (++ret->layer_count > LAYERS_MAX)
			return md_fail(err, MD_ERR_CORRUPT, "manifest: more than %d layers",
				       LAYERS_MAX);
	}
	return 0;
}

int md_manifest_parse(const struct md_json *root, struct md_manifest *ret, struct md_error *err)
{
	struct md_manifest manifest = {0};
	struct md_descriptor config = {0};

	if (md_json_type(root) != MD_JSON_OBJECT ||
	    md_json_get_number(root, "schemaVersion", 0) != 2)
		return md_fail(err, MD_ERR_CORRUPT, "manifest: schemaVersion is not 2");
	if (strcmp(md_json_get_string(root, "mediaType", TYPE_MANIFEST), TYPE_MANIFEST) != 0)
		return md_fail(err, MD_ERR_CORRUPT, "manifest: its media type is another one");
	/* One body that is a manifest to one reader and an index to another: CVE-2021-41190. */
	if (md_json_get(root, "manifests"))
		return md_fail(err, MD_ERR_CORRUPT, "manifest: has the members of an index");
	if (parse_descriptor(md_json_get(root, "config"), &config, err) < 0 ||
	    parse_layers(md_json_get(root, "layers"), &manifest, err) < 0)
		return -1;
	manifest.config = config.digest;
	*ret = manifest;
	return 0;
}

static struct md_json *format_descriptor(const struct md_descriptor *blob, const char *type)
{
	struct md_json *object = md_json_object();

	md_json_set_string(object, "mediaType", type);
	md_json_set_string(object, "digest", blob->digest);
	md_json_set_number(object, "size", (int64_t)blob->size);
	return object;
}

struct md_json *md_manifest_format(const struct md_descriptor *config,
				   const struct md_descriptor *layer)
{
	struct md_json *root = md_json_object();
	struct md_json *layers;

	md_json_set_number(root, "schemaVersion", 2);
	md_json_set_string(root, "mediaType", TYPE_MANIFEST);
	(void)md_json_set(root, "config", format_descriptor(config, TYPE_CONFIG));
	layers = md_json_set(root, "layers", md_json_array());
	(void)md_json_append(layers, format_descriptor(layer, TYPE_LAYER));
	return root;
}
