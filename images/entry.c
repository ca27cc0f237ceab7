/* SPDX-License-Identifier: Apache-2.0 */
#include "images/entry.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define WHITEOUT_PREFIX ".wh."
#define WHITEOUT_NOTES  ".wh..wh."
#define WHITEOUT_OPAQUE ".wh..wh..opq"

const char *md_entry_printable(const char *text, char *out, size_t size)
{
	size_t i;

	for (i = 0; text[i] && i + 1 < size; i++)
		out[i] = text[i] >= 0x20 && text[i] < 0x7f ? text[i] : '?';
	out[i] = '\0';
	return out;
}

static int refuse(const char *text, const char *why, struct md_error *err)
{
	char shown[200];

	return md_fail(err, MD_ERR_INVALID, "archive member '%s': %s",
		       md_entry_printable(text, shown, sizeof(shown)), why);
}

static bool is_text(const char *part, size_t length, const char *text)
{
	return strlen(text) == length && memcmp(part, text, length) == 0;
}

/* Why a component must not be there; NULL if it may. */
static const char *component_fault(const char *part, size_t length, bool is_last)
{
	if (is_text(part, length, ".."))
		return "'..' is not allowed in a path";
	if (length > MD_ENTRY_NAME_MAX)
		return "a component is longer than 255 bytes";
	if (!is_last && length >= strlen(WHITEOUT_PREFIX) &&
	    memcmp(part, WHITEOUT_PREFIX, strlen(WHITEOUT_PREFIX)) == 0)
		return "a whiteout cannot be a directory";
	return NULL;
}

/* True when only "/" and "." follow. */
static bool is_end(const char *p)
{
	for (;;) {
		size_t length;

		p += strspn(p, "/");
		length = strcspn(p, "/");
		if (length == 0)
			return true;
		if (!is_text(p, length, "."))
			return false;
		p += length;
	}
}

int md_entry_path(const char *text, char out[MD_ENTRY_PATH_MAX + 1], struct md_error *err)
{
	const char *p = text;
	size_t depth = 0;
	size_t used = 0;

	for (;;) {
		const char *fault;
		size_t length;

		p += strspn(p, "/");
		length = strcspn(p, "/");
		if (length == 0)
			break;
		fault = component_fault(p, length, is_end(p + length));
		if (fault)
			return refuse(text, fault, err);
		if (!is_text(p, length, ".")) {
			if (used + 1 + length > MD_ENTRY_PATH_MAX)
				return refuse(text, "the path is longer than 4095 bytes", err);
			if (++depth > MD_ENTRY_DEPTH_MAX)
				return refuse(text, "deeper than 256 directories", err);
			if (used > 0)
				out[used++] = '/';
			memcpy(out + used, p, length);
			used += length;
		}
		p += length;
	}
	out[used] = '\0';
	return 0;
}

const char *md_entry_leaf(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

enum md_whiteout md_entry_whiteout(const char *leaf, const char **ret_name)
{
	const char *name = leaf + strlen(WHITEOUT_PREFIX);

	if (strncmp(leaf, WHITEOUT_PREFIX, strlen(WHITEOUT_PREFIX)) != 0)
		return MD_WHITEOUT_NONE;
	if (strcmp(leaf, WHITEOUT_OPAQUE) == 0)
		return MD_WHITEOUT_OPAQUE;
	if (strncmp(leaf, WHITEOUT_NOTES, strlen(WHITEOUT_NOTES)) == 0)
		return MD_WHITEOUT_NOTE;
	if (*name == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return MD_WHITEOUT_BAD;
	*ret_name = name;
	return MD_WHITEOUT_NAME;
}
