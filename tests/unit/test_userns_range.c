/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"
#include "tests/unit/scratch_dir.h"

#include "containers/spec_build.h"
#include "containers/userns_range.h"

#include <stdlib.h>
#include <unistd.h>

#define ID       "00000000aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SAME     "00000000bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define FIRST_ID 524288u

/* A store whose container `id` looks as if it were being started. */
static void begin_start(struct md_store *store, const char *id)
{
	struct md_error err = MD_ERROR_INIT;
	char *directory = md_store_path(store, id, NULL);
	char *undo = md_store_path(store, id, "undo.json");

	CHECK(md_fs_mkdirs(AT_FDCWD, directory, 0700, &err) == 0);
	CHECK(md_fs_write(AT_FDCWD, undo, "[]", 2, MD_DURABLE_NO, &err) == 0);
	free(directory);
	free(undo);
}

static struct md_store *open_store(const struct scratch *dir)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_store *store = md_store_open(dir->path, &err);

	CHECK(store != NULL);
	return store;
}

static uint32_t take(struct md_store *store, const char *id)
{
	struct md_error err = MD_ERROR_INIT;
	uint32_t base = 0;

	CHECK(md_userns_range_take(store, id, &base, &err) == 0);
	return base;
}

static void the_first_choice_follows_from_the_id(void)
{
	static const char high[] =
		"ffffffff00000000000000000000000000000000000000000000000000000000";

	CHECK(md_userns_range_first_choice(ID) == FIRST_ID);
	CHECK(md_userns_range_first_choice(high) == md_userns_range_first_choice(high));
	CHECK((md_userns_range_first_choice(high) - FIRST_ID) % MD_USERNS_RANGE == 0);
	CHECK(md_userns_range_first_choice(high) <= INT32_MAX - MD_USERNS_RANGE);
}

static void two_containers_never_share_a_range(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct md_store *store = open_store(&dir);

	begin_start(store, ID);
	begin_start(store, SAME);
	CHECK(take(store, ID) == FIRST_ID);
	CHECK(take(store, SAME) == FIRST_ID + MD_USERNS_RANGE);
	CHECK(take(store, ID) == FIRST_ID);
	md_store_close(store);
}

static void a_range_that_was_given_back_is_free(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct md_store *store = open_store(&dir);

	begin_start(store, ID);
	begin_start(store, SAME);
	CHECK(take(store, ID) == FIRST_ID);
	md_userns_range_release(store, SAME, FIRST_ID); /* not its own: no effect */
	CHECK(take(store, SAME) == FIRST_ID + MD_USERNS_RANGE);
	md_userns_range_release(store, SAME, FIRST_ID + MD_USERNS_RANGE);
	md_userns_range_release(store, ID, FIRST_ID);
	CHECK(take(store, SAME) == FIRST_ID);
	md_store_close(store);
}

static void a_range_of_a_container_that_is_gone_is_taken_over(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct md_store *store = open_store(&dir);

	CHECK(take(store, SAME) == FIRST_ID);
	CHECK(take(store, ID) == FIRST_ID);
	md_store_close(store);
}

int main(void)
{
	RUN(the_first_choice_follows_from_the_id);
	RUN(two_containers_never_share_a_range);
	RUN(a_range_that_was_given_back_is_free);
	RUN(a_range_of_a_container_that_is_gone_is_taken_over);
	return DONE();
}
