/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/man.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"
#include "cli/help.h"

#include <string.h>

char *md_man_page_name(const struct md_command *command)
{
	char *name = md_xasprintf("minidock%s%s", command->name[0] ? "-" : "", command->name);

	for (char *c = name; *c; c++)
		if (*c == ' ')
			*c = '-';
	return name;
}

/* Text in which roff must not see requests, escapes or hyphenation points. */
static void add_text(struct md_str *out, const char *text)
{
	bool starts_line = true;

	for (; *text; text++) {
		if (starts_line && (*text == '.' || *text == '\''))
			md_str_add(out, "\\&");
		if (*text == '\\')
			md_str_add(out, "\\e");
		else if (*text == '-')
			md_str_add(out, "\\-");
		else if (*text == '\'')
			md_str_add(out, "\\(aq");
		else
			md_str_addc(out, *text);
		starts_line = *text == '\n';
	}
}

static void add_heading(struct md_str *out, const char *page, const char *summary)
{
	md_str_add(out, ".\\\" Generated from the command table: change cli/, not this file.\n");
	md_str_addf(out, ".TH \"%s\" 1 \"\" \"minidock " MD_VERSION "\" \"minidock manual\"\n",
		    page);
	md_str_add(out, ".nh\n.SH NAME\n");
	add_text(out, page);
	md_str_add(out, " \\- ");
	add_text(out, summary);
	md_str_add(out, "\n.SH SYNOPSIS\n");
}

static void add_synopsis(struct md_str *out, const struct md_command *command)
{
	md_str_add(out, "\\fBminidock");
	md_str_add(out, command->name[0] ? " " : "");
	add_text(out, command->name);
	md_str_addf(out, "\\fR%s ",
		    command->options || command->shared_options ? " [OPTIONS]" : "");
	add_text(out, command->operands);
	md_str_addc(out, '\n');
}

static void add_option(struct md_str *out, const struct md_option *option)
{
	md_str_add(out, ".TP\n\\fB");
	if (option->letter)
		md_str_addf(out, "\\-%c\\fR, \\fB", option->letter);
	md_str_add(out, "\\-\\-");
	add_text(out, option->name);
	md_str_add(out, "\\fR");
	if (option->argument) {
		md_str_add(out, " \\fI");
		add_text(out, option->argument);
		md_str_add(out, "\\fR");
	}
	md_str_addc(out, '\n');
	add_text(out, option->help);
	md_str_add(out, option->is_repeatable ? " (may be given several times)\n" : "\n");
}

static void add_options(struct md_str *out, const struct md_option *options)
{
	md_options_foreach (o, options) {
		if (!o->name)
			md_str_addf(out, ".SS %s\n", o->help);
		else if (!o->is_hidden)
			add_option(out, o);
	}
}

static void add_all_options(struct md_str *out, const struct md_command *command)
{
	if (!command->options && !command->shared_options)
		return;
	md_str_add(out, ".SH OPTIONS\n");
	add_options(out, command->options);
	add_options(out, command->shared_options);
}

static void add_paragraphs(struct md_str *out, const struct md_command *command)
{
	MD_CLEANUP(md_strv_fini) struct md_strv lines = MD_STRV_INIT;

	md_str_add(out, ".SH DESCRIPTION\n");
	if (!command->description) {
		add_text(out, command->summary);
		md_str_add(out, ".\n");
		return;
	}
	md_strv_split(&lines, command->description, '\n');
	for (size_t i = 0; i < lines.count; i++) {
		if (lines.items[i][0] == '\0')
			continue;
		md_str_add(out, ".PP\n");
		add_text(out, lines.items[i]);
		md_str_addc(out, '\n');
	}
}

static void add_examples(struct md_str *out, const char *examples)
{
	if (!examples)
		return;
	md_str_add(out, ".SH EXAMPLES\n.nf\n");
	add_text(out, examples);
	md_str_add(out, "\n.fi\n");
}

static void add_aliases(struct md_str *out, const struct md_command *command)
{
	if (!command->aliases)
		return;
	md_str_add(out, ".SH OTHER NAMES\n");
	for (const char *const *a = command->aliases; *a; a++) {
		md_str_add(out, "minidock ");
		add_text(out, *a);
		md_str_add(out, a[1] ? ",\n" : "\n");
	}
}

void md_man_command(const struct md_command *command, struct md_str *out)
{
	md_auto_free char *page = md_man_page_name(command);

	add_heading(out, page, command->summary);
	add_synopsis(out, command);
	add_paragraphs(out, command);
	add_all_options(out, command);
	add_aliases(out, command);
	add_examples(out, command->examples);
	md_str_add(out, ".SH SEE ALSO\n.BR minidock (1)\n");
}

static void add_command_list(struct md_str *out, enum md_command_group group)
{
	md_str_addf(out, ".SS %s\n", md_help_group_title(group));
	for (const struct md_command *const *c = md_commands; *c; c++) {
		md_auto_free char *page = md_man_page_name(*c);

		if ((*c)->group != group)
			continue;
		md_str_add(out, ".TP\n.BR ");
		add_text(out, page);
		md_str_add(out, " (1)\n");
		add_text(out, (*c)->summary);
		md_str_addc(out, '\n');
	}
}

void md_man_overview(struct md_str *out)
{
	add_heading(out, "minidock", md_cmd_minidock.summary);
	add_synopsis(out, &md_cmd_minidock);
	add_paragraphs(out, &md_cmd_minidock);
	md_str_add(out, ".SH COMMANDS\n");
	add_command_list(out, MD_GROUP_CONTAINER);
	add_command_list(out, MD_GROUP_IMAGE);
	add_command_list(out, MD_GROUP_SYSTEM);
	add_all_options(out, &md_cmd_minidock);
	md_str_add(out,
		   ".SH EXIT STATUS\n"
		   "\\fBrun\\fR, \\fBexec\\fR and \\fBstart \\-a\\fR exit with the status of the "
		   "container's command, 128+n when signal n ended it, 127 when it was not "
		   "found, 126 when it cannot be executed and 125 when minidock itself failed. "
		   "A wrong option is 125 for every command, any other failure is 1.\n");
}
