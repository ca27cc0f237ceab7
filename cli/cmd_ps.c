/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/clock.h"
#include "cli/ps_filter.h"
#include "cli/ps_row.h"

struct flags {
	bool is_all, is_quiet, is_long, is_latest, has_size;
	int last; /* -1: no limit */
	const char *format;
	struct md_strv filters;
};

static const struct md_option options[] = {
	{"all", 'a', NULL, "those that do not run too", md_option_set_bool,
	 offsetof(struct flags, is_all)},
	{"filter", 'f', "KEY=VALUE",
	 "only those: ancestor, before, exited, id, label, name, network, since, status, volume",
	 md_option_set_list, offsetof(struct flags, filters), .is_repeatable = true},
	{"format", 0, "FORMAT", "table, json, or a template: 'table {{.ID}}\\t{{.Names}}'",
	 md_option_set_text, offsetof(struct flags, format)},
	{"last", 'n', "NUMBER", "the newest NUMBER, whether they run or not", md_option_set_int,
	 offsetof(struct flags, last)},
	{"latest", 'l', NULL, "the newest one, whether it runs or not", md_option_set_bool,
	 offsetof(struct flags, is_latest)},
	{"no-trunc", 0, NULL, "whole ids and commands", md_option_set_bool,
	 offsetof(struct flags, is_long)},
	{"quiet", 'q', NULL, "only their ids", md_option_set_bool,
	 offsetof(struct flags, is_quiet)},
	{"size", 's', NULL, "the disk space of their files too", md_option_set_bool,
	 offsetof(struct flags, has_size)},
	MD_OPTIONS_END,
};

static const char *const aliases[] = {"list", "container ls", "container list", NULL};

struct printer {
	struct md_engine *engine;
	const struct flags *flags;
	const struct md_ps_filter *filter;
	struct md_list *list;
	bool shows_stopped, needs_record;
	unsigned int fields;
	int64_t now_ns;
	int left; /* rows still to be shown, -1 no limit */
};

static bool is_shown(const struct printer *p, const struct md_summary *summary)
{
	enum md_status status = summary->state.status;

	if (!p->shows_stopped && status != MD_STATUS_RUNNING && status != MD_STATUS_PAUSED &&
	    status != MD_STATUS_RESTARTING)
		return false;
	return md_ps_filter_matches(p->filter, summary);
}

static int add_row(struct printer *p, const struct md_summary *summary,
		   const struct md_record *record, struct md_error *err)
{
	struct md_ps_source source = {
		.engine = p->engine,
		.summary = summary,
		.record = record,
		.now_ns = p->now_ns,
		.is_long = p->flags->is_long,
		.has_size = p->flags->has_size,
		.fields = p->fields,
	};
	md_auto_json struct md_json *row = md_ps_row(&source, p->list, err), *methods = NULL;

	if (!row)
		return -1;
	methods = md_ps_row_methods(&source, p->list);
	p->left -= p->left > 0;
	return md_list_add(p->list, row, methods, err);
}

/* A record that cannot be read is shown as if it were empty; one that is gone by now, not at all.
 */
static int add_with_record(struct printer *p, const struct md_summary *summary,
			   struct md_error *err)
{
	MD_CLEANUP(md_record_fini) struct md_record record = {0};
	struct md_error ignored = MD_ERROR_INIT;

	if (md_store_load_record(p->engine->store, summary->id, &record, &ignored) < 0 &&
	    ignored.code == MD_ERR_NOT_FOUND)
		return 0;
	if (!md_ps_filter_matches_record(p->filter, &record))
		return 0;
	return add_row(p, summary, &record, err);
}

static int add_container(struct printer *p, const struct md_summary *summary, struct md_error *err)
{
	if (!is_shown(p, summary))
		return 0;
	return p->needs_record ? add_with_record(p, summary, err) : add_row(p, summary, NULL, err);
}

static int add_all(struct printer *p, struct md_error *err)
{
	struct md_summary *list = NULL;
	size_t count = 0;
	int result = 0;

	if (md_store_list(p->engine->store, &list, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count && result == 0 && p->left != 0; i++)
		result = add_container(p, &list[i], err);
	md_summaries_free(list, count);
	return result;
}

static int print(struct md_engine *engine, const struct flags *flags,
		 const struct md_ps_filter *filter, struct md_error *err)
{
	MD_CLEANUP(md_list_fini) struct md_list list = MD_LIST_INIT;
	struct printer printer = {
		.engine = engine,
		.flags = flags,
		.filter = filter,
		.list = &list,
		.now_ns = md_clock_wall_ns(),
		.left = flags->is_latest ? 1 : flags->last,
	};

	if (md_list_open(&list, flags->has_size ? &md_ps_kind_with_size : &md_ps_kind,
			 flags->format, flags->is_quiet, err) < 0)
		return md_error_prefix(err, "--format");
	printer.fields = md_ps_row_fields(&list);
	printer.shows_stopped =
		flags->is_all || printer.left >= 0 || md_ps_filter_wants_stopped(filter);
	printer.needs_record = flags->has_size || md_ps_filter_needs_record(filter) ||
			       md_ps_row_needs_record(printer.fields);
	if (add_all(&printer, err) < 0)
		return -1;
	return md_list_print(&list, err);
}

static void flags_fini(struct flags *flags)
{
	md_strv_fini(&flags->filters);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(flags_fini) struct flags flags = {.last = -1};
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	MD_CLEANUP(md_ps_filter_fini) struct md_ps_filter filter = {0};

	if (md_options_apply(in, &flags, err) < 0 || md_engine_open(in->root, &engine, err) < 0 ||
	    md_ps_filter_parse(&filter, &engine, &flags.filters, err) < 0)
		return -1;
	return print(&engine, &flags, &filter, err);
}

const struct md_command md_cmd_ps = {
	.name = "ps",
	.group = MD_GROUP_CONTAINER,
	.aliases = aliases,
	.operands = "",
	.summary = "list containers",
	.examples = "minidock ps -a --filter status=exited --filter label=app=web\n"
		    "minidock ps --format 'table {{.Names}}\\t{{.Status}}'",
	.options = options,
	.run = run,
};
