/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *or_abort(void *memory)
{
	if (!memory)
		abort();
	return memory;
}

void *md_xcalloc(size_t count, size_t size)
{
	/* calloc(0) may answer NULL, which is no lack of memory. */
	return or_abort(calloc(count ? count : 1, size ? size : 1));
}

void *md_xreallocarray(void *old, size_t count, size_t size)
{
	return or_abort(reallocarray(old, count ? count : 1, size ? size : 1));
}

char *md_xstrdup(const char *text)
{
	return or_abort(strdup(text));
}

char *md_xstrndup(const char *text, size_t length)
{
	return or_abort(strndup(text, length));
}

char *md_xstrdup_or_null(const char *text)
{
	return text ? md_xstrdup(text) : NULL;
}

char *md_xasprintf(const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;
	int length;

	va_start(ap, fmt);
	length = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (length < 0)
		abort();
	return text;
}
