/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define INDENT 4

struct printer {
	struct md_str out;
	bool is_pretty;
};

static void print_value(struct printer *p, const struct md_json *value, int level);

static void print_string(struct printer *p, const char *text)
{
	static const char specials[] = "\"\\\b\f\n\r\t";
	static const char letters[] = "\"\\bfnrt";

	md_str_addc(&p->out, '"');
	for (; *text; text++) {
		const char *special = strchr(specials, *text);

		if (special) {
			md_str_addc(&p->out, '\\');
			md_str_addc(&p->out, letters[special - specials]);
		} else if ((unsigned char)*text < 0x20 || *text == 0x7f) {
			md_str_addf(&p->out, "\\u%04x", (unsigned int)(unsigned char)*text);
		} else {
			md_str_addc(&p->out, *text);
		}
	}
	md_str_addc(&p->out, '"');
}

static void print_number(struct printer *p, double d)
{
	char text[40];

	if (!isfinite(d)) {
		md_str_add(&p->out, "null"); /* JSON has no word for it */
		return;
	}
	if (fabs(d) < 1e18 && d == (double)(int64_t)d) {
		md_str_addf(&p->out, "%.0f", d + 0.0);
		return;
	}
	/* Fifteen digits read better; seventeen always come back as the same value. */
	(void)snprintf(text, sizeof(text), "%.15g", d);
	if (strtod(text, NULL) != d)
		(void)snprintf(text, sizeof(text), "%.17g", d);
	md_str_add(&p->out, text);
}

static void new_line(struct printer *p, int level)
{
	if (p->is_pretty)
		md_str_addf(&p->out, "\n%*s", INDENT * level, "");
}

static void print_members(struct printer *p, const struct md_json *parent, int level)
{
	const struct md_json *child;

	for (child = md_json_first(parent); child; child = md_json_next(child)) {
		new_line(p, level + 1);
		if (md_json_key(child)) {
			print_string(p, md_json_key(child));
			md_str_add(&p->out, p->is_pretty ? ": " : ":");
		}
		print_value(p, child, level + 1);
		if (md_json_next(child))
			md_str_addc(&p->out, ',');
	}
	if (md_json_first(parent))
		new_line(p, level);
}

static void print_value(struct printer *p, const struct md_json *value, int level)
{
	switch (md_json_type(value)) {
	case MD_JSON_NULL:
		md_str_add(&p->out, "null");
		break;
	case MD_JSON_BOOL:
		md_str_add(&p->out, md_json_as_bool(value, false) ? "true" : "false");
		break;
	case MD_JSON_NUMBER:
		print_number(p, md_json_as_double(value, 0));
		break;
	case MD_JSON_STRING:
		print_string(p, md_json_as_string(value, ""));
		break;
	case MD_JSON_ARRAY:
		md_str_addc(&p->out, '[');
		print_members(p, value, level);
		md_str_addc(&p->out, ']');
		break;
	case MD_JSON_OBJECT:
		md_str_addc(&p->out, '{');
		print_members(p, value, level);
		md_str_addc(&p->out, '}');
		break;
	}
}

static char *print_tree(const struct md_json *value, bool is_pretty)
{
	struct printer p = {.out = MD_STR_INIT, .is_pretty = is_pretty};

	print_value(&p, value, 0);
	return md_str_take(&p.out);
}

char *md_json_compact(const struct md_json *value)
{
	return print_tree(value, false);
}

char *md_json_pretty(const struct md_json *value)
{
	return print_tree(value, true);
}
