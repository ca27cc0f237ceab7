/* SPDX-License-Identifier: Apache-2.0 */
#include "images/tar_hash.h"

#include "base/alloc.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#define BUFFERS 8

struct md_tar_hash {
	pthread_t thread;
	bool is_running;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	/* Under the lock: how many buffers were submitted and hashed since the start. */
	uint64_t submitted, hashed;
	bool is_ended;
	size_t lengths[BUFFERS];
	unsigned char *buffers[BUFFERS];
	struct md_sha256 *sha256; /* the hasher's */
};

/* The next submitted buffer; false when there will be none. */
static bool wait_for_work(struct md_tar_hash *hash)
{
	bool has_work;

	(void)pthread_mutex_lock(&hash->lock);
	while (hash->hashed == hash->submitted && !hash->is_ended)
		(void)pthread_cond_wait(&hash->changed, &hash->lock);
	has_work = hash->hashed < hash->submitted;
	(void)pthread_mutex_unlock(&hash->lock);
	return has_work;
}

static void *run_hasher(void *argument)
{
	struct md_tar_hash *hash = argument;

	while (wait_for_work(hash)) {
		size_t slot = hash->hashed % BUFFERS;

		md_sha256_update(hash->sha256, hash->buffers[slot], hash->lengths[slot]);
		(void)pthread_mutex_lock(&hash->lock);
		hash->hashed++;
		(void)pthread_cond_signal(&hash->changed);
		(void)pthread_mutex_unlock(&hash->lock);
	}
	return NULL;
}

struct md_tar_hash *md_tar_hash_start(struct md_error *err)
{
	struct md_tar_hash *hash = md_xcalloc(1, sizeof(*hash));
	size_t i;

	for (i = 0; i < BUFFERS; i++)
		hash->buffers[i] = md_xreallocarray(NULL, 1, MD_TAR_HASH_BUFFER);
	hash->sha256 = md_sha256_create();
	(void)pthread_mutex_init(&hash->lock, NULL);
	(void)pthread_cond_init(&hash->changed, NULL);
	errno = pthread_create(&hash->thread, NULL, run_hasher, hash);
	if (errno != 0) {
		(void)md_fail_errno(err, "start the hashing thread");
		md_tar_hash_free(hash);
		return NULL;
	}
	hash->is_running = true;
	return hash;
}

unsigned char *md_tar_hash_buffer(struct md_tar_hash *hash)
{
	(void)pthread_mutex_lock(&hash->lock);
	while (hash->submitted - hash->hashed >= BUFFERS)
		(void)pthread_cond_wait(&hash->changed, &hash->lock);
	(void)pthread_mutex_unlock(&hash->lock);
	return hash->buffers[hash->submitted % BUFFERS];
}

void md_tar_hash_submit(struct md_tar_hash *hash, size_t length)
{
	(void)pthread_mutex_lock(&hash->lock);
	hash->lengths[hash->submitted % BUFFERS] = length;
	hash->submitted++;
	(void)pthread_cond_signal(&hash->changed);
	(void)pthread_mutex_unlock(&hash->lock);
}

static void join(struct md_tar_hash *hash)
{
	if (!hash->is_running)
		return;
	(void)pthread_mutex_lock(&hash->lock);
	hash->is_ended = true;
	(void)pthread_cond_signal(&hash->changed);
	(void)pthread_mutex_unlock(&hash->lock);
	(void)pthread_join(hash->thread, NULL);
	hash->is_running = false;
}

void md_tar_hash_finish(struct md_tar_hash *hash, char ret_digest[MD_DIGEST_TEXT_MAX])
{
	join(hash);
	md_sha256_finish(hash->sha256, ret_digest);
}

void md_tar_hash_free(struct md_tar_hash *hash)
{
	size_t i;

	if (!hash)
		return;
	join(hash);
	for (i = 0; i < BUFFERS; i++)
		free(hash->buffers[i]);
	md_sha256_free(hash->sha256);
	(void)pthread_mutex_destroy(&hash->lock);
	(void)pthread_cond_destroy(&hash->changed);
	free(hash);
}
