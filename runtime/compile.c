/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/compile.h"

/*
 * The order matters, and each place has its reason:
 *  - the groups exist before the process, so that it is never outside its limits;
 *  - roots and volumes are taken hold of by the engine, because the first process of a private user
 *    namespace could not reach them;
 *  - id maps need the process, id-mapped mounts need the id maps;
 *  - the cgroup namespace comes after joining, everything mounted after private-mounts;
 *  - volumes come after /dev, /proc and /sys, and before anything is hidden or made read-only;
 *  - what the process gives up comes last, and in md_compile_process().
 */
void md_compile_start(const struct md_spec *spec, const struct md_host *host,
		      struct md_program *program)
{
	md_compile_cgroup_create(spec, host, program);
	md_compile_cgroup_limits(spec, host, program);
	md_compile_device_rules(spec, host, program);
	md_compile_root_source(spec, host, program);
	md_compile_volume_sources(spec, host, program);
	md_compile_init(spec, program);
	md_compile_stdio_owner(spec, &spec->process, program);
	md_compile_clone(spec, host, program);
	md_compile_id_maps(spec, host, program);

	md_compile_cgroup_join(spec, host, program);
	md_compile_session(program);
	md_compile_oom_score(&spec->process, spec->user_ns, program);
	md_compile_namespaces(spec, host, program);
	md_compile_root(spec, host, program);
	md_compile_system_mounts(spec, host, program);
	md_compile_cgroup_mounts(spec, host, program);
	md_compile_devices(spec, host, program);
	md_compile_volumes(spec, host, program);
	md_compile_console(&spec->process, program);
	md_compile_identity(spec, program);
	md_compile_paths(spec, host, program);
	md_compile_switch_root(spec, host, program);
	md_compile_process(&spec->process, spec->use_init, host, program);
}
