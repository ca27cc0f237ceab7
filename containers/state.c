/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/state.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/str.h"

#include <stdlib.h>
#include <string.h>

#define STATUS_COUNT (MD_STATUS_DEAD + 1)
#define BIT(move)    (1u << (move))

static const struct {
	const char *name;
	unsigned int moves; /* what may be done in this state */
} table[STATUS_COUNT] = {
	[MD_STATUS_CREATED] = {"created", BIT(MD_MOVE_START) | BIT(MD_MOVE_REMOVE) |
						  BIT(MD_MOVE_FORCE_REMOVE)},
	[MD_STATUS_RUNNING] = {"running", BIT(MD_MOVE_EXIT) | BIT(MD_MOVE_PAUSE) |
						  BIT(MD_MOVE_KILL) | BIT(MD_MOVE_EXEC) |
						  BIT(MD_MOVE_ATTACH) | BIT(MD_MOVE_FORCE_REMOVE)},
	[MD_STATUS_PAUSED] = {"paused", BIT(MD_MOVE_EXIT) | BIT(MD_MOVE_UNPAUSE) |
						BIT(MD_MOVE_KILL) | BIT(MD_MOVE_FORCE_REMOVE)},
	[MD_STATUS_RESTARTING] = {"restarting", BIT(MD_MOVE_START) | BIT(MD_MOVE_EXIT) |
							BIT(MD_MOVE_KILL) |
							BIT(MD_MOVE_FORCE_REMOVE)},
	[MD_STATUS_EXITED] = {"exited",
			      BIT(MD_MOVE_START) | BIT(MD_MOVE_REMOVE) | BIT(MD_MOVE_FORCE_REMOVE)},
	/* An interrupted removal is finished by another one. */
	[MD_STATUS_REMOVING] = {"removing", BIT(MD_MOVE_REMOVE) | BIT(MD_MOVE_FORCE_REMOVE)},
	[MD_STATUS_DEAD] = {"dead", BIT(MD_MOVE_REMOVE) | BIT(MD_MOVE_FORCE_REMOVE)},
};

static const char *const move_names[] = {
	[MD_MOVE_START] = "start",         [MD_MOVE_EXIT] = "end",
	[MD_MOVE_PAUSE] = "pause",         [MD_MOVE_UNPAUSE] = "unpause",
	[MD_MOVE_KILL] = "kill",           [MD_MOVE_EXEC] = "exec in",
	[MD_MOVE_ATTACH] = "attach to",    [MD_MOVE_REMOVE] = "remove",
	[MD_MOVE_FORCE_REMOVE] = "remove",
};

void md_state_init(struct md_state *state)
{
	*state = (struct md_state){.status = MD_STATUS_CREATED};
}

void md_state_fini(struct md_state *state)
{
	free(state->error);
	free(state->cause);
	md_state_init(state);
}

const char *md_status_name(enum md_status status)
{
	return table[status].name;
}

static void list_statuses(struct md_str *out, unsigned int with_move)
{
	for (size_t i = 0; i < STATUS_COUNT; i++) {
		if (!(table[i].moves & with_move))
			continue;
		if (out->length > 0)
			md_str_add(out, " or ");
		md_str_add(out, table[i].name);
	}
}

int md_status_parse(const char *text, enum md_status *ret, struct md_error *err)
{
	for (size_t i = 0; i < STATUS_COUNT; i++) {
		if (strcmp(text, table[i].name) != 0)
			continue;
		*ret = (enum md_status)i;
		return 0;
	}
	return md_fail(err, MD_ERR_INVALID,
		       "unknown status '%s' (created, running, paused, restarting, exited, "
		       "removing or dead)",
		       text);
}

int md_state_check_move(enum md_status from, enum md_move move, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str possible = MD_STR_INIT;

	if (table[from].moves & BIT(move))
		return 0;
	list_statuses(&possible, BIT(move));
	(void)md_fail(err, MD_ERR_STATE, "cannot %s a container that is %s (it must be %s)",
		      move_names[move], table[from].name, md_str_get(&possible));
	if (move == MD_MOVE_REMOVE)
		(void)md_error_hint(err, "stop it first, or remove it with -f");
	return -1;
}

static void set_process(struct md_json *json, const char *key, const struct md_proc_id *process)
{
	struct md_json *object;

	if (process->pid == 0)
		return;
	object = md_json_set(json, key, md_json_object());
	md_json_set_number(object, "pid", process->pid);
	md_json_set_number(object, "start_ticks", (int64_t)process->start_ticks);
	md_json_set_string(object, "boot_id", process->boot_id);
}

static void set_time(struct md_json *json, const char *key, int64_t wall_ns)
{
	char text[MD_TIME_TEXT_MAX];

	if (wall_ns == 0)
		return;
	md_time_format(wall_ns, text);
	md_json_set_string(json, key, text);
}

struct md_json *md_state_to_json(const struct md_state *state)
{
	struct md_json *json = md_json_object();

	md_json_set_string(json, "status", table[state->status].name);
	set_process(json, "process", &state->process);
	set_process(json, "supervisor", &state->supervisor);
	set_time(json, "started", state->started_ns);
	set_time(json, "finished", state->finished_ns);
	md_json_set_number(json, "exit_code", state->exit_code);
	md_json_set_bool(json, "oom_killed", state->is_oom_killed);
	if (state->error)
		md_json_set_string(json, "error", state->error);
	if (state->cause)
		md_json_set_string(json, "cause", state->cause);
	md_json_set_number(json, "restart_count", state->restart_count);
	return json;
}

static int corrupt(struct md_error *err, const char *key, const char *why)
{
	return md_fail(err, MD_ERR_CORRUPT, "state: '%s' %s", key, why);
}

static int get_number(const struct md_json *json, const char *key, int64_t max, int64_t *ret,
		      struct md_error *err)
{
	const struct md_json *value = md_json_get(json, key);

	if (!value) {
		*ret = 0;
		return 0;
	}
	*ret = md_json_as_number(value, -1);
	return *ret < 0 || *ret > max ? corrupt(err, key, "is no number in its range") : 0;
}

static int get_process(const struct md_json *json, const char *key, struct md_proc_id *ret,
		       struct md_error *err)
{
	const struct md_json *object = md_json_get(json, key);
	const char *boot_id = md_json_get_string(object, "boot_id", "");
	int64_t pid, ticks;

	memset(ret, 0, sizeof(*ret));
	if (!object)
		return 0;
	if (md_json_need_number(object, "pid", &pid, err) < 0 ||
	    md_json_need_number(object, "start_ticks", &ticks, err) < 0)
		return md_error_prefix(err, "state: '%s'", key);
	if (pid < 1 || pid > INT32_MAX || ticks < 0 || strlen(boot_id) >= sizeof(ret->boot_id))
		return corrupt(err, key, "is no process");
	ret->pid = (pid_t)pid;
	ret->start_ticks = (uint64_t)ticks;
	memcpy(ret->boot_id, boot_id, strlen(boot_id) + 1);
	return 0;
}

static int get_time(const struct md_json *json, const char *key, int64_t *ret, struct md_error *err)
{
	const char *text = md_json_get_string(json, key, NULL);

	*ret = 0;
	if (!text)
		return md_json_get(json, key) ? corrupt(err, key, "is no time") : 0;
	if (md_time_parse(text, ret, err) == 0)
		return 0;
	err->code = MD_ERR_CORRUPT;
	return md_error_prefix(err, "state: '%s'", key);
}

static int get_status(const struct md_json *json, enum md_status *ret, struct md_error *err)
{
	const char *text;

	if (md_json_need_string(json, "status", &text, err) < 0)
		return md_error_prefix(err, "state");
	if (md_status_parse(text, ret, err) == 0)
		return 0;
	err->code = MD_ERR_CORRUPT;
	return md_error_prefix(err, "state");
}

static int get_numbers(const struct md_json *json, struct md_state *state, struct md_error *err)
{
	int64_t exit_code, restart_count;

	if (get_number(json, "exit_code", 255, &exit_code, err) < 0 ||
	    get_number(json, "restart_count", UINT32_MAX, &restart_count, err) < 0)
		return -1;
	state->exit_code = (int)exit_code;
	state->restart_count = (unsigned int)restart_count;
	state->is_oom_killed = md_json_get_bool(json, "oom_killed", false);
	return 0;
}

int md_state_from_json(const struct md_json *json, struct md_state *ret, struct md_error *err)
{
	struct md_state state;

	md_state_init(&state);
	if (get_status(json, &state.status, err) < 0 ||
	    get_process(json, "process", &state.process, err) < 0 ||
	    get_process(json, "supervisor", &state.supervisor, err) < 0 ||
	    get_time(json, "started", &state.started_ns, err) < 0 ||
	    get_time(json, "finished", &state.finished_ns, err) < 0 ||
	    get_numbers(json, &state, err) < 0)
		return -1;
	state.error = md_xstrdup_or_null(md_json_get_string(json, "error", NULL));
	state.cause = md_xstrdup_or_null(md_json_get_string(json, "cause", NULL));
	*ret = state;
	return 0;
}

bool md_state_settle(struct md_state *state)
{
	bool claims_life = state->status == MD_STATUS_RUNNING ||
			   state->status == MD_STATUS_PAUSED ||
			   state->status == MD_STATUS_RESTARTING;

	if (!claims_life || md_proc_is_alive(&state->supervisor) ||
	    md_proc_is_alive(&state->process))
		return false;
	state->status = MD_STATUS_EXITED;
	state->exit_code = 255; /* nobody was there to see the real one */
	free(state->cause);
	state->cause = md_xstrdup("dead supervisor");
	return true;
}

static void add_since(struct md_str *out, int64_t since_ns, int64_t now_ns)
{
	char words[32];

	md_duration_words(now_ns > since_ns ? now_ns - since_ns : 0, words);
	md_str_add(out, words);
}

static void describe_end(const struct md_state *state, const char *word, int64_t now_ns,
			 struct md_str *out)
{
	md_str_addf(out, "%s (%d)", word, state->exit_code);
	if (state->finished_ns == 0)
		return;
	md_str_addc(out, ' ');
	add_since(out, state->finished_ns, now_ns);
	md_str_add(out, " ago");
}

void md_state_describe(const struct md_state *state, int64_t now_ns, struct md_str *out)
{
	switch (state->status) {
	case MD_STATUS_CREATED:
		md_str_add(out, "Created");
		break;
	case MD_STATUS_RUNNING:
	case MD_STATUS_PAUSED:
		md_str_add(out, "Up ");
		add_since(out, state->started_ns, now_ns);
		if (state->status == MD_STATUS_PAUSED)
			md_str_add(out, " (Paused)");
		break;
	case MD_STATUS_RESTARTING:
		describe_end(state, "Restarting", now_ns, out);
		break;
	case MD_STATUS_EXITED:
		describe_end(state, "Exited", now_ns, out);
		break;
	case MD_STATUS_REMOVING:
		md_str_add(out, "Removal In Progress");
		break;
	case MD_STATUS_DEAD:
		md_str_add(out, "Dead");
		break;
	}
}
