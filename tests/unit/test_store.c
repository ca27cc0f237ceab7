/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store_fixture.h"

static void a_container_is_made_found_and_removed(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT;
	char id[MD_ID_LENGTH + 1], found[MD_ID_LENGTH + 1], prefix[8];
	struct md_record record;
	struct md_state state;

	must_make(store, "web", id);
	CHECK(md_id_is_valid(id));
	CHECK(md_store_find(store, id, found, &err) == 0 && strcmp(id, found) == 0);
	CHECK(md_store_find(store, "web", found, &err) == 0 && strcmp(id, found) == 0);
	(void)snprintf(prefix, sizeof(prefix), "%.6s", id);
	CHECK(md_store_find(store, prefix, found, &err) == 0 && strcmp(id, found) == 0);
	CHECK(md_store_load_record(store, id, &record, &err) == 0);
	CHECK_STR(record.name, "web");
	CHECK_STR(record.request.image, "busybox");
	CHECK_STR(record.version, MD_VERSION);
	CHECK(record.created_ns > 0);
	md_record_fini(&record);
	CHECK(md_store_load_state(store, id, &state, &err) == 0);
	CHECK(state.status == MD_STATUS_CREATED);
	md_state_fini(&state);
	must_remove(store, id);
	CHECK(!exists("containers/", id) && !exists("names/", "web"));
	CHECK(md_store_find(store, "web", found, &err) == -1 && err.code == MD_ERR_NOT_FOUND);
	CHECK_STR(err.msg, "no such container: 'web'");
}

static void a_second_remove_finds_nothing(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT;
	char id[MD_ID_LENGTH + 1];

	must_make(store, "web", id);
	must_remove(store, id);
	CHECK(md_store_remove(store, id, &err) == -1 && err.code == MD_ERR_NOT_FOUND);
}

static void a_taken_name_is_refused_and_leaves_nothing(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT;
	char id[MD_ID_LENGTH + 1], second[MD_ID_LENGTH + 1], owner[16];

	must_make(store, "web", id);
	CHECK(make(store, "web", second, &err) == -1 && err.code == MD_ERR_EXISTS);
	(void)snprintf(owner, sizeof(owner), "%.12s", id);
	CHECK(strstr(err.msg, "'web'") && strstr(err.msg, owner));
	CHECK(!exists("containers/", second) && !exists("containers/.new-", second));
	must_remove(store, id);
}

static void names_are_generated(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT;
	char id[MD_ID_LENGTH + 1];
	struct md_record record;

	must_make(store, NULL, id);
	CHECK(md_store_load_record(store, id, &record, &err) == 0);
	CHECK(md_name_check(record.name, &err) == 0 && exists("names/", record.name));
	md_record_fini(&record);
	must_remove(store, id);
}

static void an_ambiguous_prefix_lists_the_candidates(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT;
	char ids[17][MD_ID_LENGTH + 1], found[MD_ID_LENGTH + 1];
	int result = 0;

	for (int i = 0; i < 17; i++) /* two of 17 ids start with the same digit */
		must_make(store, NULL, ids[i]);
	for (const char *d = "0123456789abcdef"; *d && result == 0; d++) {
		char digit[2] = {*d, '\0'};
		struct md_error one = MD_ERROR_INIT;

		if (md_store_find(store, digit, found, &one) < 0 && one.code == MD_ERR_INVALID) {
			result = -1;
			err = one;
		}
	}
	CHECK(result == -1 && strstr(err.msg, "container ids: ") && strstr(err.msg, ", "));
	for (int i = 0; i < 17; i++)
		must_remove(store, ids[i]);
}

static void a_name_beats_a_prefix(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT;
	char first[MD_ID_LENGTH + 1], second[MD_ID_LENGTH + 1], found[MD_ID_LENGTH + 1];
	char name[8];

	must_make(store, NULL, first);
	(void)snprintf(name, sizeof(name), "%.5s", first);
	must_make(store, name, second);
	CHECK(md_store_find(store, name, found, &err) == 0 && strcmp(found, second) == 0);
	must_remove(store, first);
	must_remove(store, second);
}

static void a_rename_moves_the_name(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT, taken = MD_ERROR_INIT, same = MD_ERROR_INIT;
	struct md_error bad = MD_ERROR_INIT;
	char id[MD_ID_LENGTH + 1], other[MD_ID_LENGTH + 1], found[MD_ID_LENGTH + 1];
	struct md_record record;

	must_make(store, "old", id);
	must_make(store, "other", other);
	CHECK(md_store_rename(store, id, "new", &err) == 0);
	CHECK(md_store_find(store, "new", found, &err) == 0 && strcmp(found, id) == 0);
	CHECK(!exists("names/", "old"));
	CHECK(md_store_load_record(store, id, &record, &err) == 0);
	CHECK_STR(record.name, "new");
	md_record_fini(&record);
	CHECK(md_store_rename(store, id, "other", &taken) == -1 && taken.code == MD_ERR_EXISTS);
	CHECK(md_store_rename(store, id, "new", &same) == -1 && same.code == MD_ERR_EXISTS);
	CHECK(md_store_rename(store, id, "../x", &bad) == -1 && bad.code == MD_ERR_INVALID);
	must_remove(store, id);
	must_remove(store, other);
}

static void states_are_saved_with_what_a_list_needs(void)
{
	md_auto_store struct md_store *store = open_store();
	md_auto_store struct md_store *other = open_store(); /* another process, so to speak */
	struct md_error err = MD_ERROR_INIT;
	char id[MD_ID_LENGTH + 1];
	struct md_summary *list;
	struct md_state state;
	size_t count;

	must_make(store, "web", id);
	md_state_init(&state);
	state.status = MD_STATUS_EXITED;
	state.exit_code = 3;
	CHECK(md_store_save_state(other, id, &state, MD_DURABLE_YES, &err) == 0);
	CHECK(md_store_list(store, &list, &count, &err) == 0 && count == 1);
	CHECK_STR(list[0].name, "web");
	CHECK_STR(list[0].image, "busybox");
	CHECK_STR(list[0].command, "echo hello");
	CHECK(list[0].state.status == MD_STATUS_EXITED && list[0].state.exit_code == 3);
	CHECK(list[0].created_ns > 0);
	md_summaries_free(list, count);
	CHECK(md_store_rename(store, id, "web2", &err) == 0);
	CHECK(md_store_list(other, &list, &count, &err) == 0 && count == 1);
	CHECK_STR(list[0].name, "web2");
	md_summaries_free(list, count);
	must_remove(store, id);
}

static void a_list_is_newest_first_and_settles_the_dead(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT;
	char ids[3][MD_ID_LENGTH + 1];
	struct md_summary *list;
	struct md_state state;
	size_t count;

	for (int i = 0; i < 3; i++)
		must_make(store, NULL, ids[i]);
	md_state_init(&state);
	state.status = MD_STATUS_RUNNING;
	state.process = (struct md_proc_id){.pid = 1, .start_ticks = 1, .boot_id = "another"};
	CHECK(md_store_save_state(store, ids[1], &state, MD_DURABLE_NO, &err) == 0);
	CHECK(md_store_list(store, &list, &count, &err) == 0 && count == 3);
	for (int i = 0; i < 3; i++)
		CHECK_STR(list[i].id, ids[2 - i]);
	CHECK(list[1].state.status == MD_STATUS_EXITED);
	CHECK_STR(list[1].state.cause, "dead supervisor");
	md_summaries_free(list, count);
	for (int i = 0; i < 3; i++)
		must_remove(store, ids[i]);
}

static void a_lock_excludes_and_notices_removal(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT;
	char id[MD_ID_LENGTH + 1];
	md_auto_close int lock = -1;
	int status;
	pid_t pid;

	must_make(store, "web", id);
	lock = md_store_lock(store, id, &err);
	CHECK(lock >= 0);
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		struct md_error mine = MD_ERROR_INIT;
		struct md_store *own = md_store_open(root, &mine);

		md_close_fd(&lock); /* shared by fork, still held by the parent */
		_exit(md_store_lock(own, id, &mine) == -1 && mine.code == MD_ERR_NOT_FOUND ? 0 : 1);
	}
	must_remove(store, id);
	md_close_fd(&lock);
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

static void undo_lists_come_and_go(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT, none = MD_ERROR_INIT, gone = MD_ERROR_INIT;
	md_auto_json struct md_json *undo = md_json_array();
	md_auto_json struct md_json *back = NULL;
	char id[MD_ID_LENGTH + 1];

	must_make(store, "web", id);
	CHECK(md_store_load_undo(store, id, &none) == NULL && none.code == MD_OK);
	(void)md_json_append(undo, md_json_string("umount"));
	CHECK(md_store_save_undo(store, id, undo, &err) == 0);
	back = md_store_load_undo(store, id, &err);
	CHECK(md_json_size(back) == 1);
	must_remove(store, id);
	CHECK(md_store_load_undo(store, id, &gone) == NULL && gone.code == MD_ERR_NOT_FOUND);
}

static void volumes_are_directories_with_checked_names(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT, bad = MD_ERROR_INIT, bad2 = MD_ERROR_INIT;
	struct md_mount mounts[] = {{.is_volume = true}, {.type = MD_MOUNT_TMPFS}};
	struct md_run_request request;
	md_auto_free char *path = NULL;
	md_auto_free char *again = NULL;
	char *unused;
	bool is_new;

	md_run_request_init(&request);
	request.mounts = mounts;
	request.mount_count = 2;
	md_store_name_volumes(&request);
	CHECK(md_id_is_valid(mounts[0].volume_name) && !mounts[1].volume_name);
	CHECK(md_store_volume(store, mounts[0].volume_name, &path, &is_new, &err) == 0 && is_new);
	CHECK(md_store_volume(store, mounts[0].volume_name, &again, &is_new, &err) == 0 && !is_new);
	CHECK_STR(path, again);
	CHECK(exists("volumes/", mounts[0].volume_name));
	CHECK(md_store_remove_volume(store, mounts[0].volume_name, &err) == 0);
	CHECK(!exists("volumes/", mounts[0].volume_name));
	CHECK(md_store_volume(store, "../x", &unused, &is_new, &bad) == -1);
	CHECK(md_store_remove_volume(store, "..", &bad2) == -1);
	free(mounts[0].volume_name);
}

static void run_paths_follow_the_root(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *want = md_xasprintf("%s/run", root);
	char id[MD_ID_LENGTH + 1];
	md_auto_close int fd = -1;

	CHECK_STR(md_store_run_dir(store), want);
	must_make(store, "web", id);
	fd = md_store_open_run_dir(store, id, &err);
	CHECK(fd >= 0 && exists("run/", id));
	must_remove(store, id);
	CHECK(!exists("run/", id));
}

int main(void)
{
	fixture_open();
	RUN(a_container_is_made_found_and_removed);
	RUN(a_second_remove_finds_nothing);
	RUN(a_taken_name_is_refused_and_leaves_nothing);
	RUN(names_are_generated);
	RUN(an_ambiguous_prefix_lists_the_candidates);
	RUN(a_name_beats_a_prefix);
	RUN(a_rename_moves_the_name);
	RUN(states_are_saved_with_what_a_list_needs);
	RUN(a_list_is_newest_first_and_settles_the_dead);
	RUN(a_lock_excludes_and_notices_removal);
	RUN(undo_lists_come_and_go);
	RUN(volumes_are_directories_with_checked_names);
	RUN(run_paths_follow_the_root);
	fixture_close();
	return DONE();
}
