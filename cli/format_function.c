/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/format_function.h"

#include "base/str.h"
#include "cli/format_value.h"
#include "cli/terminal_text.h"

#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#define PAD_MAX 4096

static int give(struct md_format_call *call, struct md_json *made)
{
	call->made = made;
	call->result = made;
	return 0;
}

static int give_text(struct md_format_call *call, const struct md_str *text)
{
	return give(call, md_json_string(md_str_get(text)));
}

static int need_string(const struct md_format_call *call, size_t i, const char **ret,
		       struct md_error *err)
{
	if (md_json_type(call->args[i]) != MD_JSON_STRING)
		return md_fail(err, MD_ERR_INVALID, "%s: argument %zu is a %s, not a string",
			       call->name, i + 1, md_format_type(call->args[i]));
	*ret = md_json_as_string(call->args[i], "");
	return 0;
}

static int need_count(const struct md_format_call *call, size_t i, size_t max, size_t *ret,
		      struct md_error *err)
{
	double n = md_json_as_double(call->args[i], -1);

	if (!(n >= 0) || n > (double)max || n != (double)(size_t)n)
		return md_fail(err, MD_ERR_INVALID,
			       "%s: argument %zu is no whole number from 0 to %zu", call->name,
			       i + 1, max);
	*ret = (size_t)n;
	return 0;
}

static int call_json(struct md_format_call *call, struct md_error *err)
{
	md_auto_free char *text = NULL;

	(void)err;
	text = call->args[0] ? md_json_compact(call->args[0]) : strdup("null");
	return give(call, md_json_string(text));
}

static int call_upper(struct md_format_call *call, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	const char *text;
	bool is_upper = strcmp(call->name, "upper") == 0;

	if (need_string(call, 0, &text, err) < 0)
		return -1;
	for (; *text; text++)
		md_str_addc(&out, (char)(is_upper ? toupper((unsigned char)*text)
						  : tolower((unsigned char)*text)));
	return give_text(call, &out);
}

static int call_title(struct md_format_call *call, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	const char *text;
	bool starts_word = true;

	if (need_string(call, 0, &text, err) < 0)
		return -1;
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		md_str_addc(&out, (char)(starts_word ? toupper(c) : c));
		starts_word = !isalnum(c) && c != '_' && c != '\'' && c < 0x80;
	}
	return give_text(call, &out);
}

static int call_join(struct md_format_call *call, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	const char *separator;

	if (need_string(call, 1, &separator, err) < 0)
		return -1;
	if (call->args[0] && md_json_type(call->args[0]) != MD_JSON_ARRAY &&
	    md_json_type(call->args[0]) != MD_JSON_NULL)
		return md_fail(err, MD_ERR_INVALID, "join: argument 1 is a %s, not a list",
			       md_format_type(call->args[0]));
	for (const struct md_json *c = md_json_first(call->args[0]); c; c = md_json_next(c)) {
		md_format_print(c, &out);
		md_str_add(&out, md_json_next(c) ? separator : "");
	}
	return give_text(call, &out);
}

static int call_split(struct md_format_call *call, struct md_error *err)
{
	const char *text, *separator, *found;
	struct md_json *list;

	if (need_string(call, 0, &text, err) < 0 || need_string(call, 1, &separator, err) < 0)
		return -1;
	if (separator[0] == '\0')
		return md_fail(err, MD_ERR_INVALID, "split: the separator is empty");
	list = md_json_array();
	while ((found = strstr(text, separator)) != NULL) {
		MD_CLEANUP(md_str_fini) struct md_str part = MD_STR_INIT;

		md_str_add_bytes(&part, text, (size_t)(found - text));
		md_json_append(list, md_json_string(md_str_get(&part)));
		text = found + strlen(separator);
	}
	md_json_append(list, md_json_string(text));
	return give(call, list);
}

/* At most n bytes, never half a character. */
static int call_truncate(struct md_format_call *call, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	const char *text;
	size_t length;

	if (need_string(call, 0, &text, err) < 0 || need_count(call, 1, INT_MAX, &length, err) < 0)
		return -1;
	if (length < strlen(text))
		while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
	md_str_add_bytes(&out, text, strnlen(text, length));
	return give_text(call, &out);
}

static int call_pad(struct md_format_call *call, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	const char *text;
	size_t left, right;

	if (need_string(call, 0, &text, err) < 0 || need_count(call, 1, PAD_MAX, &left, err) < 0 ||
	    need_count(call, 2, PAD_MAX, &right, err) < 0)
		return -1;
	if (text[0] == '\0')
		return give(call, md_json_string(""));
	md_str_addf(&out, "%*s%s%*s", (int)left, "", text, (int)right, "");
	return give_text(call, &out);
}

static int call_len(struct md_format_call *call, struct md_error *err)
{
	const struct md_json *value = call->args[0];
	enum md_json_type type = md_json_type(value);

	if (type == MD_JSON_STRING)
		return give(call, md_json_number((int64_t)strlen(md_json_as_string(value, ""))));
	if (type == MD_JSON_ARRAY || type == MD_JSON_OBJECT || (value && type == MD_JSON_NULL))
		return give(call, md_json_number((int64_t)md_json_size(value)));
	return md_fail(err, MD_ERR_INVALID, "len: a %s has no length", md_format_type(value));
}

static int index_list(const struct md_format_call *call, size_t i, const struct md_json **value,
		      struct md_error *err)
{
	size_t n, size = md_json_size(*value);

	if (md_json_type(call->args[i]) != MD_JSON_NUMBER)
		return md_fail(err, MD_ERR_INVALID,
			       "index: a list is indexed by a number, not a %s",
			       md_format_type(call->args[i]));
	if (need_count(call, i, INT_MAX, &n, err) < 0)
		return -1;
	if (n >= size)
		return md_fail(err, MD_ERR_INVALID, "index: %zu is out of range, the list has %zu",
			       n, size);
	*value = md_json_first(*value);
	for (; n > 0; n--)
		*value = md_json_next(*value);
	return 0;
}

/* {{index x 1 "key"}} is x[1]["key"]; a key that a map does not have gives "". */
static int call_index(struct md_format_call *call, struct md_error *err)
{
	const struct md_json *value = call->args[0];

	for (size_t i = 1; i < call->count; i++) {
		const char *key;

		if (md_json_type(value) == MD_JSON_ARRAY) {
			if (index_list(call, i, &value, err) < 0)
				return -1;
			continue;
		}
		if (md_json_type(value) != MD_JSON_OBJECT && md_json_type(value) != MD_JSON_NULL)
			return md_fail(err, MD_ERR_INVALID, "index: a %s cannot be indexed",
				       md_format_type(value));
		if (need_string(call, i, &key, err) < 0)
			return -1;
		value = value ? md_json_get(value, key) : NULL;
		if (!value)
			return give(call, md_json_string(""));
	}
	call->result = value;
	return 0;
}

static int call_not(struct md_format_call *call, struct md_error *err)
{
	(void)err;
	return give(call, md_json_bool(!md_format_is_true(call->args[0])));
}

/* *ret < 0, 0, > 0; booleans and missing values can only be equal or not. */
static int compare(const struct md_format_call *call, size_t i, int *ret, struct md_error *err)
{
	const struct md_json *a = call->args[0], *b = call->args[i];
	enum md_json_type type = md_json_type(a);
	bool is_order = strcmp(call->name, "eq") != 0 && strcmp(call->name, "ne") != 0;

	if (type != md_json_type(b) || type == MD_JSON_ARRAY || type == MD_JSON_OBJECT ||
	    (is_order && (type == MD_JSON_BOOL || type == MD_JSON_NULL)))
		return md_fail(err, MD_ERR_INVALID, "%s: a %s and a %s cannot be compared",
			       call->name, md_format_type(a), md_format_type(b));
	if (type == MD_JSON_STRING) {
		*ret = strcmp(md_json_as_string(a, ""), md_json_as_string(b, ""));
	} else if (type == MD_JSON_NUMBER) {
		double x = md_json_as_double(a, 0), y = md_json_as_double(b, 0);

		*ret = (x > y) - (x < y);
	} else {
		*ret = md_json_as_bool(a, false) - md_json_as_bool(b, false);
	}
	return 0;
}

/* {{eq a b c}}: a equals b or c. */
static int call_eq(struct md_format_call *call, struct md_error *err)
{
	bool is_equal = false;

	for (size_t i = 1; i < call->count && !is_equal; i++) {
		int order;

		if (compare(call, i, &order, err) < 0)
			return -1;
		is_equal = order == 0;
	}
	return give(call, md_json_bool(is_equal));
}

static int call_order(struct md_format_call *call, struct md_error *err)
{
	const char *name = call->name;
	int order;
	bool result;

	if (compare(call, 1, &order, err) < 0)
		return -1;
	if (name[0] == 'n')
		result = order != 0;
	else if (name[0] == 'l')
		result = order < 0 || (order == 0 && name[1] == 'e');
	else
		result = order > 0 || (order == 0 && name[1] == 'e');
	return give(call, md_json_bool(result));
}

/* print puts a space between two values of which neither is a string; println between all. */
static int call_print(struct md_format_call *call, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	bool is_line = strcmp(call->name, "println") == 0;

	(void)err;
	for (size_t i = 0; i < call->count; i++) {
		if (i > 0 && (is_line || (md_json_type(call->args[i]) != MD_JSON_STRING &&
					  md_json_type(call->args[i - 1]) != MD_JSON_STRING)))
			md_str_addc(&out, ' ');
		md_format_print(call->args[i], &out);
	}
	md_str_add(&out, is_line ? "\n" : "");
	return give_text(call, &out);
}

static int call_printf(struct md_format_call *call, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;

	if (md_format_printf(call, &out, err) < 0)
		return -1;
	return give_text(call, &out);
}

struct function {
	const char *name;
	size_t min, max;
	bool keeps_header; /* a title passes through unchanged */
	int (*call)(struct md_format_call *call, struct md_error *err);
};

static const struct function functions[] = {
	{"and", 1, MD_FORMAT_ARGS_MAX, false, NULL},
	{"or", 1, MD_FORMAT_ARGS_MAX, false, NULL},
	{"not", 1, 1, false, call_not},
	{"eq", 2, MD_FORMAT_ARGS_MAX, false, call_eq},
	{"ne", 2, 2, false, call_order},
	{"lt", 2, 2, false, call_order},
	{"le", 2, 2, false, call_order},
	{"gt", 2, 2, false, call_order},
	{"ge", 2, 2, false, call_order},
	{"len", 1, 1, false, call_len},
	{"index", 1, MD_FORMAT_ARGS_MAX, false, call_index},
	{"json", 1, 1, true, call_json},
	{"upper", 1, 1, true, call_upper},
	{"lower", 1, 1, true, call_upper},
	{"title", 1, 1, true, call_title},
	{"join", 2, 2, true, call_join},
	{"split", 2, 2, true, call_split},
	{"truncate", 2, 2, true, call_truncate},
	{"pad", 3, 3, true, call_pad},
	{"print", 0, MD_FORMAT_ARGS_MAX, false, call_print},
	{"println", 0, MD_FORMAT_ARGS_MAX, false, call_print},
	{"printf", 1, MD_FORMAT_ARGS_MAX, false, call_printf},
};

static const struct function *find(const char *name)
{
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++)
		if (strcmp(functions[i].name, name) == 0)
			return &functions[i];
	return NULL;
}

bool md_format_function_exists(const char *name)
{
	return find(name) != NULL;
}

int md_format_call(struct md_format_call *call, struct md_error *err)
{
	const struct function *function = find(call->name);

	if (call->count < function->min || call->count > function->max)
		return md_fail(err, MD_ERR_INVALID, "%s: wrong number of arguments: %zu",
			       call->name, call->count);
	if (call->is_header && function->keeps_header) {
		call->result = call->args[0];
		return 0;
	}
	return function->call(call, err);
}
