/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "containers/request.h"

#include <stdlib.h>

#define MIB (INT64_C(1) << 20)

typedef void change_fn(struct md_run_request *r);

static void set(char **member, const char *value)
{
	free(*member);
	*member = md_xstrdup_or_null(value);
}

#define CHANGE(name, statement)                    \
	static void name(struct md_run_request *r) \
	{                                          \
		statement;                         \
	}

CHANGE(nothing, (void)r)
CHANGE(no_image, set(&r->image, NULL))
CHANGE(two_roots, set(&r->rootfs, "/srv/root"))
CHANGE(relative_rootfs, (set(&r->image, NULL), set(&r->rootfs, "root")))
CHANGE(bad_name, set(&r->name, "a/b"))
CHANGE(bad_hostname, set(&r->hostname, "a_b"))
CHANGE(bad_workdir, set(&r->workdir, "tmp"))
CHANGE(bad_signal, set(&r->stop_signal, "SIGNOPE"))
CHANGE(bad_timeout, r->stop_timeout_s = -2)
CHANGE(bad_env, md_strv_add(&r->env, "=x"))
CHANGE(env_without_value, md_strv_add(&r->env, "A"))
CHANGE(bad_label, md_strv_add(&r->labels, ""))
CHANGE(bad_sysctl, md_strv_add(&r->sysctls, "net.x"))
CHANGE(little_memory, r->resources.memory = 5 * MIB)
CHANGE(swap_alone, r->resources.memory_swap = 64 * MIB)
CHANGE(low_swap, (r->resources.memory = 64 * MIB, r->resources.memory_swap = 32 * MIB))
CHANGE(high_reservation,
       (r->resources.memory = 64 * MIB, r->resources.memory_reservation = 65 * MIB))
CHANGE(little_cpu, r->resources.cpu_quota_us = 999)
CHANGE(bad_period, r->resources.cpu_period_us = 999)
CHANGE(bad_shares, r->resources.cpu_shares = 1)
CHANGE(bad_cpus, set(&r->resources.cpuset_cpus, "3-1"))
CHANGE(bad_pids, r->resources.pids = -2)
CHANGE(bad_weight, r->resources.blkio_weight = 9)
CHANGE(bad_score, (r->has_oom_score_adj = true, r->oom_score_adj = 1001))
CHANGE(small_log, r->log_max_size = 1023)
CHANGE(bad_pid, set(&r->pid, "shared"))
CHANGE(join_nobody, set(&r->pid, "container:"))
CHANGE(bridge, set(&r->network, "bridge"))
CHANGE(named_network, set(&r->network, "web"))
CHANGE(host_uts_name, (set(&r->hostname, "a"), set(&r->uts, "host")))
CHANGE(userns_host_pid, (set(&r->userns, "private"), set(&r->pid, "host")))
CHANGE(privileged_userns, (set(&r->userns, "private"), r->is_privileged = true))
CHANGE(bad_dns, md_strv_add(&r->dns, "dns.example"))
CHANGE(two_searches, md_strv_add(&r->dns_search, "a\nnameserver 6.6.6.6"))
CHANGE(no_option, md_strv_add(&r->dns_options, ""))
CHANGE(bad_host, md_strv_add(&r->add_hosts, "a"))

CHANGE(all_at_once, (r->is_detached = r->is_interactive = r->has_terminal = true))
CHANGE(no_swap, (r->resources.memory = 64 * MIB, r->resources.memory_swap = 64 * MIB))
CHANGE(endless_swap, (r->resources.memory = 64 * MIB, r->resources.memory_swap = -1))
CHANGE(join_web, set(&r->network, "container:web"))
CHANGE(host_network, set(&r->network, "host"))
CHANGE(endless_pids, r->resources.pids = -1)
CHANGE(label_alone, md_strv_add(&r->labels, "a"))

static void add_mount(struct md_run_request *r, const char *text)
{
	struct md_error err = MD_ERROR_INIT;

	r->mounts = md_xreallocarray(r->mounts, r->mount_count + 1, sizeof(*r->mounts));
	CHECK(md_parse_volume(text, &r->mounts[r->mount_count++], &err) == 0);
}

CHANGE(two_mounts, (add_mount(r, "/a:/x"), add_mount(r, "/b:/x/y")))
CHANGE(same_target, (add_mount(r, "/a:/x"), add_mount(r, "/b:/x/")))

static void check_change(change_fn *change, const char *message)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_run_request request;
	int result;

	md_run_request_init(&request);
	request.image = md_xstrdup("busybox");
	change(&request);
	result = md_run_request_check(&request, &err);
	CHECK((result == 0) == (message == NULL));
	if (result < 0 && message && !strstr(err.msg, message))
		CHECK_STR(err.msg, message);
	if (result < 0 && !message)
		printf("# %s\n", err.msg);
	md_run_request_fini(&request);
}

static void good_requests_pass(void)
{
	change_fn *const good[] = {nothing,      all_at_once,  no_swap,     endless_swap, join_web,
				   host_network, endless_pids, label_alone, two_mounts};

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		check_change(good[i], NULL);
}

static void contradictions_name_the_flags(void)
{
	static const struct {
		change_fn *change;
		const char *message;
	} cases[] = {
		{no_image, "neither an image nor --rootfs"},
		{two_roots, "exclude each other"},
		{relative_rootfs, "--rootfs 'root' is no absolute path"},
		{bad_name, "--name: 'a/b'"},
		{bad_hostname, "--hostname: 'a_b'"},
		{bad_workdir, "--workdir 'tmp'"},
		{bad_signal, "--stop-signal: "},
		{bad_timeout, "--stop-timeout -2"},
		{bad_env, "--env '=x'"},
		{env_without_value, "--env 'A'"},
		{bad_label, "--label ''"},
		{bad_sysctl, "--sysctl 'net.x'"},
		{little_memory, "--memory 5242880 bytes is below 6m"},
		{swap_alone, "--memory-swap needs --memory"},
		{low_swap, "--memory-swap 33554432 is below --memory 67108864"},
		{high_reservation, "--memory-reservation"},
		{little_cpu, "below 1000 us"},
		{bad_period, "--cpu-period 999"},
		{bad_shares, "--cpu-shares 1"},
		{bad_cpus, "--cpuset-cpus: '3-1'"},
		{bad_pids, "--pids-limit -2"},
		{bad_weight, "--blkio-weight 9"},
		{bad_score, "--oom-score-adj 1001"},
		{small_log, "max-size=1023"},
		{bad_pid, "--pid 'shared' is not one of: private, host, container:NAME"},
		{join_nobody, "--pid 'container:' is not one of"},
		{bridge, "not in this version"},
		{named_network, "--network 'web' is not one of: none, host"},
		{host_uts_name, "--hostname 'a' and --uts 'host'"},
		{userns_host_pid, "--userns private and --pid host"},
		{privileged_userns, "--privileged and --userns private"},
		{bad_dns, "--dns 'dns.example'"},
		{bad_host, "--add-host: 'a'"},
		{two_searches, "--dns-search 'a"},
		{no_option, "--dns-option '' is not one word"},
		{same_target, "same target '/x'"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		check_change(cases[i].change, cases[i].message);
}

int main(void)
{
	RUN(good_requests_pass);
	RUN(contradictions_name_the_flags);
	return DONE();
}
