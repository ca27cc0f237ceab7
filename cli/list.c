/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/list.h"

#include "base/alloc.h"
#include "cli/output.h"

#include <string.h>

/* "\t" and "\n" as people type them inside single quotes. */
static char *unescape(const char *text)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;

	for (; *text; text++) {
		bool is_escape = text[0] == '\\' && (text[1] == 't' || text[1] == 'n');

		md_str_addc(&out, !is_escape ? *text : text[1] == 't' ? '\t' : '\n');
		text += is_escape;
	}
	return md_str_take(&out);
}

/* The template behind "table", "" for the word alone; NULL if it is something else. */
static const char *behind_table(const char *format)
{
	if (!md_str_starts(format, "table") || (format[5] != '\0' && !strchr(" \t{", format[5])))
		return NULL;
	return format + 5 + strspn(format + 5, " \t");
}

static int add_titles(struct md_list *list, struct md_error *err)
{
	md_auto_json struct md_json *titles = md_json_object(), *methods = md_json_object();
	struct md_format_input input = {.dot = titles, .methods = methods, .is_header = true};

	md_json_set(methods, "Label", md_json_object());
	for (const struct md_list_title *t = list->kind->titles; t->field; t++)
		md_json_set_string(titles, t->field, t->title);
	if (md_format_execute(list->format, &input, &list->text, err) < 0)
		return -1;
	md_str_addc(&list->text, '\n');
	return 0;
}

int md_list_open(struct md_list *list, const struct md_list_kind *kind, const char *format,
		 bool is_quiet, struct md_error *err)
{
	md_auto_free char *text = unescape(format ? format : is_quiet ? kind->quiet : "table");
	const char *columns = behind_table(text);

	*list = (struct md_list){.kind = kind, .is_table = columns != NULL};
	if (strcmp(text, "json") == 0)
		return 0;
	if (is_quiet)
		list->is_table = false;
	if (is_quiet && columns)
		columns = kind->quiet;
	else if (columns && *columns == '\0')
		columns = kind->table;
	list->format = md_format_parse(columns ? columns : text, err);
	if (!list->format)
		return -1;
	return list->is_table ? add_titles(list, err) : 0;
}

void md_list_fini(struct md_list *list)
{
	md_format_free(list->format);
	md_str_fini(&list->text);
}

bool md_list_needs(const struct md_list *list, const char *field)
{
	return !list->format || md_format_mentions(list->format, field) ||
	       md_format_mentions_all(list->format);
}

static int add_json(struct md_list *list, const struct md_json *object)
{
	md_auto_free char *line = md_json_compact(object);

	md_str_addf(&list->text, "%s\n", line);
	return 0;
}

int md_list_add(struct md_list *list, const struct md_json *object, const struct md_json *methods,
		struct md_error *err)
{
	struct md_format_input input = {.dot = object, .methods = methods};

	if (!list->format)
		return add_json(list, object);
	if (md_format_execute(list->format, &input, &list->text, err) < 0)
		return -1;
	md_str_addc(&list->text, '\n');
	return 0;
}

int md_list_print(struct md_list *list, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str table = MD_STR_INIT;

	if (!list->is_table)
		return md_output_text(md_str_get(&list->text), err);
	md_output_align(md_str_get(&list->text), &table);
	return md_output_text(md_str_get(&table), err);
}
