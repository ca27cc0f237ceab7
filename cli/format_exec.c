/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/format.h"

#include "cli/format_function.h"
#include "cli/format_tree.h"
#include "cli/format_value.h"
#include "cli/spelling.h"

#include <string.h>

#define VARIABLES_MAX 100
#define NODE_BYTES    64 /* what a JSON value takes, about */

struct variable {
	const char *name;
	const struct md_json *value;
};

struct exec {
	const struct md_format *format;
	const struct md_format_input *input;
	const struct md_json *dot;
	struct variable variables[VARIABLES_MAX];
	size_t variable_count;
	unsigned int steps;
	struct md_json *made; /* array of everything computed */
	size_t made_bytes;
	struct md_str *out;
	struct md_error *err;
};

static int eval_pipe(struct exec *x, const struct md_format_pipe *pipe, const struct md_json **ret);
static int exec_nodes(struct exec *x, const struct md_format_node *node);

#define fail_at(x, position, ...) md_format_fail((x)->format->text, position, (x)->err, __VA_ARGS__)

static int count_step(struct exec *x, size_t position)
{
	if (++x->steps > MD_FORMAT_STEPS_MAX)
		return fail_at(x, position, "more than %d steps", MD_FORMAT_STEPS_MAX);
	if (x->out->length > MD_FORMAT_OUTPUT_MAX)
		return fail_at(x, position, "more than %d bytes of output", MD_FORMAT_OUTPUT_MAX);
	return 0;
}

/* Members whose keys are data, not field names: a missing key is no mistake. */
static bool is_map(const struct md_json *value)
{
	static const char *const maps[] = {"Labels",  "Ports",        "Sysctls", "Options",
					   "Volumes", "ExposedPorts", "Tmpfs",   "PortBindings",
					   "Data",    "Annotations",  "Networks"};
	const char *key = md_json_key(value);

	for (size_t i = 0; key && i < sizeof(maps) / sizeof(maps[0]); i++)
		if (strcmp(maps[i], key) == 0)
			return true;
	return false;
}

static int fail_no_field(struct exec *x, size_t position, const struct md_json *value,
			 const char *name)
{
	struct md_spelling spelling = MD_SPELLING_INIT(name);

	for (const struct md_json *c = md_json_first(value); c; c = md_json_next(c))
		md_spelling_offer(&spelling, md_json_key(c));
	(void)fail_at(x, position, "there is no field '%s'", name);
	if (spelling.best)
		return md_error_hint(x->err, "did you mean '%s'?", spelling.best);
	return -1;
}

static int eval_steps(struct exec *x, const struct md_format_operand *operand,
		      const struct md_json **value)
{
	for (const struct md_format_step *step = operand->steps; step; step = step->next) {
		const struct md_json *member;

		if (md_json_type(*value) != MD_JSON_OBJECT)
			return fail_at(x, operand->position, "a %s has no field '%s'",
				       md_format_type(*value), step->name);
		member = md_json_get(*value, step->name);
		if (!member && !is_map(*value))
			return fail_no_field(x, operand->position, *value, step->name);
		*value = member;
	}
	return 0;
}

static int eval_variable(struct exec *x, const struct md_format_operand *operand,
			 const struct md_json **ret)
{
	for (size_t i = x->variable_count; i > 0; i--) {
		if (strcmp(x->variables[i - 1].name, operand->name) != 0)
			continue;
		*ret = x->variables[i - 1].value;
		return 0;
	}
	return fail_at(x, operand->position, "variable '%s' is not defined", operand->name);
}

static const struct md_json *keep(struct exec *x, struct md_json *made)
{
	if (!made)
		return NULL;
	x->made_bytes +=
		strlen(md_json_as_string(made, "")) + NODE_BYTES * (1 + md_json_size(made));
	return md_json_append(x->made, made);
}

static int call_function(struct exec *x, const struct md_format_operand *operand,
			 struct md_format_call *call, const struct md_json **ret)
{
	struct md_error why = MD_ERROR_INIT;

	call->name = operand->name;
	call->is_header = x->input->is_header;
	if (md_format_call(call, &why) < 0)
		return fail_at(x, operand->position, "%s", why.msg);
	(void)keep(x, call->made);
	if (x->made_bytes > MD_FORMAT_MEMORY_MAX)
		return fail_at(x, operand->position, "more than %d bytes of memory",
			       MD_FORMAT_MEMORY_MAX);
	*ret = call->result;
	return 0;
}

/* A value on its own: a function name is a call without arguments. */
static int eval_operand(struct exec *x, const struct md_format_operand *operand,
			const struct md_json **ret)
{
	struct md_format_call call = {0};

	if (count_step(x, operand->position) < 0)
		return -1;
	switch (operand->kind) {
	case MD_FORMAT_DOT:
		*ret = x->dot;
		break;
	case MD_FORMAT_VARIABLE:
		if (eval_variable(x, operand, ret) < 0)
			return -1;
		break;
	case MD_FORMAT_PAREN:
		if (eval_pipe(x, operand->pipe, ret) < 0)
			return -1;
		break;
	case MD_FORMAT_LITERAL:
		*ret = operand->literal;
		return 0;
	case MD_FORMAT_FUNCTION:
		return call_function(x, operand, &call, ret);
	}
	return eval_steps(x, operand, ret);
}

/* and: the first false argument, or: the first true one; else the last. */
static int eval_and_or(struct exec *x, const struct md_format_operand *operand, bool has_last,
		       const struct md_json **ret)
{
	bool stops_at = strcmp(operand->name, "or") == 0;
	const struct md_json *last = *ret;

	if (!operand->next && !has_last)
		return fail_at(x, operand->position, "%s: no arguments", operand->name);
	for (const struct md_format_operand *o = operand->next; o; o = o->next) {
		if (eval_operand(x, o, ret) < 0)
			return -1;
		if (md_format_is_true(*ret) == stops_at)
			return 0;
	}
	if (has_last)
		*ret = last;
	return 0;
}

static int eval_call(struct exec *x, const struct md_format_operand *operand, bool has_last,
		     const struct md_json **ret)
{
	struct md_format_call call = {0};

	if (strcmp(operand->name, "and") == 0 || strcmp(operand->name, "or") == 0)
		return eval_and_or(x, operand, has_last, ret);
	for (const struct md_format_operand *o = operand->next; o; o = o->next) {
		if (call.count + has_last == MD_FORMAT_ARGS_MAX)
			return fail_at(x, o->position, "%s: too many arguments", operand->name);
		if (eval_operand(x, o, &call.args[call.count++]) < 0)
			return -1;
	}
	if (has_last)
		call.args[call.count++] = *ret;
	return call_function(x, operand, &call, ret);
}

/* {{.Label "app"}}: the field is looked up in input->methods. */
static int eval_method(struct exec *x, const struct md_format_operand *operand, bool has_last,
		       const struct md_json **ret)
{
	const struct md_format_step *step = operand->steps;
	const struct md_json *methods = x->input->methods, *map = NULL, *argument = *ret;

	if (operand->kind == MD_FORMAT_DOT && step && !step->next && methods)
		map = md_json_get(methods, step->name);
	if (!map)
		return fail_at(x, operand->position, "this value takes no argument");
	if (operand->next && eval_operand(x, operand->next, &argument) < 0)
		return -1;
	if ((operand->next && (operand->next->next || has_last)) ||
	    md_json_type(argument) != MD_JSON_STRING)
		return fail_at(x, operand->position, ".%s takes one string", step->name);
	*ret = x->input->is_header ? argument : md_json_get(map, md_json_as_string(argument, ""));
	if (!*ret)
		*ret = keep(x, md_json_string(""));
	return 0;
}

/* `*ret` is the value of the command before in the pipe if has_last. */
static int eval_command(struct exec *x, const struct md_format_command *command, bool has_last,
			const struct md_json **ret)
{
	const struct md_format_operand *first = command->operands;

	if (first->kind == MD_FORMAT_FUNCTION)
		return eval_call(x, first, has_last, ret);
	if (first->next || has_last)
		return eval_method(x, first, has_last, ret);
	return eval_operand(x, first, ret);
}

static int declare(struct exec *x, const char *name, const struct md_json *value, size_t position)
{
	if (x->variable_count == VARIABLES_MAX)
		return fail_at(x, position, "more than %d variables", VARIABLES_MAX);
	x->variables[x->variable_count++] = (struct variable){name, value};
	return 0;
}

static int assign(struct exec *x, const struct md_format_pipe *pipe, const struct md_json *value)
{
	size_t position = pipe->commands->operands->position;

	if (pipe->is_declaration)
		return declare(x, pipe->variables[0], value, position);
	for (size_t i = x->variable_count; i > 0; i--) {
		if (strcmp(x->variables[i - 1].name, pipe->variables[0]) != 0)
			continue;
		x->variables[i - 1].value = value;
		return 0;
	}
	return fail_at(x, position, "variable '%s' is not defined", pipe->variables[0]);
}

/* The value of all commands, the variable in front of it left to the caller. */
static int eval_commands(struct exec *x, const struct md_format_pipe *pipe,
			 const struct md_json **ret)
{
	for (const struct md_format_command *c = pipe->commands; c; c = c->next)
		if (eval_command(x, c, c != pipe->commands, ret) < 0)
			return -1;
	return 0;
}

static int eval_pipe(struct exec *x, const struct md_format_pipe *pipe, const struct md_json **ret)
{
	*ret = NULL;
	if (eval_commands(x, pipe, ret) < 0)
		return -1;
	if (pipe->variables[1])
		return fail_at(x, pipe->commands->operands->position,
			       "only {{range}} sets two variables");
	return pipe->variables[0] ? assign(x, pipe, *ret) : 0;
}

/* One round of {{range}}: dot and the variables are set for this item only. */
static int exec_item(struct exec *x, const struct md_format_node *node, const struct md_json *item,
		     size_t i)
{
	const char *const *names = node->pipe->variables;
	const char *key = md_json_key(item);
	const char *value_name = names[1] ? names[1] : names[0];

	x->dot = item;
	if (names[1] &&
	    declare(x, names[0], keep(x, key ? md_json_string(key) : md_json_number((int64_t)i)),
		    node->position) < 0)
		return -1;
	if (value_name && declare(x, value_name, item, node->position) < 0)
		return -1;
	return exec_nodes(x, node->body);
}

static int exec_items(struct exec *x, const struct md_format_node *node, const struct md_json *list)
{
	const struct md_json *dot = x->dot;
	size_t variables = x->variable_count, count;
	md_auto_free const struct md_json **items = md_format_children(list, &count);
	int result = 0;

	for (size_t i = 0; i < count && result == 0; i++) {
		result = exec_item(x, node, items[i], i);
		x->variable_count = variables;
		x->dot = dot;
	}
	return result;
}

static int exec_range(struct exec *x, const struct md_format_node *node)
{
	const struct md_json *list = NULL;
	enum md_json_type type;

	if (eval_commands(x, node->pipe, &list) < 0)
		return -1;
	type = md_json_type(list);
	if (type != MD_JSON_ARRAY && type != MD_JSON_OBJECT && type != MD_JSON_NULL)
		return fail_at(x, node->position, "range cannot go over a %s",
			       md_format_type(list));
	if (!md_json_first(list))
		return exec_nodes(x, node->otherwise);
	return exec_items(x, node, list);
}

static int exec_condition(struct exec *x, const struct md_format_node *node)
{
	const struct md_json *value = NULL, *dot = x->dot;
	size_t variables = x->variable_count;
	int result;

	if (eval_pipe(x, node->pipe, &value) < 0)
		return -1;
	if (md_format_is_true(value) && node->kind == MD_FORMAT_WITH)
		x->dot = value;
	result = exec_nodes(x, md_format_is_true(value) ? node->body : node->otherwise);
	x->dot = dot;
	x->variable_count = variables;
	return result;
}

static int exec_action(struct exec *x, const struct md_format_node *node)
{
	const struct md_json *value = NULL;

	if (eval_pipe(x, node->pipe, &value) < 0)
		return -1;
	if (!node->pipe->variables[0])
		md_format_print(value, x->out);
	return 0;
}

static int exec_node(struct exec *x, const struct md_format_node *node)
{
	switch (node->kind) {
	case MD_FORMAT_TEXT:
		md_str_add_bytes(x->out, node->text, node->length);
		return 0;
	case MD_FORMAT_ACTION:
		return exec_action(x, node);
	case MD_FORMAT_RANGE:
		return exec_range(x, node);
	case MD_FORMAT_IF:
	case MD_FORMAT_WITH:
		return exec_condition(x, node);
	}
	return 0;
}

static int exec_nodes(struct exec *x, const struct md_format_node *node)
{
	for (; node; node = node->next)
		if (count_step(x, node->position) < 0 || exec_node(x, node) < 0)
			return -1;
	return 0;
}

int md_format_execute(const struct md_format *format, const struct md_format_input *input,
		      struct md_str *out, struct md_error *err)
{
	md_auto_json struct md_json *made = md_json_array();
	struct exec x = {
		.format = format,
		.input = input,
		.dot = input->dot,
		.variables = {{"$", input->dot}},
		.variable_count = 1,
		.made = made,
		.out = out,
		.err = err,
	};

	return exec_nodes(&x, format->nodes);
}
