/* SPDX-License-Identifier: Apache-2.0 */
#include "images/sha256.h"

#include "base/alloc.h"
#include "base/name.h"

#include <nettle/sha2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct md_sha256 {
	struct sha256_ctx context;
};

struct md_sha256 *md_sha256_create(void)
{
	struct md_sha256 *hash = md_xcalloc(1, sizeof(*hash));

	sha256_init(&hash->context);
	return hash;
}

void md_sha256_free(struct md_sha256 *hash)
{
	free(hash);
}

void md_sha256_update(struct md_sha256 *hash, const void *data, size_t length)
{
	sha256_update(&hash->context, length, data);
}

static void finish(struct sha256_ctx *context, char out[MD_DIGEST_TEXT_MAX])
{
	uint8_t raw[SHA256_DIGEST_SIZE];
	size_t used;
	size_t i;

	sha256_digest(context, sizeof(raw), raw);
	used = (size_t)snprintf(out, MD_DIGEST_TEXT_MAX, MD_DIGEST_PREFIX);
	for (i = 0; i < sizeof(raw); i++)
		used += (size_t)snprintf(out + used, MD_DIGEST_TEXT_MAX - used, "%02x", raw[i]);
}

void md_sha256_finish(struct md_sha256 *hash, char out[MD_DIGEST_TEXT_MAX])
{
	finish(&hash->context, out);
}

void md_digest_of(const void *data, size_t length, char out[MD_DIGEST_TEXT_MAX])
{
	struct sha256_ctx context;

	sha256_init(&context);
	sha256_update(&context, length, data);
	finish(&context, out);
}

bool md_digest_is_valid(const char *text)
{
	if (!text || strncmp(text, MD_DIGEST_PREFIX, strlen(MD_DIGEST_PREFIX)) != 0)
		return false;
	return md_id_is_valid(md_digest_hex(text));
}

const char *md_digest_hex(const char *digest)
{
	return digest + strlen(MD_DIGEST_PREFIX);
}
