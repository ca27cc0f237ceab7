/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report.h"

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"
#include "cli/terminal_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void write_line(const char *before, const char *text)
{
	MD_CLEANUP(md_str_fini) struct md_str line = MD_STR_INIT;

	md_str_add(&line, before);
	md_terminal_escape(text, strlen(text), "\n\t", &line);
	md_str_addc(&line, '\n');
	(void)md_write_all(STDERR_FILENO, line.data, line.length);
}

void md_report_error(const struct md_error *err)
{
	write_line("minidock: ", err->msg);
}

void md_report_details(const struct md_error *err, int exit_status)
{
	static const char *const names[] = {
#define X(name, text, status, http_status) #name,
		MD_ERROR_CODES(X)
#undef X
	};
	const char *errno_name = err->sys_errno ? strerrorname_np(err->sys_errno) : NULL;

	md_report_note("debug: %s, errno %d%s%s, exit status %d", names[err->code], err->sys_errno,
		       errno_name ? " " : "", errno_name ? errno_name : "", exit_status);
}

void md_report_note(const char *fmt, ...)
{
	char text[MD_ERROR_MSG_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	write_line("", text);
}
