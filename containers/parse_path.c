/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/parse_path.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "base/str.h"

#include <limits.h>
#include <string.h>

bool md_path_is_host(const char *text)
{
	return text[0] == '/' || strcmp(text, ".") == 0 || strcmp(text, "..") == 0 ||
	       md_str_starts(text, "./") || md_str_starts(text, "../");
}

/* Take the last component off what is built so far. */
static void drop_last(struct md_str *out)
{
	const char *slash = out->length > 0 ? strrchr(out->data, '/') : NULL;

	out->length = slash ? (size_t)(slash - out->data) : 0;
	if (out->data)
		out->data[out->length] = '\0';
}

static void add_component(struct md_str *out, const char *name, size_t length)
{
	if (length == 0 || (length == 1 && name[0] == '.'))
		return;
	if (length == 2 && memcmp(name, "..", 2) == 0) {
		drop_last(out);
		return;
	}
	md_str_addc(out, '/');
	md_str_add_bytes(out, name, length);
}

char *md_path_clean(const char *path, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;

	if (path[0] != '/') {
		(void)md_fail(err, MD_ERR_INVALID, "'%s' is no absolute path", path);
		return NULL;
	}
	if (strlen(path) >= PATH_MAX) {
		(void)md_fail(err, MD_ERR_INVALID, "the path '%.60s…' is longer than %d bytes",
			      path, PATH_MAX - 1);
		return NULL;
	}
	while (*path) {
		size_t length = strcspn(path, "/");

		add_component(&out, path, length);
		path += length + (path[length] == '/');
	}
	if (out.length == 0)
		md_str_addc(&out, '/');
	return md_str_take(&out);
}

char *md_path_clean_target(const char *path, struct md_error *err)
{
	md_auto_free char *clean = md_path_clean(path, err);

	if (!clean)
		return NULL;
	if (clean[1])
		return md_steal_ptr(&clean);
	(void)md_fail(err, MD_ERR_INVALID, "the target '%s' is the container's root", path);
	return NULL;
}

char *md_path_clean_host(const char *path, struct md_error *err)
{
	md_auto_free char *cwd = NULL;
	md_auto_free char *joined = NULL;

	if (path[0] == '/')
		return md_path_clean(path, err);
	cwd = getcwd(NULL, 0);
	if (!cwd) {
		(void)md_fail_errno(err, "getcwd to make '%s' absolute", path);
		return NULL;
	}
	joined = md_xasprintf("%s/%s", cwd, path);
	return md_path_clean(joined, err);
}

int md_parse_tmpfs_size(const char *text, uint64_t *ret_bytes, struct md_error *err)
{
	uint64_t bytes;

	if (md_parse_size(text, &bytes, err) < 0)
		return md_error_prefix(err, "tmpfs size");
	if (bytes == 0)
		return md_fail(
			err, MD_ERR_INVALID,
			"tmpfs size '%s' is no limit (leave it out for the kernel's default)",
			text);
	*ret_bytes = bytes;
	return 0;
}

int md_parse_tmpfs_mode(const char *text, unsigned int *ret_mode, struct md_error *err)
{
	size_t length = strlen(text);
	unsigned int mode = 0;

	if (length < 1 || length > 5 || strspn(text, "01234567") != length)
		return md_fail(err, MD_ERR_INVALID, "tmpfs mode '%s' is not octal (0 to 1777)",
			       text);
	for (const char *p = text; *p; p++)
		mode = 8 * mode + (unsigned int)(*p - '0');
	if (mode > 01777)
		return md_fail(err, MD_ERR_INVALID, "tmpfs mode '%s' is above 1777", text);
	*ret_mode = mode;
	return 0;
}
