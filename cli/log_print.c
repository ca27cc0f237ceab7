/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/log_print.h"

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fs.h"
#include "base/str.h"
#include "cli/report.h"
#include "cli/terminal_text.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#define SINK_FULL (64 * 1024)

/* One of our two outputs. Records are collected; a terminal or a follower gets them at once. */
struct sink {
	int fd;
	bool escapes; /* a terminal that must not obey the container */
	struct md_str text;
};

struct printer {
	struct sink out, errs;
	bool shows_time, is_prompt;
	bool starts_line[3]; /* per stream: the next record begins a line */
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
	bool *starts_line = &printer->starts_line[record->stream];
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

static struct sink open_sink(int fd, const struct md_log_style *style)
{
	return (struct sink){.fd = fd, .escapes = !style->is_raw && isatty(fd)};
}

int md_log_print(int dirfd, const struct md_log_options *options, const struct md_log_style *style,
		 struct md_error *err)
{
	struct printer printer = {
		.out = open_sink(STDOUT_FILENO, style),
		.errs = open_sink(STDERR_FILENO, style),
		.shows_time = style->shows_time,
		.is_prompt = options->follow,
		.starts_line = {true, true, true},
	};
	struct md_log_sink sink = {print_record, &printer};
	uint64_t skipped = 0;
	int result = md_log_read(dirfd, options, &sink, &skipped, err);

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
