/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A container is made beside the others, under a name that no reader takes for an id:
 *
 *	mkdir .new-ID, lock, record.json, state.json    not there yet
 *	names/NAME -> ID                                the name is ours, or all of it is undone
 *	rename .new-ID to ID                            from here on it exists, whole
 *
 * If we die in between, our lock ends with us, and the next one who wants the name, or `check
 * --repair`, sees that and clears up.
 */
#include "containers/store_private.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MAX_GENERATED_NAMES 100

/* A new file in a directory that nobody reads yet: no temporary name needed. */
static int write_new(int dirfd, const char *path, const char *text, enum md_durability durability,
		     struct md_error *err)
{
	md_auto_close int fd =
		openat(dirfd, path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return md_fail_errno(err, "create '%s'", path);
	if (md_write_all(fd, text, strlen(text)) < 0)
		return md_fail_errno(err, "write '%s'", path);
	if (durability == MD_DURABLE_YES && fsync(fd) < 0)
		return md_fail_errno(err, "fsync '%s'", path);
	return 0;
}

static int write_record(const struct md_store *store, const char *entry,
			const struct md_record *record, enum md_durability durability,
			struct md_error *err)
{
	md_auto_json struct md_json *json = md_record_to_json(record);
	md_auto_free char *text = md_json_compact(json);
	md_auto_free char *path = md_xasprintf("%s/record.json", entry);

	return write_new(store->containers_fd, path, text, durability, err);
}

static int write_state(struct md_store *store, const char *entry, const struct md_record *record,
		       enum md_durability durability, struct md_error *err)
{
	md_auto_free char *path = md_xasprintf("%s/state.json", entry);
	md_auto_free char *text = NULL;
	md_auto_json struct md_json *json = NULL;
	struct md_json *about;
	struct md_state state;

	md_state_init(&state);
	md_store_remember(store, record);
	about = md_store_about(store, record->id, err);
	if (!about)
		return -1;
	json = md_state_to_json(&state);
	(void)md_json_set(json, "container", about);
	text = md_json_compact(json);
	return write_new(store->containers_fd, path, text, durability, err);
}

/* Take the name that was asked for, or the first generated one that is free. */
static int take_name(struct md_store *store, struct md_record *record, struct md_error *err)
{
	char name[64];

	if (record->name)
		return md_store_take_name(store, record->name, record->id, err);
	for (unsigned int attempt = 0; attempt < MAX_GENERATED_NAMES; attempt++) {
		struct md_error taken = MD_ERROR_INIT;

		md_name_generate(attempt, name, sizeof(name));
		if (md_store_take_name(store, name, record->id, &taken) == 0) {
			record->name = md_xstrdup(name);
			return 0;
		}
		if (taken.code != MD_ERR_EXISTS) {
			*err = taken;
			return -1;
		}
	}
	return md_fail(err, MD_ERR_EXISTS,
		       "%d generated names are all in use (give one with --name)",
		       MAX_GENERATED_NAMES);
}

static int sync_entry(const struct md_store *store, const char *entry, struct md_error *err)
{
	md_auto_close int fd =
		openat(store->containers_fd, entry, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return md_fail_errno(err, "open '%s'", entry);
	return md_fs_sync_dir(fd, err);
}

static int publish(const struct md_store *store, const char *entry, const struct md_record *record,
		   enum md_durability durability, struct md_error *err)
{
	if (durability == MD_DURABLE_YES && sync_entry(store, entry, err) < 0)
		return -1;
	if (renameat(store->containers_fd, entry, store->containers_fd, record->id) < 0)
		return md_fail_errno(err, "rename '%s' to '%s'", entry, record->id);
	if (durability == MD_DURABLE_NO)
		return 0;
	if (md_fs_sync_dir(store->containers_fd, err) < 0 ||
	    md_fs_sync_dir(store->names_fd, err) < 0)
		return -1;
	return 0;
}

static int fill(struct md_store *store, const char *entry, struct md_record *record,
		enum md_durability durability, struct md_error *err)
{
	/* The record holds the name, so the name comes first. */
	if (take_name(store, record, err) < 0)
		return -1;
	if (write_record(store, entry, record, durability, err) < 0 ||
	    write_state(store, entry, record, durability, err) < 0 ||
	    publish(store, entry, record, durability, err) < 0) {
		md_store_drop_name(store, record->name, record->id);
		return -1;
	}
	return 0;
}

static void set_defaults(struct md_record *record)
{
	md_id_generate(record->id);
	if (record->created_ns == 0)
		record->created_ns = md_clock_wall_ns();
	if (!record->version)
		record->version = md_xstrdup(MD_VERSION);
	md_store_name_volumes(&record->request);
}

static int make_locked(const struct md_store *store, const char *entry, struct md_error *err)
{
	md_auto_free char *lock_path = md_xasprintf("%s/lock", entry);

	if (mkdirat(store->containers_fd, entry, 0700) < 0)
		return md_fail_errno(err, "mkdir '%s/containers/%s'", store->root, entry);
	return md_store_lock_in(store->containers_fd, lock_path, MD_LOCK_TRY, err);
}

int md_store_create(struct md_store *store, struct md_record *record, enum md_durability durability,
		    struct md_error *err)
{
	md_auto_free char *entry = NULL;
	md_auto_close int lock = -1;

	if (record->name && md_name_check(record->name, err) < 0)
		return md_error_prefix(err, "--name");
	set_defaults(record);
	entry = md_xasprintf(MD_STORE_NEW "%s", record->id);
	lock = make_locked(store, entry, err);
	if (lock < 0 || fill(store, entry, record, durability, err) < 0) {
		struct md_error ignored = MD_ERROR_INIT;

		(void)md_store_remove_entry(store, MD_STORE_NEW, record->id, &ignored);
		return md_error_prefix(err, "create container");
	}
	return 0;
}

static int rewrite_name(struct md_store *store, const char *id, const char *new_name,
			char **ret_old, struct md_error *err)
{
	struct md_record record;
	int result;

	if (md_store_load_record(store, id, &record, err) < 0)
		return -1;
	*ret_old = record.name;
	record.name = md_xstrdup(new_name);
	result = md_store_save_record(store, &record, err);
	md_record_fini(&record);
	return result;
}

int md_store_rename(struct md_store *store, const char *id, const char *new_name,
		    struct md_error *err)
{
	md_auto_free char *old_name = NULL;
	char owner[MD_ID_LENGTH + 1];

	if (md_store_read_name(store, new_name, owner) && strcmp(owner, id) == 0)
		return md_fail(err, MD_ERR_EXISTS, "the container's name is already '%s'",
			       new_name);
	if (md_store_take_name(store, new_name, id, err) < 0)
		return -1;
	if (rewrite_name(store, id, new_name, &old_name, err) < 0) {
		md_store_drop_name(store, new_name, id);
		return md_error_prefix(err, "rename container");
	}
	md_store_drop_name(store, old_name, id);
	return md_fs_sync_dir(store->names_fd, err);
}
