/* SPDX-License-Identifier: Apache-2.0 */
#include "images/config.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/number.h"
#include "images/sha256.h"

#include <stdlib.h>
#include <string.h>

/* More than any honest image has; a list beyond it is cut. */
#define MAX_ITEMS 10000

static bool is_name_start(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
}

bool md_env_entry_is_valid(const char *entry)
{
	if (!is_name_start(*entry))
		return false;
	while (is_name_start(*entry) || (*entry >= '0' && *entry <= '9'))
		entry++;
	return *entry == '=';
}

static bool is_port_number(const char *text, size_t length)
{
	struct md_error ignored = MD_ERROR_INIT;
	char digits[6];
	uint64_t port;

	if (length == 0 || length >= sizeof(digits))
		return false;
	memcpy(digits, text, length);
	digits[length] = '\0';
	return md_parse_u64(digits, 0, 65535, &port, &ignored) == 0;
}

bool md_exposed_port_is_valid(const char *text)
{
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t)(slash - text) : strlen(text);
	const char *dash = memchr(text, '-', length);
	size_t first = dash ? (size_t)(dash - text) : length;

	if (slash && strcmp(slash, "/tcp") != 0 && strcmp(slash, "/udp") != 0 &&
	    strcmp(slash, "/sctp") != 0)
		return false;
	return is_port_number(text, first) &&
	       (!dash || is_port_number(dash + 1, length - first - 1));
}

bool md_label_is_allowed(const char *key)
{
	return *key && !strchr(key, '=') && !md_str_starts(key, "minidock.") &&
	       !md_str_starts(key, "io.minidock.") && !md_str_starts(key, "com.docker.");
}

static bool is_volume(const char *path)
{
	return path[0] == '/' && path[1] != '\0' && !strstr(path, "/../") &&
	       !md_str_ends(path, "/..");
}

void md_image_config_fini(struct md_image_config *config)
{
	md_strv_fini(&config->env);
	md_strv_fini(&config->entrypoint);
	md_strv_fini(&config->cmd);
	md_strv_fini(&config->volumes);
	md_strv_fini(&config->exposed_ports);
	md_strv_fini(&config->labels);
	free(config->user);
	free(config->working_dir);
	free(config->stop_signal);
	*config = (struct md_image_config){0};
}

static void read_env(const struct md_json *config, struct md_strv *out)
{
	const struct md_json *item = md_json_first(md_json_get(config, "Env"));

	for (; item && out->count < MAX_ITEMS; item = md_json_next(item)) {
		const char *entry = md_json_as_string(item, "");

		if (md_env_entry_is_valid(entry))
			md_strv_add(out, entry);
	}
}

/* OCI writes sets as objects with empty members: {"80/tcp": {}}. */
static void read_keys(const struct md_json *object, bool (*is_allowed)(const char *),
		      struct md_strv *out)
{
	const struct md_json *member;

	if (md_json_type(object) != MD_JSON_OBJECT)
		return;
	for (member = md_json_first(object); member && out->count < MAX_ITEMS;
	     member = md_json_next(member))
		if (is_allowed(md_json_key(member)))
			md_strv_add(out, md_json_key(member));
}

static void read_labels(const struct md_json *labels, struct md_strv *out)
{
	const struct md_json *member;

	if (md_json_type(labels) != MD_JSON_OBJECT)
		return;
	for (member = md_json_first(labels); member && out->count < MAX_ITEMS;
	     member = md_json_next(member)) {
		const char *value = md_json_as_string(member, NULL);

		if (value && md_label_is_allowed(md_json_key(member)))
			md_strv_addf(out, "%s=%s", md_json_key(member), value);
	}
}

static char *read_text(const struct md_json *config, const char *key)
{
	const char *text = md_json_get_string(config, key, "");

	return *text ? md_xstrdup(text) : NULL;
}

static void read_config(const struct md_json *config, struct md_image_config *out)
{
	read_env(config, &out->env);
	md_json_get_strings(config, "Entrypoint", &out->entrypoint);
	md_json_get_strings(config, "Cmd", &out->cmd);
	read_keys(md_json_get(config, "Volumes"), is_volume, &out->volumes);
	read_keys(md_json_get(config, "ExposedPorts"), md_exposed_port_is_valid,
		  &out->exposed_ports);
	read_labels(md_json_get(config, "Labels"), &out->labels);
	out->user = read_text(config, "User");
	out->working_dir = read_text(config, "WorkingDir");
	out->stop_signal = read_text(config, "StopSignal");
	if (out->working_dir && out->working_dir[0] != '/') {
		char *absolute = md_xasprintf("/%s", out->working_dir);

		free(out->working_dir);
		out->working_dir = absolute;
	}
}

static int read_diff_ids(const struct md_json *root, struct md_strv *out, struct md_error *err)
{
	const struct md_json *rootfs = md_json_get(root, "rootfs");
	const struct md_json *item = md_json_first(md_json_get(rootfs, "diff_ids"));

	for (; item; item = md_json_next(item)) {
		const char *diff_id = md_json_as_string(item, NULL);

		if (!md_digest_is_valid(diff_id))
			return md_fail(err, MD_ERR_CORRUPT,
				       "image configuration: a diff_id is no sha256 digest");
		md_strv_add(out, diff_id);
	}
	return 0;
}

int md_image_config_parse(const struct md_json *root, struct md_image *image, struct md_error *err)
{
	struct md_error ignored = MD_ERROR_INIT;
	const struct md_json *first = md_json_first(md_json_get(root, "history"));

	if (md_json_type(root) != MD_JSON_OBJECT)
		return md_fail(err, MD_ERR_CORRUPT, "image configuration: not an object");
	if (read_diff_ids(root, &image->diff_ids, err) < 0)
		return -1;
	/* A creation time that cannot be read only changes the order of a list. */
	(void)md_time_parse(md_json_get_string(root, "created", ""), &image->created_ns, &ignored);
	image->architecture = md_xstrdup(md_json_get_string(root, "architecture", ""));
	image->os = md_xstrdup(md_json_get_string(root, "os", ""));
	image->comment = md_xstrdup(md_json_get_string(first, "comment", ""));
	read_config(md_json_get(root, "config"), &image->config);
	return 0;
}

static void write_list(struct md_json *object, const char *key, const struct md_strv *items)
{
	if (items->count > 0)
		(void)md_json_set(object, key, md_json_strings(items));
}

static void write_keys(struct md_json *object, const char *key, const struct md_strv *items)
{
	struct md_json *set;
	size_t i;

	if (items->count == 0)
		return;
	set = md_json_set(object, key, md_json_object());
	for (i = 0; i < items->count; i++)
		(void)md_json_set(set, items->items[i], md_json_object());
}

static void write_labels(struct md_json *object, const struct md_strv *labels)
{
	struct md_json *set;
	size_t i;

	if (labels->count == 0)
		return;
	set = md_json_set(object, "Labels", md_json_object());
	for (i = 0; i < labels->count; i++) {
		const char *label = labels->items[i];
		md_auto_free char *key = md_xstrndup(label, strcspn(label, "="));
		const char *value = strchr(label, '=');

		md_json_set_string(set, key, value ? value + 1 : "");
	}
}

static void write_text(struct md_json *object, const char *key, const char *text)
{
	if (text && *text)
		md_json_set_string(object, key, text);
}

struct md_json *md_image_config_members(const struct md_image_config *config)
{
	struct md_json *object = md_json_object();

	write_text(object, "User", config->user);
	write_keys(object, "ExposedPorts", &config->exposed_ports);
	write_list(object, "Env", &config->env);
	write_list(object, "Entrypoint", &config->entrypoint);
	write_list(object, "Cmd", &config->cmd);
	write_keys(object, "Volumes", &config->volumes);
	write_text(object, "WorkingDir", config->working_dir);
	write_labels(object, &config->labels);
	write_text(object, "StopSignal", config->stop_signal);
	return object;
}

struct md_json *md_image_config_format(const struct md_image *image, const char *created_by)
{
	struct md_json *root = md_json_object();
	char created[MD_TIME_TEXT_MAX];
	struct md_json *rootfs;
	struct md_json *step;

	md_time_format(image->created_ns, created);
	md_json_set_string(root, "created", created);
	md_json_set_string(root, "architecture", image->architecture);
	md_json_set_string(root, "os", image->os);
	(void)md_json_set(root, "config", md_image_config_members(&image->config));
	rootfs = md_json_set(root, "rootfs", md_json_object());
	md_json_set_string(rootfs, "type", "layers");
	(void)md_json_set(rootfs, "diff_ids", md_json_strings(&image->diff_ids));
	step = md_json_append(md_json_set(root, "history", md_json_array()), md_json_object());
	md_json_set_string(step, "created", created);
	md_json_set_string(step, "created_by", created_by);
	write_text(step, "comment", image->comment);
	return root;
}
