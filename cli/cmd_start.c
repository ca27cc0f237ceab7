/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/each.h"
#include "cli/session.h"
#include "containers/lifecycle.h"

struct flags {
	bool is_attached, is_interactive, proxies_signals;
	const char *detach_keys;
};

static const struct md_option options[] = {
	{"attach", 'a', NULL, "connect stdout and stderr, pass signals on, exit with its status",
	 md_option_set_bool, offsetof(struct flags, is_attached)},
	{"interactive", 'i', NULL, "connect stdin too", md_option_set_bool,
	 offsetof(struct flags, is_interactive)},
	{"detach-keys", 0, "KEYS", "leave it with these keys (default ctrl-p,ctrl-q)",
	 md_option_set_text, offsetof(struct flags, detach_keys)},
	{"sig-proxy", 0, NULL, "pass signals on to it (default true)", md_option_set_bool,
	 offsetof(struct flags, proxies_signals)},
	MD_OPTIONS_END,
};

/* A container that runs already is as wanted: no error, as Docker. */
static bool is_running(struct md_engine *engine, const char *id)
{
	MD_CLEANUP(md_state_fini) struct md_state state;
	struct md_error ignored = MD_ERROR_INIT;

	md_state_init(&state);
	if (md_store_load_state(engine->store, id, &state, &ignored) < 0)
		return false;
	(void)md_state_settle(&state);
	return state.status == MD_STATUS_RUNNING;
}

static int start_one(struct md_engine *engine, const char *item, const void *flags,
		     struct md_str *ret_line, struct md_error *err)
{
	struct md_start_options start = {0};
	char id[MD_ID_LENGTH + 1];
	int fd = -1;

	(void)flags;
	(void)ret_line;
	if (md_store_find(engine->store, item, id, err) < 0)
		return -1;
	if (is_running(engine, id))
		return 0;
	if (md_lifecycle_start(engine, id, &start, &fd, err) < 0)
		return -1;
	md_close_fd(&fd);
	return 0;
}

/* A container that asked for stdin at creation gets it only with -i, as Docker's. */
static int start_attached(struct md_invocation *in, struct md_engine *engine,
			  const struct flags *flags, struct md_error *err)
{
	MD_CLEANUP(md_record_fini) struct md_record record = {0};
	md_auto_close int fd = -1;
	char id[MD_ID_LENGTH + 1];
	struct md_start_options start = {.attach_stdout = true, .attach_stderr = true};

	if (md_store_find(engine->store, in->operands[0], id, err) < 0 ||
	    md_store_load_record(engine->store, id, &record, err) < 0)
		return -1;
	start.attach_stdin = flags->is_interactive && record.request.is_interactive;
	start.window = md_attach_window();
	if (start.attach_stdin && record.request.has_terminal && md_attach_check_terminal(err) < 0)
		return -1;
	if ((is_running(engine, id) ? md_lifecycle_attach : md_lifecycle_start)(engine, id, &start,
										&fd, err) < 0)
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
	    md_session_check_keys(flags.detach_keys, err) < 0)
		return -1;
	if (!flags.is_attached && !flags.is_interactive)
		return md_each_operand(in, &(struct md_each){.act = start_one}, err);
	if (in->operand_count > 1)
		return md_fail(err, MD_ERR_INVALID,
			       "only one container can be started and attached at once");
	in->has_run_status = true;
	if (md_engine_open(in->root, &engine, err) < 0)
		return -1;
	return start_attached(in, &engine, &flags, err);
}

const struct md_command md_cmd_start = {
	.name = "start",
	.group = MD_GROUP_CONTAINER,
	.operands = "CONTAINER [CONTAINER...]",
	.summary = "start containers that do not run",
	.options = options,
	.min_operands = 1,
	.max_operands = -1,
	.run = run,
};
