/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/format_lex.h"

#include "cli/format_tree.h"

#include <ctype.h>
#include <string.h>

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_word(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (unsigned char)c >= 0x80;
}

static bool looking_at(const struct md_format_lexer *lexer, const char *what)
{
	return strncmp(lexer->text + lexer->at, what, strlen(what)) == 0;
}

/* True at "-}}" behind white space: the trim marker, not a number. */
static bool at_trimming_close(const struct md_format_lexer *lexer)
{
	return looking_at(lexer, "-}}") && lexer->at > 0 && is_space(lexer->text[lexer->at - 1]);
}

static int take(struct md_format_lexer *lexer, enum md_format_token_kind kind, size_t length,
		struct md_format_token *ret)
{
	ret->kind = kind;
	ret->position = lexer->at;
	ret->start = lexer->text + lexer->at;
	ret->length = length;
	lexer->at += length;
	return 0;
}

static void enter_action(struct md_format_lexer *lexer)
{
	lexer->at += 2;
	if (lexer->text[lexer->at] == '-' && is_space(lexer->text[lexer->at + 1]))
		lexer->at += 2;
	lexer->in_action = true;
}

static void leave_action(struct md_format_lexer *lexer)
{
	lexer->trims = lexer->text[lexer->at] == '-';
	lexer->at += lexer->trims ? 3 : 2;
	lexer->in_action = false;
}

/* Text up to the next "{{"; true if something is left of it after trimming. */
static bool lex_text(struct md_format_lexer *lexer, struct md_format_token *ret)
{
	const char *start = lexer->text + lexer->at, *open = strstr(start, "{{");
	size_t length = open ? (size_t)(open - start) : strlen(start), skipped = 0;

	while (lexer->trims && skipped < length && is_space(start[skipped]))
		skipped++;
	lexer->trims = false;
	lexer->at += skipped;
	(void)take(lexer, MD_TOKEN_TEXT, length - skipped, ret);
	if (open && open[2] == '-' && is_space(open[3]))
		while (ret->length > 0 && is_space(ret->start[ret->length - 1]))
			ret->length--;
	return ret->length > 0;
}

static int skip_comment(struct md_format_lexer *lexer, struct md_error *err)
{
	size_t start = lexer->at;
	const char *end = strstr(lexer->text + start + 2, "*/");

	if (!end)
		return md_format_fail(lexer->text, start, err, "the comment has no end");
	lexer->at = (size_t)(end + 2 - lexer->text);
	while (is_space(lexer->text[lexer->at]))
		lexer->at++;
	if (!looking_at(lexer, "}}") && !at_trimming_close(lexer))
		return md_format_fail(lexer->text, lexer->at, err,
				      "a comment must fill its action");
	leave_action(lexer);
	return 0;
}

static int lex_string(struct md_format_lexer *lexer, struct md_format_token *ret,
		      struct md_error *err)
{
	const char *start = lexer->text + lexer->at, *c = start + 1;

	for (; *c && *c != *start; c++) {
		if (*c == '\n' && *start == '"')
			break;
		if (*c == '\\' && *start == '"' && c[1])
			c++;
	}
	if (*c != *start)
		return md_format_fail(lexer->text, lexer->at, err, "the string has no end");
	return take(lexer, MD_TOKEN_STRING, (size_t)(c + 1 - start), ret);
}

static size_t word_length(const char *text)
{
	size_t length = 0;

	while (is_word(text[length]))
		length++;
	return length;
}

static int lex_dot(struct md_format_lexer *lexer, struct md_format_token *ret)
{
	size_t length = word_length(lexer->text + lexer->at + 1);

	if (length == 0)
		return take(lexer, MD_TOKEN_DOT, 1, ret);
	lexer->at++;
	return take(lexer, MD_TOKEN_FIELD, length, ret);
}

static int lex_number(struct md_format_lexer *lexer, struct md_format_token *ret)
{
	const char *start = lexer->text + lexer->at, *c = start + 1;

	while (is_word(*c) || *c == '.' || ((*c == '+' || *c == '-') && tolower(c[-1]) == 'e'))
		c++;
	return take(lexer, MD_TOKEN_NUMBER, (size_t)(c - start), ret);
}

static int lex_symbol(struct md_format_lexer *lexer, struct md_format_token *ret,
		      struct md_error *err)
{
	static const struct {
		const char *text;
		enum md_format_token_kind kind;
	} symbols[] = {
		{":=", MD_TOKEN_DECLARE}, {"=", MD_TOKEN_ASSIGN}, {"|", MD_TOKEN_PIPE},
		{"(", MD_TOKEN_LEFT},     {")", MD_TOKEN_RIGHT},  {",", MD_TOKEN_COMMA},
	};
	unsigned char c = (unsigned char)lexer->text[lexer->at];

	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++)
		if (looking_at(lexer, symbols[i].text))
			return take(lexer, symbols[i].kind, strlen(symbols[i].text), ret);
	if (c == '\0')
		return md_format_fail(lexer->text, lexer->at, err,
				      "the action has no end: '}}' is missing");
	if (!isprint(c))
		return md_format_fail(lexer->text, lexer->at, err, "unexpected byte 0x%02x", c);
	return md_format_fail(lexer->text, lexer->at, err, "unexpected '%c'", c);
}

static int lex_action(struct md_format_lexer *lexer, struct md_format_token *ret,
		      struct md_error *err)
{
	size_t before = lexer->at;
	const char *c;

	while (is_space(lexer->text[lexer->at]))
		lexer->at++;
	ret->is_adjacent = lexer->at == before;
	c = lexer->text + lexer->at;
	if (looking_at(lexer, "}}") || at_trimming_close(lexer)) {
		(void)take(lexer, MD_TOKEN_CLOSE, 0, ret);
		leave_action(lexer);
		return 0;
	}
	if (*c == '"' || *c == '`')
		return lex_string(lexer, ret, err);
	if (*c == '.' && !isdigit((unsigned char)c[1]))
		return lex_dot(lexer, ret);
	if (*c == '$')
		return take(lexer, MD_TOKEN_VARIABLE, 1 + word_length(c + 1), ret);
	if (isdigit((unsigned char)*c) || *c == '.' ||
	    ((*c == '-' || *c == '+') && isdigit((unsigned char)c[1])))
		return lex_number(lexer, ret);
	if (is_word(*c))
		return take(lexer, MD_TOKEN_WORD, word_length(c), ret);
	return lex_symbol(lexer, ret, err);
}

int md_format_lex(struct md_format_lexer *lexer, struct md_format_token *ret, struct md_error *err)
{
	*ret = (struct md_format_token){0};
	if (lexer->in_action)
		return lex_action(lexer, ret, err);
	for (;;) {
		if (lexer->text[lexer->at] == '\0')
			return take(lexer, MD_TOKEN_END, 0, ret);
		if (lex_text(lexer, ret))
			return 0;
		if (lexer->text[lexer->at] == '\0')
			continue;
		(void)take(lexer, MD_TOKEN_OPEN, 0, ret);
		enter_action(lexer);
		if (!looking_at(lexer, "/*"))
			return 0;
		if (skip_comment(lexer, err) < 0)
			return -1;
	}
}
