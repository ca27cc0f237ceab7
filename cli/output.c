/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/output.h"

#include "base/alloc.h"
#include "base/fs.h"
#include "base/name.h"
#include "base/str.h"
#include "cli/terminal_text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define COLUMN_GAP 3
#define COLUMN_MIN 10 /* with the gap */

static int write_stdout(const char *text, size_t length, struct md_error *err)
{
	if (md_write_all(STDOUT_FILENO, text, length) < 0)
		return md_fail_errno(err, "write to stdout");
	return 0;
}

int md_output_text(const char *text, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str shown = MD_STR_INIT;

	if (!isatty(STDOUT_FILENO))
		return write_stdout(text, strlen(text), err);
	md_terminal_escape(text, strlen(text), "\n\t", &shown);
	return write_stdout(md_str_get(&shown), shown.length, err);
}

int md_output_line(const char *text, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str line = MD_STR_INIT;

	md_str_addf(&line, "%s\n", text);
	return md_output_text(md_str_get(&line), err);
}

int md_output_json(const struct md_json *value, struct md_error *err)
{
	md_auto_free char *text = md_json_pretty(value);

	return md_output_line(text, err);
}

void md_output_cell(const char *text, struct md_str *out)
{
	md_terminal_escape(text, strlen(text), "", out);
}

void md_output_time(int64_t wall_ns, char out[MD_TIME_TEXT_MAX])
{
	char iso[MD_TIME_TEXT_MAX]; /* 2026-11-22T17:31:50.123456789Z */

	md_time_format(wall_ns, iso);
	(void)snprintf(out, MD_TIME_TEXT_MAX, "%.10s %.8s +0000 UTC", iso, iso + 11);
}

void md_output_id(const char *id, enum md_id_form form, struct md_str *out)
{
	const char *colon = strchr(id, ':');

	if (form == MD_ID_LONG) {
		md_str_add(out, id);
		return;
	}
	id = colon ? colon + 1 : id;
	md_str_add_bytes(out, id, strnlen(id, MD_ID_SHORT_LENGTH));
}

/* Widest cell of each column; the last cell of a line has no column. */
struct widths {
	size_t *width;
	size_t count;
};

static void measure(struct widths *widths, size_t column, const char *cell, size_t length)
{
	size_t width = md_terminal_width(cell, length) + COLUMN_GAP;

	if (column == widths->count) {
		widths->width = md_xreallocarray(widths->width, ++widths->count, sizeof(size_t));
		widths->width[column] = COLUMN_MIN;
	}
	if (width > widths->width[column])
		widths->width[column] = width;
}

/* Length of the cell at `text`, which ends at a tab, a newline or the end. */
static size_t cell_length(const char *text)
{
	return strcspn(text, "\t\n");
}

static void measure_all(struct widths *widths, const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t length = cell_length(text);

		if (text[length] == '\t')
			measure(widths, column++, text, length);
		else
			column = 0;
		text += length + (text[length] != '\0');
	}
}

void md_output_align(const char *text, struct md_str *out)
{
	struct widths widths = {0};
	size_t column = 0;

	measure_all(&widths, text);
	while (*text) {
		size_t length = cell_length(text);
		char end = text[length];

		md_str_add_bytes(out, text, length);
		if (end == '\t')
			md_str_addf(out, "%*s",
				    (int)(widths.width[column++] - md_terminal_width(text, length)),
				    "");
		else
			column = 0;
		if (end == '\n')
			md_str_addc(out, '\n');
		text += length + (end != '\0');
	}
	free(widths.width);
}
