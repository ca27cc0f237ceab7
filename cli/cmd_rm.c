/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/each.h"
#include "containers/lifecycle.h"

static const struct md_option options[] = {
	{"force", 'f', NULL, "kill those that run; one that is gone is no failure",
	 md_option_set_bool, offsetof(struct md_remove_options, force)},
	{"volumes", 'v', NULL, "remove their anonymous volumes too", md_option_set_bool,
	 offsetof(struct md_remove_options, volumes)},
	MD_OPTIONS_END,
};

static const char *const aliases[] = {"container remove", NULL};

static int remove_one(struct md_engine *engine, const char *item, const void *flags,
		      struct md_str *ret_line, struct md_error *err)
{
	char id[MD_ID_LENGTH + 1];

	(void)ret_line;
	if (md_store_find(engine->store, item, id, err) < 0)
		return -1;
	return md_lifecycle_remove(engine, id, flags, err);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	struct md_remove_options flags = {0};
	struct md_each each = {.act = remove_one, .flags = &flags};

	if (md_options_apply(in, &flags, err) < 0)
		return -1;
	each.forgives_missing = flags.force;
	return md_each_operand(in, &each, err);
}

const struct md_command md_cmd_rm = {
	.name = "rm",
	.group = MD_GROUP_CONTAINER,
	.aliases = aliases,
	.operands = "CONTAINER [CONTAINER...]",
	.summary = "remove containers that do not run",
	.options = options,
	.min_operands = 1,
	.max_operands = -1,
	.run = run,
};
