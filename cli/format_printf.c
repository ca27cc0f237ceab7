/* SPDX-License-Identifier: Apache-2.0 */
/* Go's printf for templates: %s %v %q %d %x %X %o %f %g %e %t %%, flags "-+ 0", width, precision.
 */
#include "cli/format_function.h"

#include "base/str.h"
#include "cli/format_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define WIDTH_MAX 1000

/* One %-directive. */
struct directive {
	bool is_left, has_plus, has_space, has_zero;
	int width, precision; /* -1 none */
	char verb;
};

static int read_size(const char **c)
{
	int n = -1;

	while (**c >= '0' && **c <= '9') {
		n = (n < 0 ? 0 : n) * 10 + (**c - '0');
		n = n > WIDTH_MAX ? WIDTH_MAX : n;
		(*c)++;
	}
	return n;
}

/* `c` is behind the '%'; the place behind the verb is returned. */
static const char *read_directive(const char *c, struct directive *ret)
{
	*ret = (struct directive){.precision = -1};
	for (; *c && strchr("-+ 0#", *c); c++) {
		ret->is_left |= *c == '-';
		ret->has_plus |= *c == '+';
		ret->has_space |= *c == ' ';
		ret->has_zero |= *c == '0';
	}
	ret->width = read_size(&c);
	if (*c == '.') {
		c++;
		ret->precision = read_size(&c);
		ret->precision = ret->precision < 0 ? 0 : ret->precision;
	}
	ret->verb = *c;
	return *c ? c + 1 : c;
}

static void add_padded(const struct directive *d, const char *text, struct md_str *out)
{
	int width = d->width < 0 ? 0 : d->width;

	md_str_addf(out, d->is_left ? "%-*s" : "%*s", width, text);
}

/* The digits of a number that is not negative. */
static void add_digits(const struct directive *d, double number, struct md_str *out)
{
	int precision = d->precision < 0 ? 6 : d->precision > 100 ? 100 : d->precision;

	if (strchr("xXo", d->verb) && number < 0x1p63)
		md_str_addf(out,
			    d->verb == 'x'   ? "%" PRIx64
			    : d->verb == 'X' ? "%" PRIX64
					     : "%" PRIo64,
			    (uint64_t)number);
	else if (strchr("dxXo", d->verb))
		md_str_addf(out, "%.0f", number);
	else
		md_str_addf(out,
			    d->verb == 'f'   ? "%.*f"
			    : d->verb == 'e' ? "%.*e"
					     : "%.*g",
			    precision, number);
}

static void add_number(const struct directive *d, const struct md_json *value, struct md_str *out)
{
	MD_CLEANUP(md_str_fini) struct md_str digits = MD_STR_INIT, text = MD_STR_INIT;
	double number = md_json_as_double(value, 0);
	const char *sign = number < 0 ? "-" : d->has_plus ? "+" : d->has_space ? " " : "";
	int width = d->has_zero && !d->is_left ? d->width : 0;

	add_digits(d, number < 0 ? -number : number, &digits);
	md_str_add(&text, sign);
	for (width -= (int)(strlen(sign) + digits.length); width > 0; width--)
		md_str_addc(&text, '0');
	md_str_add(&text, md_str_get(&digits));
	add_padded(d, md_str_get(&text), out);
}

static void add_text(const struct directive *d, const struct md_json *value, struct md_str *out)
{
	MD_CLEANUP(md_str_fini) struct md_str plain = MD_STR_INIT, text = MD_STR_INIT;

	md_format_print(value, &plain);
	if (d->precision >= 0 && d->verb != 'v' && plain.length > (size_t)d->precision)
		plain.data[d->precision] = '\0';
	if (d->verb == 'q')
		md_format_quote(md_str_get(&plain), &text);
	else
		md_str_add(&text, md_str_get(&plain));
	add_padded(d, md_str_get(&text), out);
}

/* Go's answer to a verb that does not fit: %!d(string=web). */
static void add_mismatch(const struct directive *d, const struct md_json *value, struct md_str *out)
{
	md_str_addf(out, "%%!%c(%s=", d->verb, md_format_type(value));
	md_format_print(value, out);
	md_str_addc(out, ')');
}

static int add_value(const struct directive *d, const struct md_json *value, struct md_str *out,
		     struct md_error *err)
{
	enum md_json_type type = md_json_type(value);
	bool is_numeric = d->verb && strchr("dxXofge", d->verb);

	if (!d->verb || !strchr("svqdxXofget", d->verb))
		return md_fail(err, MD_ERR_INVALID, "printf: no directive '%%%c'",
			       d->verb ? d->verb : ' ');
	if (is_numeric && type == MD_JSON_NUMBER)
		add_number(d, value, out);
	else if (is_numeric || (d->verb == 't' && type != MD_JSON_BOOL))
		add_mismatch(d, value, out);
	else
		add_text(d, value, out);
	return 0;
}

int md_format_printf(const struct md_format_call *call, struct md_str *out, struct md_error *err)
{
	const char *c = md_json_as_string(call->args[0], NULL);
	size_t used = 1;

	if (!c)
		return md_fail(err, MD_ERR_INVALID, "printf: argument 1 is a %s, not a string",
			       md_format_type(call->args[0]));
	while (*c) {
		struct directive d;

		if (*c != '%') {
			md_str_addc(out, *c++);
			continue;
		}
		c = read_directive(c + 1, &d);
		if (d.verb == '%') {
			md_str_addc(out, '%');
			continue;
		}
		if (used >= call->count)
			return md_fail(err, MD_ERR_INVALID, "printf: too few arguments");
		if (add_value(&d, call->args[used++], out, err) < 0)
			return -1;
	}
	if (used < call->count)
		return md_fail(err, MD_ERR_INVALID, "printf: too many arguments");
	return 0;
}
