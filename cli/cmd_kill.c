/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/each.h"
#include "containers/lifecycle.h"

struct flags {
	const char *signal;
};

static const struct md_option options[] = {
	{"signal", 's', "SIGNAL", "a name or number (default SIGKILL)", md_option_set_signal,
	 offsetof(struct flags, signal)},
	MD_OPTIONS_END,
};

static int kill_one(struct md_engine *engine, const char *item, const void *data,
		    struct md_str *ret_line, struct md_error *err)
{
	const struct flags *flags = data;
	char id[MD_ID_LENGTH + 1];

	(void)ret_line;
	if (md_store_find(engine->store, item, id, err) < 0)
		return -1;
	return md_lifecycle_kill(engine, id, flags->signal, err);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	struct flags flags = {0};

	if (md_options_apply(in, &flags, err) < 0)
		return -1;
	return md_each_operand(in, &(struct md_each){.act = kill_one, .flags = &flags}, err);
}

const struct md_command md_cmd_kill = {
	.name = "kill",
	.group = MD_GROUP_CONTAINER,
	.operands = "CONTAINER [CONTAINER...]",
	.summary = "send a signal to the first process of containers",
	.options = options,
	.min_operands = 1,
	.max_operands = -1,
	.run = run,
};
