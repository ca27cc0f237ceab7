/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/help.h"

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/output.h"

#include <string.h>

#define COLUMNS  80
#define LEFT_MAX 30 /* widest left column; what is longer stands on a line of its own */
#define LEFT_GAP 3
#define MARGIN   2

static const enum md_command_group listed_groups[] = {
	MD_GROUP_CONTAINER,
	MD_GROUP_IMAGE,
	MD_GROUP_SYSTEM,
};

const char *md_help_group_title(enum md_command_group group)
{
	switch (group) {
	case MD_GROUP_CONTAINER:
		return "Containers";
	case MD_GROUP_IMAGE:
		return "Images";
	case MD_GROUP_SYSTEM:
		return "System";
	case MD_GROUP_HIDDEN:
		break;
	}
	return NULL;
}

static void add_spaces(struct md_str *out, size_t count)
{
	for (; count > 0; count--)
		md_str_addc(out, ' ');
}

/* Words of `text` from column `indent` on; the cursor stands there already. */
static void add_wrapped(struct md_str *out, const char *text, size_t indent)
{
	size_t column = indent;

	while (*text) {
		size_t length = strcspn(text, " ");

		if (column > indent && column + 1 + length > COLUMNS) {
			md_str_addc(out, '\n');
			add_spaces(out, indent);
			column = indent;
		} else if (column > indent) {
			md_str_addc(out, ' ');
			column++;
		}
		md_str_add_bytes(out, text, length);
		column += length;
		text += length;
		text += strspn(text, " ");
	}
	md_str_addc(out, '\n');
}

/* "  left      text text text", the text wrapped at its own column. */
static void add_row(struct md_str *out, const char *left, size_t width, const char *text)
{
	size_t length = strlen(left), indent = MARGIN + width + LEFT_GAP;

	add_spaces(out, MARGIN);
	md_str_add(out, left);
	if (length > width) {
		md_str_addc(out, '\n');
		add_spaces(out, indent);
	} else {
		add_spaces(out, width - length + LEFT_GAP);
	}
	add_wrapped(out, text, indent);
}

void md_help_option_usage(const struct md_option *option, struct md_str *out)
{
	if (option->letter)
		md_str_addf(out, "-%c, --%s", option->letter, option->name);
	else
		md_str_addf(out, "    --%s", option->name);
	if (option->argument)
		md_str_addf(out, " %s", option->argument);
}

static size_t options_width(const struct md_option *options)
{
	size_t width = 0;

	md_options_foreach (o, options) {
		MD_CLEANUP(md_str_fini) struct md_str left = MD_STR_INIT;

		if (!o->name || o->is_hidden)
			continue;
		md_help_option_usage(o, &left);
		if (left.length > width && left.length <= LEFT_MAX)
			width = left.length;
	}
	return width;
}

static void add_option(struct md_str *out, const struct md_option *option, size_t width)
{
	MD_CLEANUP(md_str_fini) struct md_str left = MD_STR_INIT;

	if (option->is_hidden)
		return;
	md_help_option_usage(option, &left);
	add_row(out, md_str_get(&left), width, option->help);
}

static void add_options(struct md_str *out, const struct md_option *options)
{
	size_t width = options_width(options);

	if (width > 0 && options->name)
		md_str_add(out, "\nOptions:\n");
	md_options_foreach (o, options) {
		if (o->name)
			add_option(out, o, width);
		else
			md_str_addf(out, "\n%s:\n", o->help);
	}
}

/* Paragraphs are separated by empty lines. */
static void add_paragraphs(struct md_str *out, const char *text)
{
	MD_CLEANUP(md_strv_fini) struct md_strv lines = MD_STRV_INIT;

	md_strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.count; i++) {
		if (lines.items[i][0] == '\0')
			continue;
		md_str_addc(out, '\n');
		add_wrapped(out, lines.items[i], 0);
	}
}

static void add_examples(struct md_str *out, const char *text)
{
	MD_CLEANUP(md_strv_fini) struct md_strv lines = MD_STRV_INIT;

	md_strv_split(&lines, text, '\n');
	md_str_add(out, "\nExamples:\n");
	for (size_t i = 0; i < lines.count; i++)
		if (lines.items[i][0])
			md_str_addf(out, "  %s\n", lines.items[i]);
}

static void add_aliases(struct md_str *out, const struct md_command *command)
{
	bool has_twin = command->group == MD_GROUP_CONTAINER;

	if (!has_twin && !command->aliases)
		return;
	md_str_addf(out, "\nAlso: ");
	if (has_twin)
		md_str_addf(out, "container %s%s", command->name, command->aliases ? ", " : "");
	for (const char *const *a = command->aliases; a && *a; a++)
		md_str_addf(out, "%s%s", *a, a[1] ? ", " : "");
	md_str_addc(out, '\n');
}

void md_help_command(const struct md_command *command, struct md_str *out)
{
	md_str_addf(out, "Usage: minidock %s%s%s%s\n\n", command->name,
		    command->options || command->shared_options ? " [OPTIONS]" : "",
		    command->operands[0] ? " " : "", command->operands);
	md_str_addf(out, "%s\n", command->summary);
	if (command->description)
		add_paragraphs(out, command->description);
	add_aliases(out, command);
	add_options(out, command->options);
	add_options(out, command->shared_options);
	if (command->examples)
		add_examples(out, command->examples);
}

static size_t names_width(void)
{
	size_t width = 0;

	for (const struct md_command *const *c = md_commands; *c; c++)
		if ((*c)->group != MD_GROUP_HIDDEN && strlen((*c)->name) > width)
			width = strlen((*c)->name);
	return width;
}

void md_help_group(enum md_command_group group, struct md_str *out)
{
	size_t width = names_width();

	md_str_addf(out, "%s:\n", md_help_group_title(group));
	for (const struct md_command *const *c = md_commands; *c; c++)
		if ((*c)->group == group)
			add_row(out, (*c)->name, width, (*c)->summary);
}

void md_help_overview(struct md_str *out)
{
	md_str_add(out, "Usage: minidock [OPTIONS] COMMAND [ARG...]\n\n");
	md_str_addf(out, "%s\n", md_cmd_minidock.summary);
	for (size_t i = 0; i < sizeof(listed_groups) / sizeof(listed_groups[0]); i++) {
		md_str_addc(out, '\n');
		md_help_group(listed_groups[i], out);
	}
	add_options(out, md_cmd_minidock.options);
	md_str_add(out, "\n'minidock COMMAND --help' says more about a command.\n");
}

int md_help_print_overview(struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;

	md_help_overview(&text);
	return md_output_text(md_str_get(&text), err);
}

int md_help_print_group(const char *word, enum md_command_group group, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;

	md_str_addf(&text, "Usage: minidock %s COMMAND [ARG...]\n\n", word);
	md_help_group(group, &text);
	return md_output_text(md_str_get(&text), err);
}

int md_help_print_command(const struct md_command *command, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;

	md_help_command(command, &text);
	return md_output_text(md_str_get(&text), err);
}
