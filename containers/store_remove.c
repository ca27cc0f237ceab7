/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every removal is of one entry directly below containers/ or volumes/, whose name is checked, by a
 * descriptor that was opened when the store was: nothing that a record says becomes a path here.
 */
#include "containers/store_private.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

MD_DEFINE_AUTO(dir, DIR *, (void)closedir)
#define md_auto_dir MD_CLEANUP(md_cleanup_dir)

int md_store_remove_entry(const struct md_store *store, const char *prefix, const char *id,
			  struct md_error *err)
{
	md_auto_free char *entry = md_xasprintf("%s%s", prefix, id);

	if (md_store_check_id(id, err) < 0)
		return -1;
	return md_fs_remove_tree(store->containers_fd, entry, err);
}

/* The name of its record. One left by an interrupted rename leads nowhere from now on. */
static void drop_names(struct md_store *store, const char *id)
{
	struct md_error damaged = MD_ERROR_INIT;
	struct md_record record;

	/* A name that stays behind leads nowhere and is taken over by the next who wants it. */
	if (md_store_load_record(store, id, &record, &damaged) < 0)
		return;
	md_store_drop_name(store, record.name, id);
	md_record_fini(&record);
}

static int remove_run_dir(const struct md_store *store, const char *id, struct md_error *err)
{
	md_auto_close int fd = open(store->run, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return md_fail_errno(err, "open '%s'", store->run);
	return md_fs_remove_tree(fd, id, err);
}

/* The root may still be mounted; while it is, the container must stay known. */
static int remove_root(const struct md_store *store, const char *id, struct md_error *err)
{
	md_auto_close int fd = md_store_open_container(store, id, err);

	return fd < 0 ? -1 : md_fs_remove_tree(fd, "root", err);
}

/* Whoever takes an entry away holds its lock, so that a sweep does not report half of the work. */
static int lock_gone(const struct md_store *store, const char *entry, struct md_error *err)
{
	md_auto_free char *path = md_xasprintf("%s/lock", entry);

	return md_store_lock_in(store->containers_fd, path, MD_LOCK_TRY, err);
}

int md_store_retire(struct md_store *store, const char *id, struct md_error *err)
{
	md_auto_free char *gone = md_xasprintf(MD_STORE_GONE "%s", id);

	if (md_store_check_id(id, err) < 0)
		return -1;
	drop_names(store, id);
	if (renameat(store->containers_fd, id, store->containers_fd, gone) < 0)
		return md_fail_errno(err, "remove container '%s': rename its directory", id);
	return 0;
}

int md_store_purge(struct md_store *store, const char *id, struct md_error *err)
{
	md_auto_free char *gone = md_xasprintf(MD_STORE_GONE "%s", id);
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_close int lock = lock_gone(store, gone, &ignored);
	md_auto_close int fd =
		openat(store->containers_fd, gone, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	(void)lock; /* held until we return; who cannot have it removes all the same */
	/* The lock is in the directory: what is large goes before it. */
	if (fd < 0)
		return md_fail_errno(err, "open '%s'", gone);
	if (md_fs_remove_tree(fd, "root", err) < 0 ||
	    md_store_remove_entry(store, MD_STORE_GONE, id, err) < 0 ||
	    remove_run_dir(store, id, err) < 0)
		return md_error_prefix(err, "remove container '%s'", id);
	return 0;
}

int md_store_remove(struct md_store *store, const char *id, struct md_error *err)
{
	if (remove_root(store, id, err) < 0)
		return md_error_prefix(err, "remove container '%s'", id);
	if (md_store_retire(store, id, err) < 0)
		return -1;
	return md_store_purge(store, id, err);
}

/*
 * What somebody makes or takes away right now is held by its lock. A maker makes the lock right
 * after the directory: `without_lock` says what one without is.
 */
static bool is_in_work(const struct md_store *store, const char *entry, bool without_lock)
{
	struct md_error locked = MD_ERROR_INIT;
	md_auto_free char *path = md_xasprintf("%s/lock", entry);
	md_auto_close int lock = -1;
	struct stat st;

	if (fstatat(store->containers_fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return without_lock;
	lock = md_store_lock_in(store->containers_fd, path, MD_LOCK_TRY, &locked);
	return lock < 0;
}

static int sweep_entry(const struct md_store *store, const char *name, enum md_sweep mode,
		       struct md_strv *ret_names, struct md_error *err)
{
	bool is_new = md_str_starts(name, MD_STORE_NEW);
	bool is_gone = md_str_starts(name, MD_STORE_GONE);
	const char *id = name + strlen(is_new ? MD_STORE_NEW : MD_STORE_GONE);

	if ((!is_new && !is_gone) || !md_id_is_valid(id) || is_in_work(store, name, is_new))
		return 0;
	md_strv_addf(ret_names, "container %.*s was not %s", MD_ID_SHORT_LENGTH, id,
		     is_new ? "wholly made" : "wholly removed");
	return mode == MD_SWEEP_REMOVE ? md_fs_remove_tree(store->containers_fd, name, err) : 0;
}

int md_store_sweep(struct md_store *store, enum md_sweep mode, struct md_strv *ret_names,
		   struct md_error *err)
{
	md_auto_close int fd =
		openat(store->containers_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	md_auto_dir DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir)
		return md_fail_errno(err, "open '%s/containers'", store->root);
	(void)md_steal_fd(&fd);
	for (const struct dirent *e = readdir(dir); e; e = readdir(dir))
		if (sweep_entry(store, e->d_name, mode, ret_names, err) < 0)
			return -1;
	return 0;
}
