/* SPDX-License-Identifier: Apache-2.0 */
/*
 * --env-file: one KEY=VALUE in a line, nothing unquoted and nothing expanded; KEY alone takes the
 * value from our own environment, if there is one. Lines that begin with '#' and empty ones do not
 * count.
 */
#include "containers/request.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <fcntl.h>
#include <string.h>

#define FILE_MAX (1 << 20)
#define UTF8_BOM "\xef\xbb\xbf"
#define BLANKS   " \t\v\f"

/* Any kind of file: "--env-file <(command)" is a pipe. */
static int read_file(const char *path, struct md_str *out, struct md_error *err)
{
	md_auto_close int fd = open(path, O_RDONLY | O_NOCTTY | O_CLOEXEC);
	char part[4096];

	if (fd < 0)
		return md_fail_errno(err, "open '%s'", path);
	for (;;) {
		ssize_t n = read(fd, part, sizeof(part));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return md_fail_errno(err, "read '%s'", path);
		if (n == 0)
			return 0;
		if (out->length + (size_t)n > FILE_MAX)
			return md_fail(err, MD_ERR_INVALID, "'%s' is larger than %d bytes", path,
				       FILE_MAX);
		md_str_add_bytes(out, part, (size_t)n);
	}
}

static void add_from_environment(const char *key, struct md_strv *env)
{
	const char *value = getenv(key);

	if (value)
		md_strv_addf(env, "%s=%s", key, value);
}

static int parse_line(char *line, struct md_strv *env, struct md_error *err)
{
	char *key = line + strspn(line, BLANKS);
	size_t length = strcspn(key, "=");

	if (!*key || *key == '#')
		return 0;
	if (length == 0)
		return md_fail(err, MD_ERR_INVALID, "no name before '='");
	if (strcspn(key, BLANKS) < length)
		return md_fail(err, MD_ERR_INVALID, "the name '%.*s' has white space in it",
			       (int)length, key);
	if (key[length])
		md_strv_add(env, key);
	else
		add_from_environment(key, env);
	return 0;
}

static int parse_text(char *text, struct md_strv *env, struct md_error *err)
{
	char *line = md_str_starts(text, UTF8_BOM) ? text + strlen(UTF8_BOM) : text;

	for (unsigned int number = 1; line; number++) {
		char *end = strchr(line, '\n');
		size_t length = end ? (size_t)(end - line) : strlen(line);

		if (end)
			*end = '\0';
		if (length > 0 && line[length - 1] == '\r')
			line[length - 1] = '\0';
		if (parse_line(line, env, err) < 0)
			return md_error_prefix(err, "line %u", number);
		line = end ? end + 1 : NULL;
	}
	return 0;
}

int md_parse_env_file(const char *path, struct md_strv *env, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;
	MD_CLEANUP(md_strv_fini) struct md_strv found = MD_STRV_INIT;

	if (read_file(path, &text, err) < 0)
		return -1;
	if (text.length == 0)
		return 0;
	if (strlen(text.data) != text.length)
		return md_fail(err, MD_ERR_INVALID, "'%s' has a NUL byte in it", path);
	if (parse_text(text.data, &found, err) < 0)
		return md_error_prefix(err, "'%s'", path);
	for (size_t i = 0; i < found.count; i++)
		md_strv_add(env, found.items[i]);
	return 0;
}
