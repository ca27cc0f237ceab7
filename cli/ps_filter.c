/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/ps_filter.h"

#include "base/cleanup.h"
#include "base/number.h"
#include "cli/label_match.h"

#include <inttypes.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

struct context {
	struct md_ps_filter *filter;
	struct md_engine *engine;
};

static bool matches_expression(const char *expression, const char *text)
{
	regex_t compiled;
	bool matches;

	if (regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB) != 0)
		return false;
	matches = regexec(&compiled, text, 0, NULL, 0) == 0;
	regfree(&compiled);
	return matches;
}

static int add_expression(struct md_strv *to, const char *value, struct md_error *err)
{
	regex_t compiled;
	char why[128];
	int error = regcomp(&compiled, value, REG_EXTENDED | REG_NOSUB);

	if (error != 0) {
		(void)regerror(error, &compiled, why, sizeof(why));
		return md_fail(err, MD_ERR_INVALID, "'%s' is no regular expression: %s", value,
			       why);
	}
	regfree(&compiled);
	md_strv_add(to, value);
	return 0;
}

static int set_id(struct context *c, const char *value, struct md_error *err)
{
	return add_expression(&c->filter->ids, value, err);
}

static int set_name(struct context *c, const char *value, struct md_error *err)
{
	return add_expression(&c->filter->names, value, err);
}

static int set_label(struct context *c, const char *value, struct md_error *err)
{
	(void)err;
	md_strv_add(&c->filter->labels, value);
	return 0;
}

static int set_volume(struct context *c, const char *value, struct md_error *err)
{
	(void)err;
	md_strv_add(&c->filter->volumes, value);
	return 0;
}

static int set_network(struct context *c, const char *value, struct md_error *err)
{
	(void)err;
	md_strv_add(&c->filter->networks, value);
	return 0;
}

static int set_exited(struct context *c, const char *value, struct md_error *err)
{
	int64_t code;

	if (md_parse_i64(value, 0, 255, &code, err) < 0)
		return -1;
	md_strv_addf(&c->filter->exits, "%" PRId64, code);
	return 0;
}

static int set_status(struct context *c, const char *value, struct md_error *err)
{
	enum md_status status;

	if (md_status_parse(value, &status, err) < 0)
		return -1;
	c->filter->statuses |= 1U << status;
	return 0;
}

/* An image that is gone can still be what containers were made from: compare texts then. */
static int set_ancestor(struct context *c, const char *value, struct md_error *err)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_error ignored = MD_ERROR_INIT;

	(void)err;
	md_strv_add(&c->filter->ancestors, value);
	if (md_image_find(c->engine->images, value, &image, &ignored) == 0)
		md_strv_add(&c->filter->ancestors, image.id);
	return 0;
}

static int find_time(struct context *c, const char *value, int64_t *ret, struct md_error *err)
{
	MD_CLEANUP(md_record_fini) struct md_record record = {0};
	char id[MD_ID_LENGTH + 1];

	if (md_store_find(c->engine->store, value, id, err) < 0 ||
	    md_store_load_record(c->engine->store, id, &record, err) < 0)
		return -1;
	*ret = record.created_ns;
	return 0;
}

static int set_before(struct context *c, const char *value, struct md_error *err)
{
	return find_time(c, value, &c->filter->before_ns, err);
}

static int set_since(struct context *c, const char *value, struct md_error *err)
{
	return find_time(c, value, &c->filter->since_ns, err);
}

static int set(struct context *c, const char *text, struct md_error *err)
{
	static const struct {
		const char *key;
		int (*set)(struct context *c, const char *value, struct md_error *err);
	} keys[] = {
		{"ancestor", set_ancestor}, {"before", set_before},
		{"exited", set_exited},     {"id", set_id},
		{"label", set_label},       {"name", set_name},
		{"network", set_network},   {"since", set_since},
		{"status", set_status},     {"volume", set_volume},
	};
	size_t length = strcspn(text, "=");

	if (text[length] == '\0')
		return md_fail(err, MD_ERR_INVALID, "'%s' is no KEY=VALUE", text);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strlen(keys[i].key) != length || memcmp(keys[i].key, text, length) != 0)
			continue;
		if (keys[i].set(c, text + length + 1, err) < 0)
			return md_error_prefix(err, "%s", keys[i].key);
		return 0;
	}
	return md_fail(err, MD_ERR_INVALID,
		       "unknown key in '%s' (known: ancestor, before, exited, id, label, name, "
		       "network, since, status, volume)",
		       text);
}

int md_ps_filter_parse(struct md_ps_filter *filter, struct md_engine *engine,
		       const struct md_strv *texts, struct md_error *err)
{
	struct context context = {filter, engine};

	for (size_t i = 0; i < texts->count; i++)
		if (set(&context, texts->items[i], err) < 0)
			return md_error_prefix(err, "--filter");
	return 0;
}

void md_ps_filter_fini(struct md_ps_filter *filter)
{
	md_strv_fini(&filter->ids);
	md_strv_fini(&filter->names);
	md_strv_fini(&filter->labels);
	md_strv_fini(&filter->volumes);
	md_strv_fini(&filter->networks);
	md_strv_fini(&filter->ancestors);
	md_strv_fini(&filter->exits);
}

bool md_ps_filter_wants_stopped(const struct md_ps_filter *filter)
{
	return filter->statuses || filter->exits.count > 0;
}

static bool matches_any(const struct md_strv *expressions, const char *text)
{
	for (size_t i = 0; i < expressions->count; i++)
		if (matches_expression(expressions->items[i], text))
			return true;
	return expressions->count == 0;
}

/* Docker's names begin with a slash, so people write both ^web$ and ^/web$. */
static bool matches_name(const struct md_ps_filter *filter, const char *name)
{
	char with_slash[256];

	if (filter->names.count == 0)
		return true;
	(void)snprintf(with_slash, sizeof(with_slash), "/%s", name);
	return matches_any(&filter->names, name) || matches_any(&filter->names, with_slash);
}

static bool matches_exit(const struct md_ps_filter *filter, const struct md_state *state)
{
	char code[16];

	if (filter->exits.count == 0)
		return true;
	(void)snprintf(code, sizeof(code), "%d", state->exit_code);
	return state->status == MD_STATUS_EXITED && md_strv_has(&filter->exits, code);
}

bool md_ps_filter_matches(const struct md_ps_filter *filter, const struct md_summary *summary)
{
	if (filter->statuses && !(filter->statuses & 1U << summary->state.status))
		return false;
	if (filter->before_ns && summary->created_ns >= filter->before_ns)
		return false;
	if (filter->since_ns && summary->created_ns <= filter->since_ns)
		return false;
	return matches_exit(filter, &summary->state) && matches_any(&filter->ids, summary->id) &&
	       matches_name(filter, summary->name ? summary->name : "");
}

bool md_ps_filter_needs_record(const struct md_ps_filter *filter)
{
	return filter->labels.count || filter->volumes.count || filter->networks.count ||
	       filter->ancestors.count;
}

static bool is_mounted(const struct md_run_request *request, const char *what)
{
	for (size_t i = 0; i < request->mount_count; i++) {
		const struct md_mount *m = &request->mounts[i];

		if (strcmp(m->target, what) == 0 || (m->source && strcmp(m->source, what) == 0) ||
		    (m->volume_name && strcmp(m->volume_name, what) == 0))
			return true;
	}
	return false;
}

static bool matches_volume(const struct md_ps_filter *filter, const struct md_run_request *request)
{
	for (size_t i = 0; i < filter->volumes.count; i++)
		if (is_mounted(request, filter->volumes.items[i]))
			return true;
	return filter->volumes.count == 0;
}

static bool matches_ancestor(const struct md_ps_filter *filter, const struct md_record *record)
{
	const char *image = record->request.image;

	if (filter->ancestors.count == 0)
		return true;
	return (image && md_strv_has(&filter->ancestors, image)) ||
	       (record->image_id && md_strv_has(&filter->ancestors, record->image_id));
}

bool md_ps_filter_matches_record(const struct md_ps_filter *filter, const struct md_record *record)
{
	const struct md_run_request *request = &record->request;
	const char *network = request->network ? request->network : "none";

	return (filter->networks.count == 0 || md_strv_has(&filter->networks, network)) &&
	       matches_volume(filter, request) && matches_ancestor(filter, record) &&
	       md_label_match_all(&request->labels, &filter->labels);
}
