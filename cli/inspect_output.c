/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/inspect_output.h"

#include "cli/format.h"
#include "cli/output.h"
#include "cli/report.h"

#include <string.h>

/* Found objects as an array; the others are reported. */
static struct md_json *find_all(struct md_invocation *in, const struct md_inspect_output *output)
{
	struct md_json *list = md_json_array();

	for (int i = 0; i < in->operand_count; i++) {
		struct md_error why = MD_ERROR_INIT;
		struct md_json *object = output->find(in->operands[i], output->context, &why);

		if (object) {
			md_json_append(list, object);
			continue;
		}
		md_report_error(&why);
		in->exit_status = 1;
	}
	return list;
}

static int print_lines(const struct md_json *list, const struct md_format *format,
		       struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;

	for (const struct md_json *c = md_json_first(list); c; c = md_json_next(c)) {
		struct md_format_input input = {.dot = c};

		if (md_format_execute(format, &input, &text, err) < 0)
			return md_error_prefix(err, "--format");
		md_str_addc(&text, '\n');
	}
	return md_output_text(md_str_get(&text), err);
}

static int print_compact(const struct md_json *list, struct md_error *err)
{
	md_auto_free char *text = md_json_compact(list);

	return md_output_line(text, err);
}

int md_inspect_operands(struct md_invocation *in, const struct md_inspect_output *output,
			struct md_error *err)
{
	md_auto_format struct md_format *format = NULL;
	md_auto_json struct md_json *list = NULL;
	bool is_json = output->format && strcmp(output->format, "json") == 0;

	if (output->format && !is_json) {
		format = md_format_parse(output->format, err);
		if (!format)
			return md_error_prefix(err, "--format");
	}
	list = find_all(in, output);
	if (format)
		return print_lines(list, format, err);
	return is_json ? print_compact(list, err) : md_output_json(list, err);
}
