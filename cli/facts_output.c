/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/facts_output.h"

#include "cli/format.h"
#include "cli/format_value.h"
#include "cli/output.h"

#include <string.h>

static void add_lines(const struct md_json *facts, int indent, struct md_str *out)
{
	for (const struct md_json *c = md_json_first(facts); c; c = md_json_next(c)) {
		md_str_addf(out, "%*s%s:", indent, "", md_json_key(c));
		if (md_json_type(c) == MD_JSON_OBJECT) {
			md_str_addc(out, '\n');
			add_lines(c, indent + 2, out);
			continue;
		}
		md_str_addc(out, ' ');
		md_format_print(c, out);
		md_str_addc(out, '\n');
	}
}

static int add_template(const struct md_json *facts, const char *text, struct md_str *out,
			struct md_error *err)
{
	md_auto_format struct md_format *format = md_format_parse(text, err);
	struct md_format_input input = {.dot = facts};

	if (!format || md_format_execute(format, &input, out, err) < 0)
		return md_error_prefix(err, "--format");
	md_str_addc(out, '\n');
	return 0;
}

int md_facts_print(const struct md_json *facts, const char *format, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;
	md_auto_free char *json = NULL;

	if (!format) {
		add_lines(facts, 0, &text);
	} else if (strcmp(format, "json") == 0) {
		json = md_json_compact(facts);
		md_str_addf(&text, "%s\n", json);
	} else if (add_template(facts, format, &text, err) < 0) {
		return -1;
	}
	return md_output_text(md_str_get(&text), err);
}
