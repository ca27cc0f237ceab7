/* SPDX-License-Identifier: Apache-2.0 */
#include "images/config.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"

static struct md_json *storage(const struct md_image *image)
{
	struct md_json *driver = md_json_object();
	struct md_json *data;
	md_auto_free char *lower = md_strv_join(&image->layers, ":");

	md_json_set_string(driver, "Name", "overlay2");
	data = md_json_set(driver, "Data", md_json_object());
	md_json_set_string(data, "LowerDir", lower);
	return driver;
}

static struct md_json *layers(const struct md_image *image)
{
	struct md_json *rootfs = md_json_object();

	md_json_set_string(rootfs, "Type", "layers");
	(void)md_json_set(rootfs, "Layers", md_json_strings(&image->diff_ids));
	return rootfs;
}

struct md_json *md_image_to_json(const struct md_image *image)
{
	struct md_json *root = md_json_object();
	char created[MD_TIME_TEXT_MAX];

	md_time_format(image->created_ns, created);
	md_json_set_string(root, "Id", image->id);
	(void)md_json_set(root, "RepoTags", md_json_strings(&image->references));
	(void)md_json_set(root, "RepoDigests", md_json_array());
	md_json_set_string(root, "ManifestDigest", image->digest);
	md_json_set_string(root, "Comment", image->comment ? image->comment : "");
	md_json_set_string(root, "Created", created);
	md_json_set_string(root, "Architecture", image->architecture);
	md_json_set_string(root, "Os", image->os);
	md_json_set_number(root, "Size", (int64_t)image->size);
	(void)md_json_set(root, "GraphDriver", storage(image));
	(void)md_json_set(root, "RootFS", layers(image));
	(void)md_json_set(root, "Config", md_image_config_members(&image->config));
	return root;
}
