/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/format_tree.h"

#include "base/alloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void *md_format_alloc(struct md_format *format, size_t size)
{
	struct md_format_block *block = md_xcalloc(1, sizeof(*block) + size);

	block->next = format->blocks;
	format->blocks = block;
	return block->data;
}

char *md_format_copy(struct md_format *format, const char *text, size_t length)
{
	char *copy = md_format_alloc(format, length + 1);

	memcpy(copy, text, length);
	return copy;
}

void md_format_free(struct md_format *format)
{
	if (!format)
		return;
	for (struct md_format_block *block = format->blocks, *next; block; block = next) {
		next = block->next;
		free(block);
	}
	md_json_free(format->literals);
	md_strv_fini(&format->fields);
	free(format->text);
	free(format);
}

bool md_format_mentions(const struct md_format *format, const char *field)
{
	return md_strv_has(&format->fields, field);
}

bool md_format_mentions_all(const struct md_format *format)
{
	return format->has_bare_value;
}

int md_format_fail(const char *text, size_t position, struct md_error *err, const char *fmt, ...)
{
	char message[512];
	unsigned int line = 1;
	size_t column = 1;
	va_list args;

	for (size_t i = 0; i < position && text[i]; i++) {
		column = text[i] == '\n' ? 1 : column + 1;
		line += text[i] == '\n';
	}
	va_start(args, fmt);
	(void)vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	return md_fail(err, MD_ERR_INVALID, "template, line %u, column %zu: %s", line, column,
		       message);
}
