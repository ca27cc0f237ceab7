/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile_cgroup.h - the two generations of cgroups behind compile_cgroup.c.
 *
 *	              v1                                  v2
 *	groups        one per hierarchy that is needed    one, in the one tree
 *	joined by     the child: 0 into each `tasks`      clone3(CLONE_INTO_CGROUP)
 *	limits        wherever the controller is: a hybrid host may have it on either side
 *
 * A container's group is <mount>/<cgroup_parent>/<id> everywhere. The parent belongs to the engine
 * and stays: removing it with its last container would race with the next one being made.
 */
#ifndef MD_RUNTIME_COMPILE_CGROUP_H
#define MD_RUNTIME_COMPILE_CGROUP_H

#include "runtime/host.h"
#include "runtime/program.h"
#include "runtime/spec.h"

/* What can be limited; each is one op "cgroup-limit:<name>". */
enum md_cgroup_limit {
	MD_CGROUP_LIMIT_MEMORY,
	MD_CGROUP_LIMIT_CPU,
	MD_CGROUP_LIMIT_CPUSET,
	MD_CGROUP_LIMIT_PIDS,
	MD_CGROUP_LIMIT_IO,
	MD_CGROUP_LIMIT_COUNT,
};

/* True if the spec asks for it. */
bool md_cgroup_limit_is_asked(const struct md_spec *spec, enum md_cgroup_limit limit);

/* Add the writes of one limit to the current op; `group` is the container's directory. */
typedef void md_cgroup_limit_fn(const struct md_spec *spec, const struct md_host *host,
				const char *group, struct md_program *program);
extern md_cgroup_limit_fn *const md_cgroup_limits_v1[MD_CGROUP_LIMIT_COUNT];
extern md_cgroup_limit_fn *const md_cgroup_limits_v2[MD_CGROUP_LIMIT_COUNT];

/* Those that both generations write alike. */
md_cgroup_limit_fn md_cgroup_limit_cpuset;
md_cgroup_limit_fn md_cgroup_limit_pids;

/* True if the container gets a group in this hierarchy. */
bool md_cgroup_v1_is_used(const struct md_spec *spec, const struct md_host *host,
			  const struct md_cgroup_v1 *hierarchy);

/* Make the groups, with their undo, inside the current op. */
void md_cgroup_v1_make(const struct md_spec *spec, const struct md_host *host,
		       struct md_program *program);
void md_cgroup_v2_make(const struct md_spec *spec, const struct md_host *host,
		       struct md_program *program);

/* Inside the current op: mkdirat for every component of the group's path below `mount`. */
void md_cgroup_emit_directories(const struct md_spec *spec, const char *mount,
				struct md_program *program);

/* A checked write of one value into <directory>/<file>. */
void md_cgroup_emit_write(struct md_program *program, const char *directory, const char *file,
			  const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* The path of the container's group below `mount`; the caller frees it. */
char *md_cgroup_group_of(const struct md_spec *spec, const char *mount);

/* Append the paths of all groups on the way down from `mount`; the container's own is the last. */
void md_cgroup_list_groups(const struct md_spec *spec, const char *mount, struct md_strv *out);

#endif
