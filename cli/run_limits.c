/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_handlers.h"

#include "base/alloc.h"
#include "base/number.h"
#include "cli/run_flags.h"

#include <string.h>
#include <unistd.h>

#define CPU_PERIOD_US     100000
#define CPU_SHARES_MIN    2
#define CPU_SHARES_MAX    262144
#define CPU_TIME_MIN_US   1000
#define CPU_PERIOD_MAX_US 1000000
#define CPU_PERCENT_MAX   100000000 /* a million cores */

/* 0 is, here and below, as if the flag had not been given: so does Docker. */
static int parse_bytes(const char *value, int64_t *ret, struct md_error *err)
{
	uint64_t bytes;

	if (md_parse_size(value, &bytes, err) < 0)
		return -1;
	if (bytes > INT64_MAX)
		return md_fail(err, MD_ERR_INVALID, "'%s' is not below 8 EiB", value);
	*ret = (int64_t)bytes;
	return 0;
}

MD_RUN_HANDLER(md_run_set_bytes)
{
	return parse_bytes(value, md_option_member(option, flags), err);
}

MD_RUN_HANDLER(md_run_set_swap)
{
	int64_t *member = md_option_member(option, flags);

	if (strcmp(value, "-1") != 0)
		return parse_bytes(value, member, err);
	*member = -1;
	return 0;
}

MD_RUN_HANDLER(md_run_set_shm_size)
{
	int64_t bytes = 0;

	if (parse_bytes(value, &bytes, err) < 0)
		return -1;
	*(uint64_t *)md_option_member(option, flags) = (uint64_t)bytes;
	return 0;
}

/* Three flags say the same, and the last one would win in silence. */
static int claim_quota(const struct md_option *option, struct md_run_flags *flags,
		       struct md_error *err)
{
	if (flags->quota_flag && strcmp(flags->quota_flag, option->name) != 0)
		return md_fail(err, MD_ERR_INVALID,
			       "--%s is given too (both set the CPU time: choose one)",
			       flags->quota_flag);
	flags->quota_flag = option->name;
	return 0;
}

/* More than there is would be no limit, in silence. */
static int check_cpus_present(const char *value, uint64_t quota, struct md_error *err)
{
	long present = sysconf(_SC_NPROCESSORS_ONLN);

	if (present <= 0 || quota <= (uint64_t)present * CPU_PERIOD_US)
		return 0;
	return md_fail(err, MD_ERR_INVALID,
		       "'%s' is not 0.01 to %ld.00 (as many CPUs as this machine has)", value,
		       present);
}

MD_RUN_HANDLER(md_run_set_cpus)
{
	uint64_t *quota = md_option_member(option, flags);

	if (claim_quota(option, flags, err) < 0 || md_parse_cpus(value, quota, err) < 0)
		return -1;
	return check_cpus_present(value, *quota, err);
}

MD_RUN_HANDLER(md_run_set_cpu_percent)
{
	uint64_t quota = 0;

	if (claim_quota(option, flags, err) < 0 ||
	    md_parse_decimal(value, CPU_PERIOD_US / 100, &quota, err) < 0)
		return -1;
	if (quota < CPU_TIME_MIN_US || quota > CPU_PERCENT_MAX * (CPU_PERIOD_US / 100ULL))
		return md_fail(err, MD_ERR_INVALID, "'%s' is not at least 1 (percent of one core)",
			       value);
	*(uint64_t *)md_option_member(option, flags) = quota;
	return 0;
}

MD_RUN_HANDLER(md_run_set_cpu_time)
{
	return md_parse_u64(value, CPU_TIME_MIN_US, CPU_PERIOD_MAX_US,
			    md_option_member(option, flags), err);
}

MD_RUN_HANDLER(md_run_set_cpu_quota)
{
	if (claim_quota(option, flags, err) < 0)
		return -1;
	return md_parse_u64(value, CPU_TIME_MIN_US, INT64_MAX, md_option_member(option, flags),
			    err);
}

MD_RUN_HANDLER(md_run_set_cpu_shares)
{
	if (strcmp(value, "0") == 0)
		return 0;
	return md_parse_u64(value, CPU_SHARES_MIN, CPU_SHARES_MAX, md_option_member(option, flags),
			    err);
}

MD_RUN_HANDLER(md_run_set_cpu_list)
{
	if (md_parse_cpu_list(value, err) < 0)
		return -1;
	return md_option_set_copy(option, value, flags, err);
}

MD_RUN_HANDLER(md_run_set_pids)
{
	int64_t *member = md_option_member(option, flags);

	if (md_parse_i64(value, -1, INT32_MAX, member, err) < 0)
		return -1;
	/* Docker's 0 means no limit too; in the request 0 is "not asked for". */
	*member = *member == 0 ? -1 : *member;
	return 0;
}

MD_RUN_HANDLER(md_run_set_blkio)
{
	uint64_t weight = 0;

	if (strcmp(value, "0") != 0 && md_parse_u64(value, 10, 1000, &weight, err) < 0)
		return -1;
	*(uint16_t *)md_option_member(option, flags) = (uint16_t)weight;
	return 0;
}

MD_RUN_HANDLER(md_run_set_oom_score)
{
	struct md_run_request *request = &((struct md_run_flags *)flags)->request;
	int64_t score = 0;

	(void)option;
	if (md_parse_i64(value, -1000, 1000, &score, err) < 0)
		return -1;
	request->oom_score_adj = (int)score;
	request->has_oom_score_adj = true;
	return 0;
}

/* A later limit of the same resource replaces the earlier one. */
MD_RUN_HANDLER(md_run_set_ulimit)
{
	struct md_run_request *request = &((struct md_run_flags *)flags)->request;
	struct md_rlimit limit;
	size_t i = 0;

	(void)option;
	if (md_parse_ulimit(value, &limit, err) < 0)
		return -1;
	while (i < request->rlimit_count && request->rlimits[i].resource != limit.resource)
		i++;
	if (i == request->rlimit_count)
		request->rlimits =
			md_xreallocarray(request->rlimits, ++request->rlimit_count, sizeof(limit));
	request->rlimits[i] = limit;
	return 0;
}
