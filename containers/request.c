/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules between the members of a request. What a single flag may say is checked where it is parsed;
 * what a container could not start with in any order of flags is checked here.
 */
#include "containers/request.h"

#include "base/cleanup.h"
#include "base/name.h"
#include "base/proc.h"

#include <arpa/inet.h>
#include <string.h>

#define MEMORY_MIN     (INT64_C(6) << 20)
#define CPU_PERIOD_DEF UINT64_C(100000)
#define LOG_SIZE_MIN   1024

static bool is_set(const char *text, const char *value)
{
	return text && strcmp(text, value) == 0;
}

static int check_root(const struct md_run_request *r, struct md_error *err)
{
	if (r->image && r->rootfs)
		return md_fail(err, MD_ERR_INVALID,
			       "image '%s' and --rootfs '%s' exclude each other", r->image,
			       r->rootfs);
	if (!r->image && !r->rootfs)
		return md_fail(err, MD_ERR_INVALID, "neither an image nor --rootfs was given");
	if (r->image && !*r->image)
		return md_fail(err, MD_ERR_INVALID, "the image name is empty");
	if (r->rootfs && r->rootfs[0] != '/')
		return md_fail(err, MD_ERR_INVALID, "--rootfs '%s' is no absolute path", r->rootfs);
	return 0;
}

static int check_names(const struct md_run_request *r, struct md_error *err)
{
	int signo;

	if (r->name && md_name_check(r->name, err) < 0)
		return md_error_prefix(err, "--name");
	if (r->hostname && md_hostname_check(r->hostname, err) < 0)
		return md_error_prefix(err, "--hostname");
	if (r->domainname && md_hostname_check(r->domainname, err) < 0)
		return md_error_prefix(err, "--domainname");
	if (r->workdir && r->workdir[0] != '/')
		return md_fail(err, MD_ERR_INVALID, "--workdir '%s' is no absolute path",
			       r->workdir);
	if (r->stop_signal && md_signal_parse(r->stop_signal, &signo, err) < 0)
		return md_error_prefix(err, "--stop-signal");
	if (r->stop_timeout_s < -1)
		return md_fail(err, MD_ERR_INVALID,
			       "--stop-timeout %d is neither -1 (wait for ever) nor seconds",
			       r->stop_timeout_s);
	return 0;
}

/* Every item is KEY=VALUE, or with `needs_value` false also KEY, and KEY is not empty. */
static int check_pairs(const struct md_strv *pairs, const char *flag, bool needs_value,
		       struct md_error *err)
{
	for (size_t i = 0; i < pairs->count; i++) {
		const char *item = pairs->items[i];

		if (!*item || *item == '=' || (needs_value && !strchr(item, '=')))
			return md_fail(err, MD_ERR_INVALID, "%s '%s' is not KEY=VALUE", flag, item);
	}
	return 0;
}

static int check_memory(const struct md_resources *r, struct md_error *err)
{
	long long memory = r->memory, swap = r->memory_swap, reservation = r->memory_reservation;

	if (memory < 0 || (memory > 0 && memory < MEMORY_MIN))
		return md_fail(err, MD_ERR_INVALID, "--memory %lld bytes is below 6m", memory);
	if (swap < -1)
		return md_fail(err, MD_ERR_INVALID, "--memory-swap %lld is neither -1 nor a size",
			       swap);
	if (swap > 0 && memory == 0)
		return md_fail(err, MD_ERR_INVALID,
			       "--memory-swap needs --memory (it is the sum of both)");
	if (swap > 0 && swap < memory)
		return md_fail(err, MD_ERR_INVALID,
			       "--memory-swap %lld is below --memory %lld (it is the sum of memory "
			       "and swap)",
			       swap, memory);
	if (reservation < 0 || (memory > 0 && reservation > memory))
		return md_fail(err, MD_ERR_INVALID,
			       "--memory-reservation %lld is above --memory %lld", reservation,
			       memory);
	return 0;
}

static int check_cpu(const struct md_resources *r, struct md_error *err)
{
	uint64_t period = r->cpu_period_us ? r->cpu_period_us : CPU_PERIOD_DEF;

	if (period < 1000 || period > 1000000)
		return md_fail(err, MD_ERR_INVALID, "--cpu-period %llu is not 1000 to 1000000",
			       (unsigned long long)period);
	if (r->cpu_quota_us && r->cpu_quota_us < 1000)
		return md_fail(err, MD_ERR_INVALID,
			       "the CPU quota of %llu us in each period is below 1000 us",
			       (unsigned long long)r->cpu_quota_us);
	if (r->cpu_shares && (r->cpu_shares < 2 || r->cpu_shares > 262144))
		return md_fail(err, MD_ERR_INVALID, "--cpu-shares %llu is not 2 to 262144",
			       (unsigned long long)r->cpu_shares);
	if (r->cpuset_cpus && md_parse_cpu_list(r->cpuset_cpus, err) < 0)
		return md_error_prefix(err, "--cpuset-cpus");
	if (r->cpuset_mems && md_parse_cpu_list(r->cpuset_mems, err) < 0)
		return md_error_prefix(err, "--cpuset-mems");
	return 0;
}

static int check_limits(const struct md_run_request *r, struct md_error *err)
{
	uint16_t weight = r->resources.blkio_weight;

	if (r->resources.pids < -1)
		return md_fail(err, MD_ERR_INVALID, "--pids-limit %lld is neither -1 nor a number",
			       (long long)r->resources.pids);
	if (weight && (weight < 10 || weight > 1000))
		return md_fail(err, MD_ERR_INVALID, "--blkio-weight %u is not 10 to 1000", weight);
	if (r->has_oom_score_adj && (r->oom_score_adj < -1000 || r->oom_score_adj > 1000))
		return md_fail(err, MD_ERR_INVALID, "--oom-score-adj %d is not -1000 to 1000",
			       r->oom_score_adj);
	for (size_t i = 0; i < r->rlimit_count; i++)
		if (r->rlimits[i].soft > r->rlimits[i].hard)
			return md_fail(err, MD_ERR_INVALID,
				       "--ulimit: the soft limit %llu is above the hard limit %llu",
				       (unsigned long long)r->rlimits[i].soft,
				       (unsigned long long)r->rlimits[i].hard);
	if (r->log_max_size && r->log_max_size < LOG_SIZE_MIN)
		return md_fail(err, MD_ERR_INVALID, "--log-opt max-size=%llu is below %d bytes",
			       (unsigned long long)r->log_max_size, LOG_SIZE_MIN);
	return 0;
}

/* The kernel would mount one over the other, and which one depends on the order of flags. */
static int check_mounts(const struct md_run_request *r, struct md_error *err)
{
	for (size_t i = 0; i < r->mount_count; i++) {
		const char *target = r->mounts[i].target;

		if (!target || target[0] != '/' || !target[1])
			return md_fail(err, MD_ERR_INVALID,
				       "mount target '%s' is no absolute path other than '/'",
				       target ? target : "");
		for (size_t k = 0; k < i; k++)
			if (strcmp(target, r->mounts[k].target) == 0)
				return md_fail(err, MD_ERR_INVALID,
					       "two mounts have the same target '%s'", target);
	}
	return 0;
}

struct namespace_rule {
	const char *flag, *value;
	const char *words[4]; /* what is allowed */
	bool can_join;        /* also "container:NAME" */
};

static int check_namespace(const struct namespace_rule *rule, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str words = MD_STR_INIT;

	if (!rule->value)
		return 0;
	if (rule->can_join && md_str_starts(rule->value, "container:") && rule->value[10])
		return 0;
	for (size_t i = 0; i < 4 && rule->words[i]; i++) {
		if (strcmp(rule->value, rule->words[i]) == 0)
			return 0;
		md_str_addf(&words, "%s%s", i ? ", " : "", rule->words[i]);
	}
	return md_fail(err, MD_ERR_INVALID, "--%s '%s' is not one of: %s%s", rule->flag,
		       rule->value, md_str_get(&words), rule->can_join ? ", container:NAME" : "");
}

static int check_namespaces(const struct md_run_request *r, struct md_error *err)
{
	const struct namespace_rule rules[] = {
		{"userns", r->userns, {"host", "private"}, false},
		{"pid", r->pid, {"private", "host"}, true},
		{"ipc", r->ipc, {"private", "host", "shareable"}, true},
		{"uts", r->uts, {"private", "host"}, true},
		{"cgroupns", r->cgroupns, {"private", "host"}, false},
	};
	const struct namespace_rule network = {"network", r->network, {"none", "host"}, true};

	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		if (check_namespace(&rules[i], err) < 0)
			return -1;
	if (is_set(r->network, "bridge") || is_set(r->network, "default"))
		return md_fail(
			err, MD_ERR_UNSUPPORTED,
			"--network '%s': bridge networks are not in this version (none, host "
			"or container:NAME)",
			r->network);
	return check_namespace(&network, err);
}

/* Settings of something that the container shares with others, and so may not change. */
static int check_shared(const struct md_run_request *r, struct md_error *err)
{
	if (r->hostname && r->uts && !is_set(r->uts, "private"))
		return md_fail(err, MD_ERR_INVALID,
			       "--hostname '%s' and --uts '%s' exclude each other (the host name "
			       "would not be the container's own)",
			       r->hostname, r->uts);
	if (is_set(r->userns, "private") && is_set(r->pid, "host"))
		return md_fail(
			err, MD_ERR_INVALID,
			"--userns private and --pid host exclude each other (/proc cannot be "
			"mounted then)");
	if (r->is_privileged && is_set(r->userns, "private"))
		return md_fail(err, MD_ERR_INVALID,
			       "--privileged and --userns private exclude each other");
	return 0;
}

/* Each becomes words of a line of resolv.conf: nothing that could start another line. */
static int check_words(const struct md_strv *words, const char *flag, struct md_error *err)
{
	for (size_t i = 0; i < words->count; i++)
		for (const char *p = words->items[i]; *p || p == words->items[i]; p++)
			if (*p <= ' ' || *p == 0x7f)
				return md_fail(err, MD_ERR_INVALID, "%s '%s' is not one word", flag,
					       words->items[i]);
	return 0;
}

static int check_hosts(const struct md_run_request *r, struct md_error *err)
{
	unsigned char address[sizeof(struct in6_addr)];

	for (size_t i = 0; i < r->add_hosts.count; i++)
		if (md_parse_add_host(r->add_hosts.items[i], err) < 0)
			return md_error_prefix(err, "--add-host");
	for (size_t i = 0; i < r->dns.count; i++)
		if (inet_pton(AF_INET, r->dns.items[i], address) != 1 &&
		    inet_pton(AF_INET6, r->dns.items[i], address) != 1)
			return md_fail(err, MD_ERR_INVALID, "--dns '%s' is no IP address",
				       r->dns.items[i]);
	if (check_words(&r->dns_search, "--dns-search", err) < 0)
		return -1;
	return check_words(&r->dns_options, "--dns-option", err);
}

int md_run_request_check(const struct md_run_request *r, struct md_error *err)
{
	if (check_root(r, err) < 0 || check_names(r, err) < 0 ||
	    check_pairs(&r->env, "--env", true, err) < 0 ||
	    check_pairs(&r->labels, "--label", false, err) < 0 ||
	    check_pairs(&r->sysctls, "--sysctl", true, err) < 0 ||
	    check_memory(&r->resources, err) < 0 || check_cpu(&r->resources, err) < 0 ||
	    check_limits(r, err) < 0 || check_mounts(r, err) < 0 || check_namespaces(r, err) < 0 ||
	    check_shared(r, err) < 0)
		return -1;
	return check_hosts(r, err);
}
