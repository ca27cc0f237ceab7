/* SPDX-License-Identifier: Apache-2.0 */
#include "images/builtin.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "images/import.h"

#include <string.h>

#define REFERENCE "busybox:latest"

bool md_builtin_is_named(const char *text)
{
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_free char *reference = NULL;

	return md_reference_normalise(text, &reference, &ignored) == 0 &&
	       strcmp(reference, REFERENCE) == 0;
}

int md_builtin_import(struct md_image_store *store, struct md_error *err)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_unpacked unpacked = {0};
	const struct md_import_job job = {
		.source = {.kind = MD_UNPACK_BUILTIN, .fd = -1},
		.reference = REFERENCE,
		.created_by = "built into minidock",
		.image = &image,
	};

	md_strv_add(&image.config.env,
		    "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
	md_strv_add(&image.config.cmd, "sh");
	image.comment = md_xstrdup("");
	return md_import_run(store, &job, &unpacked, err);
}
