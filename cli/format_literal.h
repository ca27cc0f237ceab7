/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format_literal.h - values written in a template. Internal to cli/format*.c.
 */
#ifndef MD_CLI_FORMAT_LITERAL_H
#define MD_CLI_FORMAT_LITERAL_H

#include "base/json.h"
#include "cli/format_lex.h"

/*
 * The value of a STRING, NUMBER or WORD (true, false) token, with Go's escapes \n \t \r \" \\ \' \a
 * \b \f \v \xHH \uHHHH \NNN. The caller frees it. `text` is the template, for the place in errors.
 */
struct md_json *md_format_literal(const char *text, const struct md_format_token *token,
				  struct md_error *err);

#endif
