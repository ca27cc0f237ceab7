/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cgroup_info.h - the controllers of this kernel for people (`minidock info`), by libcgroup.
 *
 * Not for the way of a start: reading every table costs more there than all limits together, and
 * struct md_host knows what the compiler needs.
 */
#ifndef MD_RUNTIME_CGROUP_INFO_H
#define MD_RUNTIME_CGROUP_INFO_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct md_cgroup_controller {
	char *name;
	char *mount;          /* NULL when it is in no hierarchy that is mounted */
	unsigned int version; /* 1 or 2, 0 when not mounted */
	unsigned int groups;  /* in its hierarchy; 0 when the kernel does not say */
	bool is_disabled;     /* by cgroup_disable= on the kernel's command line */
};

struct md_cgroup_info {
	struct md_cgroup_controller *controllers;
	size_t count;
};

#define MD_CGROUP_INFO_INIT \
	{                   \
		NULL, 0     \
	}

/* Look. A host without cgroups gives an empty list. Needs no privilege. */
int md_cgroup_info_read(struct md_cgroup_info *ret, struct md_error *err);
void md_cgroup_info_fini(struct md_cgroup_info *info);

#endif
