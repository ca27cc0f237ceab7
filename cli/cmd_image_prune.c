/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/fs.h"
#include "base/number.h"
#include "cli/image_use.h"
#include "cli/output.h"
#include "containers/lifecycle.h"

#include <ctype.h>
#include <unistd.h>

struct flags {
	bool is_all, is_forced;
};

static const struct md_option options[] = {
	{"all", 'a', NULL, "every image without a container, not only those without a name",
	 md_option_set_bool, offsetof(struct flags, is_all)},
	{"force", 'f', NULL, "do not ask", md_option_set_bool, offsetof(struct flags, is_forced)},
	MD_OPTIONS_END,
};

/* A line that begins with 'y'; anything else, also the end of input, means no. */
static int ask(bool is_all, bool *ret_yes, struct md_error *err)
{
	const char *question = is_all ? "Remove every image that no container uses? [y/N] "
				      : "Remove every image without a name? [y/N] ";
	char answer = '\0';

	if (md_output_text(question, err) < 0)
		return -1;
	*ret_yes = read(STDIN_FILENO, &answer, 1) == 1 && tolower((unsigned char)answer) == 'y';
	return 0;
}

static int prune(struct md_engine *engine, bool is_all, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv in_use = MD_STRV_INIT, removed = MD_STRV_INIT;
	const struct md_image_removal removal = {
		.in_use = &in_use, .is_all = is_all, .removed = &removed};
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;
	uint64_t bytes = 0;
	char size[16];

	if (md_image_use_list(engine, &in_use, err) < 0 ||
	    md_image_prune(engine->images, &removal, &bytes, err) < 0)
		return -1;
	if (removed.count > 0)
		md_str_add(&text, "Deleted Images:\n");
	for (size_t i = 0; i < removed.count; i++)
		md_str_addf(&text, "%s\n", removed.items[i]);
	md_format_size(bytes, MD_UNITS_DECIMAL, size);
	md_str_addf(&text, "%sTotal reclaimed space: %s\n", removed.count ? "\n" : "", size);
	return md_output_text(md_str_get(&text), err);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	struct flags flags = {0};
	bool is_wanted = true;

	if (md_options_apply(in, &flags, err) < 0)
		return -1;
	if (!flags.is_forced && ask(flags.is_all, &is_wanted, err) < 0)
		return -1;
	if (!is_wanted)
		return 0;
	if (md_engine_open(in->root, &engine, err) < 0)
		return -1;
	return prune(&engine, flags.is_all, err);
}

const struct md_command md_cmd_image_prune = {
	.name = "image prune",
	.group = MD_GROUP_IMAGE,
	.operands = "",
	.summary = "remove images that nothing needs",
	.options = options,
	.run = run,
};
