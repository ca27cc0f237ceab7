/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/spelling.h"

#include <string.h>

static const struct md_option *find_long_in(const struct md_option *table, const char *name,
					    size_t length)
{
	md_options_foreach (row, table)
		if (row->name && strlen(row->name) == length &&
		    memcmp(row->name, name, length) == 0)
			return row;
	return NULL;
}

static const struct md_option *find_long(const struct md_command *command, const char *name,
					 size_t length)
{
	const struct md_option *own = find_long_in(command->options, name, length);

	return own ? own : find_long_in(command->shared_options, name, length);
}

static const struct md_option *find_letter_in(const struct md_option *table, char letter)
{
	md_options_foreach (row, table)
		if (row->name && row->letter == letter)
			return row;
	return NULL;
}

static const struct md_option *find_letter(const struct md_command *command, char letter)
{
	const struct md_option *own = find_letter_in(command->options, letter);

	return own ? own : find_letter_in(command->shared_options, letter);
}

static void offer_names(struct md_spelling *spelling, const struct md_option *table)
{
	md_options_foreach (row, table)
		if (row->name && !row->is_hidden)
			md_spelling_offer(spelling, row->name);
}

static int hint_help(const struct md_command *command, struct md_error *err)
{
	return md_error_hint(err, "see 'minidock%s%s --help'", *command->name ? " " : "",
			     command->name);
}

static int fail_unknown_long(const struct md_command *command, const char *name, size_t length,
			     struct md_error *err)
{
	md_auto_free char *wrong = md_xstrndup(name, length);
	struct md_spelling spelling = MD_SPELLING_INIT(wrong);

	offer_names(&spelling, command->options);
	offer_names(&spelling, command->shared_options);
	(void)md_fail(err, MD_ERR_INVALID, "unknown option '--%s'", wrong);
	if (spelling.best)
		return md_error_hint(err, "did you mean '--%s'?", spelling.best);
	return hint_help(command, err);
}

/* The words not yet looked at. */
struct cursor {
	int count;
	char **words;
};

static void keep(struct md_invocation *in, const struct md_option *option, const char *value)
{
	in->given = md_xreallocarray(in->given, in->given_count + 1, sizeof(in->given[0]));
	in->given[in->given_count++] = (struct md_given){option, value};
}

/* The word behind an option that needs a value. */
static int take_value(struct cursor *left, const char *option, const char **ret,
		      struct md_error *err)
{
	if (left->count == 0)
		return md_fail(err, MD_ERR_INVALID, "option '%s' needs a value", option);
	*ret = left->words[0];
	left->words++;
	left->count--;
	return 0;
}

static int scan_long(struct md_invocation *in, char *word, struct cursor *left,
		     struct md_error *err)
{
	const char *name = word + 2, *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const struct md_option *option = find_long(in->command, name, length);
	const char *value = equals ? equals + 1 : "true";

	if (!option && strcmp(name, "help") == 0) {
		in->wants_help = true;
		return 0;
	}
	if (!option)
		return fail_unknown_long(in->command, name, length, err);
	if (option->argument && !equals && take_value(left, word, &value, err) < 0)
		return -1;
	keep(in, option, value);
	return 0;
}

/* "-it", "-n5", "-n=5", "-n" "5". */
static int scan_letters(struct md_invocation *in, char *word, struct cursor *left,
			struct md_error *err)
{
	for (const char *c = word + 1; *c; c++) {
		const struct md_option *option = find_letter(in->command, *c);
		const char *value = "true", *rest = c[1] == '=' ? c + 2 : c + 1;
		char name[] = {'-', *c, '\0'};

		if (!option && *c == 'h') {
			in->wants_help = true;
			return 0;
		}
		if (!option) {
			(void)md_fail(err, MD_ERR_INVALID, "unknown option '-%c'%s%s%s", *c,
				      word[2] ? " in '" : "", word[2] ? word : "",
				      word[2] ? "'" : "");
			return hint_help(in->command, err);
		}
		if (option->argument || c[1] == '=') {
			value = rest;
			if (!c[1] && take_value(left, name, &value, err) < 0)
				return -1;
			keep(in, option, value);
			return 0;
		}
		keep(in, option, value);
	}
	return 0;
}

static void take_operands(struct md_invocation *in, struct cursor *left)
{
	for (; left->count > 0; left->count--)
		in->operands[in->operand_count++] = *left->words++;
}

int md_options_scan(int count, char **words, struct md_invocation *ret, struct md_error *err)
{
	struct cursor left = {count, words};

	ret->operands = md_xcalloc((size_t)count + 1, sizeof(char *));
	while (left.count > 0 && !ret->wants_help) {
		char *word = left.words[0];
		bool is_operand = word[0] != '-' || word[1] == '\0';

		if (is_operand && ret->command->stops_at_operand)
			break;
		left.words++;
		left.count--;
		if (strcmp(word, "--") == 0)
			break;
		if (is_operand)
			ret->operands[ret->operand_count++] = word;
		else if ((word[1] == '-' ? scan_long : scan_letters)(ret, word, &left, err) < 0)
			return -1;
	}
	take_operands(ret, &left);
	return 0;
}

void md_invocation_fini(struct md_invocation *in)
{
	free(in->given);
	free(in->operands);
	in->given = NULL;
	in->operands = NULL;
}

int md_options_check_operands(const struct md_invocation *in, struct md_error *err)
{
	const struct md_command *command = in->command;
	bool is_exact = command->min_operands == command->max_operands;
	int wanted = command->min_operands;

	if (in->operand_count > command->max_operands && command->max_operands >= 0)
		wanted = command->max_operands;
	else if (in->operand_count >= command->min_operands)
		return 0;
	if (is_exact && wanted == 0)
		return md_fail(err, MD_ERR_INVALID, "'%s' takes no arguments, got '%s'",
			       command->name, in->operands[0]);
	return md_fail(err, MD_ERR_INVALID,
		       "'%s' needs %s%d argument%s (usage: minidock %s [OPTIONS] %s)",
		       command->name,
		       is_exact                     ? "exactly "
		       : in->operand_count > wanted ? "at most "
						    : "at least ",
		       wanted, wanted == 1 ? "" : "s", command->name, command->operands);
}

int md_options_apply(struct md_invocation *in, void *flags, struct md_error *err)
{
	for (size_t i = 0; i < in->given_count; i++) {
		const struct md_option *option = in->given[i].option;

		if (option->set(option, in->given[i].value, flags, err) == 0)
			continue;
		in->exit_status = MD_EXIT_USAGE;
		return md_error_prefix(err, "--%s", option->name);
	}
	return 0;
}

bool md_options_given(const struct md_invocation *in, const char *name)
{
	for (size_t i = 0; i < in->given_count; i++)
		if (strcmp(in->given[i].option->name, name) == 0)
			return true;
	return false;
}
