/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/run_create.h"

/* `run`'s own flags are taken too, so that a run becomes a plan by changing one word. */
static const struct md_option options[] = {
	{"format", 0, "FORMAT", "json instead of text", md_option_set_text,
	 offsetof(struct md_run_flags, format)},
	{"detach", 'd', NULL, "as for 'run'", md_option_set_bool,
	 offsetof(struct md_run_flags, request.is_detached), .is_hidden = true},
	{"detach-keys", 0, "KEYS", "as for 'run'", md_option_set_copy,
	 offsetof(struct md_run_flags, request.detach_keys), .is_hidden = true},
	{"sig-proxy", 0, NULL, "as for 'run'", md_option_set_bool,
	 offsetof(struct md_run_flags, proxies_signals), .is_hidden = true},
	MD_OPTIONS_END,
};

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_run_flags_fini) struct md_run_flags flags;

	md_run_flags_init(&flags);
	if (md_options_apply(in, &flags, err) < 0 || md_run_flags_finish(&flags, in, err) < 0)
		return -1;
	return md_run_print_plan(in, &flags, err);
}

const struct md_command md_cmd_plan = {
	.name = "plan",
	.group = MD_GROUP_CONTAINER,
	.operands = "IMAGE [COMMAND] [ARG...]",
	.summary = "print every kernel call that 'run' would make, and make none",
	.description = "Takes the flags of 'run'. Shows each step with the reason for it, its "
		       "calls with decoded arguments, and whether this host can do it. Changes "
		       "nothing and needs no root.",
	.examples = "minidock plan -m 100m busybox sh",
	.options = options,
	.shared_options = md_run_options,
	.max_operands = -1,
	.stops_at_operand = true,
	.works_unprivileged = true,
	.has_run_status = true,
	.run = run,
};
