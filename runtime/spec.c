/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/spec.h"

#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_SHM_SIZE (64ULL << 20)

void md_spec_init(struct md_spec *spec)
{
	*spec = (struct md_spec){
		.shm_size = DEFAULT_SHM_SIZE,
		.process.umask = 0022,
		.process.no_new_privs = true,
	};
}

void md_process_fini(struct md_process *process)
{
	md_strv_fini(&process->args);
	md_strv_fini(&process->env);
	free(process->cwd);
	free(process->groups);
	free(process->rlimits);
	*process = (struct md_process){0};
}

static void root_fini(struct md_root *root)
{
	md_strv_fini(&root->layers);
	free(root->upper);
	free(root->work);
	free(root->directory);
	free(root->mount_point);
}

void md_spec_fini(struct md_spec *spec)
{
	md_process_fini(&spec->process);
	root_fini(&spec->root);
	for (size_t i = 0; i < spec->mount_count; i++) {
		free(spec->mounts[i].source);
		free(spec->mounts[i].target);
	}
	for (size_t i = 0; i < spec->device_count; i++) {
		free(spec->devices[i].path);
		free(spec->devices[i].source);
	}
	for (size_t i = 0; i < spec->sysctl_count; i++) {
		free(spec->sysctls[i].key);
		free(spec->sysctls[i].value);
	}
	free(spec->mounts);
	free(spec->devices);
	free(spec->device_rules);
	free(spec->sysctls);
	md_strv_fini(&spec->masked_paths);
	md_strv_fini(&spec->readonly_paths);
	free(spec->resources.cpuset_cpus);
	free(spec->resources.cpuset_mems);
	free(spec->id);
	free(spec->init_path);
	free(spec->hostname);
	free(spec->domainname);
	free(spec->cgroup_parent);
	*spec = (struct md_spec){0};
}

static int check_absolute(const char *what, const char *path, struct md_error *err)
{
	if (!path || path[0] != '/')
		return md_fail(err, MD_ERR_INVALID, "%s '%s' is not an absolute path", what,
			       path ? path : "");
	return 0;
}

static int check_process(const struct md_process *process, struct md_error *err)
{
	if (process->args.count == 0)
		return md_fail(err, MD_ERR_INVALID,
			       "no command: the image names none and none was given");
	if (process->args.items[0][0] == '\0')
		return md_fail(err, MD_ERR_INVALID,
			       "the command is empty: its first word is the name of a program");
	return check_absolute("working directory", process->cwd, err);
}

static int check_root(const struct md_root *root, struct md_error *err)
{
	if (check_absolute("mount point of the root", root->mount_point, err) < 0)
		return -1;
	if (root->kind == MD_ROOT_DIRECTORY)
		return check_absolute("root directory", root->directory, err);
	if (root->layers.count == 0)
		return md_fail(err, MD_ERR_INVALID, "the image has no layers");
	if (check_absolute("upper directory", root->upper, err) < 0)
		return -1;
	return check_absolute("work directory", root->work, err);
}

static int check_user_ns(const struct md_spec *spec, struct md_error *err)
{
	if (spec->user_ns != MD_NS_PRIVATE)
		return 0;
	if (spec->uid_map.count == 0 || spec->gid_map.count == 0)
		return md_fail(err, MD_ERR_INVALID, "a user namespace needs id maps");
	if (spec->process.uid >= spec->uid_map.inside + spec->uid_map.count)
		return md_fail(err, MD_ERR_INVALID,
			       "uid %u is outside the id map of the user namespace (0 to %u)",
			       spec->process.uid, spec->uid_map.inside + spec->uid_map.count - 1);
	return 0;
}

int md_spec_check(const struct md_spec *spec, struct md_error *err)
{
	if (!spec->id || !spec->cgroup_parent)
		return md_fail(err, MD_ERR_INVALID, "a container needs an id and a cgroup parent");
	if (check_process(&spec->process, err) < 0 || check_root(&spec->root, err) < 0)
		return -1;
	for (size_t i = 0; i < spec->mount_count; i++) {
		const struct md_mount *m = &spec->mounts[i];

		if (check_absolute("mount target", m->target, err) < 0)
			return -1;
		if (m->type == MD_MOUNT_BIND && check_absolute("mount source", m->source, err) < 0)
			return -1;
	}
	return check_user_ns(spec, err);
}
