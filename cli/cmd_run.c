/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/output.h"
#include "cli/run_create.h"
#include "cli/run_handlers.h"
#include "cli/session.h"

#define REQ(member) offsetof(struct md_run_flags, request.member)

static const struct md_option options[] = {
	{"detach", 'd', NULL, "leave it running in the background and print its id",
	 md_option_set_bool, REQ(is_detached)},
	{"detach-keys", 0, "KEYS", "leave it with these keys (default ctrl-p,ctrl-q)",
	 md_option_set_copy, REQ(detach_keys)},
	{"sig-proxy", 0, NULL, "pass signals on to it (default true)", md_option_set_bool,
	 offsetof(struct md_run_flags, proxies_signals)},
	{"dry-run", 0, NULL, "print what would be done, as 'plan', and do nothing",
	 md_option_set_bool, offsetof(struct md_run_flags, is_dry_run)},
	MD_OPTIONS_END,
};

static int start_detached(struct md_engine *engine, const char *id, struct md_error *err)
{
	struct md_start_options start = {0};
	int fd = -1;

	if (md_lifecycle_start(engine, id, &start, &fd, err) < 0)
		return -1;
	md_close_fd(&fd);
	return md_output_line(id, err);
}

static int start_attached(struct md_invocation *in, struct md_engine *engine, const char *id,
			  const struct md_run_flags *flags, struct md_error *err)
{
	const struct md_run_request *request = &flags->request;
	struct md_start_options start = {
		.attach_stdin = request->is_interactive,
		.attach_stdout = true,
		.attach_stderr = true,
		.window = md_attach_window(),
	};
	md_auto_close int fd = -1;

	if (md_lifecycle_start(engine, id, &start, &fd, err) < 0)
		return -1;
	return md_session_run(
		&(struct md_attach){
			.fd = fd,
			.has_stdin = request->is_interactive,
			.has_terminal = request->has_terminal,
			.proxies_signals = flags->proxies_signals && !request->has_terminal,
			.detach_keys = request->detach_keys,
		},
		in, err);
}

static int run_container(struct md_invocation *in, const struct md_run_flags *flags,
			 struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	const struct md_run_request *request = &flags->request;
	char id[MD_ID_LENGTH + 1];

	if (md_session_check_keys(request->detach_keys, err) < 0)
		return -1;
	if (request->is_interactive && request->has_terminal && !request->is_detached &&
	    md_attach_check_terminal(err) < 0)
		return -1;
	if (md_engine_open(in->root, &engine, err) < 0 ||
	    md_run_create(&engine, request, id, err) < 0)
		return -1;
	if (request->is_detached)
		return start_detached(&engine, id, err);
	return start_attached(in, &engine, id, flags, err);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_run_flags_fini) struct md_run_flags flags;

	md_run_flags_init(&flags);
	if (md_options_apply(in, &flags, err) < 0 || md_run_flags_finish(&flags, in, err) < 0)
		return -1;
	if (flags.is_dry_run)
		return md_run_print_plan(in, &flags, err);
	if (md_command_check_root(in->command, err) < 0)
		return -1;
	return run_container(in, &flags, err);
}

const struct md_command md_cmd_run = {
	.name = "run",
	.group = MD_GROUP_CONTAINER,
	.operands = "IMAGE [COMMAND] [ARG...]",
	.summary = "make a container and run a command in it",
	.description =
		"The command's exit status is that of minidock: 128+n when signal n ended it, 127 "
		"when it was not found, 126 when it cannot be executed, 125 when minidock itself "
		"failed.",
	.examples = "minidock run --rm busybox echo hello\n"
		    "minidock run -it --name box -v \"$PWD\":/work busybox sh\n"
		    "minidock run -d -m 100m --cpus 0.5 busybox sleep 1000",
	.options = options,
	.shared_options = md_run_options,
	.max_operands = -1,
	.stops_at_operand = true,
	.works_unprivileged = true, /* for --dry-run; the rest checks */
	.has_run_status = true,
	.run = run,
};
