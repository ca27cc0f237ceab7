/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list.h - commands that print one line per object: ps, image ls.
 *
 * Each object is a flat JSON map; --format decides what is shown of it:
 *
 *	(nothing), "table"      the default columns
 *	"table {{.A}}\t{{.B}}"  these columns, with titles
 *	"json"                  one JSON map per line
 *	"{{.A}} {{.B}}"         this text per line
 */
#ifndef MD_CLI_LIST_H
#define MD_CLI_LIST_H

#include "cli/format.h"

struct md_list_title {
	const char *field; /* NULL ends the table */
	const char *title;
};

/* What a command lists. */
struct md_list_kind {
	const char *table;                  /* default columns as a template */
	const char *quiet;                  /* template for -q */
	const struct md_list_title *titles; /* of every field that may be asked for */
};

struct md_list {
	const struct md_list_kind *kind;
	struct md_format *format; /* NULL: JSON */
	bool is_table;
	struct md_str text; /* lines so far */
};

#define MD_LIST_INIT \
	{            \
		0    \
	}

/* Read --format (NULL: the default) and -q. */
int md_list_open(struct md_list *list, const struct md_list_kind *kind, const char *format,
		 bool is_quiet, struct md_error *err);
void md_list_fini(struct md_list *list);

/* True if the value of this field will be looked at; JSON shows all. */
bool md_list_needs(const struct md_list *list, const char *field);

/* One object. `methods` as in struct md_format_input, may be NULL. */
int md_list_add(struct md_list *list, const struct md_json *object, const struct md_json *methods,
		struct md_error *err);

/* Print everything. */
int md_list_print(struct md_list *list, struct md_error *err);

#endif
