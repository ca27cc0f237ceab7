/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cgroup.h - the groups of a container that runs, or did: stop it, look at it, end it.
 *
 * The compiler makes the groups (runtime/compile_cgroup.h); this module finds them again from the
 * same three facts. They are taken away by path, see runtime/cgroup_kill.h. Where a v2 tree is
 * mounted, even one without controllers, it serves for freezing, killing and finding processes;
 * otherwise the v1 hierarchies do.
 */
#ifndef MD_RUNTIME_CGROUP_H
#define MD_RUNTIME_CGROUP_H

#include "base/error.h"
#include "runtime/host.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Whose groups: nothing here is owned. */
struct md_cgroup {
	const struct md_host *host;
	const char *parent; /* md_spec.cgroup_parent */
	const char *id;
};

/*
 * Stop every process of the group where it is, and return when all have stopped. A process that
 * does not stop within 10 s (it waits for a dead disk, say) is MD_ERR_STATE, and the group runs on.
 */
int md_cgroup_freeze(const struct md_cgroup *group, struct md_error *err);

/* Let it run again. A group that is not frozen is fine. */
int md_cgroup_thaw(const struct md_cgroup *group, struct md_error *err);

/* SIGKILL to every process, frozen or not. Returns when none is left; after 10 s MD_ERR_STATE. */
int md_cgroup_kill(const struct md_cgroup *group, struct md_error *err);

/*
 * How often the kernel killed a process of the group for want of memory. MD_ERR_UNSUPPORTED
 * without a memory controller.
 */
int md_cgroup_oom_kills(const struct md_cgroup *group, uint64_t *ret, struct md_error *err);

/*
 * Process ids of the group and of groups below it, as the engine sees them, ascending; the caller
 * frees the array. Each may have ended by the time it is looked at.
 */
int md_cgroup_pids(const struct md_cgroup *group, pid_t **ret, size_t *ret_count,
		   struct md_error *err);

#endif
