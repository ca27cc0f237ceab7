/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names/<name> is a symbolic link whose text is an id. It is made exclusively, before the container
 * it means becomes visible, and it is never followed: only read.
 */
#include "containers/store_private.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#define MAX_CANDIDATES 5
#define MAX_ATTEMPTS   100

MD_DEFINE_AUTO(dir, DIR *, (void)closedir)
#define md_auto_dir MD_CLEANUP(md_cleanup_dir)

bool md_store_read_name(const struct md_store *store, const char *name,
			char ret_id[MD_ID_LENGTH + 1])
{
	char text[MD_ID_LENGTH + 2];
	ssize_t n = readlinkat(store->names_fd, name, text, sizeof(text) - 1);

	if (n != MD_ID_LENGTH)
		return false;
	text[n] = '\0';
	if (!md_id_is_valid(text))
		return false;
	memcpy(ret_id, text, MD_ID_LENGTH + 1);
	return true;
}

bool md_store_has_entry(const struct md_store *store, const char *prefix, const char *id)
{
	md_auto_free char *entry = md_xasprintf("%s%s", prefix, id);

	return md_id_is_valid(id) &&
	       faccessat(store->containers_fd, entry, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* True when the maker of a half-made container has died; what it made is taken away. */
static bool clear_unfinished(const struct md_store *store, const char *id)
{
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_free char *path = md_xasprintf(MD_STORE_NEW "%s/lock", id);
	md_auto_close int lock =
		md_store_lock_in(store->containers_fd, path, MD_LOCK_TRY, &ignored);

	return lock >= 0 && md_store_remove_entry(store, MD_STORE_NEW, id, &ignored) == 0;
}

static int name_taken(const char *name, const char *id, struct md_error *err)
{
	(void)md_fail(err, MD_ERR_EXISTS, "the name '%s' is in use by container %.*s", name,
		      MD_ID_SHORT_LENGTH, id);
	return md_error_hint(err, "remove or rename that container to use the name again");
}

/* Whether a link that is in the way means a container: one that is there or is just being made. */
static bool is_owned(const struct md_store *store, const char *id)
{
	if (md_store_has_entry(store, "", id))
		return true;
	if (md_store_has_entry(store, MD_STORE_NEW, id))
		return !clear_unfinished(store, id);
	/* Between the two looks the maker may have given it its final name. */
	return md_store_has_entry(store, "", id);
}

int md_store_take_name(struct md_store *store, const char *name, const char *id,
		       struct md_error *err)
{
	char owner[MD_ID_LENGTH + 1];

	if (md_name_check(name, err) < 0)
		return -1;
	for (unsigned int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
		if (symlinkat(id, store->names_fd, name) == 0)
			return 0;
		if (errno != EEXIST)
			return md_fail_errno(err, "take the name '%s'", name);
		if (!md_store_read_name(store, name, owner))
			return md_fail(err, MD_ERR_CORRUPT,
				       "the name '%s' leads to no container id", name);
		if (is_owned(store, owner))
			return name_taken(name, owner, err);
		md_store_drop_name(store, name, owner);
	}
	return md_fail(err, MD_ERR_EXISTS, "the name '%s' is being taken by others", name);
}

/*
 * All who unlink a name hold this lock, so the link that was read is the link that is unlinked. A
 * descriptor of its own: the store's is shared with child processes, and so would the lock be.
 */
void md_store_drop_name(const struct md_store *store, const char *name, const char *id)
{
	md_auto_close int lock = openat(store->names_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char now[MD_ID_LENGTH + 1];

	if (lock < 0 || flock(lock, LOCK_EX) < 0)
		return;
	if (md_store_read_name(store, name, now) && strcmp(now, id) == 0)
		(void)unlinkat(store->names_fd, name, 0);
}

struct prefix_search {
	unsigned int count;
	char first[MD_ID_LENGTH + 1];
	struct md_str candidates;
};

static void add_match(struct prefix_search *search, const char *id)
{
	if (search->count++ == 0)
		memcpy(search->first, id, MD_ID_LENGTH + 1);
	if (search->count <= MAX_CANDIDATES)
		md_str_addf(&search->candidates, "%s%.*s", search->count > 1 ? ", " : "",
			    MD_ID_SHORT_LENGTH, id);
	else if (search->count == MAX_CANDIDATES + 1)
		md_str_add(&search->candidates, ", …");
}

static int search_prefix(const struct md_store *store, const char *prefix,
			 struct prefix_search *search, struct md_error *err)
{
	md_auto_close int fd =
		openat(store->containers_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	md_auto_dir DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir)
		return md_fail_errno(err, "open '%s/containers'", store->root);
	(void)md_steal_fd(&fd);
	for (const struct dirent *e = readdir(dir); e; e = readdir(dir))
		if (md_str_starts(e->d_name, prefix) && md_id_is_valid(e->d_name))
			add_match(search, e->d_name);
	return 0;
}

static int find_prefix(const struct md_store *store, const char *text,
		       char ret_id[MD_ID_LENGTH + 1], struct md_error *err)
{
	struct prefix_search search = {.candidates = MD_STR_INIT};
	md_auto_free char *list = NULL;

	if (md_id_is_prefix(text) && search_prefix(store, text, &search, err) < 0)
		return -1;
	list = md_str_take(&search.candidates);
	if (search.count > 1)
		return md_fail(err, MD_ERR_INVALID, "'%s' is the start of %u container ids: %s",
			       text, search.count, list);
	if (search.count == 0)
		return md_fail(err, MD_ERR_NOT_FOUND, "no such container: '%.200s'", text);
	memcpy(ret_id, search.first, MD_ID_LENGTH + 1);
	return 0;
}

int md_store_find(struct md_store *store, const char *text, char ret_id[MD_ID_LENGTH + 1],
		  struct md_error *err)
{
	struct md_error no_name = MD_ERROR_INIT;
	char id[MD_ID_LENGTH + 1];

	if (md_id_is_valid(text) && md_store_has_entry(store, "", text)) {
		memcpy(ret_id, text, MD_ID_LENGTH + 1);
		return 0;
	}
	if (md_name_check(text, &no_name) == 0 && md_store_read_name(store, text, id) &&
	    md_store_has_entry(store, "", id)) {
		memcpy(ret_id, id, MD_ID_LENGTH + 1);
		return 0;
	}
	return find_prefix(store, text, ret_id, err);
}
