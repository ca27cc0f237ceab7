/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/session.h"

#include "cli/report.h"

int md_session_run(const struct md_attach *attach, struct md_invocation *in, struct md_error *err)
{
	enum md_attach_end end;
	struct md_exit ended = {0};

	if (md_attach_run(attach, &end, &ended, err) < 0)
		return -1;
	if (end == MD_ATTACH_DETACHED)
		md_report_note("detached; the process goes on");
	else
		in->exit_status = ended.code;
	return 0;
}

int md_session_check_keys(const char *keys, struct md_error *err)
{
	struct md_detach_keys parsed;

	if (md_detach_keys_parse(keys, &parsed, err) < 0)
		return md_error_prefix(err, "--detach-keys");
	return 0;
}
