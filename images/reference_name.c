/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar of image names, as the distribution specification and Docker's users know it:
 *
 *	[DOMAIN[:PORT]/]COMPONENT{/COMPONENT}[:TAG]
 */
#include "images/image.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/name.h"

#include <ctype.h>
#include <string.h>

#define NAME_MAX_LENGTH 255
#define TAG_MAX_LENGTH  128

static bool is_low(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_alnum(char c)
{
	return is_low(c) || (c >= 'A' && c <= 'Z');
}

/* The length of one separator at `p`: ".", "_", "__" or any number of "-"; 0 if there is none. */
static size_t separator_length(const char *p, const char *end)
{
	size_t n = 0;

	if (*p == '.')
		return 1;
	if (*p == '_')
		return p + 1 < end && p[1] == '_' ? 2 : 1;
	while (p + n < end && p[n] == '-')
		n++;
	return n;
}

/* Lower-case letters and digits, with single separators between them. */
static bool is_component(const char *p, const char *end)
{
	if (p == end || !is_low(*p))
		return false;
	for (;;) {
		while (p < end && is_low(*p))
			p++;
		if (p == end)
			return true;
		if (separator_length(p, end) == 0)
			return false;
		p += separator_length(p, end);
		if (p == end || !is_low(*p))
			return false;
	}
}

/* As Docker decides: the first part is a host when it has a dot or a port, or is "localhost". */
static bool looks_like_domain(const char *p, size_t length)
{
	return memchr(p, '.', length) || memchr(p, ':', length) ||
	       (length == 9 && memcmp(p, "localhost", 9) == 0);
}

static bool is_port(const char *p, const char *end)
{
	const char *start = p;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	return p == end && p > start && p - start <= 5;
}

static bool is_domain(const char *p, const char *end)
{
	char previous = '.';

	for (; p < end && *p != ':'; p++) {
		bool edge = previous == '.' || p + 1 == end || p[1] == '.' || p[1] == ':';

		if (!is_alnum(*p) && (*p != '-' || edge) && (*p != '.' || previous == '.'))
			return false;
		previous = *p;
	}
	if (previous == '.')
		return false;
	return p == end || is_port(p + 1, end);
}

static bool is_repository(const char *name, size_t length)
{
	const char *end = name + length;
	const char *p = name;
	const char *slash = memchr(p, '/', length);

	if (slash && looks_like_domain(p, (size_t)(slash - p))) {
		if (!is_domain(p, slash))
			return false;
		p = slash + 1;
	}
	for (;;) {
		const char *stop = memchr(p, '/', (size_t)(end - p));

		if (!is_component(p, stop ? stop : end))
			return false;
		if (!stop)
			return true;
		p = stop + 1;
	}
}

static bool is_tag(const char *tag)
{
	size_t length = strlen(tag);

	if (length == 0 || length > TAG_MAX_LENGTH || (!is_alnum(tag[0]) && tag[0] != '_'))
		return false;
	for (; *tag; tag++)
		if (!is_alnum(*tag) && !strchr("_.-", *tag))
			return false;
	return true;
}

/*
 * "docker.io/library/busybox" and "busybox" are one name. NULL when what is left would name another
 * registry.
 */
static const char *skip_default_registry(const char *text)
{
	static const char *const registries[] = {"docker.io/", "index.docker.io/"};
	const char *slash;
	size_t i;

	for (i = 0; i < sizeof(registries) / sizeof(registries[0]); i++) {
		if (!md_str_starts(text, registries[i]))
			continue;
		text += strlen(registries[i]);
		text += md_str_starts(text, "library/") ? strlen("library/") : 0;
		slash = strchr(text, '/');
		return slash && looks_like_domain(text, (size_t)(slash - text)) ? NULL : text;
	}
	return text;
}

static int refuse(const char *text, const char *why, struct md_error *err)
{
	return md_fail(err, MD_ERR_INVALID, "image name '%.200s': %s", text, why);
}

int md_reference_normalise(const char *text, char **ret, struct md_error *err)
{
	const char *name = skip_default_registry(text);
	const char *slash, *colon;
	size_t length;

	if (!name)
		return refuse(text, "a registry inside another one", err);
	slash = strrchr(name, '/');
	colon = strchr(slash ? slash : name, ':');
	length = colon ? (size_t)(colon - name) : strlen(name);
	if (strchr(name, '@'))
		return refuse(text, "a name with a digest cannot be used here", err);
	if (length == 0)
		return refuse(text, "the name is empty", err);
	if (length > NAME_MAX_LENGTH)
		return refuse(text, "longer than 255 bytes", err);
	if (!is_repository(name, length))
		return refuse(text,
			      "only lower-case letters, digits and single . _ - / between them",
			      err);
	if (length == MD_ID_LENGTH && !colon && md_id_is_valid(name))
		return refuse(text, "64 hex digits are an id, not a name", err);
	if (colon && !is_tag(colon + 1))
		return refuse(text, "the tag must match [A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", err);
	*ret = md_xasprintf("%s%s", name, colon ? "" : ":latest");
	return 0;
}
