/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/store_cache.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_PATH "cache/list"
#define CACHE_MAX  (256 << 20)
#define NS_PER_S   INT64_C(1000000000)

/* Some file systems keep whole seconds only. */
#define SETTLED_NS (INT64_C(5) * NS_PER_S / 2)

#define STRINGS 5 /* name, image, command, error, cause */

struct header {
	char magic[24];
	uint64_t checksum; /* of everything behind this member */
	uint64_t entry_size, count;
	struct md_store_stamp names;
};

/* Followed by the strings, each with its NUL, padded to 8 bytes. Ordered by id. */
struct entry {
	char id[MD_ID_LENGTH];
	struct md_store_stamp stamp;
	int64_t created_ns, started_ns, finished_ns;
	struct md_proc_id process, supervisor;
	int32_t status, exit_code;
	uint32_t restart_count, is_oom_killed;
	uint32_t length[STRINGS]; /* 0: NULL, else with the NUL */
	uint32_t total;           /* of the entry with its strings */
};

struct md_store_cache {
	char *data;
	const struct header *header;
	const struct entry **entries;
};

static const char magic[24] = "minidock list " MD_VERSION;

struct md_store_stamp md_store_stamp_of(const struct stat *st, int64_t now_ns)
{
	int64_t changed_ns = st->st_ctim.tv_sec * NS_PER_S + st->st_ctim.tv_nsec;
	bool is_settled = changed_ns < now_ns - SETTLED_NS;

	return (struct md_store_stamp){
		.inode = is_settled ? st->st_ino : 0,
		.size = (uint64_t)st->st_size,
		.modified_ns = st->st_mtim.tv_sec * NS_PER_S + st->st_mtim.tv_nsec,
		.changed_ns = changed_ns,
	};
}

bool md_store_stamp_matches(const struct md_store_stamp *stamp, const struct stat *st)
{
	struct md_store_stamp now = md_store_stamp_of(st, INT64_MAX);

	return stamp->inode != 0 && memcmp(stamp, &now, sizeof(now)) == 0;
}

static uint64_t checksum(const char *data, size_t length)
{
	uint64_t sum = length, word;

	for (; length >= sizeof(word); data += sizeof(word), length -= sizeof(word)) {
		memcpy(&word, data, sizeof(word));
		sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		sum ^= sum >> 29;
	}
	return sum;
}

static bool is_sound_header(const char *data, size_t length)
{
	const struct header *header = (const void *)data;
	size_t before = offsetof(struct header, entry_size);

	return length >= sizeof(*header) && length % 8 == 0 &&
	       memcmp(header->magic, magic, sizeof(magic)) == 0 &&
	       header->entry_size == sizeof(struct entry) &&
	       header->checksum == checksum(data + before, length - before);
}

/* Whether an entry of which at most `left` bytes are there keeps within itself. */
static bool is_sound_entry(const struct entry *entry, size_t left)
{
	uint64_t total = sizeof(*entry);

	if (left < sizeof(*entry) || entry->total > left || entry->total % 8 != 0 ||
	    entry->status < 0 || entry->status > MD_STATUS_DEAD)
		return false;
	for (size_t i = 0; i < STRINGS; i++) {
		total += entry->length[i];
		if (total > entry->total ||
		    (entry->length[i] && ((const char *)entry)[total - 1] != '\0'))
			return false;
	}
	return true;
}

/* Where the entries are. The checksum vouches for the content, this for our own arithmetic. */
static bool index_entries(struct md_store_cache *cache, size_t length)
{
	size_t at = sizeof(*cache->header);

	if (cache->header->count > length / sizeof(struct entry))
		return false;
	cache->entries = md_xcalloc(cache->header->count + 1, sizeof(*cache->entries));
	for (size_t i = 0; i < cache->header->count; i++) {
		const struct entry *entry = (const void *)(cache->data + at);

		if (!is_sound_entry(entry, length - at))
			return false;
		cache->entries[i] = entry;
		at += entry->total;
	}
	return at == length;
}

struct md_store_cache *md_store_cache_load(int root_fd)
{
	struct md_store_cache *cache = md_xcalloc(1, sizeof(*cache));
	struct md_error ignored = MD_ERROR_INIT;
	size_t length;

	if (md_fs_read(root_fd, CACHE_PATH, CACHE_MAX, &cache->data, &length, &ignored) == 0 &&
	    is_sound_header(cache->data, length)) {
		cache->header = (const void *)cache->data;
		if (index_entries(cache, length))
			return cache;
	}
	md_store_cache_free(cache);
	return NULL;
}

void md_store_cache_free(struct md_store_cache *cache)
{
	if (!cache)
		return;
	free(cache->entries);
	free(cache->data);
	free(cache);
}

bool md_store_cache_has_names(const struct md_store_cache *cache, const struct stat *names)
{
	return cache && md_store_stamp_matches(&cache->header->names, names);
}

static int by_id(const void *key, const void *item)
{
	const struct entry *const *entry = item;

	return memcmp(key, (*entry)->id, MD_ID_LENGTH);
}

/* The next string of an entry; *at moves behind it. */
static char *take_string(const struct entry *entry, size_t i, const char **at)
{
	const char *text = *at;

	*at += entry->length[i];
	return entry->length[i] ? md_xstrdup(text) : NULL;
}

static void fill(const struct entry *entry, struct md_summary *ret)
{
	const char *at = (const char *)(entry + 1) + entry->length[0]; /* behind the name */

	ret->created_ns = entry->created_ns;
	ret->state = (struct md_state){
		.status = (enum md_status)entry->status,
		.process = entry->process,
		.supervisor = entry->supervisor,
		.started_ns = entry->started_ns,
		.finished_ns = entry->finished_ns,
		.exit_code = entry->exit_code,
		.is_oom_killed = entry->is_oom_killed,
		.restart_count = entry->restart_count,
	};
	ret->image = take_string(entry, 1, &at);
	ret->command = take_string(entry, 2, &at);
	ret->state.error = take_string(entry, 3, &at);
	ret->state.cause = take_string(entry, 4, &at);
}

static const struct entry *find(const struct md_store_cache *cache, const char *id)
{
	const struct entry **found = NULL;

	if (cache)
		found = bsearch(id, cache->entries, cache->header->count, sizeof(*cache->entries),
				by_id);
	return found ? *found : NULL;
}

const char *md_store_cache_name(const struct md_store_cache *cache, const char *id)
{
	const struct entry *entry = find(cache, id);

	return entry && entry->length[0] ? (const char *)(entry + 1) : NULL;
}

bool md_store_cache_find(const struct md_store_cache *cache, int containers_fd, const char *id,
			 struct md_summary *ret, struct md_store_stamp *ret_stamp)
{
	char path[MD_ID_LENGTH + sizeof("/state.json")];
	const struct entry *entry = find(cache, id);
	struct stat st;

	if (!entry)
		return false;
	memcpy(path, id, MD_ID_LENGTH);
	memcpy(path + MD_ID_LENGTH, "/state.json", sizeof("/state.json"));
	if (fstatat(containers_fd, path, &st, AT_SYMLINK_NOFOLLOW) < 0 || !S_ISREG(st.st_mode) ||
	    !md_store_stamp_matches(&entry->stamp, &st))
		return false;
	fill(entry, ret);
	*ret_stamp = entry->stamp;
	return true;
}

static void add_entry(struct md_str *out, const struct md_summary *summary,
		      const struct md_store_stamp *stamp)
{
	const char *const strings[STRINGS] = {summary->name, summary->image, summary->command,
					      summary->state.error, summary->state.cause};
	static const char padding[8];
	struct entry entry;
	size_t total = sizeof(entry);

	memset(&entry, 0, sizeof(entry)); /* its gaps are written too */
	memcpy(entry.id, summary->id, MD_ID_LENGTH);
	entry.stamp = *stamp;
	entry.created_ns = summary->created_ns;
	entry.started_ns = summary->state.started_ns;
	entry.finished_ns = summary->state.finished_ns;
	entry.process = summary->state.process;
	entry.supervisor = summary->state.supervisor;
	entry.status = (int32_t)summary->state.status;
	entry.exit_code = summary->state.exit_code;
	entry.restart_count = summary->state.restart_count;
	entry.is_oom_killed = summary->state.is_oom_killed;
	for (size_t i = 0; i < STRINGS; i++) {
		entry.length[i] = strings[i] ? (uint32_t)strlen(strings[i]) + 1 : 0;
		total += entry.length[i];
	}
	entry.total = (uint32_t)(total + 7) & ~7u;
	md_str_add_bytes(out, &entry, sizeof(entry));
	for (size_t i = 0; i < STRINGS; i++)
		md_str_add_bytes(out, strings[i] ? strings[i] : "", entry.length[i]);
	md_str_add_bytes(out, padding, entry.total - total);
}

/* Indexes of the summaries that can be relied on, by id. */
struct order {
	const struct md_summary *summary;
	const struct md_store_stamp *stamp;
};

static int by_summary_id(const void *a, const void *b)
{
	const struct order *x = a, *y = b;

	return memcmp(x->summary->id, y->summary->id, MD_ID_LENGTH);
}

void md_store_cache_save(int root_fd, const struct md_summary *list,
			 const struct md_store_stamp *stamps, size_t count,
			 const struct md_store_stamp *names)
{
	md_auto_free struct order *order = md_xcalloc(count + 1, sizeof(*order));
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	struct md_error ignored = MD_ERROR_INIT;
	size_t before = offsetof(struct header, entry_size);
	struct header header = {.entry_size = sizeof(struct entry), .names = *names};

	for (size_t i = 0; i < count; i++)
		if (stamps[i].inode)
			order[header.count++] = (struct order){&list[i], &stamps[i]};
	qsort(order, header.count, sizeof(*order), by_summary_id);
	memcpy(header.magic, magic, sizeof(magic));
	md_str_add_bytes(&out, &header, sizeof(header));
	for (size_t i = 0; i < header.count; i++)
		add_entry(&out, order[i].summary, order[i].stamp);
	header.checksum = checksum(out.data + before, out.length - before);
	memcpy(out.data, &header, sizeof(header));
	if (mkdirat(root_fd, "cache", 0700) < 0 && errno != EEXIST)
		return;
	(void)md_fs_write(root_fd, CACHE_PATH, out.data, out.length, MD_DURABLE_NO, &ignored);
}
