/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/proc.h"
#include "containers/lifecycle_parts.h"

#include <signal.h>

static bool runs(enum md_status status)
{
	return status == MD_STATUS_RUNNING || status == MD_STATUS_PAUSED ||
	       status == MD_STATUS_RESTARTING;
}

/* 1 it runs, 0 it does not (or is gone), -1. */
static int is_running(struct md_store *store, const char *id, struct md_error *err)
{
	struct md_error why = MD_ERROR_INIT;
	struct md_state state;
	int result;

	if (md_lifecycle_load_state(store, id, &state, &why) < 0) {
		if (why.code == MD_ERR_NOT_FOUND)
			return 0;
		*err = why;
		return -1;
	}
	result = runs(state.status);
	md_state_fini(&state);
	return result;
}

static struct md_json *request(const char *op, int signo)
{
	struct md_json *json = md_json_object();

	md_json_set_string(json, "op", op);
	if (signo > 0)
		md_json_set_number(json, "signal", signo);
	return json;
}

static int parse_signal(const char *text, int *ret, struct md_error *err)
{
	if (text && md_signal_parse(text, ret, err) < 0)
		return md_error_prefix(err, "--signal");
	return 0;
}

/* Nobody answers: the container has ended this very moment, or its supervisor is dead. */
static int end_without_supervisor(struct md_engine *engine, const char *id, struct md_error *err)
{
	md_auto_close int lock = -1;
	struct md_error why = MD_ERROR_INIT;
	int running;

	lock = md_store_lock(engine->store, id, &why);
	if (lock < 0 && why.code == MD_ERR_NOT_FOUND)
		return 0;
	if (lock < 0) {
		*err = why;
		return -1;
	}
	running = is_running(engine->store, id, err);
	if (running <= 0)
		return running;
	return md_lifecycle_clean_up(engine, id, err);
}

/* Make a request after which the connection stays open until the container has ended. */
static int request_exit(struct md_engine *engine, const char *id, const struct md_json *json,
			struct md_exit *ret, struct md_error *err)
{
	md_auto_close int fd = md_client_connect(engine->store, id, err);

	if (fd < 0 || md_client_call(fd, json, NULL, err) < 0)
		return -1;
	return md_client_wait_exit(fd, ret, err);
}

int md_lifecycle_end(struct md_engine *engine, const char *id, int signo, int timeout_s,
		     struct md_error *err)
{
	md_auto_json struct md_json *json = request("stop", signo);
	struct md_error why = MD_ERROR_INIT;
	struct md_exit how;
	int running = is_running(engine->store, id, err);

	if (running <= 0)
		return running;
	if (timeout_s != MD_STOP_TIMEOUT_UNSET)
		md_json_set_number(json, "timeout_s", timeout_s);
	if (request_exit(engine, id, json, &how, &why) == 0)
		return 0;
	if (why.code == MD_ERR_PEER || why.code == MD_ERR_STATE || why.code == MD_ERR_NOT_FOUND)
		return end_without_supervisor(engine, id, err);
	*err = why;
	return -1;
}

int md_lifecycle_stop(struct md_engine *engine, const char *id, const char *signal, int timeout_s,
		      struct md_error *err)
{
	int signo = 0;

	if (parse_signal(signal, &signo, err) < 0)
		return -1;
	if (md_lifecycle_end(engine, id, signo, timeout_s, err) < 0)
		return md_lifecycle_prefix(engine->store, id, "stop", err);
	return 0;
}

/* The process is known by more than its number, so it can be signalled without its supervisor. */
static int kill_directly(struct md_engine *engine, const char *id, int signo, struct md_error *err)
{
	md_auto_close int pidfd = -1;
	struct md_state state;

	if (signo == SIGKILL)
		return end_without_supervisor(engine, id, err);
	if (md_lifecycle_load_state(engine->store, id, &state, err) < 0)
		return -1;
	pidfd = md_proc_open(&state.process, err);
	md_state_fini(&state);
	if (pidfd < 0)
		return -1;
	return md_proc_signal(pidfd, signo, err);
}

int md_lifecycle_kill(struct md_engine *engine, const char *id, const char *signal,
		      struct md_error *err)
{
	md_auto_json struct md_json *json = NULL;
	struct md_error why = MD_ERROR_INIT;
	int signo = SIGKILL, fd;

	if (parse_signal(signal, &signo, err) < 0)
		return -1;
	json = request("kill", signo);
	fd = md_lifecycle_call(engine, id, MD_MOVE_KILL, json, &why);
	md_close_fd(&fd);
	if (why.code == MD_OK)
		return 0;
	if (why.code == MD_ERR_PEER)
		return kill_directly(engine, id, signo, err);
	*err = why;
	return md_lifecycle_prefix(engine->store, id, "kill", err);
}

int md_lifecycle_restart(struct md_engine *engine, const char *id, const char *signal,
			 int timeout_s, struct md_error *err)
{
	const struct md_start_options detached = {.attach_stdin = false};
	int fd;

	if (md_lifecycle_stop(engine, id, signal, timeout_s, err) < 0)
		return -1;
	return md_lifecycle_start(engine, id, &detached, &fd, err);
}

static int ask(struct md_engine *engine, const char *id, const char *op, enum md_move move,
	       struct md_error *err)
{
	md_auto_json struct md_json *json = request(op, 0);
	md_auto_close int fd = md_lifecycle_call(engine, id, move, json, err);

	return fd < 0 ? md_lifecycle_prefix(engine->store, id, op, err) : 0;
}

int md_lifecycle_pause(struct md_engine *engine, const char *id, struct md_error *err)
{
	return ask(engine, id, "pause", MD_MOVE_PAUSE, err);
}

int md_lifecycle_unpause(struct md_engine *engine, const char *id, struct md_error *err)
{
	return ask(engine, id, "unpause", MD_MOVE_UNPAUSE, err);
}

/* The exit status of a process is told to its parent only, and that is gone. */
static int wait_without_supervisor(const struct md_state *state, struct md_error *err)
{
	struct md_error gone = MD_ERROR_INIT;
	md_auto_close int pidfd = md_proc_open(&state->process, &gone);

	if (pidfd >= 0 && md_proc_wait(pidfd, -1, err) < 0)
		return -1;
	(void)md_fail(err, MD_ERR_PEER,
		      "the container has ended, but its exit status is lost: its supervisor died "
		      "before it did");
	return md_error_hint(err, "clear up with 'minidock check --repair'");
}

/* 1: *ret_code is known, 0: it runs, ask the supervisor. */
static int code_on_disk(struct md_engine *engine, const char *id, int *ret_code,
			struct md_error *err)
{
	struct md_state state;
	int result;

	if (md_lifecycle_load_state(engine->store, id, &state, err) < 0)
		return -1;
	result = !runs(state.status);
	if (result)
		*ret_code = state.exit_code;
	md_state_fini(&state);
	return result;
}

int md_lifecycle_wait(struct md_engine *engine, const char *id, int *ret_code, struct md_error *err)
{
	md_auto_json struct md_json *json = request("wait", 0);
	struct md_error why = MD_ERROR_INIT;
	struct md_state state;
	struct md_exit how;
	int known = code_on_disk(engine, id, ret_code, err);

	if (known != 0)
		return known < 0 ? -1 : 0;
	if (request_exit(engine, id, json, &how, &why) == 0) {
		*ret_code = how.code;
		return 0;
	}
	known = code_on_disk(engine, id, ret_code, err);
	if (known != 0)
		return known < 0 ? -1 : 0;
	if (md_lifecycle_load_state(engine->store, id, &state, err) < 0)
		return -1;
	known = wait_without_supervisor(&state, err);
	md_state_fini(&state);
	return known;
}
