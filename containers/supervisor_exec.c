/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "containers/supervisor_parts.h"
#include "runtime/compile.h"

#define AUTO_PIPES MD_CLEANUP(md_job_pipes_close)

static int launch(struct md_supervisor *supervisor, const struct md_process *process,
		  struct md_launch *launch, struct md_error *err)
{
	MD_CLEANUP(md_program_fini) struct md_program program;

	md_program_init(&program);
	md_compile_exec(&supervisor->spec, process, &supervisor->host, &program);
	launch->target = supervisor->first->pidfd;
	return md_launch(&program, launch, err);
}

static void answer(struct md_peer *peer, const struct md_job *job)
{
	struct md_json *json = md_json_object();

	md_json_set_number(json, "pid", job->pid);
	md_peer_send_json(peer, MD_FRAME_ANSWER, json);
}

/* Attach first, watch then: the client sees every byte. Detached, the output is read and dropped.
 */
static int serve(struct md_peer *peer, struct md_job *job, const struct md_exec_request *exec,
		 struct md_error *err)
{
	answer(peer, job);
	if (exec->is_detached) {
		md_peer_finish(peer);
	} else {
		peer->job = job;
		peer->wants_stdin = exec->is_interactive;
		peer->wants[MD_JOB_OUT] = peer->wants[MD_JOB_ERR] = true;
	}
	return md_job_watch(job, err);
}

static int start(struct md_peer *peer, const struct md_exec_request *exec,
		 const struct md_process *process, struct md_error *err)
{
	struct md_supervisor *supervisor = peer->supervisor;
	AUTO_PIPES struct md_job_pipes pipes = MD_JOB_PIPES_INIT;
	struct md_launch launched = MD_LAUNCH_INIT;
	bool has_stdin = exec->is_interactive && !exec->is_detached;
	struct md_job *job;

	if (!exec->has_terminal && md_job_pipes_open(&pipes, has_stdin, err) < 0)
		return -1;
	for (int i = 0; i < 3; i++)
		launched.stdio[i] = pipes.theirs[i];
	if (launch(supervisor, process, &launched, err) < 0)
		return -1;
	job = md_job_create(supervisor, &launched, &pipes, err);
	if (!job)
		return -1;
	return serve(peer, job, exec, err);
}

int md_supervisor_exec(struct md_peer *peer, const struct md_json *request, struct md_error *err)
{
	struct md_supervisor *supervisor = peer->supervisor;
	struct md_spec_source source = md_supervisor_source(supervisor);
	MD_CLEANUP(md_exec_request_fini) struct md_exec_request exec = {.workdir = NULL};
	MD_CLEANUP(md_process_fini) struct md_process process = {.cwd = NULL};

	if (md_exec_request_from_json(request, &exec, err) < 0)
		return -1;
	if (md_spec_build_exec(&source, &supervisor->spec, &exec, &process, err) < 0)
		return -1;
	return start(peer, &exec, &process, err);
}
