/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/clock.h"
#include "base/fs.h"
#include "base/number.h"
#include "base/proc.h"
#include "cli/log_print.h"
#include "containers/lifecycle.h"

#include <fcntl.h>
#include <string.h>

struct flags {
	struct md_log_options log;
	bool shows_time, is_raw;
};

static int set_time(const struct md_option *option, const char *value, void *flags,
		    struct md_error *err)
{
	return md_time_parse_when(value, md_clock_wall_ns(), md_option_member(option, flags), err);
}

static int set_tail(const struct md_option *option, const char *value, void *flags,
		    struct md_error *err)
{
	int64_t *member = md_option_member(option, flags);

	*member = -1;
	if (strcmp(value, "all") == 0 || strcmp(value, "-1") == 0)
		return 0;
	return md_parse_i64(value, 0, INT64_MAX, member, err);
}

static const struct md_option options[] = {
	{"follow", 'f', NULL, "go on until the container ends", md_option_set_bool,
	 offsetof(struct flags, log.follow)},
	{"tail", 'n', "NUMBER", "only the last NUMBER lines (default all)", set_tail,
	 offsetof(struct flags, log.tail)},
	{"since", 0, "TIME",
	 "only lines after TIME: 2026-11-22T17:00:00Z, a Unix time or 10m (ago)", set_time,
	 offsetof(struct flags, log.since_ns)},
	{"until", 0, "TIME", "only lines before TIME", set_time,
	 offsetof(struct flags, log.until_ns)},
	{"timestamps", 't', NULL, "begin each line with its time", md_option_set_bool,
	 offsetof(struct flags, shows_time)},
	{"no-stdout", 0, NULL, "leave stdout out", md_option_set_bool,
	 offsetof(struct flags, log.no_stdout)},
	{"no-stderr", 0, NULL, "leave stderr out", md_option_set_bool,
	 offsetof(struct flags, log.no_stderr)},
	{"raw", 0, NULL, "send control characters to the terminal as they are", md_option_set_bool,
	 offsetof(struct flags, is_raw)},
	MD_OPTIONS_END,
};

/*
 * A descriptor that is readable once the container has ended: its supervisor's pidfd. -1 when
 * nobody writes any more, then there is nothing to follow.
 */
static int open_end(struct md_engine *engine, const char *id)
{
	MD_CLEANUP(md_state_fini) struct md_state state;
	struct md_error ignored = MD_ERROR_INIT;

	md_state_init(&state);
	if (md_store_load_state(engine->store, id, &state, &ignored) < 0)
		return -1;
	return md_proc_open(&state.supervisor, &ignored);
}

static int print_log(struct md_engine *engine, const char *item, struct flags *flags,
		     struct md_error *err)
{
	MD_CLEANUP(md_record_fini) struct md_record record = {0};
	md_auto_free char *path = NULL;
	md_auto_close int dirfd = -1, end_fd = -1;
	struct md_log_style style = {.shows_time = flags->shows_time};
	struct md_error missing = MD_ERROR_INIT;
	char id[MD_ID_LENGTH + 1];

	if (md_store_find(engine->store, item, id, err) < 0 ||
	    md_store_load_record(engine->store, id, &record, err) < 0)
		return -1;
	if (record.request.is_log_none)
		return md_fail(err, MD_ERR_UNSUPPORTED,
			       "container '%s' keeps no log (--log-driver none)", item);
	path = md_store_path(engine->store, id, "log");
	dirfd = md_fs_open_dir(AT_FDCWD, path, &missing);
	if (dirfd < 0 && missing.code == MD_ERR_NOT_FOUND)
		return 0; /* never started */
	if (dirfd < 0) {
		*err = missing;
		return -1;
	}
	end_fd = flags->log.follow ? open_end(engine, id) : -1;
	flags->log.follow = end_fd >= 0;
	flags->log.stop_fd = end_fd;
	style.is_raw = flags->is_raw || record.request.has_terminal;
	return md_log_print(dirfd, &flags->log, &style, err);
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	struct flags flags = {.log.tail = -1};

	if (md_options_apply(in, &flags, err) < 0 || md_engine_open(in->root, &engine, err) < 0)
		return -1;
	return print_log(&engine, in->operands[0], &flags, err);
}

const struct md_command md_cmd_logs = {
	.name = "logs",
	.group = MD_GROUP_CONTAINER,
	.operands = "CONTAINER",
	.summary = "print what a container wrote",
	.description =
		"On a terminal, control characters are shown as \\x1b instead of sent, unless "
		"--raw is given or the container has a terminal itself (-t). Files and "
		"pipes get every byte as it was.",
	.options = options,
	.min_operands = 1,
	.max_operands = 1,
	.run = run,
};
