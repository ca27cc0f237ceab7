/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/invocation.h"

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/man.h"
#include "cli/output.h"

#include <string.h>

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str page = MD_STR_INIT;
	const char *wanted = in->operands[0];

	if (strcmp(wanted, "minidock") == 0) {
		md_man_overview(&page);
		return md_output_text(md_str_get(&page), err);
	}
	for (const struct md_command *const *c = md_commands; *c; c++) {
		md_auto_free char *name = md_man_page_name(*c);

		if (strcmp(name, wanted) != 0)
			continue;
		md_man_command(*c, &page);
		return md_output_text(md_str_get(&page), err);
	}
	return md_fail(err, MD_ERR_NOT_FOUND, "no manual page '%s'", wanted);
}

const struct md_command md_cmd_man_page = {
	.name = "man-page",
	.group = MD_GROUP_HIDDEN,
	.operands = "PAGE",
	.summary = "print a manual page as roff; the build makes minidock-run.1 and the others so",
	.min_operands = 1,
	.max_operands = 1,
	.works_unprivileged = true,
	.run = run,
};
