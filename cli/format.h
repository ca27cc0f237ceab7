/* SPDX-License-Identifier: Apache-2.0 */
/*
 * format.h - the part of Go's text/template that people use with --format, over JSON values.
 *
 *	{{.Name}} {{.State.Pid}} {{json .Mounts}} {{index .Config.Labels "a.b"}}
 *	{{range $i, $m := .Mounts}}{{$m.Source}}{{else}}none{{end}}
 *	{{if and .A (eq .B "x")}}..{{else if .C}}..{{end}} {{with .X}}..{{end}} {{- trim -}}
 *
 * Functions: and eq ge gt index join json le len lower lt ne not or pad print printf println split
 * title truncate upper. No user-defined templates. Nesting, steps and output are limited, so a
 * hostile template or value can only make an execution fail.
 *
 * Stages: format_lex (tokens), format_parse (tree, format_tree.h), format_exec (walk),
 * format_function, format_printf and format_value (what functions compute).
 */
#ifndef MD_CLI_FORMAT_H
#define MD_CLI_FORMAT_H

#include "base/cleanup.h"
#include "base/error.h"
#include "base/json.h"
#include "base/str.h"

#include <stdbool.h>

#define MD_FORMAT_TEXT_MAX   (64 * 1024)
#define MD_FORMAT_DEPTH_MAX  50
#define MD_FORMAT_STEPS_MAX  5000000
#define MD_FORMAT_OUTPUT_MAX (64 << 20)
#define MD_FORMAT_MEMORY_MAX (32 << 20)

struct md_format;

/* MD_ERR_INVALID "template, line 1, column 9: ..." says what is wrong and where. */
struct md_format *md_format_parse(const char *text, struct md_error *err);
void md_format_free(struct md_format *format);
MD_DEFINE_AUTO(format, struct md_format *, md_format_free)
#define md_auto_format MD_CLEANUP(md_cleanup_format)

/* True if ".field" occurs anywhere in the template, on whatever it is applied to. */
bool md_format_mentions(const struct md_format *format, const char *field);

/* True if the whole value is used somewhere, as in {{json .}} or {{range $k, $v := $}}. */
bool md_format_mentions_all(const struct md_format *format);

struct md_format_input {
	const struct md_json *dot;
	/*
	 * Fields that take an argument, {"Label": {"app": "web"}} for {{.Label "app"}}; NULL none.
	 * What is not there gives "".
	 */
	const struct md_json *methods;
	/* The row of titles of a table: json, upper, truncate and so on leave a title alone. */
	bool is_header;
};

/*
 * Append what the template makes of the input. MD_ERR_INVALID names place and cause; *out may
 * hold the part before it.
 */
int md_format_execute(const struct md_format *format, const struct md_format_input *input,
		      struct md_str *out, struct md_error *err);

#endif
