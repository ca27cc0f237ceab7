/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command.h - what a subcommand says about itself.
 *
 * One subcommand, one file: cli/cmd_<name>.c defines one `const struct md_command` and is listed
 * once, in cli/commands.c. Parsing, help, usage errors and manual pages are all made from these
 * structs; nothing is written twice.
 *
 *	static const struct md_option options[] = {
 *		{"all", 'a', NULL, "show stopped ones too", md_option_set_bool, offsetof(struct flags, all)},
 *		MD_OPTIONS_END,
 *	};
 *	static int run(struct md_invocation *in, struct md_error *err)
 *	{
 *		struct flags flags = {0};
 *
 *		if (md_options_apply(in, &flags, err) < 0)
 *			return -1;
 */
#ifndef MD_CLI_COMMAND_H
#define MD_CLI_COMMAND_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct md_invocation;

struct md_option {
	const char *name;     /* long form, without the dashes */
	char letter;          /* short form, 0 none */
	const char *argument; /* what the value is called in help ("BYTES"); NULL: a boolean */
	const char *help;     /* a phrase, no full stop */
	/* Check `value` and keep it in `flags` at option->offset; booleans get "true" or "false".
	 */
	int (*set)(const struct md_option *option, const char *value, void *flags,
		   struct md_error *err);
	size_t offset;
	bool is_repeatable;
	bool is_hidden; /* accepted, but in no help text */
};

#define MD_OPTIONS_END                     \
	{                                  \
		.name = NULL, .help = NULL \
	}

/* A line without an option inside a table: the title over those that follow. */
#define MD_OPTIONS_TITLE(text)               \
	{                                    \
		.name = NULL, .help = (text) \
	}

/* Every row of a table, titles included. */
#define md_options_foreach(row, table) \
	for (const struct md_option *row = (table); row && (row->name || row->help); row++)

enum md_command_group {
	MD_GROUP_CONTAINER, /* also reachable as `container NAME` */
	MD_GROUP_IMAGE,     /* named "image NAME" */
	MD_GROUP_SYSTEM,
	MD_GROUP_HIDDEN, /* works, but in no list */
};

struct md_command {
	const char *name; /* "ps", "image ls" */
	enum md_command_group group;
	const char *const
		*aliases;        /* whole names such as "container ls"; ends with NULL; or NULL */
	const char *operands;    /* as usage shows them: "CONTAINER [CONTAINER...]", "" */
	const char *summary;     /* one line, no full stop */
	const char *description; /* paragraphs, separated by empty lines; NULL */
	const char *examples;    /* one command per line, "# " lines explain; NULL */
	const struct md_option *options;        /* ends with MD_OPTIONS_END; NULL: none */
	const struct md_option *shared_options; /* a table used by several commands; NULL: none */
	int min_operands;
	int max_operands;        /* -1: no limit */
	bool stops_at_operand;   /* what follows the first operand is never an option (run, exec) */
	bool works_unprivileged; /* does not need root */
	bool has_run_status;     /* fails with 125, 126 or 127 instead of 1 */
	int (*run)(struct md_invocation *in, struct md_error *err);
};

/* All subcommands, in the order of help within their group; ends with NULL. */
extern const struct md_command *const md_commands[];

/*
 * The command that the words mean: "ps", or "container" "ls". *ret_words says how many of them the
 * name took. NULL if there is none.
 */
const struct md_command *md_command_find(int count, char *const *words, int *ret_words);

/* MD_ERR_UNSUPPORTED with what to do, unless we are root. */
int md_command_check_root(const struct md_command *command, struct md_error *err);

/* "minidock container" and "minidock image" alone: the group so called. */
bool md_command_group_find(const char *word, enum md_command_group *ret);

/* The name of a command nearest to a misspelt one, NULL if none is near. */
const char *md_command_suggest(const char *word);

#endif
