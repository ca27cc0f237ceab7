/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/clock.h"
#include "base/fs.h"
#include "base/number.h"
#include "base/proc.h"
#include "cli/report.h"
#include "cli/terminal_text.h"
#include "containers/lifecycle.h"
#include "containers/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

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

/* One of our two outputs. Records are collected; a terminal or a follower gets them at once. */
struct sink {
	int fd;
	bool escapes; /* a terminal that must not obey the container */
	struct md_str text;
};

#define SINK_FULL (64 * 1024)

struct printer {
	struct sink out, errs;
	bool shows_time, is_prompt;
	bool ends_line[3]; /* per stream: the next record begins a line */
	int failed_errno;
};

static void flush(struct printer *printer, struct sink *sink)
{
	if (!printer->failed_errno &&
	    md_write_all(sink->fd, md_str_get(&sink->text), sink->text.length) < 0)
		printer->failed_errno = errno;
	md_str_clear(&sink->text);
}

static void add_record(struct printer *printer, struct sink *sink,
		       const struct md_log_record *record)
{
	bool *starts_line = &printer->ends_line[record->stream];
	char time[MD_TIME_TEXT_MAX];

	if (printer->shows_time && *starts_line) {
		md_time_format(record->time_ns, time);
		md_str_addf(&sink->text, "%s ", time);
	}
	if (sink->escapes)
		md_terminal_escape(record->bytes, record->length, "\n\t\r", &sink->text);
	else
		md_str_add_bytes(&sink->text, record->bytes, record->length);
	*starts_line = record->length > 0 && record->bytes[record->length - 1] == '\n';
}

/* What went to one stream before is out before the other gets its record: the order stays. */
static bool print_record(const struct md_log_record *record, void *context)
{
	struct printer *printer = context;
	bool is_out = record->stream == MD_STREAM_STDOUT;
	struct sink *sink = is_out ? &printer->out : &printer->errs;
	struct sink *other = is_out ? &printer->errs : &printer->out;

	if (other->text.length > 0)
		flush(printer, other);
	add_record(printer, sink, record);
	if (printer->is_prompt || sink->text.length >= SINK_FULL)
		flush(printer, sink);
	return printer->failed_errno == 0;
}

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

static int read_log(int dirfd, const struct flags *flags, int end_fd, bool has_terminal,
		    struct md_error *err)
{
	bool is_raw = flags->is_raw || has_terminal;
	struct printer printer = {
		.out = {STDOUT_FILENO, !is_raw && isatty(STDOUT_FILENO), MD_STR_INIT},
		.errs = {STDERR_FILENO, !is_raw && isatty(STDERR_FILENO), MD_STR_INIT},
		.shows_time = flags->shows_time,
		.is_prompt = flags->log.follow,
		.ends_line = {true, true, true},
	};
	uint64_t skipped = 0;
	int result = md_log_read(dirfd, &flags->log, end_fd, print_record, &printer, &skipped, err);

	flush(&printer, &printer.out);
	flush(&printer, &printer.errs);
	md_str_fini(&printer.out.text);
	md_str_fini(&printer.errs.text);
	if (result == 0 && printer.failed_errno) {
		errno = printer.failed_errno;
		return md_fail_errno(err, "write the log");
	}
	if (skipped)
		md_report_note("%" PRIu64 " damaged bytes of the log were skipped", skipped);
	return result;
}

static int print_log(struct md_engine *engine, const char *item, struct flags *flags,
		     struct md_error *err)
{
	MD_CLEANUP(md_record_fini) struct md_record record = {0};
	md_auto_free char *path = NULL;
	md_auto_close int dirfd = -1, end_fd = -1;
	char id[MD_ID_LENGTH + 1];

	if (md_store_find(engine->store, item, id, err) < 0 ||
	    md_store_load_record(engine->store, id, &record, err) < 0)
		return -1;
	if (record.request.is_log_none)
		return md_fail(err, MD_ERR_UNSUPPORTED,
			       "container '%s' keeps no log (--log-driver none)", item);
	path = md_store_path(engine->store, id, "log");
	dirfd = md_fs_open_dir(AT_FDCWD, path, err);
	if (dirfd < 0)
		return -1;
	end_fd = flags->log.follow ? open_end(engine, id) : -1;
	flags->log.follow = end_fd >= 0;
	return read_log(dirfd, flags, end_fd, record.request.has_terminal, err);
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
