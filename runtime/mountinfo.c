/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/mountinfo.h"

#include "base/alloc.h"

#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Where we are in one line; every field is cut off in place. */
struct cursor {
	char *at; /* NULL once the line is used up */
};

/* The text up to the next single space. A field may be empty: mount(2) takes "" as a source. */
static char *take_field(struct cursor *cursor)
{
	char *field = cursor->at;
	char *space;

	if (!field)
		return NULL;
	space = strchr(field, ' ');
	if (space)
		*space++ = '\0';
	cursor->at = space;
	return field;
}

static bool parse_digits(const char *text, const char *end, unsigned int *ret)
{
	uint64_t value = 0;

	if (text == end)
		return false;
	for (; text < end; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (unsigned int)(*text - '0');
		if (value > UINT_MAX)
			return false;
	}
	*ret = (unsigned int)value;
	return true;
}

static bool take_number(struct cursor *cursor, unsigned int *ret)
{
	const char *field = take_field(cursor);

	return field && parse_digits(field, field + strlen(field), ret);
}

static bool take_device(struct cursor *cursor, struct md_mountinfo *mount)
{
	const char *field = take_field(cursor);
	const char *colon = field ? strchr(field, ':') : NULL;

	return colon && parse_digits(field, colon, &mount->major) &&
	       parse_digits(colon + 1, colon + strlen(colon), &mount->minor);
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* "\040" and its like; a NUL would cut the name short, so "\000" stays as it is. */
static bool is_escape(const char *text)
{
	return text[0] == '\\' && text[1] >= '0' && text[1] <= '3' && is_octal(text[2]) &&
	       is_octal(text[3]) && strncmp(text + 1, "000", 3) != 0;
}

static void decode(char *text)
{
	char *out = text;

	while (*text) {
		if (!is_escape(text)) {
			*out++ = *text++;
			continue;
		}
		*out++ = (char)((text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0'));
		text += 4;
	}
	*out = '\0';
}

static bool take_name(struct cursor *cursor, const char **ret)
{
	char *field = take_field(cursor);

	if (!field)
		return false;
	decode(field);
	*ret = field;
	return true;
}

/* "shared:1 master:2 -": any number of optional fields and the hyphen that ends them. */
static bool skip_optional(struct cursor *cursor)
{
	const char *field;

	do {
		field = take_field(cursor);
	} while (field && strcmp(field, "-") != 0);
	return field != NULL;
}

static bool parse_line(struct cursor cursor, struct md_mountinfo *mount)
{
	if (!take_number(&cursor, &mount->id) || !take_number(&cursor, &mount->parent) ||
	    !take_device(&cursor, mount) || !take_name(&cursor, &mount->root) ||
	    !take_name(&cursor, &mount->mount_point) || !take_name(&cursor, &mount->options) ||
	    !skip_optional(&cursor) || !take_name(&cursor, &mount->fs_type) ||
	    !take_name(&cursor, &mount->source))
		return false;
	mount->super_options = cursor.at;
	return mount->super_options && mount->mount_point[0] == '/';
}

static size_t count_lines(const char *text, size_t length)
{
	size_t lines = length > 0 && text[length - 1] != '\n';

	for (size_t i = 0; i < length; i++)
		lines += text[i] == '\n';
	return lines;
}

static int parse_lines(struct md_mount_table *table, struct md_error *err)
{
	char *line = table->text;

	while (*line) {
		char *end = strchr(line, '\n');

		if (end)
			*end = '\0';
		if (!parse_line((struct cursor){line}, &table->items[table->count]))
			return md_fail(err, MD_ERR_CORRUPT, "mountinfo: line %zu is malformed",
				       table->count + 1);
		table->count++;
		line = end ? end + 1 : line + strlen(line);
	}
	return 0;
}

int md_mount_table_parse(const char *text, size_t length, struct md_mount_table *ret,
			 struct md_error *err)
{
	struct md_mount_table table = MD_MOUNT_TABLE_INIT;

	if (memchr(text, '\0', length))
		return md_fail(err, MD_ERR_CORRUPT, "mountinfo: holds a NUL byte");
	table.text = md_xstrndup(text, length);
	table.items = md_xcalloc(count_lines(text, length) + 1, sizeof(*table.items));
	if (parse_lines(&table, err) < 0) {
		md_mount_table_fini(&table);
		return -1;
	}
	*ret = table;
	return 0;
}

void md_mount_table_fini(struct md_mount_table *table)
{
	free(table->items);
	free(table->text);
	*table = (struct md_mount_table)MD_MOUNT_TABLE_INIT;
}

static const struct md_mountinfo *find_parent(const struct md_mount_table *table,
					      const struct md_mountinfo *mount)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->items[i].id == mount->parent && &table->items[i] != mount)
			return &table->items[i];
	return NULL;
}

/* True if `path` is `below` or a directory on the way to it. */
static bool leads_to(const char *path, const char *below)
{
	size_t length = strlen(path);

	if (strcmp(path, "/") == 0)
		return true;
	return strncmp(path, below, length) == 0 && (below[length] == '\0' || below[length] == '/');
}

/* A lookup that walks from `parent` to child->mount_point meets another mount before it. */
static bool is_intercepted(const struct md_mount_table *table, const struct md_mountinfo *child)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct md_mountinfo *other = &table->items[i];

		if (other->parent == child->parent && other != child &&
		    strlen(other->mount_point) < strlen(child->mount_point) &&
		    leads_to(other->mount_point, child->mount_point))
			return true;
	}
	return false;
}

static bool is_covered(const struct md_mount_table *table, const struct md_mountinfo *mount)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->items[i].parent == mount->id && &table->items[i] != mount &&
		    strcmp(table->items[i].mount_point, mount->mount_point) == 0)
			return true;
	return false;
}

bool md_mount_is_visible(const struct md_mount_table *table, const struct md_mountinfo *mount)
{
	const struct md_mountinfo *parent;

	if (is_covered(table, mount))
		return false;
	/* Text from elsewhere could name a ring of parents: no chain is longer than the table. */
	for (size_t steps = 0; steps < table->count; steps++) {
		parent = find_parent(table, mount);
		if (!parent)
			return true;
		if (is_intercepted(table, mount))
			return false;
		mount = parent;
	}
	return false;
}
