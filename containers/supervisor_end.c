/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/proc.h"
#include "containers/supervisor_parts.h"
#include "containers/userns_range.h"
#include "containers/volumes.h"
#include "runtime/undo.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

enum md_durability md_supervisor_durability(const struct md_supervisor *supervisor)
{
	return supervisor->record.request.is_removed ? MD_DURABLE_NO : MD_DURABLE_YES;
}

/* Nobody is left to tell, so the reason stays where `inspect` shows it. */
static void note_error(struct md_supervisor *supervisor, const struct md_error *why)
{
	free(supervisor->state.error);
	supervisor->state.error = md_xstrdup(why->msg);
}

void md_supervisor_save_state(struct md_supervisor *supervisor, enum md_durability durability)
{
	struct md_error why = MD_ERROR_INIT;

	if (md_store_save_state(supervisor->store, supervisor->id, &supervisor->state, durability,
				&why) < 0)
		note_error(supervisor, &why);
}

static int drop_undo_list(struct md_supervisor *supervisor, struct md_error *err)
{
	md_auto_free char *path = md_store_path(supervisor->store, supervisor->id, "undo.json");

	if (unlink(path) < 0 && errno != ENOENT)
		return md_fail_errno(err, "unlink '%s'", path);
	return 0;
}

int md_supervisor_undo(struct md_supervisor *supervisor, struct md_error *err)
{
	struct md_error why = MD_ERROR_INIT;
	md_auto_json struct md_json *undo =
		md_store_load_undo(supervisor->store, supervisor->id, &why);

	if (why.code != MD_OK) {
		*err = why;
		return -1;
	}
	if (!undo)
		return 0;
	if (md_undo_perform(undo, err) < 0)
		return -1;
	if (supervisor->spec.uid_map.count > 0)
		md_userns_range_release(supervisor->store, supervisor->id,
					supervisor->spec.uid_map.outside);
	return drop_undo_list(supervisor, err);
}

/*
 * Processes of exec that outlived the first one: possible only without a pid namespace of our own.
 * The undo list has killed the whole cgroup, so waiting is short.
 */
static void end_other_jobs(struct md_supervisor *supervisor)
{
	struct md_job *next;

	for (struct md_job *job = supervisor->jobs; job; job = next) {
		struct md_error ignored = MD_ERROR_INIT;
		struct md_exit how = {128 + SIGKILL, false};
		int status;

		next = job->next;
		if (job == supervisor->first)
			continue;
		(void)md_proc_signal(job->pidfd, SIGKILL, &ignored);
		if (waitpid(job->pid, &status, 0) == job->pid)
			how.code = md_proc_exit_code(status);
		md_job_drain(job);
		md_peers_tell_exit(job, &how);
		md_job_free(job);
	}
}

static char *describe_cause(int status, bool is_oom_killed)
{
	/* The limit may have cost another process its life, and this one ended by itself. */
	if (is_oom_killed && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return md_xstrdup("memory limit");
	if (WIFSIGNALED(status))
		return md_xstrdup(md_signal_name(WTERMSIG(status)));
	return md_xasprintf("exit %d", WEXITSTATUS(status));
}

static void record_exit(struct md_supervisor *supervisor, int status, bool is_oom_killed)
{
	struct md_state *state = &supervisor->state;

	state->status = MD_STATUS_EXITED;
	state->finished_ns = md_clock_wall_ns();
	state->exit_code = md_proc_exit_code(status);
	state->is_oom_killed = is_oom_killed;
	free(state->cause);
	state->cause = describe_cause(status, is_oom_killed);
	state->process = (struct md_proc_id){0};
	state->supervisor = (struct md_proc_id){0};
}

/*
 * With --rm the container disappears, unless something could not be undone: then `check` must find
 * it. True if its files are still to be taken away.
 */
static bool put_away(struct md_supervisor *supervisor, bool is_undone)
{
	struct md_error why = MD_ERROR_INIT;

	if (supervisor->record.request.is_removed && is_undone) {
		if (md_store_retire(supervisor->store, supervisor->id, &why) == 0)
			return true;
		note_error(supervisor, &why);
	}
	md_supervisor_save_state(supervisor, md_supervisor_durability(supervisor));
	return false;
}

/* What is left behind when this fails is found and named by `check`. */
static void take_away_files(struct md_supervisor *supervisor)
{
	struct md_error ignored = MD_ERROR_INIT;

	md_volumes_remove(supervisor->store, &supervisor->record.request);
	(void)md_store_purge(supervisor->store, supervisor->id, &ignored);
}

static void end_idle_peers(struct md_supervisor *supervisor)
{
	struct md_peer *next;

	for (struct md_peer *peer = supervisor->peers; peer; peer = next) {
		next = peer->next;
		if (peer->queue)
			md_peer_finish(peer);
		else
			md_peer_free(peer);
	}
}

static bool was_oom_killed(const struct md_supervisor *supervisor)
{
	struct md_cgroup group = md_supervisor_group(supervisor);
	uint64_t kills = 0;
	struct md_error ignored = MD_ERROR_INIT;

	return md_cgroup_oom_kills(&group, &kills, &ignored) == 0 && kills > 0;
}

void md_supervisor_end(struct md_supervisor *supervisor, int status)
{
	struct md_job *first = supervisor->first;
	struct md_error why = MD_ERROR_INIT;
	bool is_undone, is_retired;
	struct md_exit how = {md_proc_exit_code(status), was_oom_killed(supervisor)};

	is_undone = md_supervisor_undo(supervisor, &why) == 0;
	if (!is_undone)
		note_error(supervisor, &why);
	end_other_jobs(supervisor);
	md_job_drain(first);
	if (supervisor->log)
		md_log_writer_close(md_steal_ptr(&supervisor->log));
	record_exit(supervisor, status, how.is_oom_killed);
	is_retired = put_away(supervisor, is_undone);
	/*
	 * Only now that the end is on disk: who finds nobody listening looks there. The socket file
	 * stays, because by now it may be that of the next supervisor.
	 */
	md_event_loop_close(&supervisor->loop, &supervisor->listener);
	supervisor->has_ended = true;
	supervisor->first = NULL;
	md_peers_tell_exit(first, &how);
	md_job_free(first);
	end_idle_peers(supervisor);
	/* Nobody waits for this any more. */
	if (is_retired)
		take_away_files(supervisor);
	supervisor->loop.is_over = !supervisor->peers;
}
