/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/seccomp_plan.h"

#include "runtime/seccomp_numbers.h"
#include "runtime/seccomp_table.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <string.h>

/* Every argument in the table is an int: compare the lower half whatever the upper one holds. */
static void fill_args(const struct md_seccomp_group *group, struct md_seccomp_rule *rule)
{
	rule->arg_count = md_seccomp_group_compares(group);
	for (size_t i = 0; i < rule->arg_count; i++)
		rule->args[i] = (struct md_seccomp_arg){.index = group->compares[i].arg,
							.op = MD_SECCOMP_MASKED_EQ,
							.value = group->compares[i].mask,
							.value_two = group->compares[i].value};
}

static void add_group(const struct md_seccomp_group *group, struct md_seccomp_plan *plan)
{
	const char *cursor = group->names;
	struct md_seccomp_rule rule = {
		.action = group->fails ? SECCOMP_RET_ERRNO | (uint32_t)group->fails
				       : SECCOMP_RET_ALLOW,
		.is_guard = group->fails && md_seccomp_group_compares(group),
	};

	if (rule.is_guard)
		memcpy(rule.compares, group->compares, sizeof(rule.compares));
	else
		fill_args(group, &rule);
	while (md_seccomp_next_name(&cursor, rule.name))
		md_seccomp_plan_add(plan, &rule);
}

static void set_arches(enum md_profile profile, uint32_t arch, struct md_seccomp_plan *plan)
{
	plan->arches[plan->arch_count++] = arch;
	if (profile != MD_PROFILE_DOCKER)
		return;
	if (arch == MD_SECCOMP_X86_64) {
		plan->arches[plan->arch_count++] = MD_SECCOMP_X86;
		plan->arches[plan->arch_count++] = MD_SECCOMP_X32;
	} else if (arch == MD_SECCOMP_AARCH64) {
		plan->arches[plan->arch_count++] = MD_SECCOMP_ARM;
	}
}

void md_seccomp_plan_profile(enum md_profile profile, uint64_t caps, uint32_t arch,
			     struct md_seccomp_plan *plan)
{
	const struct md_seccomp_group *groups;
	size_t count;

	plan->default_action = SECCOMP_RET_ERRNO | EPERM;
	plan->foreign_action = SECCOMP_RET_KILL_PROCESS;
	plan->newer_is_enosys = true;
	plan->newest = MD_SECCOMP_NEWEST;
	set_arches(profile, arch, plan);
	groups = md_seccomp_groups(&count);
	for (size_t i = 0; i < count; i++) {
		if (md_seccomp_group_applies(&groups[i], profile, caps))
			add_group(&groups[i], plan);
	}
}
