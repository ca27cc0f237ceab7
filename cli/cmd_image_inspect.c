/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/inspect_output.h"
#include "containers/lifecycle.h"

struct flags {
	const char *format;
};

static const struct md_option options[] = {
	{"format", 'f', "FORMAT", "json, or a template: '{{.Id}}'", md_option_set_text,
	 offsetof(struct flags, format)},
	MD_OPTIONS_END,
};

static struct md_json *find(const char *name, void *context, struct md_error *err)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_engine *engine = context;

	if (md_image_find(engine->images, name, &image, err) < 0)
		return NULL;
	return md_image_to_json(&image);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	struct md_inspect_output output = {.find = find, .context = &engine};
	struct flags flags = {0};

	if (md_options_apply(in, &flags, err) < 0 || md_engine_open(in->root, &engine, err) < 0)
		return -1;
	output.format = flags.format;
	return md_inspect_operands(in, &output, err);
}

const struct md_command md_cmd_image_inspect = {
	.name = "image inspect",
	.group = MD_GROUP_IMAGE,
	.operands = "IMAGE [IMAGE...]",
	.summary = "print everything about images as JSON",
	.options = options,
	.min_operands = 1,
	.max_operands = -1,
	.run = run,
};
