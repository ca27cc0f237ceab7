/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/inspect.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "containers/inspect_parts.h"

#include <fcntl.h>

struct md_json *md_inspect_pairs(const struct md_strv *pairs)
{
	struct md_json *object = md_json_object();

	for (size_t i = 0; i < pairs->count; i++) {
		const char *pair = pairs->items[i];
		size_t length = strcspn(pair, "=");
		md_auto_free char *key = md_xstrndup(pair, length);

		md_json_set_string(object, key, pair[length] ? pair + length + 1 : "");
	}
	return object;
}

static void set_time(struct md_json *object, const char *key, int64_t wall_ns)
{
	char text[MD_TIME_TEXT_MAX];

	md_time_format(wall_ns, text);
	md_json_set_string(object, key, text);
}

/* Docker counts a paused container as running. */
static struct md_json *state_json(const struct md_state *state)
{
	struct md_json *json = md_json_object();
	bool is_paused = state->status == MD_STATUS_PAUSED;
	bool is_running = state->status == MD_STATUS_RUNNING || is_paused ||
			  state->status == MD_STATUS_RESTARTING;

	md_json_set_string(json, "Status", md_status_name(state->status));
	md_json_set_bool(json, "Running", is_running);
	md_json_set_bool(json, "Paused", is_paused);
	md_json_set_bool(json, "Restarting", state->status == MD_STATUS_RESTARTING);
	md_json_set_bool(json, "OOMKilled", state->is_oom_killed);
	md_json_set_bool(json, "Dead", state->status == MD_STATUS_DEAD);
	md_json_set_number(json, "Pid", is_running ? state->process.pid : 0);
	md_json_set_number(json, "ExitCode", state->exit_code);
	md_json_set_string(json, "Error", state->error ? state->error : "");
	md_json_set_string(json, "Cause", state->cause ? state->cause : "");
	set_time(json, "StartedAt", state->started_ns);
	set_time(json, "FinishedAt", state->finished_ns);
	return json;
}

static void set_path(struct md_json *json, const struct md_inspect_source *source, const char *key,
		     const char *leaf)
{
	md_auto_free char *path = md_store_path(source->engine->store, source->record->id, leaf);

	md_json_set_string(json, key, path);
}

/* The overlay as mount(8) would need it. */
static struct md_json *graph_driver(const struct md_inspect_source *source)
{
	struct md_json *driver = md_json_object(), *data;
	bool is_directory = source->record->request.rootfs != NULL;
	md_auto_free char *lower = NULL;

	md_json_set_string(driver, "Name", is_directory ? "directory" : "overlay2");
	data = md_json_set(driver, "Data", md_json_object());
	set_path(data, source, "MergedDir", "root/mount");
	if (is_directory) {
		md_json_set_string(data, "Directory", source->record->request.rootfs);
		return driver;
	}
	lower = source->image ? md_strv_join(&source->image->layers, ":") : NULL;
	md_json_set_string(data, "LowerDir", lower ? lower : "");
	set_path(data, source, "UpperDir", "root/upper");
	set_path(data, source, "WorkDir", "root/work");
	return driver;
}

/* No addresses of our own in this version: only which network it is. */
static struct md_json *network_settings(const struct md_run_request *request)
{
	struct md_json *settings = md_json_object(), *networks, *network;
	const char *mode = request->network ? request->network : "none";

	md_json_set_string(settings, "IPAddress", "");
	md_json_set_string(settings, "Gateway", "");
	md_json_set_string(settings, "MacAddress", "");
	md_json_set(settings, "Ports", md_json_object());
	networks = md_json_set(settings, "Networks", md_json_object());
	if (md_str_starts(mode, "container:"))
		return settings;
	network = md_json_set(networks, mode, md_json_object());
	md_json_set_string(network, "IPAddress", "");
	md_json_set_string(network, "Gateway", "");
	md_json_set_string(network, "MacAddress", "");
	return settings;
}

static void set_command(struct md_json *json, const struct md_strv *command)
{
	struct md_json *args;

	md_json_set_string(json, "Path", command->count ? command->items[0] : "");
	args = md_json_set(json, "Args", md_json_array());
	for (size_t i = 1; i < command->count; i++)
		md_json_append(args, md_json_string(command->items[i]));
}

static int set_sizes(struct md_json *json, const struct md_inspect_source *source,
		     struct md_error *err)
{
	md_auto_free char *path =
		md_store_path(source->engine->store, source->record->id, "root/upper");
	struct md_error why = MD_ERROR_INIT;
	uint64_t bytes = 0;

	if (md_fs_tree_size(AT_FDCWD, path, &bytes, &why) < 0 && why.code != MD_ERR_NOT_FOUND) {
		*err = why;
		return -1;
	}
	md_json_set_number(json, "SizeRw", (int64_t)bytes);
	md_json_set_number(json, "SizeRootFs",
			   (int64_t)(bytes + (source->image ? source->image->size : 0)));
	return 0;
}

static struct md_json *container_json(const struct md_inspect_source *source)
{
	const struct md_record *record = source->record;
	struct md_json *json = md_json_object();
	md_auto_free char *name = md_xasprintf("/%s", record->name ? record->name : "");

	md_json_set_string(json, "Id", record->id);
	set_time(json, "Created", record->created_ns);
	set_command(json, &record->command);
	md_json_set(json, "State", state_json(source->state));
	md_json_set_string(json, "Image", record->image_id ? record->image_id : "");
	set_path(json, source, "ResolvConfPath", "etc/resolv.conf");
	set_path(json, source, "HostnamePath", "etc/hostname");
	set_path(json, source, "HostsPath", "etc/hosts");
	if (record->request.is_log_none)
		md_json_set_string(json, "LogPath", "");
	else
		set_path(json, source, "LogPath", "log/container.log");
	md_json_set_string(json, "Name", name);
	md_json_set_number(json, "RestartCount", source->state->restart_count);
	md_json_set_string(json, "Driver", record->request.rootfs ? "directory" : "overlay2");
	md_json_set_string(json, "Platform", "linux");
	md_json_set_string(json, "MountLabel", "");
	md_json_set_string(json, "ProcessLabel", "");
	md_json_set_string(json, "AppArmorProfile", "");
	md_json_set(json, "ExecIDs", md_json_null());
	md_json_set(json, "HostConfig", md_inspect_host_config(source));
	md_json_set(json, "GraphDriver", graph_driver(source));
	md_json_set(json, "Mounts", md_inspect_mounts(source));
	md_json_set(json, "Config", md_inspect_config(source));
	md_json_set(json, "NetworkSettings", network_settings(&record->request));
	return json;
}

struct md_json *md_inspect_container(struct md_engine *engine, const char *id,
				     enum md_inspect_size size, struct md_error *err)
{
	MD_CLEANUP(md_record_fini) struct md_record record = {0};
	MD_CLEANUP(md_state_fini) struct md_state state;
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_inspect_source source = {.engine = engine, .record = &record, .state = &state};
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_json struct md_json *json = NULL;

	md_state_init(&state);
	if (md_store_load_record(engine->store, id, &record, err) < 0 ||
	    md_store_load_state(engine->store, id, &state, err) < 0)
		return NULL;
	(void)md_state_settle(&state);
	(void)md_state_settle(&state);
	if (record.image_id &&
	    md_image_find(engine->images, record.image_id, &image, &ignored) == 0)
		source.image = &image;
	json = container_json(&source);
	if (size == MD_INSPECT_SIZE && set_sizes(json, &source, err) < 0)
		return NULL;
	return md_steal_ptr(&json);
}
