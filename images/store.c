/* SPDX-License-Identifier: Apache-2.0 */
#include "images/store.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

MD_DEFINE_AUTO(dir, DIR *, closedir)

struct md_image_store *md_image_store_open(int root_fd, const char *root, struct md_error *err)
{
	md_auto_close int fd = -1;
	struct md_image_store *store;

	fd = openat(root_fd, "images", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT) {
		if (md_fs_mkdirs(root_fd, "images", 0700, err) < 0)
			return NULL;
		fd = openat(root_fd, "images", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (fd < 0) {
		(void)md_fail_errno(err, "open image store '%s/images'", root);
		return NULL;
	}
	store = md_xcalloc(1, sizeof(*store));
	store->fd = md_steal_fd(&fd);
	store->path = md_xasprintf("%s/images", root);
	return store;
}

void md_image_store_close(struct md_image_store *store)
{
	if (!store)
		return;
	md_close_fd(&store->fd);
	free(store->path);
	free(store);
}

/* By each writer, under the lock: another process may have made only some of them so far. */
static int make_directories(const struct md_image_store *store, struct md_error *err)
{
	static const char *const names[] = {"blobs", "blobs/sha256", "layers", "staging"};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (mkdirat(store->fd, names[i], 0700) < 0 && errno != EEXIST)
			return md_fail_errno(err, "mkdir '%s/%s'", store->path, names[i]);
	return 0;
}

int md_image_store_lock(const struct md_image_store *store, struct md_error *err)
{
	struct flock whole_file = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	md_auto_close int fd = -1;

	fd = openat(store->fd, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return md_fail_errno(err, "open '%s/lock'", store->path);
	while (fcntl(fd, F_OFD_SETLKW, &whole_file) < 0)
		if (errno != EINTR)
			return md_fail_errno(err, "lock '%s/lock'", store->path);
	return make_directories(store, err) < 0 ? -1 : md_steal_fd(&fd);
}

/*
 * A staging directory that can be locked has no living owner: its creator locks it before anyone
 * can see it as stale only if the lock comes first, so creation happens under the store's lock.
 */
static void remove_if_stale(int parent_fd, const char *name)
{
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_close int fd = -1;

	fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return;
	(void)md_fs_remove_tree(parent_fd, name, &ignored);
}

static void remove_stale(int parent_fd)
{
	MD_CLEANUP(md_cleanup_dir) DIR *dir = NULL;
	int fd = openat(parent_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	dir = fdopendir(fd);
	if (!dir) {
		(void)close(fd);
		return;
	}
	for (;;) {
		struct dirent *entry = readdir(dir);

		if (!entry)
			return;
		if (md_id_is_valid(entry->d_name))
			remove_if_stale(parent_fd, entry->d_name);
	}
}

int md_staging_create(const struct md_image_store *store, struct md_staging *ret,
		      struct md_error *err)
{
	md_auto_close int lock = md_image_store_lock(store, err);
	md_auto_close int parent = -1;
	md_auto_close int fd = -1;
	char name[MD_STAGING_NAME];

	if (lock < 0)
		return -1;
	parent = openat(store->fd, "staging", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (parent < 0)
		return md_fail_errno(err, "open '%s/staging'", store->path);
	remove_stale(parent);
	md_id_generate(name);
	if (mkdirat(parent, name, 0700) < 0)
		return md_fail_errno(err, "mkdir '%s/staging/%s'", store->path, name);
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0)
		return md_fail_errno(err, "lock '%s/staging/%s'", store->path, name);
	memcpy(ret->name, name, sizeof(name));
	ret->fd = md_steal_fd(&fd);
	ret->parent_fd = md_steal_fd(&parent);
	return 0;
}

void md_staging_fini(struct md_staging *staging)
{
	struct md_error ignored = MD_ERROR_INIT;

	if (staging->parent_fd >= 0)
		(void)md_fs_remove_tree(staging->parent_fd, staging->name, &ignored);
	md_close_fd(&staging->fd);
	md_close_fd(&staging->parent_fd);
}
