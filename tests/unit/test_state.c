/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "base/str.h"
#include "containers/state.h"

#include <stdlib.h>
#include <unistd.h>

#define SECOND INT64_C(1000000000)

static void every_move_of_the_table_is_as_written_here(void)
{
	/* Columns: created running paused restarting exited removing dead. */
	static const char *const allowed[][7] = {
		[MD_MOVE_START] = {"y", "-", "-", "y", "y", "-", "-"},
		[MD_MOVE_EXIT] = {"-", "y", "y", "y", "-", "-", "-"},
		[MD_MOVE_PAUSE] = {"-", "y", "-", "-", "-", "-", "-"},
		[MD_MOVE_UNPAUSE] = {"-", "-", "y", "-", "-", "-", "-"},
		[MD_MOVE_KILL] = {"-", "y", "y", "y", "-", "-", "-"},
		[MD_MOVE_EXEC] = {"-", "y", "-", "-", "-", "-", "-"},
		[MD_MOVE_ATTACH] = {"-", "y", "-", "-", "-", "-", "-"},
		[MD_MOVE_REMOVE] = {"y", "-", "-", "-", "y", "y", "y"},
		[MD_MOVE_FORCE_REMOVE] = {"y", "y", "y", "y", "y", "y", "y"},
	};

	for (int move = MD_MOVE_START; move <= MD_MOVE_FORCE_REMOVE; move++) {
		for (int from = MD_STATUS_CREATED; from <= MD_STATUS_DEAD; from++) {
			struct md_error err = MD_ERROR_INIT;
			int result =
				md_state_check_move((enum md_status)from, (enum md_move)move, &err);

			CHECK((result == 0) == (allowed[move][from][0] == 'y'));
			CHECK(result == 0 || err.code == MD_ERR_STATE);
		}
	}
}

static void an_illegal_move_names_state_and_move(void)
{
	struct md_error err = MD_ERROR_INIT;

	CHECK(md_state_check_move(MD_STATUS_EXITED, MD_MOVE_PAUSE, &err) == -1);
	CHECK_STR(err.msg, "cannot pause a container that is exited (it must be running)");
	err.code = MD_OK;
	CHECK(md_state_check_move(MD_STATUS_RUNNING, MD_MOVE_REMOVE, &err) == -1);
	CHECK_STR(err.msg,
		  "cannot remove a container that is running (it must be created or exited "
		  "or removing or dead) (stop it first, or remove it with -f)");
}

static void a_state_survives_json(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_state from, to;
	md_auto_json struct md_json *json = NULL;

	md_state_init(&from);
	from.status = MD_STATUS_PAUSED;
	from.process = (struct md_proc_id){.pid = 4711, .start_ticks = 99, .boot_id = "b-1"};
	from.supervisor = (struct md_proc_id){.pid = 4710, .start_ticks = 98, .boot_id = "b-1"};
	from.started_ns = 1234567890123456789;
	from.finished_ns = 1;
	from.exit_code = 137;
	from.is_oom_killed = true;
	from.error = strdup("a \"quoted\"\nerror");
	from.cause = strdup("SIGKILL");
	from.restart_count = 7;
	json = md_state_to_json(&from);
	CHECK(md_state_from_json(json, &to, &err) == 0);
	CHECK(to.status == MD_STATUS_PAUSED && to.exit_code == 137 && to.restart_count == 7);
	CHECK(to.process.pid == 4711 && to.process.start_ticks == 99);
	CHECK_STR(to.process.boot_id, "b-1");
	CHECK(to.supervisor.pid == 4710 && to.supervisor.start_ticks == 98);
	CHECK(to.started_ns == from.started_ns && to.finished_ns == 1 && to.is_oom_killed);
	CHECK_STR(to.error, from.error);
	CHECK_STR(to.cause, "SIGKILL");
	md_state_fini(&from);
	md_state_fini(&to);
}

static void damaged_states_are_refused_by_key(void)
{
	static const struct {
		const char *json, *message;
	} cases[] = {
		{"{}", "state: "},
		{"[]", "state: "},
		{"{\"status\":\"flying\"}", "state: unknown status 'flying'"},
		{"{\"status\":\"exited\",\"exit_code\":-1}", "state: 'exit_code'"},
		{"{\"status\":\"exited\",\"exit_code\":256}", "state: 'exit_code'"},
		{"{\"status\":\"exited\",\"started\":\"soon\"}", "state: 'started'"},
		{"{\"status\":\"exited\",\"started\":5}", "state: 'started'"},
		{"{\"status\":\"running\",\"process\":{\"pid\":0,\"start_ticks\":1}}",
		 "state: 'process'"},
		{"{\"status\":\"running\",\"process\":{\"pid\":-1,\"start_ticks\":1}}",
		 "state: 'process'"},
		{"{\"status\":\"running\",\"process\":{}}", "state: 'process'"},
		{"{\"status\":\"running\",\"supervisor\":{\"pid\":1,\"start_ticks\":1,\"boot_id\":"
		 "\"0123456789012345678901234567890123456789\"}}",
		 "state: 'supervisor'"},
		{"{\"status\":\"running\",\"restart_count\":\"x\"}", "state: 'restart_count'"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct md_error err = MD_ERROR_INIT;
		md_auto_json struct md_json *json =
			md_json_parse(cases[i].json, strlen(cases[i].json), &err);
		struct md_state state;

		CHECK(json && md_state_from_json(json, &state, &err) == -1);
		CHECK(err.code == MD_ERR_CORRUPT);
		CHECK(md_str_starts(err.msg, cases[i].message));
		if (!md_str_starts(err.msg, cases[i].message))
			printf("# %s\n", err.msg);
	}
}

static void check_words(const struct md_state *state, const char *want)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;

	md_state_describe(state, 1000 * SECOND, &out);
	CHECK_STR(md_str_get(&out), want);
}

static void the_status_column_speaks_dockers_words(void)
{
	struct md_state state;

	md_state_init(&state);
	check_words(&state, "Created");
	state.status = MD_STATUS_RUNNING;
	state.started_ns = 700 * SECOND;
	check_words(&state, "Up 5 minutes");
	state.status = MD_STATUS_PAUSED;
	check_words(&state, "Up 5 minutes (Paused)");
	state.started_ns = 2000 * SECOND; /* the clock was set back */
	check_words(&state, "Up Less than a second (Paused)");
	state.status = MD_STATUS_EXITED;
	state.exit_code = 3;
	check_words(&state, "Exited (3)");
	state.finished_ns = 990 * SECOND;
	check_words(&state, "Exited (3) 10 seconds ago");
	state.status = MD_STATUS_RESTARTING;
	check_words(&state, "Restarting (3) 10 seconds ago");
	state.status = MD_STATUS_REMOVING;
	check_words(&state, "Removal In Progress");
	state.status = MD_STATUS_DEAD;
	check_words(&state, "Dead");
}

static void a_running_state_without_processes_is_settled(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_state state;

	md_state_init(&state);
	CHECK(!md_state_settle(&state) && state.status == MD_STATUS_CREATED);
	state.status = MD_STATUS_RUNNING;
	CHECK(md_proc_identify(getpid(), &state.process, &err) == 0);
	CHECK(!md_state_settle(&state)); /* its process lives */
	state.supervisor = state.process;
	state.process.start_ticks++;     /* the pid now belongs to somebody else */
	CHECK(!md_state_settle(&state)); /* its supervisor lives */
	state.supervisor.boot_id[0] ^= 1;
	CHECK(md_state_settle(&state) && state.status == MD_STATUS_EXITED);
	CHECK(state.exit_code == 255);
	CHECK_STR(state.cause, "dead supervisor");
	md_state_fini(&state);
}

int main(void)
{
	RUN(every_move_of_the_table_is_as_written_here);
	RUN(an_illegal_move_names_state_and_move);
	RUN(a_state_survives_json);
	RUN(damaged_states_are_refused_by_key);
	RUN(the_status_column_speaks_dockers_words);
	RUN(a_running_state_without_processes_is_settled);
	return DONE();
}
