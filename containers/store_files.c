/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing the JSON files of one container. */
#include "containers/store_private.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static int read_whole(int fd, size_t max, struct md_str *out)
{
	char part[16384];

	for (;;) {
		ssize_t n = read(fd, part, sizeof(part));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return (int)n;
		if (out->length + (size_t)n > max) {
			errno = EFBIG;
			return -1;
		}
		md_str_add_bytes(out, part, (size_t)n);
	}
}

/*
 * A second name in quarantine/ for the very file that was read. The damaged file keeps its place
 * until it is replaced: moving it could move away what another process has just written there.
 */
static char *quarantine(const struct md_store *store, const char *id, const char *leaf, int fd)
{
	md_auto_free char *from = md_xasprintf("/proc/self/fd/%d", fd);
	md_auto_free char *to = NULL;
	struct stat st;

	if (fstat(fd, &st) < 0)
		return NULL;
	if (mkdirat(store->root_fd, "quarantine", 0700) < 0 && errno != EEXIST)
		return NULL;
	to = md_xasprintf("quarantine/%s.%s.%llu-%lld", id, leaf, (unsigned long long)st.st_ino,
			  (long long)st.st_mtim.tv_sec);
	if (linkat(AT_FDCWD, from, store->root_fd, to, AT_SYMLINK_FOLLOW) < 0 && errno != EEXIST)
		return NULL;
	return md_xasprintf("%s/%s", store->root, to);
}

static int damaged(const struct md_store *store, const char *id, const char *leaf, int fd,
		   struct md_error *err)
{
	md_auto_free char *kept = quarantine(store, id, leaf, fd);

	err->code = MD_ERR_CORRUPT;
	(void)md_error_prefix(err, "%s of container %.*s", leaf, MD_ID_SHORT_LENGTH, id);
	return kept ? md_error_hint(err, "kept as '%s'", kept) : -1;
}

/* What is in an open file: a parsed value and a descriptor for quarantine. */
struct opened {
	int fd;
	struct md_json *json;
};

static void opened_fini(struct opened *opened)
{
	md_close_fd(&opened->fd);
	md_json_free(opened->json);
}

#define md_auto_opened MD_CLEANUP(opened_fini)

static int open_regular(int dirfd, const char *leaf, struct md_error *err)
{
	/* O_NONBLOCK: a FIFO in the place of our file must not make us wait. */
	md_auto_close int fd =
		openat(dirfd, leaf, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return md_fail(err, MD_ERR_NOT_FOUND, "there is no %s", leaf);
	if (fd < 0)
		return md_fail_errno(err, "open '%s'", leaf);
	if (fstat(fd, &st) < 0)
		return md_fail_errno(err, "stat '%s'", leaf);
	if (!S_ISREG(st.st_mode))
		return md_fail(err, MD_ERR_CORRUPT, "'%s' is not a regular file", leaf);
	return md_steal_fd(&fd);
}

/* MD_ERR_NOT_FOUND if the file (or the container) is missing; else MD_ERR_CORRUPT when damaged. */
static int open_json(const struct md_store *store, const char *id, const char *leaf,
		     struct opened *ret, struct md_error *err)
{
	md_auto_close int dirfd = md_store_open_container(store, id, err);
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;

	if (dirfd < 0)
		return -1;
	ret->fd = open_regular(dirfd, leaf, err);
	if (ret->fd < 0)
		return md_error_prefix(err, "container %.*s", MD_ID_SHORT_LENGTH, id);
	if (read_whole(ret->fd, MD_STORE_FILE_MAX, &text) < 0)
		return md_fail_errno(err, "read '%s' of container %.*s", leaf, MD_ID_SHORT_LENGTH,
				     id);
	ret->json = md_json_parse(md_str_get(&text), text.length, err);
	return ret->json ? 0 : damaged(store, id, leaf, ret->fd, err);
}

/* Where a file goes and how safely. */
struct place {
	const char *id, *leaf;
	enum md_durability durability;
};

static int write_json(const struct md_store *store, const struct md_json *json,
		      const struct place *place, struct md_error *err)
{
	md_auto_close int dirfd = md_store_open_container(store, place->id, err);
	md_auto_free char *text = md_json_compact(json);

	if (dirfd < 0)
		return -1;
	if (md_fs_write(dirfd, place->leaf, text, strlen(text), place->durability, err) < 0)
		return md_error_prefix(err, "container %.*s", MD_ID_SHORT_LENGTH, place->id);
	return 0;
}

int md_store_load_record(struct md_store *store, const char *id, struct md_record *ret,
			 struct md_error *err)
{
	md_auto_opened struct opened file = {.fd = -1};
	struct md_record record;

	if (open_json(store, id, "record.json", &file, err) < 0)
		return -1;
	if (md_record_from_json(file.json, &record, err) < 0)
		return err->code == MD_ERR_UNSUPPORTED
			       ? -1
			       : damaged(store, id, "record.json", file.fd, err);
	if (strcmp(record.id, id) != 0) {
		(void)md_fail(err, MD_ERR_CORRUPT, "it is the record of container %s", record.id);
		md_record_fini(&record);
		return damaged(store, id, "record.json", file.fd, err);
	}
	md_store_remember(store, &record);
	*ret = record;
	return 0;
}

int md_store_save_record(struct md_store *store, const struct md_record *record,
			 struct md_error *err)
{
	md_auto_json struct md_json *json = md_record_to_json(record);

	const struct place place = {record->id, "record.json", MD_DURABLE_YES};

	return write_json(store, json, &place, err);
}

static void keep_about(struct md_store *store, const char *id, struct md_json *about)
{
	md_json_free(store->about);
	store->about = about;
	memcpy(store->about_id, id, MD_ID_LENGTH + 1);
}

char *md_store_command_line(const struct md_strv *command)
{
	MD_CLEANUP(md_str_fini) struct md_str line = MD_STR_INIT;

	for (size_t i = 0; i < command->count; i++) {
		const char *quote = i > 0 && strchr(command->items[i], ' ') ? "'" : "";

		md_str_addf(&line, "%s%s%s%s", i > 0 ? " " : "", quote, command->items[i], quote);
	}
	return md_str_take(&line);
}

void md_store_remember(struct md_store *store, const struct md_record *record)
{
	md_auto_free char *command = md_store_command_line(&record->command);
	const char *image = record->request.image ? record->request.image : record->request.rootfs;
	struct md_json *about = md_json_object();
	char created[24];

	/* As text: JSON numbers end at 2^53, and a list is ordered by nanoseconds. */
	(void)snprintf(created, sizeof(created), "%lld", (long long)record->created_ns);
	md_json_set_string(about, "created_ns", created);
	md_json_set_string(about, "image", image ? image : "");
	md_json_set_string(about, "command", command);
	keep_about(store, record->id, about);
}

struct md_json *md_store_about(struct md_store *store, const char *id, struct md_error *err)
{
	struct md_record record;

	if (!store->about || strcmp(store->about_id, id) != 0) {
		if (md_store_load_record(store, id, &record, err) < 0)
			return NULL;
		md_record_fini(&record);
	}
	return md_json_copy(store->about);
}

/* A state that cannot be read: the container is there, and all that can be done is to remove it. */
static void state_of_damage(const struct md_error *why, struct md_state *ret)
{
	md_state_init(ret);
	ret->status = MD_STATUS_DEAD;
	ret->error = md_xstrdup(why->msg);
}

int md_store_load_state(struct md_store *store, const char *id, struct md_state *ret,
			struct md_error *err)
{
	md_auto_opened struct opened file = {.fd = -1};
	struct md_error why = MD_ERROR_INIT;
	const struct md_json *about;

	if (open_json(store, id, "state.json", &file, &why) < 0) {
		if (!md_store_has_entry(store, "", id)) {
			*err = why;
			return -1;
		}
		state_of_damage(&why, ret);
		return 0;
	}
	if (md_state_from_json(file.json, ret, &why) < 0) {
		(void)damaged(store, id, "state.json", file.fd, &why);
		state_of_damage(&why, ret);
		return 0;
	}
	about = md_json_get(file.json, "container");
	if (md_json_type(about) == MD_JSON_OBJECT)
		keep_about(store, id, md_json_copy(about));
	return 0;
}

int md_store_save_state(struct md_store *store, const char *id, const struct md_state *state,
			enum md_durability durability, struct md_error *err)
{
	md_auto_json struct md_json *json = md_state_to_json(state);
	struct md_error no_record = MD_ERROR_INIT;
	struct md_json *about = md_store_about(store, id, &no_record);
	const struct place place = {id, "state.json", durability};

	/* A container whose record is damaged still gets its state saved; a list reads less of it.
	 */
	if (about)
		(void)md_json_set(json, "container", about);
	return write_json(store, json, &place, err);
}

/*
 * Never fsynced: what an undo list names (mounts, groups, links) does not survive a power cut
 * either, and each container start would wait for the disk.
 */
int md_store_save_undo(struct md_store *store, const char *id, const struct md_json *undo,
		       struct md_error *err)
{
	const struct place place = {id, "undo.json", MD_DURABLE_NO};

	return write_json(store, undo, &place, err);
}

struct md_json *md_store_load_undo(struct md_store *store, const char *id, struct md_error *err)
{
	md_auto_opened struct opened file = {.fd = -1};
	struct md_error why = MD_ERROR_INIT;

	if (open_json(store, id, "undo.json", &file, &why) == 0)
		return md_steal_ptr(&file.json);
	if (why.code != MD_ERR_NOT_FOUND || !md_store_has_entry(store, "", id))
		*err = why;
	return NULL;
}
