/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/spec_parts.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/json.h"

#include <string.h>

void md_exec_request_fini(struct md_exec_request *request)
{
	md_strv_fini(&request->args);
	md_strv_fini(&request->env);
	free(request->workdir);
	free(request->user);
	*request = (struct md_exec_request){.workdir = NULL};
}

struct md_json *md_exec_request_to_json(const struct md_exec_request *request)
{
	struct md_json *json = md_json_object();

	(void)md_json_set(json, "args", md_json_strings(&request->args));
	(void)md_json_set(json, "env", md_json_strings(&request->env));
	if (request->workdir)
		md_json_set_string(json, "workdir", request->workdir);
	if (request->user)
		md_json_set_string(json, "user", request->user);
	md_json_set_bool(json, "interactive", request->is_interactive);
	md_json_set_bool(json, "terminal", request->has_terminal);
	md_json_set_bool(json, "detached", request->is_detached);
	md_json_set_bool(json, "privileged", request->is_privileged);
	md_json_set_number(json, "rows", request->window.rows);
	md_json_set_number(json, "columns", request->window.columns);
	return json;
}

int md_exec_request_from_json(const struct md_json *json, struct md_exec_request *ret,
			      struct md_error *err)
{
	int64_t rows = md_json_get_number(json, "rows", 0);
	int64_t columns = md_json_get_number(json, "columns", 0);

	if (rows < 0 || rows > UINT16_MAX || columns < 0 || columns > UINT16_MAX)
		return md_fail(err, MD_ERR_CORRUPT, "exec: window of %lld x %lld", (long long)rows,
			       (long long)columns);
	*ret = (struct md_exec_request){.window = {(uint16_t)rows, (uint16_t)columns}};
	md_json_get_strings(json, "args", &ret->args);
	md_json_get_strings(json, "env", &ret->env);
	ret->workdir = md_xstrdup_or_null(md_json_get_string(json, "workdir", NULL));
	ret->user = md_xstrdup_or_null(md_json_get_string(json, "user", NULL));
	ret->is_interactive = md_json_get_bool(json, "interactive", false);
	ret->has_terminal = md_json_get_bool(json, "terminal", false);
	ret->is_detached = md_json_get_bool(json, "detached", false);
	ret->is_privileged = md_json_get_bool(json, "privileged", false);
	if (ret->args.count > 0 && ret->args.items[0][0])
		return 0;
	md_exec_request_fini(ret);
	return md_fail(err, MD_ERR_INVALID, "exec: the command is missing or empty");
}

static void copy_ids(const struct md_process *from, struct md_process *to)
{
	to->uid = from->uid;
	to->gid = from->gid;
	to->group_count = from->group_count;
	to->groups = md_xcalloc(from->group_count ? from->group_count : 1, sizeof(to->groups[0]));
	if (from->group_count > 0)
		memcpy(to->groups, from->groups, from->group_count * sizeof(to->groups[0]));
}

static void copy_limits(const struct md_process *from, struct md_process *to)
{
	to->rlimit_count = from->rlimit_count;
	to->rlimits =
		md_xcalloc(from->rlimit_count ? from->rlimit_count : 1, sizeof(to->rlimits[0]));
	if (from->rlimit_count > 0)
		memcpy(to->rlimits, from->rlimits, from->rlimit_count * sizeof(to->rlimits[0]));
	to->has_oom_score_adj = from->has_oom_score_adj;
	to->oom_score_adj = from->oom_score_adj;
	to->umask = from->umask;
	to->no_new_privs = from->no_new_privs;
	to->has_landlock = from->has_landlock;
	to->seccomp = from->seccomp;
	to->seccomp_length = from->seccomp_length;
}

/*
 * With another user, a HOME that was only the first user's default gives way to the new one's; one
 * that the image or the request set stays.
 */
static int set_user(const struct md_spec *spec, const struct md_exec_request *exec,
		    struct md_process *process, struct md_error *err)
{
	md_auto_free char *old_home = NULL;
	md_auto_free char *home = NULL;
	md_auto_free char *uid = md_xasprintf("%u", spec->process.uid);
	struct md_process first = {.cwd = NULL};
	const char *now = md_strv_value(&process->env, "HOME");

	if (!exec->user || !*exec->user) {
		copy_ids(&spec->process, process);
		return 0;
	}
	if (md_spec_user(&spec->root, &(struct md_spec_user){exec->user, NULL}, process, &home,
			 err) < 0)
		return md_error_prefix(err, "exec");
	if (md_spec_user(&spec->root, &(struct md_spec_user){uid, NULL}, &first, &old_home, err) <
	    0)
		return md_error_prefix(err, "exec");
	md_process_fini(&first);
	if (!now || strcmp(now, old_home) == 0)
		md_strv_set(&process->env, "HOME", home);
	return 0;
}

int md_spec_build_exec(const struct md_spec_source *source, const struct md_spec *spec,
		       const struct md_exec_request *exec, struct md_process *ret,
		       struct md_error *err)
{
	const struct md_run_request *request = source->request;
	bool is_privileged = request->is_privileged || exec->is_privileged;
	const char *cwd = exec->workdir && *exec->workdir ? exec->workdir : spec->process.cwd;

	if (cwd[0] != '/')
		return md_fail(err, MD_ERR_INVALID,
			       "exec: working directory '%s' is not an absolute path", cwd);
	md_strv_copy(&ret->args, &exec->args);
	md_strv_copy(&ret->env, &spec->process.env);
	if (exec->has_terminal && !md_strv_value(&ret->env, "TERM"))
		md_strv_set(&ret->env, "TERM", "xterm");
	if (set_user(spec, exec, ret, err) < 0)
		return -1;
	md_spec_set_env(&ret->env, &exec->env);
	ret->cwd = md_xstrdup(cwd);
	ret->has_terminal = exec->has_terminal;
	ret->rows = exec->window.rows;
	ret->columns = exec->window.columns;
	copy_limits(&spec->process, ret);
	return md_spec_caps(request, source->host, is_privileged, ret, err);
}
