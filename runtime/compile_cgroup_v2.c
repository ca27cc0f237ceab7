/* SPDX-License-Identifier: Apache-2.0 */
/* One tree for all controllers; on a hybrid host it may have few of them or none. */
#include "runtime/compile_cgroup.h"

#include "base/cleanup.h"
#include "runtime/cgroup_values.h"

#include <inttypes.h>

/* What a container's group may need, in the order of cgroup.controllers. */
static const struct {
	const char *controller;
	enum md_cgroup_limit limit;
	bool is_always_used; /* also without a limit, for what it counts */
} needs[] = {
	{"cpuset", MD_CGROUP_LIMIT_CPUSET, false}, {"cpu", MD_CGROUP_LIMIT_CPU, true},
	{"io", MD_CGROUP_LIMIT_IO, false},         {"memory", MD_CGROUP_LIMIT_MEMORY, true},
	{"pids", MD_CGROUP_LIMIT_PIDS, true},
};

/* "+cpu +memory +pids": what the group needs of this tree. *ret_is_enabled: the root has it all. */
static void list_needs(const struct md_spec *spec, const struct md_host *host, struct md_str *out,
		       bool *ret_is_enabled)
{
	*ret_is_enabled = true;
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		if (!needs[i].is_always_used && !md_cgroup_limit_is_asked(spec, needs[i].limit))
			continue;
		if (!md_host_v2_has(host, needs[i].controller))
			continue;
		md_str_addf(out, "%s+%s", out->length ? " " : "", needs[i].controller);
		if (!md_host_lists(host->v2_enabled, ' ', needs[i].controller))
			*ret_is_enabled = false;
	}
}

/*
 * A group has the controllers that its parent passes on in cgroup.subtree_control, down from the
 * root. Only the container's own group holds processes, so that no group on the way does both:
 * the kernel refuses that, cgroups(7).
 */
static void pass_controllers_on(const struct md_spec *spec, const struct md_host *host,
				struct md_program *program)
{
	MD_CLEANUP(md_str_fini) struct md_str list = MD_STR_INIT;
	MD_CLEANUP(md_strv_fini) struct md_strv groups = MD_STRV_INIT;
	bool is_enabled;

	list_needs(spec, host, &list, &is_enabled);
	if (list.length == 0)
		return;
	if (!is_enabled)
		md_cgroup_emit_write(program, host->v2_mount, "cgroup.subtree_control", "%s",
				     md_str_get(&list));
	md_cgroup_list_groups(spec, host->v2_mount, &groups);
	for (size_t i = 0; i + 1 < groups.count; i++)
		md_cgroup_emit_write(program, groups.items[i], "cgroup.subtree_control", "%s",
				     md_str_get(&list));
}

/* Controllers may be passed on at any time: the group finds its files however late that is. */
void md_cgroup_v2_make(const struct md_spec *spec, const struct md_host *host,
		       struct md_program *program)
{
	md_cgroup_emit_directories(spec, host->v2_mount, program);
	pass_controllers_on(spec, host, program);
}

static void limit_swap(const struct md_spec *spec, const struct md_host *host, const char *group,
		       struct md_program *program)
{
	const struct md_resources *r = &spec->resources;
	int64_t swap = md_swap_alone(r->memory, r->memory_swap);

	if (swap < 0)
		return;
	if (host->has_swap_accounting)
		md_cgroup_emit_write(program, group, "memory.swap.max", "%" PRId64, swap);
	else if (r->memory_swap > 0)
		md_program_unmet(program,
				 "--memory-swap needs the file memory.swap.max, which this "
				 "kernel does not offer; boot it with swapaccount=1");
}

static void limit_memory(const struct md_spec *spec, const struct md_host *host, const char *group,
			 struct md_program *program)
{
	const struct md_resources *r = &spec->resources;

	if (r->memory_reservation > 0)
		md_cgroup_emit_write(program, group, "memory.low", "%" PRId64,
				     r->memory_reservation);
	if (r->memory <= 0)
		return;
	md_cgroup_emit_write(program, group, "memory.max", "%" PRId64, r->memory);
	limit_swap(spec, host, group, program);
}

static void limit_cpu(const struct md_spec *spec, const struct md_host *host, const char *group,
		      struct md_program *program)
{
	const struct md_resources *r = &spec->resources;
	uint64_t period = r->cpu_period_us ? r->cpu_period_us : MD_CPU_PERIOD_DEFAULT_US;

	(void)host;
	if (r->cpu_shares > 0)
		md_cgroup_emit_write(program, group, "cpu.weight", "%" PRIu64,
				     md_cpu_weight(r->cpu_shares));
	if (r->cpu_quota_us > 0)
		md_cgroup_emit_write(program, group, "cpu.max", "%" PRIu64 " %" PRIu64,
				     r->cpu_quota_us, period);
	else if (r->cpu_period_us > 0)
		md_cgroup_emit_write(program, group, "cpu.max", "max %" PRIu64, period);
}

/* Each block device obeys the file of its own scheduler, so both are written where both exist. */
static void limit_io(const struct md_spec *spec, const struct md_host *host, const char *group,
		     struct md_program *program)
{
	unsigned int weight = spec->resources.blkio_weight;

	if (host->has_bfq_weight)
		md_cgroup_emit_write(program, group, "io.bfq.weight", "%u", weight);
	if (host->has_io_cost)
		md_cgroup_emit_write(program, group, "io.weight", "%" PRIu64, md_io_weight(weight));
	if (!host->has_bfq_weight && !host->has_io_cost)
		md_program_unmet(program,
				 "the I/O weight needs the file io.weight or io.bfq.weight of "
				 "the controller 'io', and this kernel has neither; load the "
				 "BFQ scheduler: modprobe bfq");
}

md_cgroup_limit_fn *const md_cgroup_limits_v2[MD_CGROUP_LIMIT_COUNT] = {
	[MD_CGROUP_LIMIT_MEMORY] = limit_memory,
	[MD_CGROUP_LIMIT_CPU] = limit_cpu,
	[MD_CGROUP_LIMIT_CPUSET] = md_cgroup_limit_cpuset,
	[MD_CGROUP_LIMIT_PIDS] = md_cgroup_limit_pids,
	[MD_CGROUP_LIMIT_IO] = limit_io,
};
