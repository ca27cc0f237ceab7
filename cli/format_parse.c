/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/format.h"

#include "base/alloc.h"
#include "cli/format_function.h"
#include "cli/format_lex.h"
#include "cli/format_literal.h"
#include "cli/format_tree.h"

#include <string.h>

struct parser {
	struct md_format *format;
	struct md_format_lexer lexer;
	struct md_format_token token; /* the one looked at */
	unsigned int depth;
	struct md_error *err;
};

/* How a list of nodes ended. */
enum list_end {
	ENDS_TEMPLATE,
	ENDS_END,
	ENDS_ELSE
};

static int parse_list(struct parser *p, struct md_format_node **tail, enum list_end *ret_end);
static int parse_pipe(struct parser *p, const struct md_format_pipe **ret);

#define fail_here(p, ...) \
	md_format_fail((p)->lexer.text, (p)->token.position, (p)->err, __VA_ARGS__)

static int advance(struct parser *p)
{
	return md_format_lex(&p->lexer, &p->token, p->err);
}

static bool is_keyword(const struct md_format_token *token, const char *word)
{
	return token->kind == MD_TOKEN_WORD && token->length == strlen(word) &&
	       memcmp(token->start, word, token->length) == 0;
}

static int fail_token(struct parser *p, const char *where)
{
	const struct md_format_token *t = &p->token;

	if (t->kind == MD_TOKEN_CLOSE)
		return fail_here(p, "%s ends too early", where);
	return fail_here(p, "unexpected '%.*s' in %s", (int)(t->length < 40 ? t->length : 40),
			 t->start, where);
}

static int go_deeper(struct parser *p)
{
	if (++p->depth > MD_FORMAT_DEPTH_MAX)
		return fail_here(p, "nested deeper than %d levels", MD_FORMAT_DEPTH_MAX);
	return 0;
}

/* ".A.B" directly behind a value. */
static int parse_steps(struct parser *p, const struct md_format_step **ret)
{
	const struct md_format_step **tail = ret;

	while (p->token.kind == MD_TOKEN_FIELD && p->token.is_adjacent) {
		struct md_format_step *step = md_format_alloc(p->format, sizeof(*step));

		step->name = md_format_copy(p->format, p->token.start, p->token.length);
		if (!md_strv_has(&p->format->fields, step->name))
			md_strv_add(&p->format->fields, step->name);
		*tail = step;
		tail = (const struct md_format_step **)&step->next;
		if (advance(p) < 0)
			return -1;
	}
	return 0;
}

static int parse_literal(struct parser *p, struct md_format_operand *operand)
{
	struct md_json *value = md_format_literal(p->lexer.text, &p->token, p->err);

	if (!value)
		return -1;
	operand->kind = MD_FORMAT_LITERAL;
	operand->literal = md_json_append(p->format->literals, value);
	return advance(p);
}

static int parse_word(struct parser *p, struct md_format_operand *operand)
{
	if (is_keyword(&p->token, "true") || is_keyword(&p->token, "false"))
		return parse_literal(p, operand);
	operand->name = md_format_copy(p->format, p->token.start, p->token.length);
	if (is_keyword(&p->token, "nil")) {
		operand->kind = MD_FORMAT_LITERAL;
		return advance(p);
	}
	operand->kind = MD_FORMAT_FUNCTION;
	if (!md_format_function_exists(operand->name))
		return fail_here(p, "there is no function '%s'", operand->name);
	return advance(p);
}

static int parse_parentheses(struct parser *p, struct md_format_operand *operand)
{
	operand->kind = MD_FORMAT_PAREN;
	if (go_deeper(p) < 0 || advance(p) < 0 || parse_pipe(p, &operand->pipe) < 0)
		return -1;
	p->depth--;
	if (p->token.kind != MD_TOKEN_RIGHT)
		return fail_token(p, "parentheses");
	return advance(p);
}

static int parse_variable(struct parser *p, struct md_format_operand *operand)
{
	operand->kind = MD_FORMAT_VARIABLE;
	operand->name = md_format_copy(p->format, p->token.start, p->token.length);
	if (advance(p) < 0 || parse_steps(p, &operand->steps) < 0)
		return -1;
	p->format->has_bare_value |= !operand->steps;
	return 0;
}

static int parse_operand(struct parser *p, struct md_format_operand *operand)
{
	operand->position = p->token.position;
	switch ((int)p->token.kind) {
	case MD_TOKEN_FIELD:
		operand->kind = MD_FORMAT_DOT;
		p->token.is_adjacent = true;
		return parse_steps(p, &operand->steps);
	case MD_TOKEN_DOT:
		operand->kind = MD_FORMAT_DOT;
		p->format->has_bare_value = true;
		return advance(p);
	case MD_TOKEN_VARIABLE:
		return parse_variable(p, operand);
	case MD_TOKEN_LEFT:
		return parse_parentheses(p, operand) < 0 ? -1 : parse_steps(p, &operand->steps);
	case MD_TOKEN_WORD:
		return parse_word(p, operand);
	case MD_TOKEN_STRING:
	case MD_TOKEN_NUMBER:
		return parse_literal(p, operand);
	default:
		return fail_token(p, "an action");
	}
}

static bool ends_command(enum md_format_token_kind kind)
{
	return kind == MD_TOKEN_PIPE || kind == MD_TOKEN_RIGHT || kind == MD_TOKEN_CLOSE;
}

static int parse_command(struct parser *p, struct md_format_command *command)
{
	struct md_format_operand **tail = &command->operands;

	do {
		*tail = md_format_alloc(p->format, sizeof(**tail));
		if (parse_operand(p, *tail) < 0)
			return -1;
		tail = &(*tail)->next;
	} while (!ends_command(p->token.kind));
	return 0;
}

/* "$x :=", "$k, $v :=", "$x =" in front of a pipe; anything else is left alone. */
static int parse_variables(struct parser *p, struct md_format_pipe *pipe)
{
	struct md_format_lexer before = p->lexer;
	struct md_format_token first = p->token, second = {0};

	if (first.kind != MD_TOKEN_VARIABLE)
		return 0;
	if (advance(p) < 0)
		return -1;
	if (p->token.kind == MD_TOKEN_COMMA) {
		if (advance(p) < 0)
			return -1;
		second = p->token;
		if (second.kind != MD_TOKEN_VARIABLE)
			return fail_token(p, "a declaration");
		if (advance(p) < 0)
			return -1;
	}
	if (p->token.kind != MD_TOKEN_DECLARE && p->token.kind != MD_TOKEN_ASSIGN) {
		if (second.kind)
			return fail_token(p, "a declaration");
		p->lexer = before;
		p->token = first;
		return 0;
	}
	pipe->is_declaration = p->token.kind == MD_TOKEN_DECLARE;
	pipe->variables[0] = md_format_copy(p->format, first.start, first.length);
	if (second.kind)
		pipe->variables[1] = md_format_copy(p->format, second.start, second.length);
	return advance(p);
}

static int parse_pipe(struct parser *p, const struct md_format_pipe **ret)
{
	struct md_format_pipe *pipe = md_format_alloc(p->format, sizeof(*pipe));
	struct md_format_command **tail = &pipe->commands;

	*ret = pipe;
	if (parse_variables(p, pipe) < 0)
		return -1;
	for (;;) {
		*tail = md_format_alloc(p->format, sizeof(**tail));
		if (parse_command(p, *tail) < 0)
			return -1;
		tail = &(*tail)->next;
		if (p->token.kind != MD_TOKEN_PIPE)
			return 0;
		if (advance(p) < 0)
			return -1;
	}
}

static int expect_close(struct parser *p, const char *where)
{
	if (p->token.kind != MD_TOKEN_CLOSE)
		return fail_token(p, where);
	return advance(p);
}

static bool find_block(const struct md_format_token *token, enum md_format_node_kind *ret)
{
	static const struct {
		const char *word;
		enum md_format_node_kind kind;
	} blocks[] = {{"if", MD_FORMAT_IF}, {"range", MD_FORMAT_RANGE}, {"with", MD_FORMAT_WITH}};

	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		if (!is_keyword(token, blocks[i].word))
			continue;
		*ret = blocks[i].kind;
		return true;
	}
	return false;
}

/* Behind "{{if", "{{range" or "{{with", up to and including the "{{end}}". */
static int parse_block(struct parser *p, struct md_format_node *node)
{
	size_t opened = p->token.position;
	enum list_end end;

	if (go_deeper(p) < 0 || advance(p) < 0 || parse_pipe(p, &node->pipe) < 0 ||
	    expect_close(p, "a condition") < 0 || parse_list(p, &node->body, &end) < 0)
		return -1;
	if (end == ENDS_ELSE && find_block(&p->token, &(enum md_format_node_kind){0})) {
		/* {{else if}}: a block inside our else, and one {{end}} closes both. */
		node->otherwise = md_format_alloc(p->format, sizeof(*node));
		node->otherwise->position = p->token.position;
		(void)find_block(&p->token, &node->otherwise->kind);
		if (parse_block(p, node->otherwise) < 0)
			return -1;
		p->depth--;
		return 0;
	}
	if (end == ENDS_ELSE &&
	    (expect_close(p, "else") < 0 || parse_list(p, &node->otherwise, &end) < 0))
		return -1;
	if (end == ENDS_ELSE)
		return fail_here(p, "a second {{else}}");
	if (end == ENDS_TEMPLATE)
		return md_format_fail(p->lexer.text, opened, p->err, "{{end}} is missing");
	p->depth--;
	return expect_close(p, "end");
}

/* Behind "{{", anything but else and end. */
static int parse_action(struct parser *p, struct md_format_node *node)
{
	static const char *const unsupported[] = {"define", "template", "block", "break",
						  "continue"};

	node->position = p->token.position;
	for (size_t i = 0; i < sizeof(unsupported) / sizeof(unsupported[0]); i++)
		if (is_keyword(&p->token, unsupported[i]))
			return fail_here(p, "{{%s}} is not supported", unsupported[i]);
	if (find_block(&p->token, &node->kind))
		return parse_block(p, node);
	node->kind = MD_FORMAT_ACTION;
	if (parse_pipe(p, &node->pipe) < 0)
		return -1;
	return expect_close(p, "an action");
}

static int parse_text(struct parser *p, struct md_format_node *node)
{
	node->kind = MD_FORMAT_TEXT;
	node->text = p->token.start;
	node->length = p->token.length;
	return advance(p);
}

/* Nodes up to {{end}}, {{else}} (whose word is then consumed) or the end of the template. */
static int parse_list(struct parser *p, struct md_format_node **tail, enum list_end *ret_end)
{
	for (;;) {
		bool is_text = p->token.kind == MD_TOKEN_TEXT;

		*ret_end = ENDS_TEMPLATE;
		if (p->token.kind == MD_TOKEN_END)
			return 0;
		if (p->token.kind == MD_TOKEN_OPEN && advance(p) < 0)
			return -1;
		if (is_keyword(&p->token, "end") || is_keyword(&p->token, "else")) {
			*ret_end = is_keyword(&p->token, "end") ? ENDS_END : ENDS_ELSE;
			return advance(p);
		}
		*tail = md_format_alloc(p->format, sizeof(**tail));
		if ((is_text ? parse_text : parse_action)(p, *tail) < 0)
			return -1;
		tail = &(*tail)->next;
	}
}

struct md_format *md_format_parse(const char *text, struct md_error *err)
{
	md_auto_format struct md_format *format = md_xcalloc(1, sizeof(*format));
	struct parser p = {.format = format, .err = err};
	enum list_end end;

	if (strlen(text) > MD_FORMAT_TEXT_MAX) {
		(void)md_fail(err, MD_ERR_INVALID, "template: longer than %d bytes",
			      MD_FORMAT_TEXT_MAX);
		return NULL;
	}
	format->text = md_xstrdup(text);
	format->literals = md_json_array();
	p.lexer.text = format->text;
	if (advance(&p) < 0 || parse_list(&p, &format->nodes, &end) < 0)
		return NULL;
	if (end != ENDS_TEMPLATE) {
		(void)fail_here(&p, "{{%s}} without {{if}}, {{range}} or {{with}}",
				end == ENDS_END ? "end" : "else");
		return NULL;
	}
	return md_steal_ptr(&format);
}
