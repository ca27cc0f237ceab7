/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/env_pair.h"
#include "cli/run_handlers.h"
#include "cli/session.h"
#include "containers/lifecycle.h"

struct flags {
	struct md_exec_request exec;
	struct md_strv env, env_files;
	const char *detach_keys;
};

static const struct md_option options[] = {
	{"detach", 'd', NULL, "do not wait for it", md_option_set_bool,
	 offsetof(struct flags, exec.is_detached)},
	{"interactive", 'i', NULL, "connect stdin", md_option_set_bool,
	 offsetof(struct flags, exec.is_interactive)},
	{"tty", 't', NULL, "give it a terminal", md_option_set_bool,
	 offsetof(struct flags, exec.has_terminal)},
	{"env", 'e', "KEY[=VALUE]", "set a variable, or pass ours on", md_run_set_env,
	 offsetof(struct flags, env), .is_repeatable = true},
	{"env-file", 0, "FILE", "set the variables in FILE, one KEY=VALUE a line",
	 md_option_set_list, offsetof(struct flags, env_files), .is_repeatable = true},
	{"user", 'u', "USER[:GROUP]", "names of the container or numbers", md_option_set_copy,
	 offsetof(struct flags, exec.user)},
	{"workdir", 'w', "DIR", "start in DIR", md_run_set_workdir,
	 offsetof(struct flags, exec.workdir)},
	{"privileged", 0, NULL, "all capabilities; the system call filter stays",
	 md_option_set_bool, offsetof(struct flags, exec.is_privileged)},
	{"detach-keys", 0, "KEYS", "leave it with these keys (default ctrl-p,ctrl-q)",
	 md_option_set_text, offsetof(struct flags, detach_keys)},
	MD_OPTIONS_END,
};

static void flags_fini(struct flags *flags)
{
	md_exec_request_fini(&flags->exec);
	md_strv_fini(&flags->env);
	md_strv_fini(&flags->env_files);
}

static int finish(struct flags *flags, const struct md_invocation *in, struct md_error *err)
{
	for (size_t i = 0; i < flags->env_files.count; i++)
		if (md_parse_env_file(flags->env_files.items[i], &flags->exec.env, err) < 0)
			return md_error_prefix(err, "--env-file");
	for (size_t i = 0; i < flags->env.count; i++)
		md_strv_add(&flags->exec.env, flags->env.items[i]);
	for (int i = 1; i < in->operand_count; i++)
		md_strv_add(&flags->exec.args, in->operands[i]);
	flags->exec.window = md_attach_window();
	if (flags->exec.is_interactive && flags->exec.has_terminal && !flags->exec.is_detached)
		return md_attach_check_terminal(err);
	return 0;
}

static int exec(struct md_invocation *in, const struct flags *flags, struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	md_auto_close int fd = -1;
	char id[MD_ID_LENGTH + 1];

	if (md_engine_open(in->root, &engine, err) < 0 ||
	    md_store_find(engine.store, in->operands[0], id, err) < 0) {
		in->has_run_status = false;
		return -1;
	}
	if (md_lifecycle_exec(&engine, id, &flags->exec, &fd, err) < 0) {
		/* As Docker: 1 when there is nothing to run in, 125 and more when it was tried. */
		in->has_run_status = err->code != MD_ERR_STATE;
		return -1;
	}
	if (flags->exec.is_detached)
		return 0;
	return md_session_run(
		&(struct md_attach){
			.fd = fd,
			.has_stdin = flags->exec.is_interactive,
			.has_terminal = flags->exec.has_terminal,
			.detach_keys = flags->detach_keys,
		},
		in, err);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(flags_fini) struct flags flags = {0};

	if (md_options_apply(in, &flags, err) < 0 ||
	    md_session_check_keys(flags.detach_keys, err) < 0 || finish(&flags, in, err) < 0)
		return -1;
	return exec(in, &flags, err);
}

const struct md_command md_cmd_exec = {
	.name = "exec",
	.group = MD_GROUP_CONTAINER,
	.operands = "CONTAINER COMMAND [ARG...]",
	.summary = "run one more command in a running container",
	.examples = "minidock exec -it box sh",
	.options = options,
	.min_operands = 2,
	.max_operands = -1,
	.stops_at_operand = true,
	.has_run_status = true,
	.run = run,
};
