/* SPDX-License-Identifier: Apache-2.0 */
#include "images/id_index.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static char *link_path(const char *hex)
{
	return md_xasprintf("ids/%s", hex);
}

void md_id_index_put(const struct md_image_store *store, const char *id, const char *digest)
{
	md_auto_free char *path = link_path(md_digest_hex(id));

	(void)mkdirat(store->fd, "ids", 0700);
	(void)unlinkat(store->fd, path, 0);
	(void)symlinkat(digest, store->fd, path);
}

void md_id_index_drop(const struct md_image_store *store, const char *id)
{
	md_auto_free char *path = link_path(md_digest_hex(id));

	(void)unlinkat(store->fd, path, 0);
}

bool md_id_index_get(const struct md_image_store *store, const char *hex,
		     char ret_digest[MD_DIGEST_TEXT_MAX])
{
	md_auto_free char *path = link_path(hex);
	ssize_t n = readlinkat(store->fd, path, ret_digest, MD_DIGEST_TEXT_MAX - 1);

	if (n < 0)
		return false;
	ret_digest[n] = '\0';
	return md_digest_is_valid(ret_digest);
}
