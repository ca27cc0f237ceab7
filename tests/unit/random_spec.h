/* SPDX-License-Identifier: Apache-2.0 */
/*
 * random_spec.h - containers that nobody would think of, and hosts to put them on.
 *
 *	uint64_t random = 1;
 *	struct md_host host = random_host(&random);
 *	random_spec(&random, &spec); ... md_spec_fini(&spec);
 *
 * Every spec is one that md_spec_check() accepts. The same seed gives the same specs.
 */
#ifndef MD_TESTS_RANDOM_SPEC_H
#define MD_TESTS_RANDOM_SPEC_H

#include "base/alloc.h"
#include "runtime/spec.h"
#include "tests/unit/sample_hosts.h"

#include <linux/filter.h>
#include <sys/resource.h>

/* A number below `n`: xorshift. */
static inline uint64_t below(uint64_t *random, uint64_t n)
{
	*random ^= *random << 13;
	*random ^= *random >> 7;
	*random ^= *random << 17;
	return (*random >> 11) % n;
}

static inline bool once_in(uint64_t *random, uint64_t n)
{
	return below(random, n) == 0;
}

#define ONE_OF(random, list) ((list)[below(random, sizeof(list) / sizeof(*(list)))])

/* One of the sample hosts, sometimes with a kernel that lacks something. */
static inline struct md_host random_host(uint64_t *random)
{
	static struct md_host (*const hosts[])(void) = {sample_host_v1, sample_host_hybrid,
							sample_host_wsl2, sample_host_v2,
							sample_host_bare};
	struct md_host host = ONE_OF(random, hosts)();

	host.has_landlock = !once_in(random, 3);
	host.has_clone_into_cgroup = !once_in(random, 6);
	host.has_clone3 = host.has_clone_into_cgroup || !once_in(random, 2);
	host.has_overlay_layer_fds = host.has_overlay_layer_fds && !once_in(random, 4);
	host.has_lowerdir_append = host.has_overlay_layer_fds || once_in(random, 2);
	if (once_in(random, 4))
		host.has_mount_setattr = host.has_lowerdir_append = host.has_overlay_layer_fds =
			false;
	if (!host.has_mount_setattr)
		host.has_mount_api = !once_in(random, 2);
	host.has_swap_accounting = !once_in(random, 5);
	host.has_bfq_weight = once_in(random, 2);
	host.v2_is_locked = once_in(random, 10);
	host.is_root = !once_in(random, 20);
	return host;
}

static inline char *random_path(uint64_t *random, const char *base)
{
	return md_xasprintf("%s/p%u", base, (unsigned int)below(random, 1000));
}

static inline void random_process(uint64_t *random, struct md_process *process)
{
	static const struct sock_filter allow_all[] = {{0x06, 0, 0, 0x7fff0000}};
	static const uint32_t ids[] = {0, 1, 1000, 65534};
	static const char *const directories[] = {"/", "/work", "/srv/a b", "/usr/local/../x"};

	for (uint64_t i = 0; i <= below(random, 3); i++)
		md_strv_addf(&process->args, "word%d", (int)i);
	for (uint64_t i = below(random, 4); i > 0; i--)
		md_strv_addf(&process->env, "KEY%d=value", (int)i);
	process->cwd = md_xstrdup(ONE_OF(random, directories));
	process->uid = ONE_OF(random, ids);
	process->gid = ONE_OF(random, ids);
	process->group_count = below(random, 4);
	process->groups = md_xcalloc(process->group_count + 1, sizeof(*process->groups));
	process->has_terminal = once_in(random, 3);
	process->caps.bounding = below(random, UINT64_C(1) << 41);
	process->caps.permitted = process->caps.bounding & below(random, UINT64_C(1) << 41);
	process->caps.effective = process->caps.permitted;
	process->caps.ambient = once_in(random, 4) ? process->caps.permitted & 0xff : 0;
	process->no_new_privs = !once_in(random, 3);
	process->has_landlock = !once_in(random, 3);
	process->seccomp = once_in(random, 4) ? NULL : allow_all;
	process->seccomp_length = process->seccomp ? 1 : 0;
	process->rlimit_count = below(random, 3);
	process->rlimits = md_xcalloc(process->rlimit_count + 1, sizeof(*process->rlimits));
	process->has_oom_score_adj = once_in(random, 3);
	process->oom_score_adj = (int)below(random, 2001) - 1000;
}

static inline void random_root(uint64_t *random, struct md_root *root)
{
	root->kind = once_in(random, 4) ? MD_ROOT_DIRECTORY : MD_ROOT_OVERLAY;
	if (root->kind == MD_ROOT_DIRECTORY)
		root->directory = random_path(random, "/srv/root");
	for (uint64_t i = 0; root->kind == MD_ROOT_OVERLAY && i <= below(random, 12); i++)
		md_strv_take(&root->layers, random_path(random, "/state/layers"));
	root->upper = md_xstrdup("/state/root/upper");
	root->work = md_xstrdup("/state/root/work");
	root->mount_point = md_xstrdup("/state/root/mount");
	root->via = once_in(random, 5) ? MD_ROOT_VIA_CHROOT : MD_ROOT_VIA_PIVOT;
	root->is_readonly = once_in(random, 3);
}

static inline void random_mounts(uint64_t *random, struct md_spec *spec)
{
	static const char *const bases[] = {"/data", "/etc", "/home/a b", "/dev/x", "/run"};

	spec->mount_count = below(random, 9);
	spec->mounts = md_xcalloc(spec->mount_count + 1, sizeof(*spec->mounts));
	for (size_t i = 0; i < spec->mount_count; i++) {
		struct md_mount *m = &spec->mounts[i];

		m->type = once_in(random, 3) ? MD_MOUNT_TMPFS : MD_MOUNT_BIND;
		m->source = m->type == MD_MOUNT_BIND ? random_path(random, "/srv") : NULL;
		m->target = once_in(random, 60) ? md_xstrdup("/proc/x")
						: random_path(random, ONE_OF(random, bases));
		m->source_is_file = once_in(random, 2);
		m->is_readonly = once_in(random, 2);
		m->is_recursive = once_in(random, 2);
		m->is_readonly_recursive = m->is_readonly && once_in(random, 3);
		m->is_generated = once_in(random, 3);
		m->is_idmapped = m->type == MD_MOUNT_BIND && spec->user_ns == MD_NS_PRIVATE &&
				 once_in(random, 2);
		m->no_exec = once_in(random, 2);
		m->propagation = (enum md_propagation)below(random, MD_PROPAGATION_SHARED + 1);
		m->tmpfs_size = below(random, 3) << 20;
	}
}

static inline void random_devices(uint64_t *random, struct md_spec *spec)
{
	static const char *const places[] = {"/dev", "/dev/net", "/srv"};
	static const struct md_device_rule all = {true, 'a',  MD_DEVICE_ANY, MD_DEVICE_ANY,
						  true, true, true};

	spec->device_count = below(random, 4);
	spec->devices = md_xcalloc(spec->device_count + 1, sizeof(*spec->devices));
	for (size_t i = 0; i < spec->device_count; i++)
		spec->devices[i] = (struct md_device){
			.path = random_path(random, ONE_OF(random, places)),
			.source = once_in(random, 20) ? NULL : random_path(random, "/dev"),
			.type = once_in(random, 2) ? 'b' : 'c',
			.major = (uint32_t)below(random, 300),
			.gid = (uint32_t)below(random, 2),
		};
	spec->device_rule_count = 1 + below(random, 3);
	spec->device_rules = md_xcalloc(spec->device_rule_count, sizeof(*spec->device_rules));
	spec->device_rules[0] = all;
	spec->device_rules[0].allow = once_in(random, 4);
	for (size_t i = 1; i < spec->device_rule_count; i++)
		spec->device_rules[i] = (struct md_device_rule){
			!once_in(random, 8), 'c', (uint32_t)below(random, 9), 3, true, true, true};
}

static inline void random_resources(uint64_t *random, struct md_resources *r)
{
	r->memory = once_in(random, 2) ? 100 << 20 : 0;
	r->memory_swap = once_in(random, 3) ? (int64_t)below(random, 3) * (200 << 20) - 1 : 0;
	r->memory_reservation = once_in(random, 3) ? 50 << 20 : 0;
	r->cpu_quota_us = once_in(random, 2) ? 25000 : 0;
	r->cpu_period_us = once_in(random, 4) ? 50000 : 0;
	r->cpu_shares = once_in(random, 3) ? 512 : 0;
	r->cpuset_cpus = once_in(random, 4) ? md_xstrdup("0-1") : NULL;
	r->cpuset_mems = once_in(random, 6) ? md_xstrdup("0") : NULL;
	r->pids = (int64_t)below(random, 3) - 1;
	r->blkio_weight = once_in(random, 8) ? 500 : 0;
}

static inline void random_namespaces(uint64_t *random, struct md_spec *spec)
{
	enum md_ns_mode *const joinable[] = {&spec->pid_ns, &spec->uts_ns, &spec->ipc_ns,
					     &spec->network_ns};

	spec->user_ns = once_in(random, 4) ? MD_NS_PRIVATE : MD_NS_HOST;
	for (size_t i = 0; i < sizeof(joinable) / sizeof(*joinable); i++)
		*joinable[i] = once_in(random, 2) ? MD_NS_PRIVATE
						  : (enum md_ns_mode)below(random, MD_NS_JOIN + 1);
	spec->cgroup_ns = once_in(random, 3) ? MD_NS_HOST : MD_NS_PRIVATE;
	spec->uid_map = spec->gid_map = (struct md_id_map){0, 524288, 65536};
}

/* Free with md_spec_fini(). */
static inline void random_spec(uint64_t *random, struct md_spec *spec)
{
	static const char *const parents[] = {"minidock", "a/b/c", ""};

	md_spec_init(spec);
	spec->id = md_xasprintf("%064u", (unsigned int)below(random, 1U << 31));
	spec->cgroup_parent = md_xstrdup(ONE_OF(random, parents));
	random_process(random, &spec->process);
	random_root(random, &spec->root);
	random_namespaces(random, spec);
	random_mounts(random, spec);
	random_devices(random, spec);
	random_resources(random, &spec->resources);
	spec->use_init = once_in(random, 3);
	spec->init_path = spec->use_init ? md_xstrdup("/usr/libexec/minidock-init") : NULL;
	spec->hostname = once_in(random, 3) ? NULL : md_xstrdup("web");
	spec->domainname = once_in(random, 4) ? md_xstrdup("example.org") : NULL;
	spec->is_privileged = once_in(random, 6);
	for (uint64_t i = below(random, 4); i > 0; i--)
		md_strv_take(&spec->masked_paths, random_path(random, "/proc"));
	for (uint64_t i = below(random, 4); i > 0; i--)
		md_strv_take(&spec->readonly_paths, random_path(random, "/proc/sys"));
	spec->sysctl_count = below(random, 3);
	spec->sysctls = md_xcalloc(spec->sysctl_count + 1, sizeof(*spec->sysctls));
	for (size_t i = 0; i < spec->sysctl_count; i++)
		spec->sysctls[i] =
			(struct md_sysctl){md_xstrdup("net.ipv4.ip_forward"), md_xstrdup("1")};
}

#endif
