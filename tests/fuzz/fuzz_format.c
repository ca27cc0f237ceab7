/* SPDX-License-Identifier: Apache-2.0 */
/* --format: a template, a form feed, and the JSON that it is applied to. */
#include "tests/fuzz/fuzz.h"

#include "cli/format.h"

static const char standard[] = "{\"Name\":\"web\",\"N\":7,\"L\":[1,\"b\",null,{\"x\":true}],\"M\":{"
			       "\"a\":\"b\",\"c\":{}},\"F\":1.5}";

static struct md_json *parse_value(const char *text)
{
	struct md_error ignored = MD_ERROR_INIT;
	struct md_error err = MD_ERROR_INIT;
	struct md_json *value = text ? md_json_parse(text, strlen(text), &ignored) : NULL;

	return value ? value : md_json_parse(standard, strlen(standard), &err);
}

FUZZ(data, size)
{
	md_auto_free char *text = fuzz_text(data, size);
	char *behind = strchr(text, '\f');
	struct md_error err = MD_ERROR_INIT;
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	md_auto_format struct md_format *format = NULL;
	md_auto_json struct md_json *value = NULL;
	struct md_format_input input = {0};

	if (behind)
		*behind++ = '\0';
	format = md_format_parse(text, &err);
	if (fuzz_result(format ? 0 : -1, &err) < 0)
		return 0;
	value = parse_value(behind);
	input.dot = value;
	(void)fuzz_result(md_format_execute(format, &input, &out, &err), &err);
	ALWAYS(out.length <= MD_FORMAT_OUTPUT_MAX);
	ALWAYS(!md_format_mentions(format, "Name") || strstr(text, "Name"));
	return 0;
}
