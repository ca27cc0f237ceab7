/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/store.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "containers/store_private.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#define DEFAULT_ROOT "/var/lib/minidock"
#define DEFAULT_RUN  "/run/minidock"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_CLOEXEC)

static char *absolute(const char *path)
{
	md_auto_free char *cwd = NULL;

	if (path[0] == '/')
		return md_xstrdup(path);
	cwd = getcwd(NULL, 0);
	return md_xasprintf("%s/%s", cwd ? cwd : "", path);
}

static char *choose_root(const char *root)
{
	const char *from_env = getenv("MINIDOCK_ROOT");
	size_t length;
	char *chosen;

	if (!root || !*root)
		root = from_env && *from_env ? from_env : DEFAULT_ROOT;
	chosen = absolute(root);
	length = strlen(chosen);
	while (length > 1 && chosen[length - 1] == '/')
		chosen[--length] = '\0';
	return chosen;
}

static char *choose_run(const char *root)
{
	const char *from_env = getenv("MINIDOCK_RUN");

	if (from_env && *from_env)
		return absolute(from_env);
	if (strcmp(root, DEFAULT_ROOT) == 0)
		return md_xstrdup(DEFAULT_RUN);
	return md_xasprintf("%s/run", root);
}

/* Whoever can write here can make us run or remove what they like. */
static int check_owner(int fd, const char *path, struct md_error *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return md_fail_errno(err, "stat '%s'", path);
	if (st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	(void)md_fail(err, MD_ERR_INVALID, "'%s' can be written by others", path);
	return md_error_hint(err, "it must belong to uid %u, mode 0700", (unsigned int)geteuid());
}

static int open_root(const char *path, struct md_error *err)
{
	md_auto_close int fd = open(path, DIR_FLAGS);

	if (fd < 0 && errno == ENOENT) {
		if (md_fs_mkdirs(AT_FDCWD, path, 0700, err) < 0)
			return md_error_prefix(err, "make the state directory");
		fd = open(path, DIR_FLAGS);
	}
	if (fd < 0) {
		(void)md_fail_errno(err, "open the state directory '%s'", path);
		if (err->sys_errno == EACCES)
			(void)md_error_hint(err, "minidock must run as root");
		return -1;
	}
	if (check_owner(fd, path, err) < 0)
		return -1;
	return md_steal_fd(&fd);
}

/* Open the directory `name` below dirfd, making it if it is missing; never through a link. */
static int open_below(int dirfd, const char *name, struct md_error *err)
{
	int fd = openat(dirfd, name, DIR_FLAGS | O_NOFOLLOW);

	if (fd < 0 && errno == ENOENT) {
		if (mkdirat(dirfd, name, 0700) < 0 && errno != EEXIST)
			return md_fail_errno(err, "mkdir '%s'", name);
		fd = openat(dirfd, name, DIR_FLAGS | O_NOFOLLOW);
	}
	return fd < 0 ? md_fail_errno(err, "open directory '%s'", name) : fd;
}

struct md_store *md_store_open(const char *root, struct md_error *err)
{
	struct md_store *store = md_xcalloc(1, sizeof(*store));

	store->root = choose_root(root);
	store->run = choose_run(store->root);
	store->containers_fd = store->names_fd = -1;
	store->root_fd = open_root(store->root, err);
	if (store->root_fd >= 0)
		store->containers_fd = open_below(store->root_fd, "containers", err);
	if (store->containers_fd >= 0)
		store->names_fd = open_below(store->root_fd, "names", err);
	if (store->names_fd >= 0)
		return store;
	(void)md_error_prefix(err, "store '%s'", store->root);
	md_store_close(store);
	return NULL;
}

void md_store_close(struct md_store *store)
{
	if (!store)
		return;
	md_close_fd(&store->root_fd);
	md_close_fd(&store->containers_fd);
	md_close_fd(&store->names_fd);
	md_json_free(store->about);
	free(store->root);
	free(store->run);
	free(store);
}

const char *md_store_root(const struct md_store *store)
{
	return store->root;
}

const char *md_store_run_dir(const struct md_store *store)
{
	return store->run;
}

int md_store_root_fd(const struct md_store *store)
{
	return store->root_fd;
}

char *md_store_path(struct md_store *store, const char *id, const char *leaf)
{
	return md_xasprintf("%s/containers/%s%s%s", store->root, id, leaf ? "/" : "",
			    leaf ? leaf : "");
}

char *md_store_run_path(struct md_store *store, const char *id, const char *leaf)
{
	return md_xasprintf("%s/%s%s%s", store->run, id, leaf ? "/" : "", leaf ? leaf : "");
}

int md_store_check_id(const char *id, struct md_error *err)
{
	if (md_id_is_valid(id))
		return 0;
	return md_fail(err, MD_ERR_INVALID, "'%.200s' is not a container id (%d hex digits)", id,
		       MD_ID_LENGTH);
}

int md_store_open_container(const struct md_store *store, const char *id, struct md_error *err)
{
	int fd;

	if (md_store_check_id(id, err) < 0)
		return -1;
	fd = openat(store->containers_fd, id, DIR_FLAGS | O_NOFOLLOW);
	if (fd >= 0)
		return fd;
	if (errno == ENOENT)
		return md_fail(err, MD_ERR_NOT_FOUND, "no such container: '%s'", id);
	return md_fail_errno(err, "open the directory of container '%s'", id);
}

int md_store_open_dir(struct md_store *store, const char *id, const char *leaf,
		      struct md_error *err)
{
	md_auto_close int fd = md_store_open_container(store, id, err);

	return fd < 0 ? -1 : open_below(fd, leaf, err);
}

int md_store_open_run_dir(struct md_store *store, const char *id, struct md_error *err)
{
	md_auto_close int fd = -1;

	if (md_store_check_id(id, err) < 0)
		return -1;
	fd = open_root(store->run, err);
	return fd < 0 ? -1 : open_below(fd, id, err);
}

int md_store_lock_in(int dirfd, const char *path, enum md_lock_wait wait, struct md_error *err)
{
	md_auto_close int fd = openat(dirfd, path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	int result;

	if (fd < 0)
		return md_fail_errno(err, "open '%s'", path);
	do
		result = fcntl(fd, wait == MD_LOCK_WAIT ? F_OFD_SETLKW : F_OFD_SETLK, &whole);
	while (result < 0 && errno == EINTR);
	if (result < 0)
		return md_fail_errno(err, "lock '%s'", path);
	return md_steal_fd(&fd);
}

int md_store_lock(struct md_store *store, const char *id, struct md_error *err)
{
	md_auto_close int dirfd = md_store_open_container(store, id, err);
	md_auto_close int fd = -1;
	struct stat st;

	if (dirfd < 0)
		return -1;
	fd = md_store_lock_in(dirfd, "lock", MD_LOCK_WAIT, err);
	if (fd < 0)
		return md_error_prefix(err, "container '%s'", id);
	/* Whoever had the lock before us may have removed the container. */
	if (fstat(fd, &st) < 0)
		return md_fail_errno(err, "stat the lock of container '%s'", id);
	if (st.st_nlink == 0)
		return md_fail(err, MD_ERR_NOT_FOUND, "no such container: '%s'", id);
	return md_steal_fd(&fd);
}
