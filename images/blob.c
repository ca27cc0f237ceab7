/* SPDX-License-Identifier: Apache-2.0 */
#include "images/blob.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static char *blob_path(const char *digest)
{
	return md_xasprintf("blobs/sha256/%s", md_digest_hex(digest));
}

int md_blob_put(const struct md_image_store *store, const void *data, size_t length,
		char ret_digest[MD_DIGEST_TEXT_MAX], struct md_error *err)
{
	md_auto_free char *path = NULL;

	md_digest_of(data, length, ret_digest);
	path = blob_path(ret_digest);
	if (md_fs_write(store->fd, path, data, length, MD_DURABLE_YES, err) < 0)
		return md_error_prefix(err, "store blob '%s'", ret_digest);
	return 0;
}

struct md_json *md_blob_get_json(const struct md_image_store *store, const char *digest,
				 struct md_error *err)
{
	md_auto_free char *path = NULL;
	md_auto_free char *text = NULL;
	char actual[MD_DIGEST_TEXT_MAX];
	struct md_json *value;
	size_t length = 0;

	if (!md_digest_is_valid(digest)) {
		(void)md_fail(err, MD_ERR_CORRUPT, "not a sha256 digest");
		return NULL;
	}
	path = blob_path(digest);
	if (md_fs_read(store->fd, path, MD_BLOB_MAX, &text, &length, err) < 0) {
		(void)md_error_prefix(err, "read blob '%s'", digest);
		return NULL;
	}
	/* The store is a cache of what we hashed; a disk or a hand may have changed it since. */
	md_digest_of(text, length, actual);
	if (strcmp(actual, digest) != 0) {
		(void)md_fail(err, MD_ERR_CORRUPT,
			      "blob '%s' was altered: its bytes have another digest", digest);
		return NULL;
	}
	value = md_json_parse(text, length, err);
	if (!value)
		(void)md_error_prefix(err, "blob '%s'", digest);
	return value;
}

int md_blob_remove(const struct md_image_store *store, const char *digest, struct md_error *err)
{
	md_auto_free char *path = NULL;

	if (!md_digest_is_valid(digest))
		return md_fail(err, MD_ERR_CORRUPT, "not a sha256 digest");
	path = blob_path(digest);
	if (unlinkat(store->fd, path, 0) < 0 && errno != ENOENT)
		return md_fail_errno(err, "remove '%s/%s'", store->path, path);
	return 0;
}
