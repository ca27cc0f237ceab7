/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/proc.h"
#include "containers/lifecycle_parts.h"
#include "containers/volumes.h"
#include "runtime/undo.h"

#include <errno.h>
#include <signal.h>

#define CODE_KILLED (128 + SIGKILL)

int md_lifecycle_load_state(struct md_store *store, const char *id, struct md_state *ret,
			    struct md_error *err)
{
	if (md_store_load_state(store, id, ret, err) < 0)
		return -1;
	(void)md_state_settle(ret);
	return 0;
}

int md_lifecycle_prefix(struct md_store *store, const char *id, const char *verb,
			struct md_error *err)
{
	struct md_error ignored = MD_ERROR_INIT;
	struct md_record record;

	if (md_store_load_record(store, id, &record, &ignored) < 0)
		return md_error_prefix(err, "%s container '%.12s'", verb, id);
	(void)md_error_prefix(err, "%s container '%s'", verb, record.name);
	md_record_fini(&record);
	return -1;
}

int md_lifecycle_check(struct md_store *store, const char *id, enum md_move move,
		       struct md_error *err)
{
	struct md_state state;
	int result;

	if (md_lifecycle_load_state(store, id, &state, err) < 0)
		return -1;
	result = md_state_check_move(state.status, move, err);
	md_state_fini(&state);
	return result;
}

static int unlink_path(char *path, struct md_error *err)
{
	md_auto_free char *owned = path;

	if (unlink(owned) < 0 && errno != ENOENT)
		return md_fail_errno(err, "unlink '%s'", owned);
	return 0;
}

static int perform_undo(struct md_engine *engine, const char *id, struct md_error *err)
{
	struct md_error why = MD_ERROR_INIT;
	md_auto_json struct md_json *undo = md_store_load_undo(engine->store, id, &why);

	if (why.code != MD_OK) {
		*err = why;
		return -1;
	}
	if (undo && md_undo_perform(undo, err) < 0)
		return -1;
	return unlink_path(md_store_path(engine->store, id, "undo.json"), err);
}

/* The undo list kills the cgroup; this is for a process that has left it. True if it had to. */
static bool kill_process(const struct md_proc_id *process)
{
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_close int pidfd = md_proc_open(process, &ignored);

	if (pidfd < 0)
		return false;
	(void)md_proc_signal(pidfd, SIGKILL, &ignored);
	(void)md_proc_wait(pidfd, -1, &ignored);
	return true;
}

int md_lifecycle_clean_up(struct md_engine *engine, const char *id, struct md_error *err)
{
	struct md_state state;
	bool was_alive;
	int result;

	if (md_store_load_state(engine->store, id, &state, err) < 0)
		return -1;
	was_alive = state.process.pid != 0 && md_proc_is_alive(&state.process);
	(void)kill_process(&state.process);
	result = perform_undo(engine, id, err);
	if (result == 0)
		result = unlink_path(md_store_run_path(engine->store, id, "control.sock"), err);
	if (was_alive) {
		state.status = MD_STATUS_EXITED;
		state.exit_code = CODE_KILLED;
		free(state.cause);
		state.cause = md_xstrdup("killed without its supervisor");
		state.finished_ns = md_clock_wall_ns();
	} else if (md_state_settle(&state)) {
		state.finished_ns = md_clock_wall_ns();
	}
	state.process = state.supervisor = (struct md_proc_id){.pid = 0};
	if (result == 0)
		result = md_store_save_state(engine->store, id, &state, MD_DURABLE_YES, err);
	md_state_fini(&state);
	return result;
}

/* A record that cannot be read names no volumes; the container can be removed all the same. */
static void remove_volumes(struct md_engine *engine, const char *id, bool asked)
{
	struct md_error ignored = MD_ERROR_INIT;
	struct md_record record;

	if (md_store_load_record(engine->store, id, &record, &ignored) < 0)
		return;
	if (asked || record.request.is_removed)
		md_volumes_remove(engine->store, &record.request);
	md_record_fini(&record);
}

static int check_remove(struct md_engine *engine, const char *id, bool force, struct md_error *err)
{
	enum md_move move = force ? MD_MOVE_FORCE_REMOVE : MD_MOVE_REMOVE;

	return md_lifecycle_check(engine->store, id, move, err);
}

/*
 * Under the lock nobody can start it again; what a dead supervisor left behind goes first, so that
 * nothing of it is on the host when its name and undo list are gone.
 */
static int remove_locked(struct md_engine *engine, const char *id,
			 const struct md_remove_options *options, struct md_error *err)
{
	if (check_remove(engine, id, options->force, err) < 0)
		return -1;
	if (md_lifecycle_clean_up(engine, id, err) < 0)
		return -1;
	remove_volumes(engine, id, options->volumes);
	return md_store_remove(engine->store, id, err);
}

/* With --rm its own supervisor removes it as soon as it has ended: then there is nothing to do. */
static int lock_or_gone(struct md_engine *engine, const char *id, bool force, struct md_error *err)
{
	struct md_error why = MD_ERROR_INIT;
	int lock = md_store_lock(engine->store, id, &why);

	if (lock >= 0)
		return lock;
	if (!force || why.code != MD_ERR_NOT_FOUND)
		*err = why;
	return -1;
}

int md_lifecycle_remove(struct md_engine *engine, const char *id,
			const struct md_remove_options *options, struct md_error *err)
{
	md_auto_close int lock = -1;

	if (check_remove(engine, id, options->force, err) < 0)
		return md_lifecycle_prefix(engine->store, id, "remove", err);
	if (options->force && md_lifecycle_end(engine, id, SIGKILL, 0, err) < 0)
		return md_lifecycle_prefix(engine->store, id, "remove", err);
	lock = lock_or_gone(engine, id, options->force, err);
	if (lock < 0)
		return err->code == MD_OK ? 0 : -1;
	if (remove_locked(engine, id, options, err) < 0)
		return md_lifecycle_prefix(engine->store, id, "remove", err);
	return 0;
}

int md_lifecycle_rename(struct md_engine *engine, const char *id, const char *new_name,
			struct md_error *err)
{
	md_auto_close int lock = -1;

	if (md_name_check(new_name, err) < 0)
		return -1;
	lock = md_store_lock(engine->store, id, err);
	if (lock < 0)
		return -1;
	return md_store_rename(engine->store, id, new_name, err);
}
