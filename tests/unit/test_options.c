/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "base/str.h"
#include "cli/options.h"
#include "cli/spelling.h"

#include <string.h>

struct flags {
	bool all, init;
	const char *name;
	int count;
	struct md_strv env;
};

static const struct md_option own[] = {
	{"all", 'a', NULL, "all", md_option_set_bool, offsetof(struct flags, all)},
	{"count", 'n', "NUMBER", "how many", md_option_set_int, offsetof(struct flags, count)},
	{"name", 0, "NAME", "its name", md_option_set_text, offsetof(struct flags, name)},
	MD_OPTIONS_END,
};

static const struct md_option shared[] = {
	MD_OPTIONS_TITLE("More"),
	{"init", 'i', NULL, "init", md_option_set_bool, offsetof(struct flags, init)},
	{"env", 'e', "KEY", "env", md_option_set_list, offsetof(struct flags, env)},
	MD_OPTIONS_END,
};

static const struct md_command mixed = {
	.name = "mixed",
	.operands = "[A...]",
	.options = own,
	.shared_options = shared,
	.max_operands = -1,
};

static const struct md_command program = {
	.name = "program",
	.operands = "A [B]",
	.options = own,
	.min_operands = 1,
	.max_operands = 2,
	.stops_at_operand = true,
};

/* Take "a b c" apart for `command`; what it became, or the error, is in static storage. */
static struct flags flags;
static struct md_error error;
static char operands[256];
static bool wants_help;

static int parse(const struct md_command *command, const char *line)
{
	MD_CLEANUP(md_strv_fini) struct md_strv words = MD_STRV_INIT;
	MD_CLEANUP(md_invocation_fini) struct md_invocation in = {.command = command};
	int result;

	md_strv_fini(&flags.env);
	flags = (struct flags){0};
	error = (struct md_error)MD_ERROR_INIT;
	if (line[0])
		md_strv_split(&words, line, ' ');
	result = md_options_scan((int)words.count, words.items, &in, &error);
	wants_help = in.wants_help;
	if (result == 0)
		result = md_options_check_operands(&in, &error);
	if (result == 0)
		result = md_options_apply(&in, &flags, &error);
	operands[0] = '\0';
	for (int i = 0; i < in.operand_count; i++)
		(void)snprintf(operands + strlen(operands), sizeof(operands) - strlen(operands),
			       "<%s>", in.operands[i]);
	/* Texts point into the words, which are gone now. */
	flags.name = flags.name ? "given" : NULL;
	return result;
}

static void every_form_of_a_value_is_read(void)
{
	static const char *const lines[] = {"--count 5", "--count=5", "-n 5", "-n5",
					    "-n=5",      "-an5",      "-an 5"};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		CHECK(parse(&mixed, lines[i]) == 0);
		CHECK(flags.count == 5);
		CHECK_STR(operands, "");
	}
	CHECK(flags.all);
}

static void booleans_take_a_value_only_behind_an_equals_sign(void)
{
	CHECK(parse(&mixed, "--all x") == 0 && flags.all);
	CHECK_STR(operands, "<x>");
	CHECK(parse(&mixed, "--all=false --init=T") == 0 && !flags.all && flags.init);
	CHECK(parse(&mixed, "-a=false") == 0 && !flags.all);
	CHECK(parse(&mixed, "--all=maybe") < 0);
	CHECK_STR(error.msg, "--all: 'maybe' is neither true nor false");
}

static void options_and_operands_may_be_mixed(void)
{
	CHECK(parse(&mixed, "x -a y --count 3 z") == 0 && flags.all && flags.count == 3);
	CHECK_STR(operands, "<x><y><z>");
}

static void a_program_keeps_its_own_options(void)
{
	CHECK(parse(&program, "-a sh -n") == 0 && flags.all);
	CHECK_STR(operands, "<sh><-n>");
	CHECK(parse(&program, "sh --help") == 0 && !wants_help);
}

static void two_dashes_end_the_options(void)
{
	CHECK(parse(&mixed, "-a -- -n --all --") == 0 && flags.count == 0);
	CHECK_STR(operands, "<-n><--all><-->");
	CHECK(parse(&mixed, "-") == 0);
	CHECK_STR(operands, "<->");
}

static void help_is_asked_for_in_two_ways(void)
{
	CHECK(parse(&mixed, "--help") == 0 && wants_help);
	CHECK(parse(&mixed, "x -ah") == 0 && wants_help);
}

static void lists_grow_and_texts_are_replaced(void)
{
	CHECK(parse(&mixed, "-e A -e B --env C --name x --name y") == 0);
	CHECK(flags.env.count == 3 && strcmp(flags.env.items[2], "C") == 0);
	CHECK_STR(flags.name, "given");
}

static void an_unknown_option_gets_the_nearest_name(void)
{
	CHECK(parse(&mixed, "--cuont 5") < 0);
	CHECK_STR(error.msg, "unknown option '--cuont' (did you mean '--count'?)");
	CHECK(parse(&mixed, "--ini") < 0);
	CHECK_STR(error.msg, "unknown option '--ini' (did you mean '--init'?)");
	CHECK(parse(&mixed, "--zzzzzz=1") < 0);
	CHECK_STR(error.msg, "unknown option '--zzzzzz' (see 'minidock mixed --help')");
	CHECK(parse(&mixed, "-ax") < 0);
	CHECK_STR(error.msg, "unknown option '-x' in '-ax' (see 'minidock mixed --help')");
	CHECK(parse(&mixed, "-x") < 0);
	CHECK_STR(error.msg, "unknown option '-x' (see 'minidock mixed --help')");
}

static void a_missing_value_is_named(void)
{
	CHECK(parse(&mixed, "--count") < 0);
	CHECK_STR(error.msg, "option '--count' needs a value");
	CHECK(parse(&mixed, "-an") < 0);
	CHECK_STR(error.msg, "option '-n' needs a value");
	CHECK(parse(&mixed, "--count five") < 0);
	CHECK(strstr(error.msg, "--count: ") == error.msg && strstr(error.msg, "'five'"));
}

static void the_number_of_operands_is_checked(void)
{
	CHECK(parse(&program, "") < 0);
	CHECK_STR(error.msg, "'program' needs at least 1 argument (usage: minidock program "
			     "[OPTIONS] A [B])");
	CHECK(parse(&program, "a b c") < 0);
	CHECK(strstr(error.msg, "at most 2 arguments"));
}

static void distance_counts_a_swap_as_one(void)
{
	CHECK(md_spelling_distance("", "") == 0);
	CHECK(md_spelling_distance("abc", "acb") == 1);
	CHECK(md_spelling_distance("memory", "memroy") == 1);
	CHECK(md_spelling_distance("kitten", "sitting") == 3);
	CHECK(md_spelling_distance("", "abc") == 3);
}

static void a_very_long_word_is_near_nothing(void)
{
	char wrong[300];
	struct md_spelling spelling = MD_SPELLING_INIT(wrong);

	memset(wrong, 'x', sizeof(wrong) - 1);
	wrong[sizeof(wrong) - 1] = '\0';
	md_spelling_offer(&spelling, "x");
	CHECK(!spelling.best);
}

int main(void)
{
	RUN(every_form_of_a_value_is_read);
	RUN(booleans_take_a_value_only_behind_an_equals_sign);
	RUN(options_and_operands_may_be_mixed);
	RUN(a_program_keeps_its_own_options);
	RUN(two_dashes_end_the_options);
	RUN(help_is_asked_for_in_two_ways);
	RUN(lists_grow_and_texts_are_replaced);
	RUN(an_unknown_option_gets_the_nearest_name);
	RUN(a_missing_value_is_named);
	RUN(the_number_of_operands_is_checked);
	RUN(distance_counts_a_swap_as_one);
	RUN(a_very_long_word_is_near_nothing);
	md_strv_fini(&flags.env);
	return DONE();
}
