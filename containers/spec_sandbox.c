/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/spec_parts.h"

#include "base/cleanup.h"
#include "base/fs.h"
#include "runtime/caps.h"
#include "runtime/sandbox_paths.h"
#include "runtime/seccomp.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>

#define SECCOMP_FILE_MAX (4 << 20)

int md_spec_caps(const struct md_run_request *request, const struct md_host *host,
		 bool is_privileged, struct md_process *process, struct md_error *err)
{
	const struct md_caps_request wanted = {
		.profile = request->profile,
		.is_privileged = is_privileged,
		.add = &request->cap_add,
		.drop = &request->cap_drop,
		.uid = process->uid,
		.last_cap = host->last_cap,
		.bounding_available = host->bounding_caps,
	};

	return md_caps_compute(&wanted, &process->caps, err);
}

/* A filter of one's own, from a file; otherwise the one of the profile. */
static int load_filter(const struct md_run_request *request, struct md_process *process,
		       void **ret_filter, struct md_error *err)
{
	md_auto_free char *text = NULL;
	struct md_seccomp_code code = {0};
	size_t length;

	if (!request->seccomp) {
		if (md_seccomp_compile(request->profile, process->caps.bounding, &code, err) < 0)
			return -1;
	} else if (md_fs_read(AT_FDCWD, request->seccomp, SECCOMP_FILE_MAX, &text, &length, err) <
			   0 ||
		   md_seccomp_compile_profile(text, length, process->caps.bounding, &code, err) <
			   0) {
		return md_error_prefix(err, "--security-opt seccomp=%s", request->seccomp);
	}
	process->seccomp = code.filter;
	process->seccomp_length = code.count;
	*ret_filter = code.filter;
	return 0;
}

static int set_filter(const struct md_run_request *request, struct md_process *process,
		      void **ret_filter, struct md_error *err)
{
	*ret_filter = NULL;
	if (request->seccomp && strcmp(request->seccomp, "unconfined") == 0)
		return 0;
	if (request->is_privileged && !request->seccomp)
		return 0;
	if (!request->seccomp)
		process->seccomp = md_seccomp_default(request->profile, process->caps.bounding,
						      &process->seccomp_length);
	return process->seccomp ? 0 : load_filter(request, process, ret_filter, err);
}

static bool is_unmasked(const struct md_strv *unmask, const char *path)
{
	for (size_t i = 0; i < unmask->count; i++) {
		const char *asked = unmask->items[i];
		size_t length = strlen(asked);

		if (strncmp(path, asked, length) == 0 &&
		    (path[length] == '\0' || path[length] == '/'))
			return true;
	}
	return false;
}

static void keep_masked(const struct md_strv *all, const struct md_strv *unmask,
			struct md_strv *kept)
{
	for (size_t i = 0; i < all->count; i++)
		if (!is_unmasked(unmask, all->items[i]))
			md_strv_add(kept, all->items[i]);
}

static void hide_paths(const struct md_spec_source *source, struct md_spec *spec)
{
	const struct md_run_request *request = source->request;
	MD_CLEANUP(md_strv_fini) struct md_strv masked = MD_STRV_INIT;
	MD_CLEANUP(md_strv_fini) struct md_strv readonly = MD_STRV_INIT;

	if (request->is_privileged || md_strv_has(&request->unmask, "ALL"))
		return;
	md_sandbox_masked_paths(request->profile, &masked);
	md_sandbox_thermal_paths(&masked);
	md_sandbox_readonly_paths(&readonly);
	keep_masked(&masked, &request->unmask, &spec->masked_paths);
	keep_masked(&readonly, &request->unmask, &spec->readonly_paths);
}

/* strict forbids gaining rights by exec; docker allows it, and so must a privileged container. */
static bool default_no_new_privs(const struct md_run_request *request)
{
	return request->profile == MD_PROFILE_STRICT && !request->is_privileged;
}

/* Whoever asks for CAP_SYS_ADMIN, or for what Docker does, means to mount. */
static bool forbids_mounts(const struct md_run_request *request, const struct md_process *process)
{
	return request->profile == MD_PROFILE_STRICT && !request->is_privileged &&
	       !(process->caps.bounding & (UINT64_C(1) << CAP_SYS_ADMIN));
}

int md_spec_sandbox(const struct md_spec_source *source, struct md_spec *spec, void **ret_filter,
		    struct md_error *err)
{
	const struct md_run_request *request = source->request;
	struct md_process *process = &spec->process;

	if (md_spec_caps(request, source->host, request->is_privileged, process, err) < 0)
		return -1;
	process->no_new_privs =
		request->has_no_new_privs ? request->no_new_privs : default_no_new_privs(request);
	process->has_landlock = forbids_mounts(request, process);
	hide_paths(source, spec);
	spec->is_privileged = request->is_privileged;
	return set_filter(request, process, ret_filter, err);
}
