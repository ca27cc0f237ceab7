/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "containers/lifecycle.h"

static const char *const aliases[] = {"tag", NULL};

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};

	if (md_engine_open(in->root, &engine, err) < 0)
		return -1;
	return md_image_tag(engine.images, in->operands[0], in->operands[1], err);
}

const struct md_command md_cmd_image_tag = {
	.name = "image tag",
	.group = MD_GROUP_IMAGE,
	.aliases = aliases,
	.operands = "IMAGE NAME[:TAG]",
	.summary = "give an image one more name",
	.min_operands = 2,
	.max_operands = 2,
	.run = run,
};
