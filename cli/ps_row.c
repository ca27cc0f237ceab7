/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ps_row.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/number.h"
#include "cli/format_value.h"
#include "cli/output.h"
#include "cli/terminal_text.h"

#include <fcntl.h>
#include <inttypes.h>
#include <string.h>

#define COMMAND_SHOWN 20 /* characters, as Docker */
#define MOUNT_SHOWN   15

static const struct md_list_title titles[] = {
	{"ID", "CONTAINER ID"},
	{"Image", "IMAGE"},
	{"Command", "COMMAND"},
	{"CreatedAt", "CREATED AT"},
	{"RunningFor", "CREATED"},
	{"Ports", "PORTS"},
	{"State", "STATE"},
	{"Status", "STATUS"},
	{"HealthStatus", "HEALTH"},
	{"Size", "SIZE"},
	{"Names", "NAMES"},
	{"Labels", "LABELS"},
	{"LocalVolumes", "LOCAL VOLUMES"},
	{"Mounts", "MOUNTS"},
	{"Networks", "NETWORKS"},
	{NULL, NULL},
};

#define COLUMNS \
	"{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}"

const struct md_list_kind md_ps_kind = {COLUMNS, "{{.ID}}", titles};
const struct md_list_kind md_ps_kind_with_size = {COLUMNS "\t{{.Size}}", "{{.ID}}", titles};

/* At most `shown` characters, the last one "…" when something was cut. */
static char *shorten(const char *text, size_t shown)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	size_t length = strlen(text), end = 0;

	if (md_terminal_width(text, length) <= shown)
		return md_xstrdup(text);
	for (size_t n = 0; n + 1 < shown; n++) {
		size_t bytes = md_utf8_length(text + end, length - end);

		end += bytes ? bytes : 1;
	}
	md_str_add_bytes(&out, text, end);
	md_str_add(&out, "\xe2\x80\xa6");
	return md_str_take(&out);
}

static char *command_text(const struct md_ps_source *s)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	const char *command = s->summary->command ? s->summary->command : "";
	md_auto_free char *cut = s->is_long ? md_xstrdup(command) : shorten(command, COMMAND_SHOWN);

	md_format_quote(cut, &out);
	return md_str_take(&out);
}

static char *id_text(const struct md_ps_source *s)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;

	md_output_id(s->summary->id, s->is_long ? MD_ID_LONG : MD_ID_SHORT, &out);
	return md_str_take(&out);
}

static char *image_text(const struct md_ps_source *s)
{
	return md_xstrdup(s->summary->image ? s->summary->image : "");
}

static char *name_text(const struct md_ps_source *s)
{
	return md_xstrdup(s->summary->name ? s->summary->name : "");
}

static char *created_text(const struct md_ps_source *s)
{
	char text[MD_TIME_TEXT_MAX];

	md_output_time(s->summary->created_ns, text);
	return md_xstrdup(text);
}

static char *age_text(const struct md_ps_source *s)
{
	char words[32];

	if (s->summary->created_ns == 0)
		return md_xstrdup("N/A");
	md_duration_words(s->now_ns - s->summary->created_ns, words);
	return md_xasprintf("%s ago", words);
}

static char *state_text(const struct md_ps_source *s)
{
	return md_xstrdup(md_status_name(s->summary->state.status));
}

static char *status_text(const struct md_ps_source *s)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;

	md_state_describe(&s->summary->state, s->now_ns, &out);
	return md_str_take(&out);
}

/* Of what this version does not have: ports and health. */
static char *empty_text(const struct md_ps_source *s)
{
	(void)s;
	return md_xstrdup("");
}

static char *labels_text(const struct md_ps_source *s)
{
	return md_strv_join(&s->record->request.labels, ",");
}

static char *networks_text(const struct md_ps_source *s)
{
	const char *network = s->record->request.network;

	return md_xstrdup(network ? network : "none");
}

static char *mounts_text(const struct md_ps_source *s)
{
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;
	const struct md_run_request *request = &s->record->request;

	for (size_t i = 0; i < request->mount_count; i++) {
		const struct md_mount *m = &request->mounts[i];
		const char *name = m->volume_name ? m->volume_name : m->source;

		if (m->type == MD_MOUNT_BIND && name)
			md_strv_take(&names,
				     s->is_long ? md_xstrdup(name) : shorten(name, MOUNT_SHOWN));
	}
	return md_strv_join(&names, ",");
}

static char *volumes_text(const struct md_ps_source *s)
{
	size_t count = 0;

	for (size_t i = 0; i < s->record->request.mount_count; i++)
		count += s->record->request.mounts[i].is_volume;
	return md_xasprintf("%zu", count);
}

static const struct field {
	const char *name;
	char *(*text)(const struct md_ps_source *source);
	bool needs_record;
} fields[] = {
	{"Command", command_text, false},     {"CreatedAt", created_text, false},
	{"HealthStatus", empty_text, false},  {"ID", id_text, false},
	{"Image", image_text, false},         {"Labels", labels_text, true},
	{"LocalVolumes", volumes_text, true}, {"Mounts", mounts_text, true},
	{"Names", name_text, false},          {"Networks", networks_text, true},
	{"Ports", empty_text, false},         {"RunningFor", age_text, false},
	{"State", state_text, false},         {"Status", status_text, false},
};

#define FIELD_COUNT (sizeof(fields) / sizeof(fields[0]))

#define SIZE_BIT    (1U << FIELD_COUNT)
#define METHODS_BIT (2U << FIELD_COUNT)

unsigned int md_ps_row_fields(const struct md_list *list)
{
	unsigned int bits = 0;

	for (size_t i = 0; i < FIELD_COUNT; i++)
		bits |= md_list_needs(list, fields[i].name) ? 1U << i : 0;
	bits |= md_list_needs(list, "Size") ? SIZE_BIT : 0;
	/* JSON has no methods. */
	return bits | (list->format && md_list_needs(list, "Label") ? METHODS_BIT : 0);
}

bool md_ps_row_needs_record(unsigned int bits)
{
	for (size_t i = 0; i < FIELD_COUNT; i++)
		if (fields[i].needs_record && (bits & 1U << i))
			return true;
	return bits & METHODS_BIT;
}

/* What the container wrote, and with its image: "12kB (virtual 4.3MB)". */
static char *size_text(const struct md_ps_source *s, struct md_error *err)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_free char *path = md_store_path(s->engine->store, s->summary->id, "root/upper");
	uint64_t bytes = 0;
	char own[16], all[16];

	if (md_fs_tree_size(AT_FDCWD, path, &bytes, &ignored) < 0 &&
	    ignored.code != MD_ERR_NOT_FOUND) {
		*err = ignored;
		return NULL;
	}
	ignored = (struct md_error)MD_ERROR_INIT;
	md_format_size(bytes, MD_UNITS_DECIMAL, own);
	if (!s->record || !s->record->image_id ||
	    md_image_find(s->engine->images, s->record->image_id, &image, &ignored) < 0)
		return md_xstrdup(own);
	md_format_size(bytes + image.size, MD_UNITS_DECIMAL, all);
	return md_xasprintf("%s (virtual %s)", own, all);
}

/* In JSON a text is as it is; anywhere else its control characters are shown. */
static void set_text(struct md_json *row, const struct md_list *list, const char *field,
		     const char *text)
{
	MD_CLEANUP(md_str_fini) struct md_str cell = MD_STR_INIT;

	if (list->format)
		md_output_cell(text, &cell);
	md_json_set_string(row, field, list->format ? md_str_get(&cell) : text);
}

struct md_json *md_ps_row(const struct md_ps_source *source, const struct md_list *list,
			  struct md_error *err)
{
	md_auto_json struct md_json *row = md_json_object();
	md_auto_free char *size = NULL;

	for (size_t i = 0; i < FIELD_COUNT; i++) {
		md_auto_free char *text = NULL;

		if (!(source->fields & 1U << i) || (fields[i].needs_record && !source->record))
			continue;
		text = fields[i].text(source);
		set_text(row, list, fields[i].name, text);
	}
	if (!(source->fields & SIZE_BIT))
		return md_steal_ptr(&row);
	size = source->has_size ? size_text(source, err) : md_xstrdup("0B");
	if (!size)
		return NULL;
	md_json_set_string(row, "Size", size);
	return md_steal_ptr(&row);
}

struct md_json *md_ps_row_methods(const struct md_ps_source *source, const struct md_list *list)
{
	struct md_json *methods, *labels;

	if (!source->record || !(source->fields & METHODS_BIT))
		return NULL;
	methods = md_json_object();
	labels = md_json_set(methods, "Label", md_json_object());
	for (size_t i = 0; i < source->record->request.labels.count; i++) {
		const char *label = source->record->request.labels.items[i];
		size_t length = strcspn(label, "=");
		md_auto_free char *key = md_xstrndup(label, length);

		set_text(labels, list, key, label[length] ? label + length + 1 : "");
	}
	return methods;
}
