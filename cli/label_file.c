/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/label_file.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/str.h"

#include <fcntl.h>
#include <string.h>

#define FILE_MAX (1 << 20)

int md_label_parse(const char *text, char **ret, struct md_error *err)
{
	size_t length = strcspn(text, "=");

	if (length == 0 || strcspn(text, " \t\n") < length)
		return md_fail(err, MD_ERR_INVALID, "'%s' is no KEY or KEY=VALUE", text);
	*ret = md_xasprintf("%s%s", text, text[length] ? "" : "=");
	return 0;
}

static int add_line(const char *line, struct md_strv *labels, struct md_error *err)
{
	char *label;

	line += strspn(line, " \t");
	if (line[0] == '\0' || line[0] == '#')
		return 0;
	if (md_label_parse(line, &label, err) < 0)
		return -1;
	md_strv_take(labels, label);
	return 0;
}

int md_label_file_read(const char *path, struct md_strv *labels, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv lines = MD_STRV_INIT;
	md_auto_free char *text = NULL;
	size_t length;

	if (md_fs_read(AT_FDCWD, path, FILE_MAX, &text, &length, err) < 0)
		return -1;
	if (strlen(text) != length)
		return md_fail(err, MD_ERR_INVALID, "file '%s' holds a NUL byte", path);
	md_strv_split(&lines, text, '\n');
	for (size_t i = 0; i < lines.count; i++)
		if (add_line(lines.items[i], labels, err) < 0)
			return md_error_prefix(err, "file '%s', line %zu", path, i + 1);
	return 0;
}
