/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compile.h - from what is wanted and what the host offers to the program that does it.
 *
 *	struct md_spec  +  struct md_host  ──►  struct md_program
 *
 * Pure: no system call, no failure, the same input gives the same bytes. What this host cannot do
 * becomes an op whose `unmet` sentence says so (plan prints it, launch refuses to start).
 *
 * One file per topic, compile_<topic>.c; their order is the list in compile.c.
 */
#ifndef MD_RUNTIME_COMPILE_H
#define MD_RUNTIME_COMPILE_H

#include "runtime/host.h"
#include "runtime/program.h"
#include "runtime/spec.h"

/* A container's start. *program must be initialised and empty. */
void md_compile_start(const struct md_spec *spec, const struct md_host *host,
		      struct md_program *program);

/* One more process in the running container whose first process is `spec->join_pid`: exec. */
void md_compile_exec(const struct md_spec *spec, const struct md_process *process,
		     const struct md_host *host, struct md_program *program);

/* Topics, in compile_<topic>.c. Each adds zero or more ops. */
void md_compile_cgroup_create(const struct md_spec *spec, const struct md_host *host,
			      struct md_program *program);
void md_compile_cgroup_limits(const struct md_spec *spec, const struct md_host *host,
			      struct md_program *program);
/* (child side) v1: write 0 into the `tasks` files that cgroup_create opened. */
void md_compile_cgroup_join(const struct md_spec *spec, const struct md_host *host,
			    struct md_program *program);
/* exec: open the existing groups of the container and join them as above. */
void md_compile_cgroup_reenter(const struct md_spec *spec, const struct md_host *host,
			       struct md_program *program);
/* (child side) /sys/fs/cgroup inside: read-only views of the hierarchies that we joined. */
void md_compile_cgroup_mounts(const struct md_spec *spec, const struct md_host *host,
			      struct md_program *program);
void md_compile_device_rules(const struct md_spec *spec, const struct md_host *host,
			     struct md_program *program);
void md_compile_namespaces(const struct md_spec *spec, const struct md_host *host,
			   struct md_program *program);
void md_compile_root(const struct md_spec *spec, const struct md_host *host,
		     struct md_program *program);
void md_compile_system_mounts(const struct md_spec *spec, const struct md_host *host,
			      struct md_program *program);
void md_compile_devices(const struct md_spec *spec, const struct md_host *host,
			struct md_program *program);
void md_compile_volumes(const struct md_spec *spec, const struct md_host *host,
			struct md_program *program);
void md_compile_console(const struct md_process *process, struct md_program *program);
void md_compile_paths(const struct md_spec *spec, const struct md_host *host,
		      struct md_program *program);
void md_compile_switch_root(const struct md_spec *spec, const struct md_host *host,
			    struct md_program *program);
void md_compile_identity(const struct md_spec *spec, const struct md_host *host,
			 struct md_program *program);
/* The privileges a process gives up and the exec, for a start and for exec alike. */
void md_compile_process(const struct md_process *process, const struct md_host *host,
			struct md_program *program);

/* True if the container's v2 group exists on this host and clone3 can put the child into it. */
bool md_compile_clones_into_cgroup(const struct md_spec *spec, const struct md_host *host);

#endif
