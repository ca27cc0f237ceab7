/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/format_value.h"

#include "base/alloc.h"
#include "cli/terminal_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool md_format_is_true(const struct md_json *value)
{
	switch (md_json_type(value)) {
	case MD_JSON_BOOL:
		return md_json_as_bool(value, false);
	case MD_JSON_NUMBER:
		return md_json_as_double(value, 0) != 0;
	case MD_JSON_STRING:
		return md_json_as_string(value, "")[0] != '\0';
	case MD_JSON_ARRAY:
	case MD_JSON_OBJECT:
		return md_json_first(value) != NULL;
	case MD_JSON_NULL:
		break;
	}
	return false;
}

const char *md_format_type(const struct md_json *value)
{
	static const char *const names[] = {
		[MD_JSON_NULL] = "no value", [MD_JSON_BOOL] = "boolean",
		[MD_JSON_NUMBER] = "number", [MD_JSON_STRING] = "string",
		[MD_JSON_ARRAY] = "list",    [MD_JSON_OBJECT] = "map",
	};

	return names[md_json_type(value)];
}

/* Integers as such; others with as few digits as give the same number back. */
static void print_number(const struct md_json *value, struct md_str *out)
{
	double d = md_json_as_double(value, 0);
	char text[40];

	if (d >= -9007199254740992.0 && d <= 9007199254740992.0 && d == (double)(int64_t)d) {
		md_str_addf(out, "%" PRId64, (int64_t)d);
		return;
	}
	for (int precision = 1; precision <= 17; precision++) {
		(void)snprintf(text, sizeof(text), "%.*g", precision, d);
		if (strtod(text, NULL) == d)
			break;
	}
	md_str_add(out, text);
}

static void print_list(const struct md_json *value, struct md_str *out)
{
	md_str_addc(out, '[');
	for (const struct md_json *c = md_json_first(value); c; c = md_json_next(c)) {
		md_format_print(c, out);
		md_str_add(out, md_json_next(c) ? " " : "");
	}
	md_str_addc(out, ']');
}

static int compare_keys(const void *a, const void *b)
{
	return strcmp(md_json_key(*(const struct md_json *const *)a),
		      md_json_key(*(const struct md_json *const *)b));
}

const struct md_json **md_format_children(const struct md_json *value, size_t *ret_count)
{
	size_t count = md_json_size(value), n = 0;
	const struct md_json **children = md_xcalloc(count + 1, sizeof(*children));

	for (const struct md_json *c = md_json_first(value); c && n < count; c = md_json_next(c))
		children[n++] = c;
	if (md_json_type(value) == MD_JSON_OBJECT)
		qsort(children, n, sizeof(*children), compare_keys);
	*ret_count = n;
	return children;
}

static void print_map(const struct md_json *value, struct md_str *out)
{
	size_t count;
	md_auto_free const struct md_json **members = md_format_children(value, &count);

	md_str_add(out, "map[");
	for (size_t i = 0; i < count; i++) {
		md_str_addf(out, "%s%s:", i ? " " : "", md_json_key(members[i]));
		md_format_print(members[i], out);
	}
	md_str_addc(out, ']');
}

void md_format_print(const struct md_json *value, struct md_str *out)
{
	switch (md_json_type(value)) {
	case MD_JSON_NULL:
		md_str_add(out, "<no value>");
		return;
	case MD_JSON_BOOL:
		md_str_add(out, md_json_as_bool(value, false) ? "true" : "false");
		return;
	case MD_JSON_NUMBER:
		print_number(value, out);
		return;
	case MD_JSON_STRING:
		md_str_add(out, md_json_as_string(value, ""));
		return;
	case MD_JSON_ARRAY:
		print_list(value, out);
		return;
	case MD_JSON_OBJECT:
		print_map(value, out);
		return;
	}
}

static void quote_byte(unsigned char c, struct md_str *out)
{
	static const char controls[] = "\a\b\f\n\r\t\v\\\"", letters[] = "abfnrtv\\\"";
	const char *known = c ? strchr(controls, c) : NULL;

	if (known)
		md_str_addf(out, "\\%c", letters[known - controls]);
	else if (c < 0x20 || c >= 0x7f)
		md_str_addf(out, "\\x%02x", c);
	else
		md_str_addc(out, (char)c);
}

void md_format_quote(const char *text, struct md_str *out)
{
	size_t left = strlen(text);

	md_str_addc(out, '"');
	while (left > 0) {
		size_t n = md_utf8_length(text, left);

		if (n == 2 && (unsigned char)text[0] == 0xc2 && (unsigned char)text[1] < 0xa0)
			md_str_addf(out, "\\u00%02x", (unsigned char)text[1]);
		else if (n > 1)
			md_str_add_bytes(out, text, n);
		else
			quote_byte((unsigned char)text[0], out);
		n = n ? n : 1;
		text += n;
		left -= n;
	}
	md_str_addc(out, '"');
}
