/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal_text.h"

#include "base/str.h"

#include <string.h>

/* Bytes that the first byte of a UTF-8 sequence announces; 0 for one that cannot be first. */
static size_t announced(unsigned char first)
{
	if (first < 0x80)
		return 1;
	if (first >= 0xc2 && first <= 0xdf)
		return 2;
	if (first >= 0xe0 && first <= 0xef)
		return 3;
	return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

size_t md_utf8_length(const char *text, size_t length)
{
	const unsigned char *b = (const unsigned char *)text;
	size_t n = length > 0 ? announced(b[0]) : 0;

	if (n == 0 || n > length)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((b[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong forms, surrogates and what lies beyond U+10FFFF. */
	if ((b[0] == 0xe0 && b[1] < 0xa0) || (b[0] == 0xed && b[1] > 0x9f) ||
	    (b[0] == 0xf0 && b[1] < 0x90) || (b[0] == 0xf4 && b[1] > 0x8f))
		return 0;
	return n;
}

static bool is_harmless(const unsigned char *b, size_t n, const char *keep)
{
	if (n == 1)
		return (b[0] >= 0x20 && b[0] != 0x7f) || (b[0] && strchr(keep, b[0]));
	return n > 2 || b[0] != 0xc2 || b[1] >= 0xa0;
}

void md_terminal_escape(const char *text, size_t length, const char *keep, struct md_str *out)
{
	for (size_t i = 0; i < length;) {
		const unsigned char *b = (const unsigned char *)text + i;
		size_t n = md_utf8_length(text + i, length - i);

		if (n > 0 && is_harmless(b, n, keep)) {
			md_str_add_bytes(out, b, n);
			i += n;
			continue;
		}
		n = n ? n : 1;
		for (size_t k = 0; k < n; k++)
			md_str_addf(out, "\\x%02x", b[k]);
		i += n;
	}
}

size_t md_terminal_width(const char *text, size_t length)
{
	size_t width = 0;

	for (size_t i = 0; i < length; i++)
		width += ((unsigned char)text[i] & 0xc0) != 0x80;
	return width;
}
