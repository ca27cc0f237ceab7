/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/alloc.h"
#include "base/clock.h"
#include "base/number.h"
#include "cli/image_filter.h"
#include "cli/list.h"
#include "cli/output.h"
#include "containers/lifecycle.h"

#include <string.h>

struct flags {
	bool is_all, is_quiet, is_long, has_digests;
	const char *format;
	struct md_strv filters;
};

static const struct md_option options[] = {
	{"all", 'a', NULL, "images without a name too", md_option_set_bool,
	 offsetof(struct flags, is_all)},
	{"quiet", 'q', NULL, "only their ids", md_option_set_bool,
	 offsetof(struct flags, is_quiet)},
	{"no-trunc", 0, NULL, "whole ids", md_option_set_bool, offsetof(struct flags, is_long)},
	{"digests", 0, NULL, "digests too", md_option_set_bool,
	 offsetof(struct flags, has_digests)},
	{"filter", 'f', "KEY=VALUE", "only those: dangling, label, reference, before, since",
	 md_option_set_list, offsetof(struct flags, filters), .is_repeatable = true},
	{"format", 0, "FORMAT", "table, json, or a template: 'table {{.ID}}\\t{{.Size}}'",
	 md_option_set_text, offsetof(struct flags, format)},
	MD_OPTIONS_END,
};

static const char *const aliases[] = {"images", "image list", NULL};

static const struct md_list_title titles[] = {
	{"ID", "IMAGE ID"},   {"Repository", "REPOSITORY"}, {"Tag", "TAG"},
	{"Digest", "DIGEST"}, {"CreatedSince", "CREATED"},  {"CreatedAt", "CREATED AT"},
	{"Size", "SIZE"},     {"Containers", "CONTAINERS"}, {NULL, NULL},
};

static const struct md_list_kind plain = {
	.table = "{{.Repository}}\t{{.Tag}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}",
	.quiet = "{{.ID}}",
	.titles = titles,
};

static const struct md_list_kind with_digests = {
	.table = "{{.Repository}}\t{{.Tag}}\t{{.Digest}}\t{{.ID}}\t{{.CreatedSince}}\t{{.Size}}",
	.quiet = "{{.ID}}",
	.titles = titles,
};

/* "registry:5000/name" and "tag" of a reference; the tag is what follows the last colon. */
static void set_reference(struct md_json *row, const char *reference)
{
	const char *colon = reference ? strrchr(reference, ':') : NULL;
	md_auto_free char *repository = NULL;

	if (colon && !strchr(colon, '/'))
		repository = md_xstrndup(reference, (size_t)(colon - reference));
	md_json_set_string(row, "Repository", repository ? repository : "<none>");
	md_json_set_string(row, "Tag", repository ? colon + 1 : "<none>");
}

static struct md_json *make_row(const struct md_image *image, const char *reference,
				const struct flags *flags)
{
	struct md_json *row = md_json_object();
	MD_CLEANUP(md_str_fini) struct md_str id = MD_STR_INIT;
	md_auto_free char *since = NULL;
	char time[MD_TIME_TEXT_MAX], age[32], size[16];

	md_output_id(image->id, flags->is_long ? MD_ID_LONG : MD_ID_SHORT, &id);
	md_output_time(image->created_ns, time);
	md_duration_words(md_clock_wall_ns() - image->created_ns, age);
	md_format_size(image->size, MD_UNITS_DECIMAL, size);
	since = image->created_ns ? md_xasprintf("%s ago", age) : md_xstrdup("N/A");
	md_json_set_string(row, "ID", md_str_get(&id));
	set_reference(row, reference);
	md_json_set_string(row, "Digest", image->digest ? image->digest : "<none>");
	md_json_set_string(row, "CreatedSince", since);
	md_json_set_string(row, "CreatedAt", time);
	md_json_set_string(row, "Size", size);
	md_json_set_string(row, "Containers", "N/A");
	return row;
}

static int add_row(struct md_list *list, const struct md_image *image, const char *reference,
		   const struct flags *flags, struct md_error *err)
{
	md_auto_json struct md_json *row = make_row(image, reference, flags);

	return md_list_add(list, row, NULL, err);
}

static bool has_asked_name(const struct md_image *image, const struct md_image_filter *filter)
{
	for (size_t i = 0; i < image->references.count; i++)
		if (md_image_filter_matches_name(filter, image->references.items[i]))
			return true;
	return !md_image_filter_names(filter);
}

/* One line per name; one for an image without. */
static int add_image(struct md_list *list, const struct md_image *image,
		     const struct md_image_filter *filter, const struct flags *flags,
		     struct md_error *err)
{
	if (!md_image_filter_matches(filter, image) || !has_asked_name(image, filter))
		return 0;
	if (flags->is_quiet && !flags->format)
		return add_row(list, image, NULL, flags, err);
	if (image->references.count == 0)
		return add_row(list, image, NULL, flags, err);
	for (size_t i = 0; i < image->references.count; i++)
		if (md_image_filter_matches_name(filter, image->references.items[i]) &&
		    add_row(list, image, image->references.items[i], flags, err) < 0)
			return -1;
	return 0;
}

static int print(struct md_engine *engine, const struct md_image_filter *filter,
		 const struct flags *flags, struct md_error *err)
{
	MD_CLEANUP(md_list_fini) struct md_list list = MD_LIST_INIT;
	struct md_image *images = NULL;
	size_t count = 0;
	int result = 0;

	if (md_list_open(&list, flags->has_digests ? &with_digests : &plain, flags->format,
			 flags->is_quiet, err) < 0 ||
	    md_image_list(engine->images, &images, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		if (result == 0)
			result = add_image(&list, &images[i], filter, flags, err);
		md_image_fini(&images[i]);
	}
	free(images);
	return result < 0 ? -1 : md_list_print(&list, err);
}

static void flags_fini(struct flags *flags)
{
	md_strv_fini(&flags->filters);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(flags_fini) struct flags flags = {0};
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	MD_CLEANUP(md_image_filter_fini) struct md_image_filter filter = {0};

	if (md_options_apply(in, &flags, err) < 0 || md_engine_open(in->root, &engine, err) < 0 ||
	    md_image_filter_parse(&filter, engine.images, &flags.filters, in->operands[0], err) < 0)
		return -1;
	return print(&engine, &filter, &flags, err);
}

const struct md_command md_cmd_image_ls = {
	.name = "image ls",
	.group = MD_GROUP_IMAGE,
	.aliases = aliases,
	.operands = "[REPOSITORY[:TAG]]",
	.summary = "list images",
	.options = options,
	.max_operands = 1,
	.run = run,
};
