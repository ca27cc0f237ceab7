/* SPDX-License-Identifier: Apache-2.0 */
/* Values of --ulimit, --cpus, --cpuset-cpus and --cpuset-mems. */
#include "containers/request.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/number.h"

#include <string.h>
#include <sys/resource.h>

#define CPU_PERIOD_US 100000
#define CPU_QUOTA_MIN 1000
#define CPU_MAX       8191 /* the kernel's largest NR_CPUS, less one */

static const struct {
	const char *name;
	int resource;
} limits[] = {
	{"as", RLIMIT_AS},
	{"core", RLIMIT_CORE},
	{"cpu", RLIMIT_CPU},
	{"data", RLIMIT_DATA},
	{"fsize", RLIMIT_FSIZE},
	{"locks", RLIMIT_LOCKS},
	{"memlock", RLIMIT_MEMLOCK},
	{"msgqueue", RLIMIT_MSGQUEUE},
	{"nice", RLIMIT_NICE},
	{"nofile", RLIMIT_NOFILE},
	{"nproc", RLIMIT_NPROC},
	{"rss", RLIMIT_RSS},
	{"rtprio", RLIMIT_RTPRIO},
	{"rttime", RLIMIT_RTTIME},
	{"sigpending", RLIMIT_SIGPENDING},
	{"stack", RLIMIT_STACK},
};

static int find_limit(const char *name, int *ret_resource, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str known = MD_STR_INIT;

	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		if (strcmp(limits[i].name, name) == 0) {
			*ret_resource = limits[i].resource;
			return 0;
		}
		md_str_addf(&known, "%s%s", i ? ", " : "", limits[i].name);
	}
	return md_fail(err, MD_ERR_INVALID, "unknown limit '%s' (known: %s)", name,
		       md_str_get(&known));
}

static int parse_limit(const char *text, uint64_t *ret, struct md_error *err)
{
	if (strcmp(text, "-1") == 0 || strcmp(text, "unlimited") == 0) {
		*ret = UINT64_MAX; /* RLIM_INFINITY */
		return 0;
	}
	if (md_parse_u64(text, 0, INT64_MAX, ret, err) < 0)
		return md_error_hint(err, "a number, or -1 for no limit");
	return 0;
}

int md_parse_ulimit(const char *text, struct md_rlimit *ret, struct md_error *err)
{
	size_t name_length = strcspn(text, "=");
	md_auto_free char *name = md_xstrndup(text, name_length);
	md_auto_free char *soft = NULL;
	struct md_rlimit limit;
	const char *hard;

	if (!text[name_length])
		return md_fail(err, MD_ERR_INVALID, "'%s' is not NAME=SOFT[:HARD]", text);
	soft = md_xstrdup(text + name_length + 1);
	hard = strchr(soft, ':');
	if (hard)
		soft[hard++ - soft] = '\0';
	if (find_limit(name, &limit.resource, err) < 0 || parse_limit(soft, &limit.soft, err) < 0 ||
	    parse_limit(hard ? hard : soft, &limit.hard, err) < 0)
		return md_error_prefix(err, "'%s'", text);
	if (limit.soft > limit.hard)
		return md_fail(err, MD_ERR_INVALID, "'%s': the soft limit is above the hard limit",
			       text);
	*ret = limit;
	return 0;
}

int md_parse_cpus(const char *text, uint64_t *ret_quota_us, struct md_error *err)
{
	uint64_t nano, quota;

	if (md_parse_decimal(text, 1000000000, &nano, err) < 0)
		return -1;
	quota = nano / (1000000000 / CPU_PERIOD_US);
	if (nano > 0 && quota < CPU_QUOTA_MIN)
		return md_fail(err, MD_ERR_INVALID, "'%s' CPUs is below 0.01", text);
	if (quota / CPU_PERIOD_US > CPU_MAX + 1)
		return md_fail(err, MD_ERR_INVALID, "'%s' CPUs is above %d", text, CPU_MAX + 1);
	*ret_quota_us = quota;
	return 0;
}

static int parse_range(const char *range, struct md_error *err)
{
	const char *dash = strchr(range, '-');
	md_auto_free char *from = md_xstrndup(range, dash ? (size_t)(dash - range) : strlen(range));
	uint64_t first, last;

	if (md_parse_u64(from, 0, CPU_MAX, &first, err) < 0)
		return -1;
	if (!dash)
		return 0;
	if (md_parse_u64(dash + 1, 0, CPU_MAX, &last, err) < 0)
		return -1;
	if (first > last)
		return md_fail(err, MD_ERR_INVALID, "the range '%s' goes downwards", range);
	return 0;
}

int md_parse_cpu_list(const char *text, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv ranges = MD_STRV_INIT;

	md_strv_split(&ranges, text, ',');
	for (size_t i = 0; i < ranges.count; i++) {
		if (parse_range(ranges.items[i], err) == 0)
			continue;
		(void)md_error_prefix(err, "'%s'", text);
		return md_error_hint(err, "a list such as 0-2,5");
	}
	return 0;
}
