/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/format_literal.h"

#include "base/alloc.h"
#include "cli/format_tree.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define EXACT_MAX (1LL << 53) /* what a JSON number can hold without loss */

static void add_utf8(struct md_str *out, unsigned long c)
{
	if (c < 0x80) {
		md_str_addc(out, (char)c);
	} else if (c < 0x800) {
		md_str_addc(out, (char)(0xc0 | c >> 6));
		md_str_addc(out, (char)(0x80 | (c & 0x3f)));
	} else {
		md_str_addc(out, (char)(0xe0 | c >> 12));
		md_str_addc(out, (char)(0x80 | (c >> 6 & 0x3f)));
		md_str_addc(out, (char)(0x80 | (c & 0x3f)));
	}
}

/* `digits` digits of `base` at *c; -1 if there are fewer. */
static long read_digits(const char **c, unsigned int digits, int base)
{
	char text[8] = "", *end;
	long value;

	memcpy(text, *c, strnlen(*c, digits));
	if (!isxdigit((unsigned char)text[0]))
		return -1;
	value = strtol(text, &end, base);
	if (end != text + digits)
		return -1;
	*c += digits;
	return value;
}

/* The escape behind a backslash; *c is moved past it. False if it is none. */
static bool add_escape(struct md_str *out, const char **c)
{
	static const char names[] = "abfnrtv\\\"'", values[] = "\a\b\f\n\r\t\v\\\"'";
	const char *known = strchr(names, **c);
	char kind = **c;
	long value;

	if (known && kind) {
		md_str_addc(out, values[known - names]);
		*c += 1;
		return true;
	}
	*c += kind == 'x' || kind == 'u';
	value = kind == 'x'   ? read_digits(c, 2, 16)
		: kind == 'u' ? read_digits(c, 4, 16)
			      : read_digits(c, 3, 8);
	if (value <= 0 || (kind != 'u' && value > 255) || (value >= 0xd800 && value <= 0xdfff))
		return false;
	if (kind == 'u')
		add_utf8(out, (unsigned long)value);
	else
		md_str_addc(out, (char)value);
	return true;
}

static struct md_json *read_string(const char *text, const struct md_format_token *token,
				   struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	const char *c = token->start + 1, *end = token->start + token->length - 1;

	while (c < end) {
		if (*c != '\\' || *token->start == '`') {
			md_str_addc(&out, *c++);
			continue;
		}
		c++;
		if (add_escape(&out, &c) && c <= end)
			continue;
		(void)md_format_fail(text, (size_t)(c - text), err,
				     "unknown escape sequence in a string");
		return NULL;
	}
	return md_json_string(md_str_get(&out));
}

static struct md_json *read_number(const char *text, const struct md_format_token *token,
				   struct md_error *err)
{
	md_auto_free char *word = md_xstrndup(token->start, token->length);
	char *end;
	double real;
	long long whole;

	errno = 0;
	whole = strtoll(word, &end, 0);
	if (*end == '\0' && errno == 0 && whole >= -EXACT_MAX && whole <= EXACT_MAX)
		return md_json_number(whole);
	errno = 0;
	real = strtod(word, &end);
	if (*end == '\0' && errno == 0)
		return md_json_double(real);
	(void)md_format_fail(text, token->position, err, "'%s' is no number", word);
	return NULL;
}

struct md_json *md_format_literal(const char *text, const struct md_format_token *token,
				  struct md_error *err)
{
	if (token->kind == MD_TOKEN_STRING)
		return read_string(text, token, err);
	if (token->kind == MD_TOKEN_NUMBER)
		return read_number(text, token, err);
	return md_json_bool(token->start[0] == 't');
}
