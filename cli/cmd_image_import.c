/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/str.h"
#include "cli/output.h"
#include "containers/lifecycle.h"

struct flags {
	struct md_strv changes;
	const char *message;
};

static const struct md_option options[] = {
	{"change", 'c', "LINE", "a Dockerfile line: 'CMD [\"sh\"]', 'ENV KEY=VALUE', 'WORKDIR /'",
	 md_option_set_list, offsetof(struct flags, changes), .is_repeatable = true},
	{"message", 'm', "TEXT", "a comment to keep with it", md_option_set_text,
	 offsetof(struct flags, message)},
	MD_OPTIONS_END,
};

static const char *const aliases[] = {"import", NULL};

static void flags_fini(struct flags *flags)
{
	md_strv_fini(&flags->changes);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(flags_fini) struct flags flags = {0};
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	md_auto_free char *id = NULL;
	struct md_image_import import = {
		.source = in->operands[0],
		.reference = in->operands[1],
		.changes = &flags.changes,
	};

	if (md_options_apply(in, &flags, err) < 0)
		return -1;
	import.message = flags.message;
	if (md_engine_open(in->root, &engine, err) < 0 ||
	    md_image_import(engine.images, &import, &id, err) < 0)
		return -1;
	return md_output_line(id, err);
}

const struct md_command md_cmd_image_import = {
	.name = "image import",
	.group = MD_GROUP_IMAGE,
	.aliases = aliases,
	.operands = "TAR|DIR|- [NAME[:TAG]]",
	.summary = "make an image from a tar archive (plain, gzip, zstd) or a directory",
	.examples =
		"minidock image import rootfs.tar.gz mine:1.0\n"
		"debootstrap --variant=minbase bookworm /tmp/d && minidock import /tmp/d debian",
	.options = options,
	.min_operands = 1,
	.max_operands = 2,
	.run = run,
};
