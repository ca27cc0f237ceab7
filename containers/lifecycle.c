/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/lifecycle.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/proc.h"
#include "containers/init_program.h"
#include "containers/lifecycle_parts.h"
#include "containers/supervisor_spawn.h"
#include "containers/volumes.h"

#include <string.h>
#include <sys/stat.h>

int md_engine_open(const char *root, struct md_engine *ret, struct md_error *err)
{
	struct md_store *store = md_store_open(root, err);
	struct md_image_store *images;

	if (!store)
		return -1;
	images = md_image_store_open(md_store_root_fd(store), md_store_root(store), err);
	if (!images) {
		md_store_close(store);
		return -1;
	}
	*ret = (struct md_engine){store, images};
	return 0;
}

void md_engine_close(struct md_engine *engine)
{
	if (engine->images)
		md_image_store_close(engine->images);
	md_store_close(engine->store);
	*engine = (struct md_engine){NULL, NULL};
}

static int check_rootfs(const char *rootfs, struct md_error *err)
{
	struct stat st;

	if (stat(rootfs, &st) < 0)
		return md_fail_errno(err, "--rootfs '%s'", rootfs);
	if (!S_ISDIR(st.st_mode))
		return md_fail(err, MD_ERR_INVALID, "--rootfs '%s' is not a directory", rootfs);
	return 0;
}

/* What of the image the record needs later, when the image may have another name. */
static int take_from_image(const struct md_image *image, struct md_record *record,
			   struct md_error *err)
{
	struct md_run_request *request = &record->request;

	record->image_id = md_xstrdup(image->id);
	if (!request->stop_signal && image->config.stop_signal)
		request->stop_signal = md_xstrdup(image->config.stop_signal);
	md_volumes_declare(request, &image->config);
	return md_spec_command(request, &image->config, &record->command, err);
}

static int resolve_image(struct md_engine *engine, struct md_record *record, struct md_error *err)
{
	const struct md_run_request *request = &record->request;
	struct md_image image = {.id = NULL};
	int result;

	if (request->rootfs) {
		if (check_rootfs(request->rootfs, err) < 0)
			return -1;
		return md_spec_command(request, NULL, &record->command, err);
	}
	if (md_image_find(engine->images, request->image, &image, err) < 0)
		return -1;
	result = take_from_image(&image, record, err);
	md_image_fini(&image);
	return result;
}

void md_lifecycle_default_cgroup_parent(struct md_run_request *request)
{
	const char *parent = getenv("MINIDOCK_CGROUP_PARENT");

	if (!request->cgroup_parent && parent && *parent)
		request->cgroup_parent = md_xstrdup(parent);
}

int md_lifecycle_create(struct md_engine *engine, const struct md_run_request *request,
			char ret_id[MD_ID_LENGTH + 1], struct md_error *err)
{
	struct md_record record = {.id = ""};
	enum md_durability durability = request->is_removed ? MD_DURABLE_NO : MD_DURABLE_YES;
	int result;

	if (md_run_request_check(request, err) < 0)
		return -1;
	md_run_request_copy(&record.request, request);
	md_lifecycle_default_cgroup_parent(&record.request);
	record.name = md_xstrdup_or_null(request->name);
	result = resolve_image(engine, &record, err);
	if (result == 0)
		result = md_store_create(engine->store, &record, durability, err);
	if (result == 0)
		memcpy(ret_id, record.id, sizeof(record.id));
	md_record_fini(&record);
	return result;
}

static void set_window(struct md_json *json, struct md_window window)
{
	if (window.rows == 0 || window.columns == 0)
		return;
	md_json_set_number(json, "rows", window.rows);
	md_json_set_number(json, "columns", window.columns);
}

static struct md_json *stream_request(const char *op, const struct md_start_options *options)
{
	struct md_json *json = md_json_object();

	md_json_set_string(json, "op", op);
	md_json_set_bool(json, "attach",
			 options->attach_stdin || options->attach_stdout || options->attach_stderr);
	md_json_set_bool(json, "stdin", options->attach_stdin);
	md_json_set_bool(json, "stdout", options->attach_stdout);
	md_json_set_bool(json, "stderr", options->attach_stderr);
	set_window(json, options->window);
	return json;
}

static int spawn_and_start(struct md_engine *engine, const struct md_record *record, int lock,
			   const struct md_start_options *options, struct md_error *err)
{
	md_auto_json struct md_json *json = stream_request("start", options);
	md_auto_free char *init = NULL;
	md_auto_close int fd = -1;

	/* Here and not in the supervisor, whose own executable has no place in the file system. */
	if (record->request.use_init) {
		if (md_init_program_find(&init, err) < 0)
			return -1;
		md_json_set_string(json, "init", init);
	}
	fd = md_supervisor_spawn(engine->store, record, lock, err);
	if (fd < 0 || md_client_call(fd, json, NULL, err) < 0)
		return -1;
	return md_steal_fd(&fd);
}

/* A supervisor that could not start its container has removed it already when --rm says so. */
static void remove_after_failure(struct md_engine *engine, const struct md_record *record)
{
	struct md_error ignored = MD_ERROR_INIT;

	if (!record->request.is_removed || md_lifecycle_clean_up(engine, record->id, &ignored) < 0)
		return;
	md_volumes_remove(engine->store, &record->request);
	(void)md_store_remove(engine->store, record->id, &ignored);
}

static int start_locked(struct md_engine *engine, const char *id, int lock,
			const struct md_start_options *options, struct md_error *err)
{
	struct md_record record;
	int fd;

	if (md_lifecycle_check(engine->store, id, MD_MOVE_START, err) < 0 ||
	    md_store_load_record(engine->store, id, &record, err) < 0)
		return -1;
	fd = spawn_and_start(engine, &record, lock, options, err);
	if (fd < 0)
		remove_after_failure(engine, &record);
	md_record_fini(&record);
	return fd;
}

int md_lifecycle_start(struct md_engine *engine, const char *id,
		       const struct md_start_options *options, int *ret_fd, struct md_error *err)
{
	bool stays = options->attach_stdin || options->attach_stdout || options->attach_stderr;
	md_auto_close int lock = md_store_lock(engine->store, id, err);
	md_auto_close int fd = -1;

	if (lock < 0)
		return -1;
	fd = start_locked(engine, id, lock, options, err);
	if (fd < 0)
		return md_lifecycle_prefix(engine->store, id, "start", err);
	*ret_fd = stays ? md_steal_fd(&fd) : -1;
	return 0;
}

/* The container may well go on without its supervisor; `check --repair` would end it. */
static int connect_to_supervisor(struct md_engine *engine, const char *id, struct md_error *err)
{
	struct md_error why = MD_ERROR_INIT, ignored = MD_ERROR_INIT;
	int fd = md_client_connect(engine->store, id, &why);
	struct md_state state;
	bool runs;

	if (fd >= 0)
		return fd;
	*err = why;
	if (why.code != MD_ERR_PEER ||
	    md_lifecycle_load_state(engine->store, id, &state, &ignored) < 0)
		return -1;
	runs = md_proc_is_alive(&state.process);
	md_state_fini(&state);
	if (!runs)
		return -1;
	*err = (struct md_error)MD_ERROR_INIT;
	(void)md_fail(err, MD_ERR_PEER, "its supervisor is gone, but the container still runs");
	return md_error_hint(err, "end it with 'minidock stop' or 'minidock rm -f'");
}

int md_lifecycle_call(struct md_engine *engine, const char *id, enum md_move move,
		      const struct md_json *request, struct md_error *err)
{
	md_auto_close int fd = -1;

	if (md_lifecycle_check(engine->store, id, move, err) < 0)
		return -1;
	fd = connect_to_supervisor(engine, id, err);
	if (fd < 0 || md_client_call(fd, request, NULL, err) < 0)
		return -1;
	return md_steal_fd(&fd);
}

int md_lifecycle_attach(struct md_engine *engine, const char *id,
			const struct md_start_options *options, int *ret_fd, struct md_error *err)
{
	md_auto_json struct md_json *request = stream_request("attach", options);
	int fd = md_lifecycle_call(engine, id, MD_MOVE_ATTACH, request, err);

	if (fd < 0)
		return md_lifecycle_prefix(engine->store, id, "attach to", err);
	*ret_fd = fd;
	return 0;
}

int md_lifecycle_exec(struct md_engine *engine, const char *id, const struct md_exec_request *exec,
		      int *ret_fd, struct md_error *err)
{
	md_auto_json struct md_json *request = md_exec_request_to_json(exec);
	md_auto_close int fd = -1;

	md_json_set_string(request, "op", "exec");
	fd = md_lifecycle_call(engine, id, MD_MOVE_EXEC, request, err);
	if (fd < 0)
		return md_lifecycle_prefix(engine->store, id, "exec in", err);
	*ret_fd = exec->is_detached ? -1 : md_steal_fd(&fd);
	return 0;
}
