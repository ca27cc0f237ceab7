/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A list reads, for each container, its state.json (which repeats what never changes of the record)
 * and, once for all, the names. Where there are many, a cache spares what has not changed since.
 */
#include "containers/store_cache.h"
#include "containers/store_private.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/number.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

MD_DEFINE_AUTO(dir, DIR *, (void)closedir)
#define md_auto_dir MD_CLEANUP(md_cleanup_dir)

#define CACHED_FROM      256   /* containers; below that, reading them all is as fast */
#define USUAL_STATE_SIZE 16384 /* read in one go; a longer one goes the long way */

struct name_entry {
	char id[MD_ID_LENGTH + 1];
	char *name;
};

struct name_table {
	struct name_entry *entries; /* by id */
	size_t count, capacity;
};

static void names_fini(struct name_table *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->entries[i].name);
	free(names->entries);
}

static int by_id(const void *a, const void *b)
{
	const struct name_entry *x = a, *y = b;

	return memcmp(x->id, y->id, MD_ID_LENGTH);
}

static DIR *open_dir(int dirfd)
{
	md_auto_close int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (dir)
		(void)md_steal_fd(&fd);
	return dir;
}

static void add_name(const struct md_store *store, struct name_table *names, const char *name)
{
	struct name_entry entry;

	if (!md_store_read_name(store, name, entry.id))
		return;
	entry.name = md_xstrdup(name);
	if (names->count == names->capacity) {
		names->capacity = names->capacity ? 2 * names->capacity : 64;
		names->entries =
			md_xreallocarray(names->entries, names->capacity, sizeof(*names->entries));
	}
	names->entries[names->count++] = entry;
}

static int read_names(const struct md_store *store, struct name_table *names, struct md_error *err)
{
	md_auto_dir DIR *dir = open_dir(store->names_fd);

	if (!dir)
		return md_fail_errno(err, "open '%s/names'", store->root);
	for (const struct dirent *e = readdir(dir); e; e = readdir(dir))
		if (e->d_name[0] != '.')
			add_name(store, names, e->d_name);
	if (names->count > 0)
		qsort(names->entries, names->count, sizeof(*names->entries), by_id);
	return 0;
}

/* The one name that leads to `id`; NULL for none or, while it is being renamed, two. */
static const char *only_name(const struct name_table *names, const char *id)
{
	const struct name_entry *end = names->entries + names->count;
	struct name_entry key;
	const struct name_entry *found;

	if (names->count == 0)
		return NULL;
	memcpy(key.id, id, sizeof(key.id));
	found = bsearch(&key, names->entries, names->count, sizeof(key), by_id);
	if (!found || (found > names->entries && by_id(found, found - 1) == 0) ||
	    (found + 1 < end && by_id(found, found + 1) == 0))
		return NULL;
	return found->name;
}

/* A list in the making. */
struct lister {
	struct md_store *store;
	struct md_store_cache *cache; /* NULL: none */
	bool has_cached_names;
	struct name_table names; /* unless the cached ones are good */
	int64_t now_ns;

	struct md_summary *list;
	struct md_store_stamp *stamps; /* of each state.json in the list */
	size_t count, capacity, misses;
};

/* Read a whole state.json, at most `size` - 1 bytes. -1 for what is larger or cannot be read. */
static ssize_t read_file(struct lister *l, const char *id, char *text, size_t size,
			 struct md_store_stamp *ret_stamp)
{
	char path[MD_ID_LENGTH + sizeof("/state.json")];
	md_auto_close int fd = -1;
	struct stat st;
	ssize_t n;

	memcpy(path, id, MD_ID_LENGTH);
	memcpy(path + MD_ID_LENGTH, "/state.json", sizeof("/state.json"));
	fd = openat(l->store->containers_fd, path,
		    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return -1;
	*ret_stamp = md_store_stamp_of(&st, l->now_ns);
	n = read(fd, text, size);
	return n < (ssize_t)size ? n : -1;
}

/* *ret is left as it was unless the whole of a sound state.json could be read. */
static bool read_state(struct lister *l, struct md_summary *ret, struct md_store_stamp *ret_stamp)
{
	char text[USUAL_STATE_SIZE];
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_json struct md_json *json = NULL;
	const struct md_json *about;
	uint64_t created_ns;
	ssize_t n = read_file(l, ret->id, text, sizeof(text), ret_stamp);

	if (n <= 0)
		return false;
	json = md_json_parse(text, (size_t)n, &ignored);
	about = md_json_get(json, "container");
	if (!about ||
	    md_parse_u64(md_json_get_string(about, "created_ns", ""), 0, INT64_MAX, &created_ns,
			 &ignored) < 0 ||
	    md_state_from_json(json, &ret->state, &ignored) < 0)
		return false;
	ret->created_ns = (int64_t)created_ns;
	ret->image = md_xstrdup(md_json_get_string(about, "image", ""));
	ret->command = md_xstrdup(md_json_get_string(about, "command", ""));
	return true;
}

static void take_from_record(struct md_summary *summary, struct md_record *record)
{
	const char *image = record->request.image ? record->request.image : record->request.rootfs;

	free(summary->name);
	free(summary->image);
	free(summary->command);
	summary->name = md_steal_ptr(&record->name);
	summary->image = md_xstrdup(image ? image : "");
	summary->command = md_store_command_line(&record->command);
	summary->created_ns = record->created_ns;
}

/* The long way, for what is large, damaged or being renamed. False if the container is gone. */
static bool read_carefully(struct md_store *store, struct md_summary *ret)
{
	struct md_error err = MD_ERROR_INIT, record_err = MD_ERROR_INIT;
	struct md_record record;

	md_state_fini(&ret->state);
	if (md_store_load_state(store, ret->id, &ret->state, &err) < 0)
		return false;
	if (md_store_load_record(store, ret->id, &record, &record_err) == 0) {
		take_from_record(ret, &record);
		md_record_fini(&record);
		return true;
	}
	ret->state.status = MD_STATUS_DEAD;
	if (!ret->state.error)
		ret->state.error = md_xstrdup(record_err.msg);
	return md_store_has_entry(store, "", ret->id);
}

/* The quick ways: unchanged since it was cached, or a sound state and a name. */
static bool read_quickly(struct lister *l, struct md_summary *ret, struct md_store_stamp *ret_stamp)
{
	const char *name = l->has_cached_names ? md_store_cache_name(l->cache, ret->id)
					       : only_name(&l->names, ret->id);

	ret->name = md_xstrdup_or_null(name);
	if (md_store_cache_find(l->cache, l->store->containers_fd, ret->id, ret, ret_stamp))
		return name != NULL;
	l->misses++;
	return read_state(l, ret, ret_stamp) && name;
}

static bool summarize(struct lister *l, const char *id, struct md_summary *ret,
		      struct md_store_stamp *ret_stamp)
{
	*ret = (struct md_summary){.created_ns = 0};
	memcpy(ret->id, id, MD_ID_LENGTH + 1);
	md_state_init(&ret->state);
	if (!read_quickly(l, ret, ret_stamp)) {
		ret_stamp->inode = 0;
		if (!read_carefully(l->store, ret)) {
			md_summary_fini(ret);
			return false;
		}
	}
	if (!ret->name)
		ret->name = md_xstrdup("");
	if (!ret->image)
		ret->image = md_xstrdup("");
	if (!ret->command)
		ret->command = md_xstrdup("");
	if (md_state_settle(&ret->state))
		ret_stamp->inode = 0; /* not what the file says */
	return true;
}

static int newest_first(const void *a, const void *b)
{
	const struct md_summary *x = a, *y = b;

	if (x->created_ns != y->created_ns)
		return x->created_ns < y->created_ns ? 1 : -1;
	return memcmp(x->id, y->id, MD_ID_LENGTH);
}

void md_summary_fini(struct md_summary *summary)
{
	free(summary->name);
	free(summary->image);
	free(summary->command);
	md_state_fini(&summary->state);
	*summary = (struct md_summary){.id = ""};
}

void md_summaries_free(struct md_summary *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		md_summary_fini(&list[i]);
	free(list);
}

static void add_container(struct lister *l, const char *id)
{
	if (l->count == l->capacity) {
		l->capacity = l->capacity ? 2 * l->capacity : 64;
		l->list = md_xreallocarray(l->list, l->capacity, sizeof(*l->list));
		l->stamps = md_xreallocarray(l->stamps, l->capacity, sizeof(*l->stamps));
	}
	l->count += summarize(l, id, &l->list[l->count], &l->stamps[l->count]);
}

static int list_all(struct lister *l, struct md_error *err)
{
	md_auto_dir DIR *dir = open_dir(l->store->containers_fd);
	struct md_store_stamp names_stamp;
	struct stat names;

	if (!dir)
		return md_fail_errno(err, "open '%s/containers'", l->store->root);
	/* Looked at before the names are read: a change meanwhile makes the stamp a wrong one. */
	if (fstat(l->store->names_fd, &names) < 0)
		return md_fail_errno(err, "stat '%s/names'", l->store->root);
	names_stamp = md_store_stamp_of(&names, l->now_ns);
	l->has_cached_names = md_store_cache_has_names(l->cache, &names);
	if (!l->has_cached_names && read_names(l->store, &l->names, err) < 0)
		return -1;
	for (const struct dirent *e = readdir(dir); e; e = readdir(dir))
		if (md_id_is_valid(e->d_name))
			add_container(l, e->d_name);
	/* Worth writing when the next list would read much less. */
	if (l->count >= CACHED_FROM &&
	    (l->misses > l->count / 16 || (!l->has_cached_names && names_stamp.inode)))
		md_store_cache_save(l->store->root_fd, l->list, l->stamps, l->count, &names_stamp);
	return 0;
}

int md_store_list(struct md_store *store, struct md_summary **ret, size_t *ret_count,
		  struct md_error *err)
{
	struct lister l = {.store = store, .now_ns = md_clock_wall_ns()};
	int result;

	l.cache = md_store_cache_load(store->root_fd);
	result = list_all(&l, err);
	md_store_cache_free(l.cache);
	names_fini(&l.names);
	free(l.stamps);
	if (result < 0) {
		md_summaries_free(l.list, l.count);
		return -1;
	}
	if (l.count > 1)
		qsort(l.list, l.count, sizeof(*l.list), newest_first);
	*ret = l.list;
	*ret_count = l.count;
	return 0;
}
