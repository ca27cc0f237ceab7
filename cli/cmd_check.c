/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/output.h"
#include "containers/check.h"

struct flags {
	bool is_repair;
};

static const struct md_option options[] = {
	{"repair", 0, NULL, "undo what dead containers left and write the true state",
	 md_option_set_bool, offsetof(struct flags, is_repair)},
	MD_OPTIONS_END,
};

static void add_finding(const struct md_finding *finding, struct md_str *out)
{
	md_str_add(out, finding->what);
	if (finding->is_repaired)
		md_str_add(out, ": repaired");
	else if (finding->repair_error)
		md_str_addf(out, ": not repaired: %s", finding->repair_error);
	md_str_addc(out, '\n');
}

static int print(const struct md_finding *findings, size_t count, struct md_invocation *in,
		 struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;

	for (size_t i = 0; i < count; i++) {
		add_finding(&findings[i], &text);
		if (!findings[i].is_repaired)
			in->exit_status = 1;
	}
	return md_output_text(md_str_get(&text), err);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	struct flags flags = {0};
	struct md_finding *findings = NULL;
	size_t count = 0;
	int result;

	if (md_options_apply(in, &flags, err) < 0 || md_engine_open(in->root, &engine, err) < 0 ||
	    md_check_run(&engine, flags.is_repair ? MD_CHECK_REPAIR : MD_CHECK_LOOK, &findings,
			 &count, err) < 0)
		return -1;
	result = print(findings, count, in, err);
	md_findings_free(findings, count);
	return result;
}

const struct md_command md_cmd_check = {
	.name = "check",
	.group = MD_GROUP_SYSTEM,
	.operands = "",
	.summary = "list what dead containers left on the host, and repair it",
	.description = "Prints one line per finding and nothing when all is in order. The exit "
		       "status is 1 while a finding is left. Looking changes nothing.",
	.options = options,
	.run = run,
};
