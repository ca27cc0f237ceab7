/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tar_hash.h - hash a stream in a second thread while the first one unpacks it (worker only).
 *
 *	producer:  buffer -> fill -> submit -> use it read-only -> next buffer ...
 *	hasher:            waits for submitted buffers, in order
 *
 * A submitted buffer stays as it is until the producer asks for the next one.
 */
#ifndef MD_IMAGES_TAR_HASH_H
#define MD_IMAGES_TAR_HASH_H

#include "base/error.h"
#include "images/sha256.h"

#define MD_TAR_HASH_BUFFER ((size_t)1 << 20)

struct md_tar_hash;

/* Start the thread. */
struct md_tar_hash *md_tar_hash_start(struct md_error *err);

/* A buffer of MD_TAR_HASH_BUFFER bytes to fill. Waits when the hasher is far behind. */
unsigned char *md_tar_hash_buffer(struct md_tar_hash *hash);

/* The first `length` bytes of that buffer are the next part of the stream. */
void md_tar_hash_submit(struct md_tar_hash *hash, size_t length);

/* Wait for the hasher and give the digest of everything submitted. Only once. */
void md_tar_hash_finish(struct md_tar_hash *hash, char ret_digest[MD_DIGEST_TEXT_MAX]);

/* Stops the hasher when it still runs. */
void md_tar_hash_free(struct md_tar_hash *hash);

#endif
