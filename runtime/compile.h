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

/*
 * One more process in the running container that was started from `spec`: exec. md_launch.target is
 * a pidfd of the container's first process.
 */
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

/* (engine) Take hold of the root and of the volumes: detached mounts in slots. */
void md_compile_root_source(const struct md_spec *spec, const struct md_host *host,
			    struct md_program *program);
void md_compile_volume_sources(const struct md_spec *spec, const struct md_host *host,
			       struct md_program *program);
/* (engine) Open the program for --init. */
void md_compile_init(const struct md_spec *spec, struct md_program *program);
/* (engine) Let the command's user open its own output pipes. */
void md_compile_stdio_owner(const struct md_spec *spec, const struct md_process *process,
			    struct md_program *program);
/* (engine) The clone, with the flags of the spec or with given ones. */
void md_compile_clone(const struct md_spec *spec, const struct md_host *host,
		      struct md_program *program);
void md_compile_clone_call(uint64_t flags, bool into_cgroup, const struct md_host *host,
			   struct md_program *program);
/* User namespace: id maps, id-mapped layers and volumes, becoming root inside. */
void md_compile_id_maps(const struct md_spec *spec, const struct md_host *host,
			struct md_program *program);
void md_compile_idmapped_root(const struct md_spec *spec, const struct md_host *host,
			      struct md_program *program);
void md_compile_idmapped_volumes(const struct md_spec *spec, const struct md_host *host,
				 struct md_program *program);
void md_compile_namespace_root(struct md_program *program);

/* (child side, all of the following) */
void md_compile_session(struct md_program *program);
/* `user_ns` of the process at this moment: a private one leaves the write to the engine. */
void md_compile_oom_score(const struct md_process *process, enum md_ns_mode user_ns,
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
/* Terminal or pipes as 0, 1, 2. */
void md_compile_console(const struct md_process *process, struct md_program *program);
/* Host name, loopback interface, sysctls. */
void md_compile_identity(const struct md_spec *spec, struct md_program *program);
/* Masked and read-only paths. */
void md_compile_paths(const struct md_spec *spec, const struct md_host *host,
		      struct md_program *program);
/* pivot_root or chroot, working directory, read-only root. */
void md_compile_switch_root(const struct md_spec *spec, const struct md_host *host,
			    struct md_program *program);
/* Limits, user, privileges and the exec: for a start and for exec alike. */
void md_compile_process(const struct md_process *process, bool use_init, const struct md_host *host,
			struct md_program *program);
/* Enter the directory in MD_SLOT_DIR, which must be `cwd` below the root. */
void md_compile_chdir(const char *cwd, struct md_program *program);

/* True if the container's v2 group exists on this host and clone3 can put the child into it. */
bool md_compile_clones_into_cgroup(const struct md_spec *spec, const struct md_host *host);

#endif
