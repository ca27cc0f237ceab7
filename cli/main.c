/* SPDX-License-Identifier: Apache-2.0 */
/* The only place that chooses the exit status, and that prints the error which ends a command. */
#include "base/cleanup.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/invocation.h"
#include "cli/options.h"
#include "cli/output.h"
#include "cli/report.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Options before the command. */
struct global_flags {
	const char *root;
	const char *log_level;
	bool debug;
	bool version;
};

static int store_log_level(const struct md_option *option, const char *value, void *flags,
			   struct md_error *err)
{
	static const char *const levels[] = {"debug", "info", "warn", "error", "fatal"};

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++)
		if (strcmp(levels[i], value) == 0)
			return md_option_set_text(option, value, flags, err);
	return md_fail(err, MD_ERR_INVALID,
		       "'%s' is none of 'debug', 'info', 'warn', 'error', 'fatal'", value);
}

static const struct md_option global_options[] = {
	{"root", 0, "DIR", "keep all state below DIR (default /var/lib/minidock, or MINIDOCK_ROOT)",
	 md_option_set_text, offsetof(struct global_flags, root)},
	{"debug", 'D', NULL, "print the code and errno of an error too", md_option_set_bool,
	 offsetof(struct global_flags, debug)},
	{"log-level", 'l', "LEVEL", "debug is --debug; info, warn, error and fatal change nothing",
	 store_log_level, offsetof(struct global_flags, log_level)},
	{"version", 'v', NULL, "print the version and stop", md_option_set_bool,
	 offsetof(struct global_flags, version)},
	MD_OPTIONS_END,
};

const struct md_command md_cmd_minidock = {
	.name = "",
	.operands = "COMMAND [ARG...]",
	.summary = "run containers, and show how it is done",
	.options = global_options,
	.max_operands = -1,
	.stops_at_operand = true,
};

/*
 * A program that was started with 0, 1 or 2 closed would open its first files there and then print
 * into them.
 */
static void open_standard_streams(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	while (fd >= 0 && fd <= STDERR_FILENO)
		fd = fcntl(fd, F_DUPFD, 0) < 0 ? -1 : open("/dev/null", O_RDWR | O_CLOEXEC);
	md_close_fd(&fd);
}

static int fail_unknown_command(char *const *words, int count, struct md_error *err)
{
	enum md_command_group group;
	bool has_group = md_command_group_find(words[0], &group) && count > 1;
	const char *near = has_group ? NULL : md_command_suggest(words[0]);

	(void)md_fail(err, MD_ERR_INVALID, "no command '%s%s%s'", words[0], has_group ? " " : "",
		      has_group ? words[1] : "");
	if (near)
		return md_error_hint(err, "did you mean '%s'?", near);
	return md_error_hint(err, "see 'minidock%s%s --help'", has_group ? " " : "",
			     has_group ? words[0] : "");
}

/* Scan the command's own words, answer --help, and run it. */
static int run_command(struct md_invocation *in, int count, char **words, struct md_error *err)
{
	if (md_options_scan(count, words, in, err) < 0) {
		in->exit_status = MD_EXIT_USAGE;
		return -1;
	}
	if (in->wants_help)
		return md_help_print_command(in->command, err);
	if (md_options_check_operands(in, err) < 0) {
		in->exit_status = EXIT_FAILURE;
		return -1;
	}
	if (!in->command->works_unprivileged && md_command_check_root(in->command, err) < 0)
		return -1;
	return in->command->run(in, err);
}

/* What to do when no command is named by the words behind the global options. */
static int run_without_command(int count, char *const *words, struct md_error *err)
{
	enum md_command_group group;

	if (count == 0)
		return md_help_print_overview(err);
	if (!md_command_group_find(words[0], &group))
		return fail_unknown_command(words, count, err);
	if (count == 1 || strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0)
		return md_help_print_group(words[0], group, err);
	return fail_unknown_command(words, count, err);
}

static int run_words(struct md_invocation *in, int count, char **words, struct md_error *err)
{
	int used = 0;
	const struct md_command *command = count > 0 ? md_command_find(count, words, &used) : NULL;

	if (!command)
		return run_without_command(count, words, err);
	in->command = command;
	in->has_run_status = command->has_run_status;
	return run_command(in, count - used, words + used, err);
}

static int run_globals(struct md_invocation *globals, struct md_invocation *in,
		       struct md_error *err)
{
	struct global_flags flags = {0};

	if (md_options_apply(globals, &flags, err) < 0) {
		in->exit_status = MD_EXIT_USAGE;
		return -1;
	}
	if (globals->wants_help)
		return md_help_print_overview(err);
	if (flags.version)
		return md_output_text("minidock version " MD_VERSION "\n", err);
	in->root = flags.root;
	in->is_debug = flags.debug || (flags.log_level && strcmp(flags.log_level, "debug") == 0);
	return run_words(in, globals->operand_count, globals->operands, err);
}

static int exit_status_of(const struct md_invocation *in, const struct md_error *err)
{
	if (in->exit_status)
		return in->exit_status;
	return in->has_run_status ? md_error_exit_status(err->code) : EXIT_FAILURE;
}

/* Say what went wrong; returns what to exit with. */
static int report_failure(const struct md_invocation *in, const struct md_error *err)
{
	int status = exit_status_of(in, err);

	md_report_error(err);
	if (in->is_debug)
		md_report_details(err, status);
	return status;
}

int main(int argc, char **argv)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_invocation globals = {.command = &md_cmd_minidock}, in = {0};
	int status;

	open_standard_streams();
	(void)umask(077);
	if (md_options_scan(argc - 1, argv + (argc > 0), &globals, &err) < 0) {
		in.exit_status = MD_EXIT_USAGE;
		status = -1;
	} else {
		status = run_globals(&globals, &in, &err);
	}
	status = status < 0 ? report_failure(&in, &err) : in.exit_status;
	md_invocation_fini(&in);
	md_invocation_fini(&globals);
	return status;
}
