/* SPDX-License-Identifier: Apache-2.0 */
/* Configurations, manifests and references of images: what strangers wrote. */
#include "tests/fuzz/fuzz.h"

#include "base/json.h"
#include "images/config.h"
#include "images/manifest.h"
#include "images/sha256.h"

static char *format(const struct md_image *image)
{
	md_auto_json struct md_json *json = md_image_config_format(image, "fuzz");

	return md_json_compact(json);
}

static void check_config(const struct md_json *root)
{
	struct md_image first = {0};
	struct md_image second = {0};
	struct md_error err = MD_ERROR_INIT;
	md_auto_json struct md_json *copy = NULL;
	md_auto_free char *text = NULL;
	md_auto_free char *again = NULL;

	if (fuzz_result(md_image_config_parse(root, &first, &err), &err) == 0) {
		for (size_t i = 0; i < first.diff_ids.count; i++)
			ALWAYS(md_digest_is_valid(first.diff_ids.items[i]));
		for (size_t i = 0; i < first.config.env.count; i++)
			ALWAYS(md_env_entry_is_valid(first.config.env.items[i]));
		for (size_t i = 0; i < first.config.volumes.count; i++)
			ALWAYS(first.config.volumes.items[i][0] == '/');
		text = format(&first);
		copy = md_json_parse(text, strlen(text), &err);
		ALWAYS(copy && md_image_config_parse(copy, &second, &err) == 0);
		again = format(&second);
		ALWAYS(strcmp(text, again) == 0);
	}
	md_image_fini(&first);
	md_image_fini(&second);
}

static void check_reference(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *first = NULL;
	md_auto_free char *second = NULL;

	if (fuzz_result(md_reference_normalise(text, &first, &err), &err) < 0)
		return;
	ALWAYS(!strstr(first, "../") && !strchr(first, '\n') && *first != '/');
	ALWAYS(md_reference_normalise(first, &second, &err) == 0 && strcmp(first, second) == 0);
}

FUZZ(data, size)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_json struct md_json *root = md_json_parse((const char *)data, size, &err);
	md_auto_free char *text = fuzz_text(data, size);
	struct md_manifest manifest;

	check_reference(text);
	if (!root)
		return 0;
	check_config(root);
	err = (struct md_error)MD_ERROR_INIT;
	if (fuzz_result(md_manifest_parse(root, &manifest, &err), &err) == 0)
		ALWAYS(md_digest_is_valid(manifest.config));
	return 0;
}
