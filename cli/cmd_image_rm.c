/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/each.h"
#include "cli/image_use.h"
#include "containers/lifecycle.h"

struct flags {
	bool is_forced;
};

static const struct md_option options[] = {
	{"force", 'f', NULL, "also when it has several names", md_option_set_bool,
	 offsetof(struct flags, is_forced)},
	MD_OPTIONS_END,
};

static const char *const aliases[] = {"rmi", "image remove", NULL};

static int remove_one(struct md_engine *engine, const char *item, const void *data,
		      struct md_str *ret_line, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv in_use = MD_STRV_INIT, removed = MD_STRV_INIT;
	const struct flags *flags = data;
	const struct md_image_removal removal = {
		.in_use = &in_use, .is_forced = flags->is_forced, .removed = &removed};
	md_auto_free char *lines = NULL;

	if (md_image_use_list(engine, &in_use, err) < 0 ||
	    md_image_remove(engine->images, item, &removal, err) < 0)
		return -1;
	lines = md_strv_join(&removed, "\n");
	md_str_add(ret_line, lines);
	return 0;
}

static int run(struct md_invocation *in, struct md_error *err)
{
	struct flags flags = {0};
	struct md_each each = {.act = remove_one, .flags = &flags};

	if (md_options_apply(in, &flags, err) < 0)
		return -1;
	each.forgives_missing = flags.is_forced;
	return md_each_operand(in, &each, err);
}

const struct md_command md_cmd_image_rm = {
	.name = "image rm",
	.group = MD_GROUP_IMAGE,
	.aliases = aliases,
	.operands = "IMAGE [IMAGE...]",
	.summary = "remove names of images, and images without a name",
	.options = options,
	.min_operands = 1,
	.max_operands = -1,
	.run = run,
};
