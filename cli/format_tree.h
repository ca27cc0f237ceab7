/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format_tree.h - a parsed template. Internal to cli/format*.c.
 *
 *	node      text | {{pipe}} | {{if pipe}} body {{else}} otherwise {{end}} | range | with
 *	pipe      command | command | ...       with "$x :=" in front
 *	command   operand operand ...           a function and its arguments, or one value
 *	operand   .A.B  $x.A  "text"  12  true  name  (pipe).A
 *
 * Everything lives until md_format_free(); the parts are never freed one by one.
 */
#ifndef MD_CLI_FORMAT_TREE_H
#define MD_CLI_FORMAT_TREE_H

#include "cli/format.h"

struct md_format_pipe;

/* One ".Name" of a chain. */
struct md_format_step {
	const char *name;
	struct md_format_step *next;
};

enum md_format_operand_kind {
	MD_FORMAT_DOT,
	MD_FORMAT_VARIABLE,
	MD_FORMAT_LITERAL,
	MD_FORMAT_FUNCTION,
	MD_FORMAT_PAREN,
};

struct md_format_operand {
	enum md_format_operand_kind kind;
	size_t position;               /* offset in the template text */
	const char *name;              /* variable ("$x") or function */
	const struct md_json *literal; /* NULL with MD_FORMAT_LITERAL: nil */
	const struct md_format_pipe *pipe;
	const struct md_format_step *steps; /* what is looked up in the value */
	struct md_format_operand *next;
};

struct md_format_command {
	struct md_format_operand *operands;
	struct md_format_command *next;
};

struct md_format_pipe {
	const char *variables[2]; /* "$k", "$v"; NULL none */
	bool is_declaration;      /* ":=", else "=" */
	struct md_format_command *commands;
};

enum md_format_node_kind {
	MD_FORMAT_TEXT,
	MD_FORMAT_ACTION,
	MD_FORMAT_IF,
	MD_FORMAT_RANGE,
	MD_FORMAT_WITH,
};

struct md_format_node {
	enum md_format_node_kind kind;
	size_t position;
	const char *text; /* MD_FORMAT_TEXT */
	size_t length;
	const struct md_format_pipe *pipe;
	struct md_format_node *body, *otherwise;
	struct md_format_node *next;
};

/* One allocation of a template. */
struct md_format_block {
	struct md_format_block *next;
	max_align_t data[];
};

struct md_format {
	char *text;
	struct md_format_node *nodes;
	struct md_format_block *blocks;
	struct md_json *literals; /* array */
	struct md_strv fields;    /* every field name that occurs */
	bool has_bare_value;      /* "." or a variable without a field behind it */
};

/* Zeroed memory that lives as long as the template. */
void *md_format_alloc(struct md_format *format, size_t size);
char *md_format_copy(struct md_format *format, const char *text, size_t length);

/* MD_ERR_INVALID "template, line L, column C: <message>". */
int md_format_fail(const char *text, size_t position, struct md_error *err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
