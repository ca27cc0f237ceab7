/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/spec_parts.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <string.h>
#include <sys/resource.h>

#define NOFILE_SOFT_DEFAULT   1024
#define NOFILE_HARD_DEFAULT   (512 * 1024)
#define OOM_SCORE_ADJ_DEFAULT 200
#define UMASK_DEFAULT         0022

static void append(struct md_strv *to, const struct md_strv *from)
{
	for (size_t i = 0; i < from->count; i++)
		md_strv_add(to, from->items[i]);
}

int md_spec_command(const struct md_run_request *request, const struct md_image_config *config,
		    struct md_strv *ret, struct md_error *err)
{
	static const struct md_image_config nothing;
	const struct md_image_config *image = config ? config : &nothing;

	if (request->has_entrypoint) {
		if (request->entrypoint && *request->entrypoint)
			md_strv_add(ret, request->entrypoint);
	} else {
		append(ret, &image->entrypoint);
	}
	if (request->args.count > 0)
		append(ret, &request->args);
	else if (!request->has_entrypoint)
		append(ret, &image->cmd);
	if (ret->count > 0)
		return 0;
	(void)md_fail(err, MD_ERR_INVALID, "no command: the image names none and none was given");
	return md_error_hint(err, "put one behind the image: minidock run IMAGE COMMAND");
}

static void take_away(struct md_strv *env, const char *key)
{
	size_t length = strlen(key), kept = 0;

	for (size_t i = 0; i < env->count; i++) {
		if (strncmp(env->items[i], key, length) == 0 && env->items[i][length] == '=')
			free(env->items[i]);
		else
			env->items[kept++] = env->items[i];
	}
	env->count = kept;
	if (env->items)
		env->items[kept] = NULL;
}

void md_spec_set_env(struct md_strv *env, const struct md_strv *entries)
{
	for (size_t i = 0; i < entries->count; i++) {
		const char *equals = strchr(entries->items[i], '=');
		md_auto_free char *key = NULL;

		if (!equals) {
			take_away(env, entries->items[i]);
			continue;
		}
		key = md_xstrndup(entries->items[i], (size_t)(equals - entries->items[i]));
		md_strv_set(env, key, equals + 1);
	}
}

static void build_env(const struct md_spec_source *source, const struct md_spec *spec,
		      const char *home, struct md_strv *env)
{
	md_strv_add(env, MD_PATH_DEFAULT);
	if (spec->hostname)
		md_strv_set(env, "HOSTNAME", spec->hostname);
	if (source->request->has_terminal)
		md_strv_set(env, "TERM", "xterm");
	if (source->image)
		md_spec_set_env(env, &source->image->config.env);
	md_spec_set_env(env, &source->request->env);
	if (!md_strv_value(env, "HOME"))
		md_strv_set(env, "HOME", home);
}

static void add_rlimit(struct md_process *process, int resource, uint64_t soft, uint64_t hard)
{
	for (size_t i = 0; i < process->rlimit_count; i++)
		if (process->rlimits[i].resource == resource)
			return;
	process->rlimits = md_xreallocarray(process->rlimits, process->rlimit_count + 1,
					    sizeof(process->rlimits[0]));
	process->rlimits[process->rlimit_count++] = (struct md_rlimit){resource, soft, hard};
}

/*
 * What was asked for comes first and wins. The hard limit of open files is one that every host can
 * give: raising it above our own needs CAP_SYS_RESOURCE.
 */
static void set_limits(const struct md_spec_source *source, struct md_process *process)
{
	const struct md_run_request *request = source->request;
	uint64_t nofile = source->host->nofile_hard;

	if (nofile == 0 || nofile > NOFILE_HARD_DEFAULT)
		nofile = NOFILE_HARD_DEFAULT;
	for (size_t i = 0; i < request->rlimit_count; i++)
		add_rlimit(process, request->rlimits[i].resource, request->rlimits[i].soft,
			   request->rlimits[i].hard);
	add_rlimit(process, RLIMIT_NOFILE,
		   nofile < NOFILE_SOFT_DEFAULT ? nofile : NOFILE_SOFT_DEFAULT, nofile);
	if (request->profile == MD_PROFILE_STRICT)
		add_rlimit(process, RLIMIT_CORE, 0, 0);
}

/* When memory runs out, a container goes before the engine and the host's own services. */
static void set_oom_score(const struct md_run_request *request, struct md_process *process)
{
	process->has_oom_score_adj =
		request->has_oom_score_adj || request->profile == MD_PROFILE_STRICT;
	process->oom_score_adj =
		request->has_oom_score_adj ? request->oom_score_adj : OOM_SCORE_ADJ_DEFAULT;
}

static const char *choose(const char *asked, const char *image, const char *otherwise)
{
	if (asked && *asked)
		return asked;
	return image && *image ? image : otherwise;
}

int md_spec_process(const struct md_spec_source *source, struct md_spec *spec, struct md_error *err)
{
	const struct md_run_request *request = source->request;
	const struct md_image_config *config = source->image ? &source->image->config : NULL;
	const struct md_spec_user who = {choose(request->user, config ? config->user : NULL, ""),
					 &request->group_add};
	struct md_process *process = &spec->process;
	md_auto_free char *home = NULL;

	if (md_spec_command(request, config, &process->args, err) < 0)
		return -1;
	if (md_spec_user(&spec->root, &who, process, &home, err) < 0)
		return -1;
	build_env(source, spec, home, &process->env);
	process->cwd =
		md_xstrdup(choose(request->workdir, config ? config->working_dir : NULL, "/"));
	process->has_terminal = request->has_terminal;
	process->rows = source->window.rows;
	process->columns = source->window.columns;
	process->umask = UMASK_DEFAULT;
	set_limits(source, process);
	set_oom_score(request, process);
	return 0;
}
