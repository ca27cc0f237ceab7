/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/str.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void md_strv_fini(struct md_strv *v)
{
	for (size_t i = 0; i < v->count; i++)
		free(v->items[i]);
	free(v->items);
	*v = (struct md_strv)MD_STRV_INIT;
}

void md_strv_add(struct md_strv *v, const char *text)
{
	md_strv_take(v, md_xstrdup(text));
}

/* The array has room for count + 1 pointers rounded up to a power of two, so it need not say so. */
static bool is_full(size_t count)
{
	return count == 0 || ((count + 1) & count) == 0;
}

void md_strv_take(struct md_strv *v, char *text)
{
	if (is_full(v->count))
		v->items = md_xreallocarray(v->items, 2 * (v->count + 1), sizeof(*v->items));
	v->items[v->count] = text;
	v->count++;
	v->items[v->count] = NULL;
}

void md_strv_addf(struct md_strv *v, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int length;

	va_start(ap, fmt);
	length = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (length < 0)
		abort();
	md_strv_take(v, text);
}

void md_strv_copy(struct md_strv *to, const struct md_strv *from)
{
	for (size_t i = 0; i < from->count; i++)
		md_strv_add(to, from->items[i]);
}

bool md_strv_has(const struct md_strv *v, const char *text)
{
	for (size_t i = 0; i < v->count; i++)
		if (strcmp(v->items[i], text) == 0)
			return true;
	return false;
}

void md_strv_split(struct md_strv *v, const char *text, char separator)
{
	for (;;) {
		const char *end = strchrnul(text, separator);

		md_strv_take(v, md_xstrndup(text, (size_t)(end - text)));
		if (!*end)
			return;
		text = end + 1;
	}
}

char *md_strv_join(const struct md_strv *v, const char *separator)
{
	struct md_str s = MD_STR_INIT;

	for (size_t i = 0; i < v->count; i++) {
		if (i)
			md_str_add(&s, separator);
		md_str_add(&s, v->items[i]);
	}
	return md_str_take(&s);
}

/* Index of the last entry `key=...`, or count. */
static size_t find_key(const struct md_strv *v, const char *key)
{
	size_t length = strlen(key);

	for (size_t i = v->count; i-- > 0;)
		if (strncmp(v->items[i], key, length) == 0 && v->items[i][length] == '=')
			return i;
	return v->count;
}

const char *md_strv_value(const struct md_strv *v, const char *key)
{
	size_t i = find_key(v, key);

	return i < v->count ? v->items[i] + strlen(key) + 1 : NULL;
}

void md_strv_set(struct md_strv *v, const char *key, const char *value)
{
	size_t i = find_key(v, key);
	char *entry = md_xasprintf("%s=%s", key, value);

	if (i == v->count) {
		md_strv_take(v, entry);
		return;
	}
	free(v->items[i]);
	v->items[i] = entry;
}
