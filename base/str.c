/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include "base/alloc.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for `more` bytes and the NUL behind them. */
static void reserve(struct md_str *s, size_t more)
{
	size_t capacity = s->capacity ? s->capacity : 64;

	if (more >= SIZE_MAX / 2 - s->length)
		abort();
	if (s->length + more < s->capacity)
		return;
	while (capacity <= s->length + more)
		capacity *= 2;
	s->data = md_xreallocarray(s->data, capacity, 1);
	s->capacity = capacity;
}

void md_str_fini(struct md_str *s)
{
	free(s->data);
	*s = (struct md_str)MD_STR_INIT;
}

void md_str_add(struct md_str *s, const char *text)
{
	md_str_add_bytes(s, text, strlen(text));
}

void md_str_addc(struct md_str *s, char c)
{
	md_str_add_bytes(s, &c, 1);
}

void md_str_add_bytes(struct md_str *s, const void *bytes, size_t length)
{
	reserve(s, length);
	if (length)
		memcpy(s->data + s->length, bytes, length);
	s->length += length;
	s->data[s->length] = '\0';
}

void md_str_addf(struct md_str *s, const char *fmt, ...)
{
	va_list ap;
	int length;

	va_start(ap, fmt);
	length = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (length < 0)
		abort();
	reserve(s, (size_t)length);
	va_start(ap, fmt);
	(void)vsnprintf(s->data + s->length, (size_t)length + 1, fmt, ap);
	va_end(ap);
	s->length += (size_t)length;
}

void md_str_clear(struct md_str *s)
{
	s->length = 0;
	if (s->data)
		s->data[0] = '\0';
}

const char *md_str_get(const struct md_str *s)
{
	return s->data ? s->data : "";
}

char *md_str_take(struct md_str *s)
{
	char *taken = s->data ? s->data : md_xstrdup("");

	*s = (struct md_str)MD_STR_INIT;
	return taken;
}

bool md_str_starts(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool md_str_ends(const char *text, const char *suffix)
{
	size_t length = strlen(text);
	size_t tail = strlen(suffix);

	return length >= tail && memcmp(text + length - tail, suffix, tail) == 0;
}
