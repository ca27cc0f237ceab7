/* SPDX-License-Identifier: Apache-2.0 */
/* One hierarchy of groups per controller, or per set of controllers that are mounted together. */
#include "runtime/compile_cgroup.h"

#include "base/cleanup.h"
#include "runtime/cgroup_values.h"

#include <inttypes.h>

static bool has(const struct md_cgroup_v1 *hierarchy, const char *controller)
{
	return md_host_lists(hierarchy->controllers, ',', controller);
}

/* These account or confine even when no limit was asked for: usage, OOM kills, devices. */
static bool is_always_used(const struct md_cgroup_v1 *hierarchy)
{
	return has(hierarchy, "memory") || has(hierarchy, "cpu") || has(hierarchy, "cpuacct") ||
	       has(hierarchy, "pids") || has(hierarchy, "devices");
}

bool md_cgroup_v1_is_used(const struct md_spec *spec, const struct md_host *host,
			  const struct md_cgroup_v1 *hierarchy)
{
	return is_always_used(hierarchy) ||
	       (has(hierarchy, "cpuset") &&
		md_cgroup_limit_is_asked(spec, MD_CGROUP_LIMIT_CPUSET)) ||
	       (has(hierarchy, "blkio") && md_cgroup_limit_is_asked(spec, MD_CGROUP_LIMIT_IO)) ||
	       (has(hierarchy, "freezer") && !host->has_cgroup_freeze);
}

/*
 * A new cpuset group has no CPUs and no memory nodes and takes no process until it has, and its
 * parents come first: cpuset(7). Each missing value is copied from the directory above.
 */
static void fill_cpuset(const char *directory, struct md_program *program)
{
	md_emit(program, MD_CALL_CGROUP_INHERIT, MD_TEXT(directory), MD_TEXT("cpuset.cpus"));
	md_emit(program, MD_CALL_CGROUP_INHERIT, MD_TEXT(directory), MD_TEXT("cpuset.mems"));
}

static void fill_cpusets(const struct md_spec *spec, const char *mount, struct md_program *program)
{
	MD_CLEANUP(md_strv_fini) struct md_strv groups = MD_STRV_INIT;

	md_cgroup_list_groups(spec, mount, &groups);
	for (size_t i = 0; i < groups.count; i++)
		fill_cpuset(groups.items[i], program);
}

void md_cgroup_v1_make(const struct md_spec *spec, const struct md_host *host,
		       struct md_program *program)
{
	for (unsigned int i = 0; i < host->v1_count; i++) {
		const struct md_cgroup_v1 *hierarchy = &host->v1[i];

		if (!md_cgroup_v1_is_used(spec, host, hierarchy))
			continue;
		md_cgroup_emit_directories(spec, hierarchy->mount, program);
		if (has(hierarchy, "cpuset"))
			fill_cpusets(spec, hierarchy->mount, program);
	}
}

/* memory + swap cannot be less than memory, so memory goes first: it starts unlimited. */
static void limit_memory(const struct md_spec *spec, const struct md_host *host, const char *group,
			 struct md_program *program)
{
	const struct md_resources *r = &spec->resources;
	int64_t total = md_swap_total(r->memory, r->memory_swap);

	if (r->memory_reservation > 0)
		md_cgroup_emit_write(program, group, "memory.soft_limit_in_bytes", "%" PRId64,
				     r->memory_reservation);
	if (r->memory <= 0)
		return;
	md_cgroup_emit_write(program, group, "memory.limit_in_bytes", "%" PRId64, r->memory);
	if (total < 0)
		return;
	if (host->has_swap_accounting)
		md_cgroup_emit_write(program, group, "memory.memsw.limit_in_bytes", "%" PRId64,
				     total);
	else if (r->memory_swap > 0)
		md_program_unmet(program,
				 "--memory-swap needs the file memory.memsw.limit_in_bytes, "
				 "which this kernel does not offer; boot it with swapaccount=1");
}

/* The quota is checked against the period, so the period goes first. */
static void limit_cpu(const struct md_spec *spec, const struct md_host *host, const char *group,
		      struct md_program *program)
{
	const struct md_resources *r = &spec->resources;

	(void)host;
	if (r->cpu_shares > 0)
		md_cgroup_emit_write(program, group, "cpu.shares", "%" PRIu64, r->cpu_shares);
	if (r->cpu_period_us > 0)
		md_cgroup_emit_write(program, group, "cpu.cfs_period_us", "%" PRIu64,
				     r->cpu_period_us);
	if (r->cpu_quota_us > 0)
		md_cgroup_emit_write(program, group, "cpu.cfs_quota_us", "%" PRIu64,
				     r->cpu_quota_us);
}

/* CFQ and its blkio.weight left the kernel in 5.0; since then only BFQ weighs. */
static void limit_io(const struct md_spec *spec, const struct md_host *host, const char *group,
		     struct md_program *program)
{
	unsigned int weight = spec->resources.blkio_weight;

	if (host->has_bfq_weight)
		md_cgroup_emit_write(program, group, "blkio.bfq.weight", "%u", weight);
	else if (host->kernel_version < 5 << 16)
		md_cgroup_emit_write(program, group, "blkio.weight", "%u", weight);
	else
		md_program_unmet(program, "the I/O weight needs the file blkio.bfq.weight of the "
					  "controller 'blkio', which comes with the BFQ scheduler; "
					  "load it: modprobe bfq");
}

md_cgroup_limit_fn *const md_cgroup_limits_v1[MD_CGROUP_LIMIT_COUNT] = {
	[MD_CGROUP_LIMIT_MEMORY] = limit_memory,
	[MD_CGROUP_LIMIT_CPU] = limit_cpu,
	[MD_CGROUP_LIMIT_CPUSET] = md_cgroup_limit_cpuset,
	[MD_CGROUP_LIMIT_PIDS] = md_cgroup_limit_pids,
	[MD_CGROUP_LIMIT_IO] = limit_io,
};
