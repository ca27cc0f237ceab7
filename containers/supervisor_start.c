/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/proc.h"
#include "containers/etc_files.h"
#include "containers/supervisor_parts.h"
#include "containers/userns_range.h"
#include "containers/volumes.h"
#include "images/image.h"
#include "runtime/compile.h"
#include "runtime/host_probe.h"
#include "runtime/undo.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#define LOG_SIZE_DEFAULT  (10ULL << 20)
#define LOG_FILES_DEFAULT 3

#define AUTO_PIPES MD_CLEANUP(md_job_pipes_close)

/* What a start needs besides the supervisor itself, and nobody afterwards. */
struct start {
	struct md_supervisor *supervisor;
	struct md_image image; /* id NULL with --rootfs */
	struct md_spec_source source;
	char *directory, *volumes;
	int join_target; /* pidfd of the container whose namespaces we join, or -1 */
};

static int find_image(struct start *start, struct md_error *err)
{
	struct md_supervisor *supervisor = start->supervisor;
	struct md_image_store *images;
	int result;

	if (!supervisor->record.image_id)
		return 0;
	images = md_image_store_open(md_store_root_fd(supervisor->store),
				     md_store_root(supervisor->store), err);
	if (!images)
		return -1;
	result = md_image_find(images, supervisor->record.image_id, &start->image, err);
	md_image_store_close(images);
	start->source.image = &start->image;
	return result;
}

/* First process of the container whose namespaces we join. */
static int open_join_target(struct start *start, struct md_error *err)
{
	struct md_supervisor *supervisor = start->supervisor;
	const char *name;
	char id[MD_ID_LENGTH + 1];
	struct md_state state;
	struct md_error ended = MD_ERROR_INIT;

	if (md_spec_join_target(&supervisor->record.request, &name, err) < 0)
		return -1;
	if (!name)
		return 0;
	if (md_store_find(supervisor->store, name, id, err) < 0 ||
	    md_store_load_state(supervisor->store, id, &state, err) < 0)
		return md_error_prefix(err, "join the namespaces of '%s'", name);
	if (state.process.pid != 0)
		start->join_target = md_proc_open(&state.process, &ended);
	md_state_fini(&state);
	if (start->join_target < 0)
		return md_fail(err, MD_ERR_STATE, "join the namespaces of '%s': it is not running",
			       name);
	return 0;
}

static int take_userns_range(struct start *start, struct md_error *err)
{
	struct md_supervisor *supervisor = start->supervisor;
	const char *userns = supervisor->record.request.userns;

	if (!userns || strcmp(userns, "private") != 0)
		return 0;
	return md_userns_range_take(supervisor->store, supervisor->id, &start->source.userns_base,
				    err);
}

/* The upper directory becomes the container's "/"; our umask leaves 0755 as it is. */
static int make_root_dirs(struct md_supervisor *supervisor, struct md_error *err)
{
	static const char *const names[] = {"mount", "upper", "work"};
	md_auto_close int dirfd = md_store_open_dir(supervisor->store, supervisor->id, "root", err);

	if (dirfd < 0)
		return -1;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (mkdirat(dirfd, names[i], 0755) < 0 && errno != EEXIST)
			return md_fail_errno(err, "mkdir 'root/%s'", names[i]);
	return 0;
}

static int gather(struct start *start, struct md_window window, const char *init,
		  struct md_error *err)
{
	struct md_supervisor *supervisor = start->supervisor;

	start->directory = md_store_path(supervisor->store, supervisor->id, NULL);
	start->volumes = md_xasprintf("%s/volumes", md_store_root(supervisor->store));
	start->source = md_supervisor_source(supervisor);
	start->source.directory = start->directory;
	start->source.volumes = start->volumes;
	start->source.window = window;
	start->source.init_path = init;
	if (md_host_probe(&supervisor->host, err) < 0 || find_image(start, err) < 0 ||
	    open_join_target(start, err) < 0 || take_userns_range(start, err) < 0 ||
	    make_root_dirs(supervisor, err) < 0)
		return -1;
	return md_volumes_prepare(supervisor->store, &supervisor->record.request,
				  start->source.image, err);
}

static void start_fini(struct start *start)
{
	md_image_fini(&start->image);
	free(start->directory);
	free(start->volumes);
	md_close_fd(&start->join_target);
}

static int open_log(struct md_supervisor *supervisor, struct md_error *err)
{
	const struct md_run_request *request = &supervisor->record.request;
	md_auto_close int dirfd = -1;

	if (request->is_log_none)
		return 0;
	dirfd = md_store_open_dir(supervisor->store, supervisor->id, "log", err);
	if (dirfd < 0)
		return -1;
	supervisor->log = md_log_writer_open(
		dirfd, request->log_max_size ? request->log_max_size : LOG_SIZE_DEFAULT,
		request->log_max_files ? request->log_max_files : LOG_FILES_DEFAULT, err);
	return supervisor->log ? 0 : -1;
}

/* The undo list is on disk before the first op that would need it. */
static int perform(struct md_supervisor *supervisor, struct md_launch *launch, struct md_error *err)
{
	MD_CLEANUP(md_program_fini) struct md_program program;
	md_auto_json struct md_json *undo = NULL;

	md_program_init(&program);
	md_compile_start(&supervisor->spec, &supervisor->host, &program);
	undo = md_undo_to_json(&program);
	if (md_store_save_undo(supervisor->store, supervisor->id, undo, err) < 0)
		return -1;
	return md_launch(&program, launch, err);
}

static int launch(const struct start *start, struct md_error *err)
{
	struct md_supervisor *supervisor = start->supervisor;
	const struct md_run_request *request = &supervisor->record.request;
	AUTO_PIPES struct md_job_pipes pipes = MD_JOB_PIPES_INIT;
	struct md_launch launched = MD_LAUNCH_INIT;

	if (!request->has_terminal && md_job_pipes_open(&pipes, request->is_interactive, err) < 0)
		return -1;
	for (int i = 0; i < 3; i++)
		launched.stdio[i] = pipes.theirs[i];
	launched.target = start->join_target;
	if (perform(supervisor, &launched, err) < 0)
		return -1;
	supervisor->first = md_job_create(supervisor, &launched, &pipes, err);
	if (!supervisor->first)
		return -1;
	supervisor->first->logs_output = true;
	supervisor->first->ends_stdin = !request->is_detached;
	return 0;
}

static int record_running(struct md_supervisor *supervisor, struct md_error *err)
{
	struct md_state *state = &supervisor->state;

	if (md_proc_identify(supervisor->first->pid, &state->process, err) < 0 ||
	    md_proc_identify(getpid(), &state->supervisor, err) < 0)
		return -1;
	state->status = MD_STATUS_RUNNING;
	state->started_ns = md_clock_wall_ns();
	state->finished_ns = 0;
	state->exit_code = 0;
	state->is_oom_killed = false;
	free(md_steal_ptr(&state->error));
	free(md_steal_ptr(&state->cause));
	return md_store_save_state(supervisor->store, supervisor->id, state,
				   md_supervisor_durability(supervisor), err);
}

static int write_etc_files(struct md_supervisor *supervisor, struct md_error *err)
{
	md_auto_close int dirfd = md_store_open_dir(supervisor->store, supervisor->id, "etc", err);

	if (dirfd < 0)
		return -1;
	return md_etc_files_write(dirfd, &supervisor->record.request, supervisor->spec.hostname,
				  err);
}

static int go(struct start *start, struct md_window window, const char *init, struct md_error *err)
{
	struct md_supervisor *supervisor = start->supervisor;

	if (gather(start, window, init, err) < 0 ||
	    md_spec_build(&start->source, &supervisor->spec, &supervisor->filter, err) < 0 ||
	    write_etc_files(supervisor, err) < 0 || open_log(supervisor, err) < 0 ||
	    launch(start, err) < 0)
		return -1;
	return record_running(supervisor, err);
}

/* A container that was never up keeps the reason; one with --rm goes, as if it had run. */
static void fail(struct md_supervisor *supervisor, const struct md_error *why)
{
	struct md_error ignored = MD_ERROR_INIT;
	struct md_state *state = &supervisor->state;

	if (supervisor->first)
		(void)md_proc_signal(supervisor->first->pidfd, SIGKILL, &ignored);
	if (supervisor->log)
		md_log_writer_close(md_steal_ptr(&supervisor->log));
	if (md_supervisor_undo(supervisor, &ignored) == 0 &&
	    supervisor->record.request.is_removed) {
		md_volumes_remove(supervisor->store, &supervisor->record.request);
		(void)md_store_remove(supervisor->store, supervisor->id, &ignored);
		return;
	}
	state->exit_code = md_error_exit_status(why->code);
	state->process = state->supervisor = (struct md_proc_id){.pid = 0};
	if (state->status != MD_STATUS_CREATED)
		state->status = MD_STATUS_EXITED;
	free(state->error);
	state->error = md_xstrdup(why->msg);
	md_supervisor_save_state(supervisor, MD_DURABLE_NO);
}

/* Left by a supervisor that was killed: its groups would be in our way. */
static int clear_remains(struct md_supervisor *supervisor, struct md_error *err)
{
	(void)md_state_settle(&supervisor->state);
	if (md_state_check_move(supervisor->state.status, MD_MOVE_START, err) < 0)
		return -1;
	if (md_supervisor_undo(supervisor, err) < 0)
		return md_error_prefix(err, "clear up what the last run left");
	return 0;
}

int md_supervisor_start(struct md_supervisor *supervisor, struct md_window window, const char *init,
			struct md_error *err)
{
	struct start start = {.supervisor = supervisor, .join_target = -1};
	int result;

	if (clear_remains(supervisor, err) < 0)
		return -1;
	result = go(&start, window, init, err);
	start_fini(&start);
	if (result < 0)
		fail(supervisor, err);
	return result;
}

struct md_spec_source md_supervisor_source(const struct md_supervisor *supervisor)
{
	return (struct md_spec_source){
		.id = supervisor->id,
		.request = &supervisor->record.request,
		.host = &supervisor->host,
	};
}
