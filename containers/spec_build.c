/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/spec_build.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "containers/spec_parts.h"

#include <string.h>

static void copy_resources(const struct md_run_request *request, struct md_resources *to)
{
	*to = request->resources;
	to->cpuset_cpus = md_xstrdup_or_null(request->resources.cpuset_cpus);
	to->cpuset_mems = md_xstrdup_or_null(request->resources.cpuset_mems);
	if (to->pids == 0)
		to->pids = MD_PIDS_LIMIT_DEFAULT;
}

/* Paths below the hierarchies are joined as text, so nothing in it may lead out of them. */
static int set_cgroup_parent(const struct md_run_request *request, struct md_spec *spec,
			     struct md_error *err)
{
	const char *parent =
		request->cgroup_parent ? request->cgroup_parent : MD_CGROUP_PARENT_DEFAULT;
	MD_CLEANUP(md_strv_fini) struct md_strv parts = MD_STRV_INIT;

	while (*parent == '/')
		parent++;
	md_strv_split(&parts, parent, '/');
	for (size_t i = 0; i < parts.count; i++)
		if (!parts.items[i][0] || strcmp(parts.items[i], ".") == 0 ||
		    strcmp(parts.items[i], "..") == 0)
			return md_fail(err, MD_ERR_INVALID,
				       "--cgroup-parent '%s': an empty part, '.' or '..' is not "
				       "allowed",
				       request->cgroup_parent);
	spec->cgroup_parent = md_xstrdup(parent);
	return 0;
}

int md_spec_build(const struct md_spec_source *source, struct md_spec *ret, void **ret_filter,
		  struct md_error *err)
{
	const struct md_run_request *request = source->request;
	void *filter = NULL;

	ret->id = md_xstrdup(source->id);
	md_spec_root(source, ret);
	copy_resources(request, &ret->resources);
	if (set_cgroup_parent(request, ret, err) < 0 || md_spec_namespaces(source, ret, err) < 0 ||
	    md_spec_sysctls(source, ret, err) < 0 || md_spec_mounts(source, ret, err) < 0 ||
	    md_spec_process(source, ret, err) < 0 ||
	    md_spec_sandbox(source, ret, &filter, err) < 0 ||
	    md_spec_devices(source, ret, err) < 0 || md_spec_check(ret, err) < 0) {
		free(filter);
		ret->process.seccomp = NULL;
		return -1;
	}
	ret->use_init = request->use_init;
	ret->init_path = md_xstrdup_or_null(source->init_path);
	*ret_filter = filter;
	return 0;
}
