/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/seccomp_condition.h"

#include "runtime/caps.h"
#include "runtime/seccomp_json.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

/* What a profile calls this machine in its "arches". */
#if defined(__x86_64__)
#define NATIVE_ARCH "amd64"
#elif defined(__aarch64__)
#define NATIVE_ARCH "arm64"
#endif

/* "6.18" or "6.18.44-rc1" as major << 16 | minor; false if it does not begin so. */
static bool read_version(const char *text, const char **ret_rest, unsigned long *ret)
{
	char *end;
	unsigned long major, minor;

	if (!isdigit((unsigned char)*text))
		return false;
	major = strtoul(text, &end, 10);
	if (*end != '.' || !isdigit((unsigned char)end[1]) || major > UINT16_MAX)
		return false;
	minor = strtoul(end + 1, &end, 10);
	if (minor > UINT16_MAX)
		return false;
	*ret = major << 16 | minor;
	*ret_rest = end;
	return true;
}

static int kernel_at_least(const char *wanted, bool *ret, struct md_error *err)
{
	unsigned long least, running = 0;
	struct utsname host;
	const char *rest;

	if (!read_version(wanted, &rest, &least) || *rest)
		return md_fail(err, MD_ERR_INVALID,
			       "minKernel '%.20s' must look like '4.8' (major.minor)", wanted);
	if (uname(&host) < 0)
		return md_fail_errno(err, "uname");
	(void)read_version(host.release, &rest, &running);
	*ret = running >= least;
	return 0;
}

/* How many of the listed capabilities are in `caps`. */
static int count_caps(const struct md_json *filter, uint64_t caps, size_t *ret,
		      struct md_error *err)
{
	const struct md_json *list = md_json_get(filter, "caps");
	int cap;

	*ret = 0;
	if (md_seccomp_json_list(filter, "caps", MD_JSON_STRING, err) < 0)
		return -1;
	for (const struct md_json *item = md_json_first(list); item; item = md_json_next(item)) {
		if (md_caps_parse(md_json_as_string(item, ""), &cap, err) < 0)
			return md_error_prefix(err, "caps");
		*ret += caps >> cap & 1;
	}
	return 0;
}

static int names_native(const struct md_json *filter, bool *ret, struct md_error *err)
{
	const struct md_json *list = md_json_get(filter, "arches");

	*ret = false;
	if (md_seccomp_json_list(filter, "arches", MD_JSON_STRING, err) < 0)
		return -1;
	for (const struct md_json *item = md_json_first(list); item; item = md_json_next(item))
		*ret |= strcmp(md_json_as_string(item, ""), NATIVE_ARCH) == 0;
	return 0;
}

/* What "includes" and "excludes" have in common, read and counted. */
struct condition {
	size_t cap_count, caps_held;
	bool has_arches, names_native;
	bool has_kernel, kernel_is_new;
};

static int read_condition(const struct md_json *entry, const char *key, uint64_t caps,
			  struct condition *ret, struct md_error *err)
{
	const struct md_json *filter = md_json_get(entry, key);
	const char *kernel = md_json_get_string(filter, "minKernel", "");

	*ret = (struct condition){0};
	if (md_json_type(filter) == MD_JSON_NULL)
		return 0;
	ret->cap_count = md_json_size(md_json_get(filter, "caps"));
	ret->has_arches = md_json_size(md_json_get(filter, "arches")) > 0;
	ret->has_kernel = *kernel != '\0';
	if (md_seccomp_json_keys(filter, " caps arches minKernel ", err) < 0 ||
	    count_caps(filter, caps, &ret->caps_held, err) < 0 ||
	    names_native(filter, &ret->names_native, err) < 0 ||
	    (ret->has_kernel && kernel_at_least(kernel, &ret->kernel_is_new, err) < 0))
		return md_error_prefix(err, "%s", key);
	return 0;
}

int md_seccomp_entry_applies(const struct md_json *entry, uint64_t caps, bool *ret,
			     struct md_error *err)
{
	struct condition in = {0}, out = {0};

	if (read_condition(entry, "includes", caps, &in, err) < 0 ||
	    read_condition(entry, "excludes", caps, &out, err) < 0)
		return -1;
	*ret = in.caps_held == in.cap_count && (!in.has_arches || in.names_native) &&
	       (!in.has_kernel || in.kernel_is_new) && !out.caps_held && !out.names_native &&
	       !(out.has_kernel && out.kernel_is_new);
	return 0;
}
