/* SPDX-License-Identifier: Apache-2.0 */
/* The cache of lists: used when nothing changed, never when something did. */
#include "tests/unit/store_fixture.h"

#include "containers/store_cache.h"

#include <fcntl.h>
#include <sys/stat.h>

#define MANY 300 /* enough that a list keeps a cache */

static char ids[MANY][MD_ID_LENGTH + 1];

/* As if the files had been there for an hour: the kernel sets ctime, so we move the clock instead.
 */
static const int64_t HOUR_NS = INT64_C(3600) * 1000000000;

static struct stat stat_of_state(const char *id)
{
	md_auto_free char *path = md_xasprintf("%s/containers/%s/state.json", root, id);
	struct stat st = {.st_size = 0};

	CHECK(stat(path, &st) == 0);
	return st;
}

static int open_containers(void)
{
	md_auto_free char *path = md_xasprintf("%s/containers", root);

	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* Write the cache that a list an hour from now would write. */
static void save_settled(struct md_store *store)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_store_stamp stamps[MANY], names_stamp;
	struct md_summary *list = NULL;
	size_t count = 0;
	struct stat st;

	CHECK(md_store_list(store, &list, &count, &err) == 0 && count == MANY);
	for (size_t i = 0; i < count; i++) {
		st = stat_of_state(list[i].id);
		stamps[i] =
			md_store_stamp_of(&st, st.st_ctim.tv_sec * INT64_C(1000000000) + HOUR_NS);
	}
	CHECK(fstatat(md_store_root_fd(store), "names", &st, 0) == 0);
	names_stamp = md_store_stamp_of(&st, st.st_ctim.tv_sec * INT64_C(1000000000) + HOUR_NS);
	md_store_cache_save(md_store_root_fd(store), list, stamps, count, &names_stamp);
	md_summaries_free(list, count);
}

static struct md_summary *find(struct md_summary *list, size_t count, const char *id)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i].id, id) == 0)
			return &list[i];
	return NULL;
}

/* The list through the cache must be what a list without any is. */
static void check_same_as_uncached(struct md_store *store)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_summary *cached = NULL, *plain = NULL;
	size_t cached_count = 0, plain_count = 0;
	int differences = 0;

	CHECK(md_store_list(store, &cached, &cached_count, &err) == 0);
	shell("rm -rf %s/cache", root);
	CHECK(md_store_list(store, &plain, &plain_count, &err) == 0);
	CHECK(cached_count == plain_count);
	for (size_t i = 0; i < cached_count && i < plain_count; i++) {
		const struct md_summary *a = &cached[i], *b = &plain[i];

		differences +=
			strcmp(a->id, b->id) != 0 || strcmp(a->name, b->name) != 0 ||
			strcmp(a->image, b->image) != 0 || strcmp(a->command, b->command) != 0 ||
			a->created_ns != b->created_ns || a->state.status != b->state.status ||
			a->state.exit_code != b->state.exit_code ||
			a->state.started_ns != b->state.started_ns ||
			a->state.process.pid != b->state.process.pid ||
			!a->state.cause != !b->state.cause ||
			(a->state.cause && strcmp(a->state.cause, b->state.cause) != 0);
	}
	CHECK(differences == 0);
	md_summaries_free(cached, cached_count);
	md_summaries_free(plain, plain_count);
}

static void make_many(struct md_store *store)
{
	char name[16];

	for (int i = 0; i < MANY; i++) {
		(void)snprintf(name, sizeof(name), "c%d", i);
		must_make(store, name, ids[i]);
	}
}

static void save_exit(struct md_store *store, const char *id, int code)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_state state;

	md_state_init(&state);
	state.status = MD_STATUS_EXITED;
	state.exit_code = code;
	state.started_ns = 5;
	state.cause = md_xstrdup("exit");
	CHECK(md_store_save_state(store, id, &state, MD_DURABLE_NO, &err) == 0);
	md_state_fini(&state);
}

static void a_settled_cache_is_used(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_store_cache *cache;
	struct md_summary summary = {.name = NULL};
	struct md_store_stamp stamp;
	struct stat names;
	int fd = open_containers();

	save_settled(store);
	cache = md_store_cache_load(md_store_root_fd(store));
	CHECK(cache && md_store_cache_find(cache, fd, ids[7], &summary, &stamp));
	CHECK(fstatat(md_store_root_fd(store), "names", &names, 0) == 0);
	CHECK(md_store_cache_has_names(cache, &names) && md_store_cache_name(cache, ids[7]));
	CHECK(!md_store_cache_name(cache, ids[7] + 1));
	CHECK_STR(summary.image, "busybox");
	md_summary_fini(&summary);
	md_store_cache_free(cache);
	md_close_fd(&fd);
	check_same_as_uncached(store);
}

static void changes_are_seen_at_once(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT;
	struct md_summary *list = NULL;
	size_t count = 0;

	save_settled(store);
	save_exit(store, ids[3], 3);
	CHECK(md_store_rename(store, ids[4], "renamed", &err) == 0);
	CHECK(md_store_list(store, &list, &count, &err) == 0 && count == MANY);
	CHECK(find(list, count, ids[3])->state.exit_code == 3);
	CHECK_STR(find(list, count, ids[4])->name, "renamed");
	md_summaries_free(list, count);
	save_settled(store);
	save_exit(store, ids[3], 4); /* same size, same second */
	CHECK(md_store_list(store, &list, &count, &err) == 0);
	CHECK(find(list, count, ids[3])->state.exit_code == 4);
	md_summaries_free(list, count);
	save_settled(store);
	must_remove(store, ids[0]);
	must_make(store, "renamed-too", ids[0]);
	check_same_as_uncached(store);
}

static void what_changed_just_now_is_not_kept(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_store_cache *cache;
	struct md_summary *list = NULL;
	struct md_error err = MD_ERROR_INIT;
	struct md_store_stamp stamp;
	struct md_summary summary = {.name = NULL};
	size_t count = 0;
	int fd = open_containers();

	shell("rm -rf %s/cache", root);
	for (int i = 0; i < MANY; i++)
		save_exit(store, ids[i], 1);
	CHECK(md_store_list(store, &list, &count, &err) == 0); /* within the 2.5 s */
	md_summaries_free(list, count);
	cache = md_store_cache_load(md_store_root_fd(store));
	CHECK(!md_store_cache_find(cache, fd, ids[3], &summary, &stamp));
	md_store_cache_free(cache);
	md_close_fd(&fd);
}

static void a_state_edited_in_place_is_seen(void)
{
	md_auto_store struct md_store *store = open_store();

	save_exit(store, ids[5], 1);
	save_settled(store);
	/* The same inode and size: only the times tell. */
	shell("cd %s/containers/%s; sed 's/\"exit_code\":1/\"exit_code\":7/' state.json > %s/new; "
	      "cat %s/new 1<> state.json",
	      root, ids[5], base, base);
	check_same_as_uncached(store);
	save_settled(store);
	shell("rm %s/containers/%s/state.json", root, ids[5]);
	check_same_as_uncached(store);
	save_exit(store, ids[5], 1);
}

static void a_damaged_cache_is_no_cache(void)
{
	md_auto_store struct md_store *store = open_store();
	static const char *const damages[] = {
		": > cache/list",
		"truncate -s 100 cache/list",
		"truncate -s -8 cache/list",
		"printf x | dd of=cache/list bs=1 seek=5000 conv=notrunc 2>/dev/null",
		"dd if=/dev/zero of=cache/list bs=1 seek=2000 count=4000 conv=notrunc 2>/dev/null",
		"head -c 50000 /dev/urandom > cache/list",
		"rm cache/list; mkdir cache/list",
	};

	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		save_settled(store);
		shell("cd %s; %s", root, damages[i]);
		CHECK(!md_store_cache_load(md_store_root_fd(store)));
		check_same_as_uncached(store);
	}
}

int main(void)
{
	fixture_open();
	{
		md_auto_store struct md_store *store = open_store();

		make_many(store);
	}
	RUN(a_settled_cache_is_used);
	RUN(changes_are_seen_at_once);
	RUN(what_changed_just_now_is_not_kept);
	RUN(a_state_edited_in_place_is_seen);
	RUN(a_damaged_cache_is_no_cache);
	fixture_close();
	return DONE();
}
