/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/inspect_output.h"
#include "containers/inspect.h"

#include <string.h>

enum type {
	TYPE_ANY,
	TYPE_CONTAINER,
	TYPE_IMAGE
};

struct flags {
	const char *format;
	bool has_size;
	enum type type;
};

static int set_type(const struct md_option *option, const char *value, void *flags,
		    struct md_error *err)
{
	enum type *member = md_option_member(option, flags);

	if (strcmp(value, "container") == 0)
		*member = TYPE_CONTAINER;
	else if (strcmp(value, "image") == 0)
		*member = TYPE_IMAGE;
	else
		return md_fail(err, MD_ERR_INVALID, "'%s' is neither 'container' nor 'image'",
			       value);
	return 0;
}

static const struct md_option options[] = {
	{"format", 'f', "FORMAT", "json, or a template: '{{.State.Status}}'", md_option_set_text,
	 offsetof(struct flags, format)},
	{"size", 's', NULL, "the disk space of a container's files too", md_option_set_bool,
	 offsetof(struct flags, has_size)},
	{"type", 0, "TYPE", "only containers, or only images", set_type,
	 offsetof(struct flags, type)},
	MD_OPTIONS_END,
};

struct finder {
	struct md_engine engine;
	struct flags flags;
};

static struct md_json *find_image(struct finder *finder, const char *name, struct md_error *err)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};

	if (md_image_find(finder->engine.images, name, &image, err) < 0)
		return NULL;
	return md_image_to_json(&image);
}

/* A container of that name wins over an image. */
static struct md_json *find(const char *name, void *context, struct md_error *err)
{
	struct finder *finder = context;
	struct md_error why = MD_ERROR_INIT;
	struct md_json *image;
	char id[MD_ID_LENGTH + 1];

	if (finder->flags.type == TYPE_IMAGE)
		return find_image(finder, name, err);
	if (md_store_find(finder->engine.store, name, id, &why) == 0)
		return md_inspect_container(
			&finder->engine, id,
			finder->flags.has_size ? MD_INSPECT_SIZE : MD_INSPECT_NO_SIZE, err);
	if (why.code != MD_ERR_NOT_FOUND || finder->flags.type == TYPE_CONTAINER) {
		*err = why;
		return NULL;
	}
	why = (struct md_error)MD_ERROR_INIT;
	image = find_image(finder, name, &why);
	if (!image && why.code == MD_ERR_NOT_FOUND)
		(void)md_fail(err, MD_ERR_NOT_FOUND, "no such container or image: '%s'", name);
	else if (!image)
		*err = why;
	return image;
}

static void finder_fini(struct finder *finder)
{
	md_engine_close(&finder->engine);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(finder_fini) struct finder finder = {0};
	struct md_inspect_output output = {.find = find, .context = &finder};

	if (md_options_apply(in, &finder.flags, err) < 0 ||
	    md_engine_open(in->root, &finder.engine, err) < 0)
		return -1;
	output.format = finder.flags.format;
	return md_inspect_operands(in, &output, err);
}

const struct md_command md_cmd_inspect = {
	.name = "inspect",
	.group = MD_GROUP_CONTAINER,
	.operands = "NAME|ID [NAME|ID...]",
	.summary = "print everything about containers or images as JSON",
	.examples = "minidock inspect --format '{{.State.Status}} {{.State.ExitCode}}' web",
	.options = options,
	.min_operands = 1,
	.max_operands = -1,
	.run = run,
};
