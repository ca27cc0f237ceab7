/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/cleanup.h"
#include "cli/session.h"
#include "containers/lifecycle.h"

struct flags {
	bool no_stdin, proxies_signals;
	const char *detach_keys;
};

static const struct md_option options[] = {
	{"no-stdin", 0, NULL, "leave stdin alone", md_option_set_bool,
	 offsetof(struct flags, no_stdin)},
	{"detach-keys", 0, "KEYS", "leave it with these keys (default ctrl-p,ctrl-q)",
	 md_option_set_text, offsetof(struct flags, detach_keys)},
	{"sig-proxy", 0, NULL, "pass signals on to it (default true)", md_option_set_bool,
	 offsetof(struct flags, proxies_signals)},
	MD_OPTIONS_END,
};

static int attach(struct md_invocation *in, struct md_engine *engine, const struct flags *flags,
		  struct md_error *err)
{
	MD_CLEANUP(md_record_fini) struct md_record record = {0};
	md_auto_close int fd = -1;
	char id[MD_ID_LENGTH + 1];
	struct md_start_options start = {.attach_stdout = true, .attach_stderr = true};

	if (md_store_find(engine->store, in->operands[0], id, err) < 0 ||
	    md_store_load_record(engine->store, id, &record, err) < 0)
		return -1;
	start.attach_stdin = !flags->no_stdin && record.request.is_interactive;
	start.window = md_attach_window();
	if (start.attach_stdin && record.request.has_terminal && md_attach_check_terminal(err) < 0)
		return -1;
	if (md_lifecycle_attach(engine, id, &start, &fd, err) < 0)
		return -1;
	return md_session_run(
		&(struct md_attach){
			.fd = fd,
			.has_stdin = start.attach_stdin,
			.has_terminal = record.request.has_terminal,
			.proxies_signals = flags->proxies_signals && !record.request.has_terminal,
			.detach_keys = flags->detach_keys ? flags->detach_keys
							  : record.request.detach_keys,
		},
		in, err);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	struct flags flags = {.proxies_signals = true};

	if (md_options_apply(in, &flags, err) < 0 ||
	    md_session_check_keys(flags.detach_keys, err) < 0 ||
	    md_engine_open(in->root, &engine, err) < 0)
		return -1;
	return attach(in, &engine, &flags, err);
}

const struct md_command md_cmd_attach = {
	.name = "attach",
	.group = MD_GROUP_CONTAINER,
	.operands = "CONTAINER",
	.summary = "connect this terminal to a running container",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
