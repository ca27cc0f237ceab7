/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_create.h"

#include "cli/cid_file.h"
#include "cli/output.h"
#include "cli/report.h"
#include "runtime/print.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_DEFAULT 80
#define COLUMNS_MIN     40

int md_run_create(struct md_engine *engine, const struct md_run_request *request,
		  char ret_id[MD_ID_LENGTH + 1], struct md_error *err)
{
	int cid_fd;

	if (md_cid_file_take(request->cidfile, &cid_fd, err) < 0)
		return -1;
	if (md_lifecycle_create(engine, request, ret_id, err) < 0) {
		(void)md_cid_file_finish(request->cidfile, cid_fd, NULL, err);
		return -1;
	}
	return md_cid_file_finish(request->cidfile, cid_fd, ret_id, err);
}

static unsigned int terminal_columns(void)
{
	struct winsize size = {0};

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < COLUMNS_MIN)
		return COLUMNS_DEFAULT;
	return size.ws_col;
}

static void report_lines(const char *text)
{
	MD_CLEANUP(md_strv_fini) struct md_strv lines = MD_STRV_INIT;

	md_strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.count; i++)
		if (lines.items[i][0])
			md_report_note("note: %s", lines.items[i]);
}

static int print_program(const struct md_program *program, const char *format, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;
	md_auto_json struct md_json *json = NULL;

	if (format && strcmp(format, "json") == 0) {
		json = md_print_program_json(program);
		return md_output_json(json, err);
	}
	md_print_program(program, terminal_columns(), &text);
	return md_output_text(md_str_get(&text), err);
}

int md_run_print_plan(const struct md_invocation *in, const struct md_run_flags *flags,
		      struct md_error *err)
{
	MD_CLEANUP(md_program_fini) struct md_program program;
	MD_CLEANUP(md_str_fini) struct md_str notes = MD_STR_INIT;

	md_program_init(&program);
	if (flags->format && strcmp(flags->format, "json") != 0)
		return md_fail(err, MD_ERR_INVALID, "--format: '%s' is not 'json'", flags->format);
	if (md_lifecycle_plan(in->root, &flags->request, &program, &notes, err) < 0)
		return -1;
	report_lines(md_str_get(&notes));
	return print_program(&program, flags->format, err);
}
