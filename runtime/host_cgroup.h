/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_cgroup.h - the part of struct md_host that is about control groups.
 *
 * First the mount table says which hierarchies there are (pure, testable for any host), then their
 * root directories say what they offer.
 */
#ifndef MD_RUNTIME_HOST_CGROUP_H
#define MD_RUNTIME_HOST_CGROUP_H

#include "runtime/host.h"
#include "runtime/mountinfo.h"

/* Fill cgroup_kind, v1, v1_count and v2_mount from a mount table. Makes no system call. */
void md_host_find_cgroups(const struct md_mount_table *table, struct md_host *host);

/* Fill the remaining cgroup members by looking into the hierarchies found. */
void md_host_probe_cgroups(struct md_host *host);

#endif
