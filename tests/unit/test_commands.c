/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/command.h"
#include "cli/help.h"
#include "cli/man.h"

#include <stdlib.h>
#include <string.h>

/* main.c has this table; tests link everything but main(). */
const struct md_command md_cmd_minidock = {
	.name = "",
	.operands = "COMMAND [ARG...]",
	.summary = "test",
};

/* What the words mean, "" if nothing. */
static const char *found(const char *line)
{
	MD_CLEANUP(md_strv_fini) struct md_strv words = MD_STRV_INIT;
	const struct md_command *command;
	int used;

	md_strv_split(&words, line, ' ');
	command = md_command_find((int)words.count, words.items, &used);
	return command ? command->name : "";
}

static void commands_are_found_by_every_name_of_docker(void)
{
	CHECK_STR(found("run"), "run");
	CHECK_STR(found("container run"), "run");
	CHECK_STR(found("container ls"), "ps");
	CHECK_STR(found("container list"), "ps");
	CHECK_STR(found("container ps"), "ps");
	CHECK_STR(found("images"), "image ls");
	CHECK_STR(found("image ls -a"), "image ls");
	CHECK_STR(found("image remove"), "image rm");
	CHECK_STR(found("rmi"), "image rm");
	CHECK_STR(found("tag"), "image tag");
	CHECK_STR(found("import"), "image import");
	CHECK_STR(found("resume"), "unpause");
	CHECK_STR(found("container resume"), "unpause");
}

static void words_that_mean_nothing_are_not_found(void)
{
	CHECK_STR(found("fly"), "");
	CHECK_STR(found("image"), "");
	CHECK_STR(found("image run"), "");
	CHECK_STR(found("container version"), "");
	CHECK_STR(found("container rmi"), "");
	CHECK_STR(found(""), "");
}

static void a_misspelt_command_gets_a_suggestion(void)
{
	CHECK_STR(md_command_suggest("strat"), "start");
	CHECK_STR(md_command_suggest("inspcet"), "inspect");
	CHECK(!md_command_suggest("zzzzzz"));
}

/* Nothing that a table could get wrong: help would show it, but nobody reads all of it. */
static void every_table_is_well_formed(void)
{
	for (const struct md_command *const *c = md_commands; *c; c++) {
		const struct md_option *tables[] = {(*c)->options, (*c)->shared_options};
		char letters[256] = "";

		CHECK((*c)->name && (*c)->summary && (*c)->operands && (*c)->run);
		CHECK(!md_str_ends((*c)->summary, "."));
		for (size_t t = 0; t < 2; t++)
			md_options_foreach (o, tables[t]) {
				if (!o->name)
					continue;
				CHECK(o->help && o->set && !md_str_ends(o->help, "."));
				CHECK(!o->letter || !strchr(letters, o->letter));
				letters[strlen(letters)] = o->letter;
			}
	}
}

static size_t widest_line(const char *text)
{
	size_t widest = 0;

	while (*text) {
		size_t length = strcspn(text, "\n");

		widest = length > widest ? length : widest;
		text += length + (text[length] == '\n');
	}
	return widest;
}

static void help_fits_into_80_columns(void)
{
	for (const struct md_command *const *c = md_commands; *c; c++) {
		MD_CLEANUP(md_str_fini) struct md_str help = MD_STR_INIT;

		md_help_command(*c, &help);
		CHECK(strstr(md_str_get(&help), (*c)->summary));
		if (widest_line(md_str_get(&help)) > 80)
			printf("# %s: %zu columns\n", (*c)->name, widest_line(md_str_get(&help)));
		CHECK(widest_line(md_str_get(&help)) <= 80);
	}
}

static void the_overview_lists_what_is_not_hidden(void)
{
	MD_CLEANUP(md_str_fini) struct md_str help = MD_STR_INIT;

	md_help_overview(&help);
	CHECK(strstr(md_str_get(&help), "  image prune"));
	CHECK(!strstr(md_str_get(&help), "man-page"));
	CHECK(widest_line(md_str_get(&help)) <= 80);
}

/* A line that begins with a dot is a request to roff: only ours may be there. */
static void manual_pages_hold_only_known_requests(void)
{
	static const char *const requests[] = {".TH ", ".SH ", ".SS ", ".TP", ".PP",
					       ".BR ", ".nf",  ".fi",  ".nh", ".\\\""};

	for (const struct md_command *const *c = md_commands; *c; c++) {
		MD_CLEANUP(md_str_fini) struct md_str page = MD_STR_INIT;
		MD_CLEANUP(md_strv_fini) struct md_strv lines = MD_STRV_INIT;

		md_man_command(*c, &page);
		md_strv_split(&lines, md_str_get(&page), '\n');
		for (size_t i = 0; i < lines.count; i++) {
			bool is_known = lines.items[i][0] != '.' && lines.items[i][0] != '\'';

			for (size_t r = 0; r < sizeof(requests) / sizeof(requests[0]); r++)
				is_known |= md_str_starts(lines.items[i], requests[r]);
			CHECK(is_known);
		}
	}
}

/* The build makes the pages in MD_MAN_PAGES: a command without one would be forgotten. */
static void every_command_has_its_manual_page(void)
{
	MD_CLEANUP(md_strv_fini) struct md_strv built = MD_STRV_INIT;
	size_t expected = 1;

	md_strv_split(&built, MD_MAN_PAGES, ' ');
	CHECK(md_strv_has(&built, "minidock"));
	for (const struct md_command *const *c = md_commands; *c; c++) {
		md_auto_free char *page = md_man_page_name(*c);

		if ((*c)->group == MD_GROUP_HIDDEN)
			continue;
		expected++;
		if (!md_strv_has(&built, page))
			printf("# %s is not built\n", page);
		CHECK(md_strv_has(&built, page));
	}
	CHECK(built.count == expected);
}

int main(void)
{
	RUN(commands_are_found_by_every_name_of_docker);
	RUN(words_that_mean_nothing_are_not_found);
	RUN(a_misspelt_command_gets_a_suggestion);
	RUN(every_table_is_well_formed);
	RUN(help_fits_into_80_columns);
	RUN(the_overview_lists_what_is_not_hidden);
	RUN(manual_pages_hold_only_known_requests);
	RUN(every_command_has_its_manual_page);
	return DONE();
}
