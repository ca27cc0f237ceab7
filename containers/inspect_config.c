/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/inspect_parts.h"

#include "base/alloc.h"

static const char *first_of(const char *a, const char *b, const char *otherwise)
{
	return a ? a : b && b[0] ? b : otherwise;
}

/* The list, or null as Docker prints an empty one. */
static struct md_json *list_or_null(const struct md_strv *list)
{
	return list && list->count ? md_json_strings(list) : md_json_null();
}

/* The image's KEY=VALUE pairs, replaced and extended by those of the request. */
static void merge(struct md_strv *to, const struct md_strv *image, const struct md_strv *request)
{
	if (image)
		md_strv_copy(to, image);
	for (size_t i = 0; i < request->count; i++) {
		const char *pair = request->items[i];
		size_t length = strcspn(pair, "=");
		md_auto_free char *key = md_xstrndup(pair, length);

		md_strv_set(to, key, pair[length] ? pair + length + 1 : "");
	}
}

static void set_environment(struct md_json *json, const struct md_image_config *config,
			    const struct md_run_request *request)
{
	MD_CLEANUP(md_strv_fini) struct md_strv env = MD_STRV_INIT;

	merge(&env, config ? &config->env : NULL, &request->env);
	md_json_set(json, "Env", md_json_strings(&env));
}

static void set_labels(struct md_json *json, const struct md_image_config *config,
		       const struct md_run_request *request)
{
	MD_CLEANUP(md_strv_fini) struct md_strv labels = MD_STRV_INIT;

	merge(&labels, config ? &config->labels : NULL, &request->labels);
	md_json_set(json, "Labels", md_inspect_pairs(&labels));
}

static struct md_json *entrypoint(const struct md_image_config *config,
				  const struct md_run_request *request)
{
	struct md_json *list;

	if (!request->has_entrypoint)
		return list_or_null(config ? &config->entrypoint : NULL);
	if (!request->entrypoint || !request->entrypoint[0])
		return md_json_null();
	list = md_json_array();
	md_json_append(list, md_json_string(request->entrypoint));
	return list;
}

/* The image's command counts only together with its entrypoint. */
static struct md_json *command(const struct md_image_config *config,
			       const struct md_run_request *request)
{
	if (request->args.count)
		return md_json_strings(&request->args);
	return list_or_null(config && !request->has_entrypoint ? &config->cmd : NULL);
}

static struct md_json *volumes(const struct md_image_config *config)
{
	struct md_json *json;

	if (!config || config->volumes.count == 0)
		return md_json_null();
	json = md_json_object();
	for (size_t i = 0; i < config->volumes.count; i++)
		md_json_set(json, config->volumes.items[i], md_json_object());
	return json;
}

static void set_streams(struct md_json *json, const struct md_run_request *request)
{
	bool is_attached = !request->is_detached;

	md_json_set_bool(json, "AttachStdin", is_attached && request->is_interactive);
	md_json_set_bool(json, "AttachStdout", is_attached);
	md_json_set_bool(json, "AttachStderr", is_attached);
	md_json_set_bool(json, "Tty", request->has_terminal);
	md_json_set_bool(json, "OpenStdin", request->is_interactive);
	md_json_set_bool(json, "StdinOnce", is_attached && request->is_interactive);
}

static void set_stop(struct md_json *json, const struct md_image_config *config,
		     const struct md_run_request *request)
{
	md_json_set_string(
		json, "StopSignal",
		first_of(request->stop_signal, config ? config->stop_signal : NULL, "SIGTERM"));
	if (request->stop_timeout_s != -1)
		md_json_set_number(json, "StopTimeout", request->stop_timeout_s);
}

struct md_json *md_inspect_config(const struct md_inspect_source *source)
{
	const struct md_run_request *request = &source->record->request;
	const struct md_image_config *config = source->image ? &source->image->config : NULL;
	struct md_json *json = md_json_object();
	md_auto_free char *short_id = md_xstrndup(source->record->id, MD_ID_SHORT_LENGTH);

	md_json_set_string(json, "Hostname", first_of(request->hostname, NULL, short_id));
	md_json_set_string(json, "Domainname", first_of(request->domainname, NULL, ""));
	md_json_set_string(json, "User", first_of(request->user, config ? config->user : NULL, ""));
	set_streams(json, request);
	set_environment(json, config, request);
	md_json_set(json, "Cmd", command(config, request));
	md_json_set_string(json, "Image", request->image ? request->image : "");
	md_json_set(json, "Volumes", volumes(config));
	md_json_set_string(json, "WorkingDir",
			   first_of(request->workdir, config ? config->working_dir : NULL, ""));
	md_json_set(json, "Entrypoint", entrypoint(config, request));
	md_json_set(json, "OnBuild", md_json_null());
	set_labels(json, config, request);
	set_stop(json, config, request);
	return json;
}
