/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format_lex.h - the tokens of a template. Internal to cli/format*.c.
 */
#ifndef MD_CLI_FORMAT_LEX_H
#define MD_CLI_FORMAT_LEX_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

enum md_format_token_kind {
	MD_TOKEN_END,      /* of the template */
	MD_TOKEN_TEXT,     /* between actions */
	MD_TOKEN_OPEN,     /* {{ */
	MD_TOKEN_CLOSE,    /* }} */
	MD_TOKEN_DOT,      /* . */
	MD_TOKEN_FIELD,    /* .Name; start and length are those of the name */
	MD_TOKEN_VARIABLE, /* $ or $name */
	MD_TOKEN_WORD,     /* name */
	MD_TOKEN_STRING,   /* "..." or `...`, with its quotes */
	MD_TOKEN_NUMBER,
	MD_TOKEN_PIPE,
	MD_TOKEN_LEFT,
	MD_TOKEN_RIGHT,
	MD_TOKEN_DECLARE, /* := */
	MD_TOKEN_ASSIGN,  /* = */
	MD_TOKEN_COMMA,
};

struct md_format_token {
	enum md_format_token_kind kind;
	size_t position; /* offset in the text */
	const char *start;
	size_t length;
	bool is_adjacent; /* no space before it: ".A.B" is one chain, ".A .B" are two values */
};

struct md_format_lexer {
	const char *text;
	size_t at, length;
	bool in_action;
	bool trims; /* the last action ended in " -}}" */
};

/* The next token. Comments are skipped, trimmed white space is not in TEXT tokens. */
int md_format_lex(struct md_format_lexer *lexer, struct md_format_token *ret, struct md_error *err);

#endif
