/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/store_fixture.h"

#include <fcntl.h>

static void a_name_of_a_dead_maker_is_taken_over(void)
{
	md_auto_store struct md_store *store = open_store();
	static const char dead[] =
		"00000000000000000000000000000000000000000000000000000000000000aa";
	char id[MD_ID_LENGTH + 1];

	shell("ln -s %s %s/names/web", dead, root); /* died after an rm or before its mkdir */
	must_make(store, "web", id);
	must_remove(store, id);
	shell("mkdir %s/containers/.new-%s; touch %s/containers/.new-%s/lock; "
	      "ln -s %s %s/names/web",
	      root, dead, root, dead, dead, root);
	must_make(store, "web", id);
	CHECK(!exists("containers/.new-", dead));
	must_remove(store, id);
}

static void a_name_of_a_living_maker_is_not_taken(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT;
	static const char maker[] =
		"00000000000000000000000000000000000000000000000000000000000000bb";
	md_auto_free char *path = md_xasprintf("%s/containers/.new-%s/lock", root, maker);
	struct flock whole = {.l_type = F_WRLCK};
	struct md_strv swept = MD_STRV_INIT;
	char id[MD_ID_LENGTH + 1];
	md_auto_close int lock = -1;

	shell("mkdir %s/containers/.new-%s; ln -s %s %s/names/web", root, maker, maker, root);
	lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	CHECK(fcntl(lock, F_OFD_SETLK, &whole) == 0);
	CHECK(make(store, "web", id, &err) == -1 && err.code == MD_ERR_EXISTS);
	CHECK(md_store_sweep(store, MD_SWEEP_REMOVE, &swept, &err) == 0 && swept.count == 0);
	md_close_fd(&lock);
	CHECK(md_store_sweep(store, MD_SWEEP_LOOK, &swept, &err) == 0 && swept.count == 1);
	CHECK(exists("containers/.new-", maker));
	CHECK(md_store_sweep(store, MD_SWEEP_REMOVE, &swept, &err) == 0 && swept.count == 2);
	CHECK(!exists("containers/.new-", maker));
	md_strv_fini(&swept);
	shell("rm %s/names/web", root);
}

static void eight_makers_of_one_name_leave_one_container(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT;
	char id[MD_ID_LENGTH + 1];
	struct md_summary *list;
	size_t count;
	int made = 0;

	fflush(stdout);
	for (int i = 0; i < 8; i++) {
		if (fork() == 0) {
			struct md_error mine = MD_ERROR_INIT;
			struct md_store *own = md_store_open(root, &mine);

			_exit(make(own, "race", id, &mine) == 0 ? 0
			      : mine.code == MD_ERR_EXISTS      ? 1
								: 2);
		}
	}
	for (int i = 0; i < 8; i++) {
		int status;

		(void)wait(&status);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) < 2);
		made += WIFEXITED(status) && WEXITSTATUS(status) == 0;
	}
	CHECK(made == 1);
	CHECK(md_store_list(store, &list, &count, &err) == 0 && count == 1);
	must_remove(store, list[0].id);
	md_summaries_free(list, count);
}

static void a_damaged_state_is_dead_kept_and_removable(void)
{
	md_auto_store struct md_store *store = open_store();
	static const char *const damages[] = {
		"head -c 20 %s > x; cat x > %s",            /* torn */
		": < %s; head -c 100 /dev/zero > %s",       /* NULs of a power cut */
		": < %s; : > %s",                           /* empty */
		": < %s; echo '{\"status\":\"odd\"}' > %s", /* foreign */
		": < %s; rm %s",                            /* gone */
		"rm %s; mkfifo %s",                         /* would block a careless reader */
		"rm %s; ln -s /etc/passwd %s",
	};

	for (size_t i = 0; i < sizeof(damages) / sizeof(*damages); i++) {
		struct md_error err = MD_ERROR_INIT;
		char id[MD_ID_LENGTH + 1];
		md_auto_free char *path = NULL;
		md_auto_free char *damage = NULL;
		struct md_summary *list = NULL;
		struct md_state state;
		size_t count = 0;

		must_make(store, "web", id);
		path = md_store_path(store, id, "state.json");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		damage = md_xasprintf(damages[i], path, path);
#pragma GCC diagnostic pop
		shell("cd %s; %s", base, damage);
		CHECK(md_store_load_state(store, id, &state, &err) == 0);
		CHECK(state.status == MD_STATUS_DEAD && state.error);
		CHECK(i > 3 || (strstr(state.error, "quarantine/") && exists("quarantine/", "")));
		md_state_fini(&state);
		CHECK(md_store_list(store, &list, &count, &err) == 0 && count == 1);
		CHECK(list[0].state.status == MD_STATUS_DEAD);
		CHECK_STR(list[0].name, "web");
		CHECK_STR(list[0].image, "busybox");
		md_summaries_free(list, count);
		must_remove(store, id);
	}
	shell("test $(ls %s/quarantine | wc -l) = 4", root);
}

static void a_damaged_record_is_listed_as_dead(void)
{
	md_auto_store struct md_store *store = open_store();
	struct md_error err = MD_ERROR_INIT, load = MD_ERROR_INIT;
	char id[MD_ID_LENGTH + 1];
	struct md_summary *list = NULL;
	struct md_record record;
	size_t count = 0;

	must_make(store, "web", id);
	shell("echo '{' > %s/containers/%s/record.json; rm %s/containers/%s/state.json", root, id,
	      root, id);
	CHECK(md_store_load_record(store, id, &record, &load) == -1);
	CHECK(load.code == MD_ERR_CORRUPT && strstr(load.msg, "quarantine/"));
	CHECK(md_store_list(store, &list, &count, &err) == 0 && count == 1);
	CHECK(list[0].state.status == MD_STATUS_DEAD);
	CHECK_STR(list[0].name, "web");
	md_summaries_free(list, count);
	must_remove(store, id);
	must_make(store, "web", id); /* the name it left behind leads nowhere */
	must_remove(store, id);
}

/* How many of the store's functions accept `id`. None must, unless it is a whole id. */
static int count_accepting(struct md_store *store, const char *id)
{
	struct md_error err[9] = {MD_ERROR_INIT};
	struct md_record record = {.name = md_xstrdup("x")};
	struct md_state state;
	md_auto_json struct md_json *undo = md_json_array();
	int accepted = 0;

	md_run_request_init(&record.request);
	(void)snprintf(record.id, sizeof(record.id), "%s", id);
	md_state_init(&state);
	accepted += md_store_remove(store, id, &err[0]) == 0;
	accepted += md_store_load_state(store, id, &state, &err[1]) == 0;
	accepted += md_store_save_state(store, id, &state, MD_DURABLE_NO, &err[2]) == 0;
	accepted += md_store_lock(store, id, &err[3]) >= 0;
	accepted += md_store_save_undo(store, id, undo, &err[4]) == 0;
	accepted += md_store_load_undo(store, id, &err[5]) != NULL;
	accepted += md_store_open_dir(store, id, "log", &err[6]) >= 0;
	accepted += md_store_open_run_dir(store, id, &err[7]) >= 0;
	accepted += strlen(id) < sizeof(record.id) &&
		    md_store_save_record(store, &record, &err[8]) == 0;
	md_record_fini(&record);
	return accepted;
}

/* Wrong in one byte, in length, or a path: 200 texts made from a whole id. */
static char *hostile_id(const char *id, unsigned int i)
{
	static const char *const prefixes[] = {"../", "/", "./", "-", ".new-", ".gone-", " ", "0"};
	static const char bytes[] = "/.\\\n\t :;*?%AFGgz-_\x7f\x01";
	char *text;

	if (i < 64)
		return md_xasprintf("%.*s", (int)i, id);
	if (i < 72)
		return md_xasprintf("%s%s", prefixes[i - 64], id);
	if (i < 80) /* cut so that the length is right */
		return md_xasprintf("%s%.*s", prefixes[i - 72],
				    (int)(MD_ID_LENGTH - strlen(prefixes[i - 72])), id);
	if (i < 90)
		return md_xasprintf("%s%c", id, bytes[i % (sizeof(bytes) - 1)]);
	text = md_xstrdup(id);
	text[(i * 7) % MD_ID_LENGTH] = bytes[i % (sizeof(bytes) - 1)];
	return text;
}

static void two_hundred_texts_are_no_ids(void)
{
	md_auto_store struct md_store *store = open_store();
	char id[MD_ID_LENGTH + 1];
	int accepted = 0;

	must_make(store, "web", id);
	for (unsigned int i = 0; i < 200; i++) {
		md_auto_free char *text = hostile_id(id, i);
		bool is_other_id = md_id_is_valid(text);

		/* "0" and a cut id is an id, of a container that is not there. */
		if (!is_other_id)
			accepted += count_accepting(store, text);
	}
	CHECK(accepted == 0);
	CHECK(exists("containers/", id) && exists("names/", "web"));
	must_remove(store, id);
	shell("test -z \"$(ls -A %s/containers %s/names | grep -v :)\"", root, root);
}

static void names_of_every_kind_are_checked(void)
{
	md_auto_store struct md_store *store = open_store();
	static const char *const names[] = {"",         ".",   "..", "/",  "a/b", "../a",
					    "a\n",      "a b", "-a", "_a", ".a",  "a\x01",
					    "\xc3\xa9", "a:b", "*",  "~"};
	char id[MD_ID_LENGTH + 1], other[MD_ID_LENGTH + 1], *path;

	must_make(store, "web", id);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct md_error err[5] = {MD_ERROR_INIT};

		CHECK(make(store, names[i], other, &err[0]) == -1);
		CHECK(err[0].code == MD_ERR_INVALID);
		CHECK(md_store_rename(store, id, names[i], &err[1]) == -1);
		CHECK(md_store_volume(store, names[i], &path, NULL, &err[2]) == -1);
		CHECK(md_store_remove_volume(store, names[i], &err[3]) == -1);
		CHECK(md_store_find(store, names[i], other, &err[4]) == -1);
	}
	must_remove(store, id);
}

static void hostile_stores_reach_nothing_outside(void)
{
	md_auto_store struct md_store *store = open_store();
	static const char fake[] =
		"00000000000000000000000000000000000000000000000000000000000000cc";
	static const char *const ids[] = {"",           "/",   ".",     "..",  "../canary",
					  "containers", "web", "./x",   "a/b", "/bin",
					  "*",          "0",   "ABCDEF"};
	struct md_error err = MD_ERROR_INIT;
	char id[MD_ID_LENGTH + 1];
	struct md_record record;
	struct md_state state;

	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		struct md_error e1 = MD_ERROR_INIT, e2 = MD_ERROR_INIT, e3 = MD_ERROR_INIT;

		CHECK(md_store_remove(store, ids[i], &e1) == -1 && e1.code == MD_ERR_INVALID);
		CHECK(md_store_load_state(store, ids[i], &state, &e2) == -1);
		CHECK(md_store_lock(store, ids[i], &e3) == -1);
	}
	/* The container is a link to the canary; its name leads out; its record lies. */
	shell("ln -s %s %s/containers/%s; ln -s ../../canary %s/names/evil", canary, root, fake,
	      root);
	CHECK(md_store_remove(store, fake, &err) == -1);
	err.code = MD_OK;
	CHECK(md_store_find(store, "evil", id, &err) == -1);
	err.code = MD_OK;
	CHECK(make(store, "evil", id, &err) == -1 && err.code == MD_ERR_CORRUPT);
	err.code = MD_OK;
	must_make(store, "web", id);
	shell("sed -i s/%.63s./%s/ %s/containers/%s/record.json; ln -s %s %s/containers/%s/root",
	      id, fake, root, id, canary, root, id);
	CHECK(md_store_load_record(store, id, &record, &err) == -1 && err.code == MD_ERR_CORRUPT);
	must_remove(store, id);
	shell("rm %s/containers/%s %s/names/evil %s/names/web", root, fake, root, root);
	shell("test \"$(cat %s/marker)\" = canary", canary);
}

static void a_root_that_others_can_write_is_refused(void)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *shared = md_xasprintf("%s/shared", base);

	shell("mkdir -m 1777 %s", shared);
	CHECK(md_store_open(shared, &err) == NULL && err.code == MD_ERR_INVALID);
	CHECK(strstr(err.msg, "can be written by others"));
}

int main(void)
{
	fixture_open();
	RUN(a_name_of_a_dead_maker_is_taken_over);
	RUN(a_name_of_a_living_maker_is_not_taken);
	RUN(eight_makers_of_one_name_leave_one_container);
	RUN(a_damaged_state_is_dead_kept_and_removable);
	RUN(a_damaged_record_is_listed_as_dead);
	RUN(two_hundred_texts_are_no_ids);
	RUN(names_of_every_kind_are_checked);
	RUN(hostile_stores_reach_nothing_outside);
	RUN(a_root_that_others_can_write_is_refused);
	fixture_close();
	return DONE();
}
