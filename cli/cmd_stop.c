/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/each.h"
#include "cli/stop_flags.h"
#include "containers/lifecycle.h"

static const struct md_option options[] = {
	{"timeout", 't', "SECONDS", "wait so long before SIGKILL (default 10, -1 for ever)",
	 md_stop_set_timeout, offsetof(struct md_stop_flags, timeout_s)},
	{"time", 0, "SECONDS", "see --timeout", md_stop_set_timeout,
	 offsetof(struct md_stop_flags, timeout_s), .is_hidden = true},
	{"signal", 's', "SIGNAL", "send this first (default: the container's, or SIGTERM)",
	 md_option_set_signal, offsetof(struct md_stop_flags, signal)},
	{"force", 'f', NULL, "send SIGKILL at once", md_option_set_bool,
	 offsetof(struct md_stop_flags, is_forced)},
	MD_OPTIONS_END,
};

static int stop_one(struct md_engine *engine, const char *item, const void *data,
		    struct md_str *ret_line, struct md_error *err)
{
	const struct md_stop_flags *flags = data;
	char id[MD_ID_LENGTH + 1];

	(void)ret_line;
	if (md_store_find(engine->store, item, id, err) < 0)
		return -1;
	return md_lifecycle_stop(engine, id, flags->signal, flags->timeout_s, err);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	struct md_stop_flags flags = {.timeout_s = MD_STOP_TIMEOUT_UNSET};

	if (md_options_apply(in, &flags, err) < 0)
		return -1;
	if (flags.is_forced) {
		flags.signal = "SIGKILL";
		flags.timeout_s = 0;
	}
	return md_each_operand(
		in, &(struct md_each){.act = stop_one, .flags = &flags, .at_once = true}, err);
}

const struct md_command md_cmd_stop = {
	.name = "stop",
	.group = MD_GROUP_CONTAINER,
	.operands = "CONTAINER [CONTAINER...]",
	.summary = "end containers: a signal, some time, then SIGKILL",
	.options = options,
	.min_operands = 1,
	.max_operands = -1,
	.run = run,
};
