/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/payloads/selfcheck.h"

#include <inttypes.h>
#include <stdio.h>

static void quote(const char *text)
{
	putchar('"');
	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void begin_member(struct json *out, const char *key)
{
	if (out->has_member)
		putchar(',');
	if (out->depth)
		putchar('\n');
	for (int i = 0; i < out->depth; i++)
		fputs("    ", stdout);
	if (key) {
		quote(key);
		fputs(": ", stdout);
	}
	out->has_member = true;
}

void json_open(struct json *out, const char *key, char bracket)
{
	begin_member(out, key);
	putchar(bracket);
	out->depth++;
	out->has_member = false;
}

void json_close(struct json *out, char bracket)
{
	out->depth--;
	if (out->has_member) {
		putchar('\n');
		for (int i = 0; i < out->depth; i++)
			fputs("    ", stdout);
	}
	putchar(bracket);
	out->has_member = true;
}

void json_string(struct json *out, const char *key, const char *value)
{
	begin_member(out, key);
	quote(value);
}

void json_number(struct json *out, const char *key, int64_t value)
{
	begin_member(out, key);
	printf("%" PRId64, value);
}

void json_bool(struct json *out, const char *key, bool value)
{
	begin_member(out, key);
	fputs(value ? "true" : "false", stdout);
}
