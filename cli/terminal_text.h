/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terminal_text.h - text of strangers on our user's terminal.
 *
 * Names, labels, commands and log lines come from images and containers. A terminal obeys escape
 * sequences hidden in them, so what is printed to one passes through here first.
 */
#ifndef MD_CLI_TERMINAL_TEXT_H
#define MD_CLI_TERMINAL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

struct md_str;

/*
 * Append `text` with every control character that is not in `keep` ("\n\t") shown as "\x1b": C0,
 * DEL, C1 (as a byte and as UTF-8) and bytes that are no UTF-8, which some terminals take for C1.
 */
void md_terminal_escape(const char *text, size_t length, const char *keep, struct md_str *out);

/* Number of characters in `length` bytes of UTF-8: the width in a table. */
size_t md_terminal_width(const char *text, size_t length);

/* Bytes of the UTF-8 character at `text`, 0 if there is no well-formed one within `length`. */
size_t md_utf8_length(const char *text, size_t length);

#endif
