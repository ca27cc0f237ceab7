/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sha256.h - SHA-256 (FIPS 180-4) and the texts made of it, over nettle.
 *
 * A digest is the text "sha256:<64 lower-case hex digits>". md_digest_is_valid() is the only test
 * that lets one become part of a path.
 */
#ifndef MD_IMAGES_SHA256_H
#define MD_IMAGES_SHA256_H

#include <stdbool.h>
#include <stddef.h>

#define MD_DIGEST_PREFIX   "sha256:"
#define MD_DIGEST_TEXT_MAX 72 /* prefix, 64 digits and the NUL */

struct md_sha256; /* a hash under way */

/* A hash of nothing yet. */
struct md_sha256 *md_sha256_create(void);
void md_sha256_free(struct md_sha256 *hash);

/* Add bytes. */
void md_sha256_update(struct md_sha256 *hash, const void *data, size_t length);

/* The digest text of everything added; the hash starts again afterwards. */
void md_sha256_finish(struct md_sha256 *hash, char out[MD_DIGEST_TEXT_MAX]);

/* The digest text of a byte string. */
void md_digest_of(const void *data, size_t length, char out[MD_DIGEST_TEXT_MAX]);

/* Exactly "sha256:" and 64 lower-case hex digits. NULL is not valid. */
bool md_digest_is_valid(const char *text);

/* The hex digits of a valid digest: a part of it, no copy. */
const char *md_digest_hex(const char *digest);

#endif
