/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/proc.h"
#include "containers/supervisor_parts.h"

#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#define STOP_TIMEOUT_DEFAULT_S 10
#define STOP_TIMEOUT_MAX_S     (365 * 24 * 3600)

int md_supervisor_stop_signal(const struct md_supervisor *supervisor)
{
	struct md_error ignored = MD_ERROR_INIT;
	int signo = SIGTERM;

	if (supervisor->record.request.stop_signal)
		(void)md_signal_parse(supervisor->record.request.stop_signal, &signo, &ignored);
	return signo;
}

int md_supervisor_stop_timeout(const struct md_supervisor *supervisor)
{
	int timeout_s = supervisor->record.request.stop_timeout_s;

	return timeout_s >= 0 ? timeout_s : STOP_TIMEOUT_DEFAULT_S;
}

struct md_cgroup md_supervisor_group(const struct md_supervisor *supervisor)
{
	return (struct md_cgroup){&supervisor->host, supervisor->spec.cgroup_parent,
				  supervisor->id};
}

static int thaw(struct md_supervisor *supervisor, struct md_error *err)
{
	struct md_cgroup group = md_supervisor_group(supervisor);

	return md_cgroup_thaw(&group, err);
}

int md_supervisor_kill_all(struct md_supervisor *supervisor, struct md_error *err)
{
	struct md_cgroup group = md_supervisor_group(supervisor);

	if (md_proc_signal(supervisor->first->pidfd, SIGKILL, err) < 0)
		return -1;
	/* Without a pid namespace of its own, the death of the first process ends no other. */
	if (supervisor->spec.pid_ns != MD_NS_PRIVATE && md_cgroup_kill(&group, err) < 0)
		return -1;
	/* A process that is frozen by cgroup v1 dies only when it is thawed. */
	if (supervisor->state.status == MD_STATUS_PAUSED)
		return thaw(supervisor, err);
	return 0;
}

static void on_stop_timer(struct md_event_source *source, uint32_t events)
{
	struct md_supervisor *supervisor = source->owner;
	struct md_error ignored = MD_ERROR_INIT;

	(void)events;
	md_event_loop_close(&supervisor->loop, source);
	if (supervisor->first)
		(void)md_supervisor_kill_all(supervisor, &ignored);
}

/* A later stop replaces the deadline of an earlier one. */
static int arm_stop_timer(struct md_supervisor *supervisor, int timeout_s, struct md_error *err)
{
	struct md_event_source *timer = &supervisor->stop_timer;
	struct itimerspec when = {.it_value.tv_sec = timeout_s};

	md_event_loop_close(&supervisor->loop, timer);
	*timer = (struct md_event_source){-1, 0, supervisor, on_stop_timer};
	timer->fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (timer->fd < 0 || timerfd_settime(timer->fd, 0, &when, NULL) < 0)
		return md_fail_errno(err, "set the stop timer");
	return md_event_loop_watch(&supervisor->loop, timer, EPOLLIN, err);
}

int md_supervisor_stop(struct md_supervisor *supervisor, int signo, int timeout_s,
		       struct md_error *err)
{
	if (timeout_s == 0 && signo == SIGKILL)
		return md_supervisor_kill_all(supervisor, err);
	if (md_proc_signal(supervisor->first->pidfd, signo, err) < 0)
		return -1;
	if (supervisor->state.status == MD_STATUS_PAUSED && thaw(supervisor, err) < 0)
		return -1;
	if (timeout_s == 0)
		return md_supervisor_kill_all(supervisor, err);
	if (timeout_s < 0)
		return 0;
	return arm_stop_timer(supervisor, timeout_s, err);
}

static int need_signal(const struct md_json *request, int64_t otherwise, int *ret,
		       struct md_error *err)
{
	int64_t signo = md_json_get_number(request, "signal", otherwise);

	if (signo < 1 || signo > SIGRTMAX)
		return md_fail(err, MD_ERR_INVALID, "signal %lld is not one of 1 to %d",
			       (long long)signo, SIGRTMAX);
	*ret = (int)signo;
	return 0;
}

/* What becomes of the connection after the answer. */
enum outcome {
	OUTCOME_FAILED = -1,
	OUTCOME_ANSWER_AND_CLOSE,
	OUTCOME_ANSWER_AND_STAY,
	OUTCOME_ANSWERED, /* by the handler */
};

static enum outcome do_kill(struct md_peer *peer, const struct md_json *request,
			    struct md_error *err)
{
	struct md_supervisor *supervisor = peer->supervisor;
	int signo = 0, result;

	if (need_signal(request, SIGKILL, &signo, err) < 0)
		return OUTCOME_FAILED;
	if (signo == SIGKILL)
		result = md_supervisor_kill_all(supervisor, err);
	else
		result = md_proc_signal(supervisor->first->pidfd, signo, err);
	return result < 0 ? OUTCOME_FAILED : OUTCOME_ANSWER_AND_CLOSE;
}

static enum outcome do_stop(struct md_peer *peer, const struct md_json *request,
			    struct md_error *err)
{
	struct md_supervisor *supervisor = peer->supervisor;
	int64_t timeout_s =
		md_json_get_number(request, "timeout_s", md_supervisor_stop_timeout(supervisor));
	int signo = 0;

	if (need_signal(request, md_supervisor_stop_signal(supervisor), &signo, err) < 0)
		return OUTCOME_FAILED;
	if (timeout_s > STOP_TIMEOUT_MAX_S)
		timeout_s = STOP_TIMEOUT_MAX_S;
	if (md_supervisor_stop(supervisor, signo, timeout_s < 0 ? -1 : (int)timeout_s, err) < 0)
		return OUTCOME_FAILED;
	peer->job = supervisor->first;
	return OUTCOME_ANSWER_AND_STAY;
}

/* The state says paused only once every process is frozen. */
static enum outcome change_frozen(struct md_supervisor *supervisor, enum md_move move,
				  struct md_error *err)
{
	struct md_cgroup group = md_supervisor_group(supervisor);
	bool freezes = move == MD_MOVE_PAUSE;

	if (md_state_check_move(supervisor->state.status, move, err) < 0)
		return OUTCOME_FAILED;
	if ((freezes ? md_cgroup_freeze(&group, err) : md_cgroup_thaw(&group, err)) < 0)
		return OUTCOME_FAILED;
	supervisor->state.status = freezes ? MD_STATUS_PAUSED : MD_STATUS_RUNNING;
	md_supervisor_save_state(supervisor, MD_DURABLE_NO);
	return OUTCOME_ANSWER_AND_CLOSE;
}

static enum outcome do_pause(struct md_peer *peer, const struct md_json *request,
			     struct md_error *err)
{
	(void)request;
	return change_frozen(peer->supervisor, MD_MOVE_PAUSE, err);
}

static enum outcome do_unpause(struct md_peer *peer, const struct md_json *request,
			       struct md_error *err)
{
	(void)request;
	return change_frozen(peer->supervisor, MD_MOVE_UNPAUSE, err);
}

static enum outcome do_wait(struct md_peer *peer, const struct md_json *request,
			    struct md_error *err)
{
	(void)request;
	(void)err;
	peer->job = peer->supervisor->first;
	return OUTCOME_ANSWER_AND_STAY;
}

static enum outcome do_attach(struct md_peer *peer, const struct md_json *request,
			      struct md_error *err)
{
	struct md_job *first = peer->supervisor->first;
	struct md_window window = {
		(uint16_t)md_json_get_number(request, "rows", 0),
		(uint16_t)md_json_get_number(request, "columns", 0),
	};

	(void)err;
	md_peer_attach(peer, first, request);
	if (window.rows > 0 && window.columns > 0)
		(void)md_job_resize(first, window);
	return OUTCOME_ANSWER_AND_STAY;
}

static enum outcome do_exec(struct md_peer *peer, const struct md_json *request,
			    struct md_error *err)
{
	if (md_state_check_move(peer->supervisor->state.status, MD_MOVE_EXEC, err) < 0)
		return OUTCOME_FAILED;
	return md_supervisor_exec(peer, request, err) < 0 ? OUTCOME_FAILED : OUTCOME_ANSWERED;
}

static enum outcome do_status(struct md_peer *peer, const struct md_json *request,
			      struct md_error *err)
{
	struct md_supervisor *supervisor = peer->supervisor;
	struct md_json *answer = md_json_object();

	(void)request;
	(void)err;
	md_json_set_string(answer, "status", md_status_name(supervisor->state.status));
	md_json_set_number(answer, "pid", supervisor->first->pid);
	md_peer_send_json(peer, MD_FRAME_ANSWER, answer);
	md_peer_finish(peer);
	return OUTCOME_ANSWERED;
}

static const struct operation {
	const char *name;
	enum outcome (*perform)(struct md_peer *peer, const struct md_json *request,
				struct md_error *err);
} operations[] = {
	{"attach", do_attach}, {"exec", do_exec}, {"kill", do_kill},       {"pause", do_pause},
	{"status", do_status}, {"stop", do_stop}, {"unpause", do_unpause}, {"wait", do_wait},
};

static enum outcome perform(struct md_peer *peer, const struct md_json *request,
			    struct md_error *err)
{
	const char *name = md_json_get_string(request, "op", "");

	if (!peer->supervisor->first) {
		(void)md_fail(err, MD_ERR_STATE, "the container has ended");
		return OUTCOME_FAILED;
	}
	for (size_t i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
		if (strcmp(operations[i].name, name) == 0)
			return operations[i].perform(peer, request, err);
	(void)md_fail(err, MD_ERR_INVALID, "unknown operation '%.100s'", name);
	return OUTCOME_FAILED;
}

void md_supervisor_request(struct md_peer *peer, const struct md_json *request)
{
	struct md_error err = MD_ERROR_INIT;
	enum outcome outcome = perform(peer, request, &err);

	if (outcome == OUTCOME_FAILED)
		md_peer_send_error(peer, &err);
	else if (outcome != OUTCOME_ANSWERED)
		md_peer_send_json(peer, MD_FRAME_ANSWER, md_json_object());
	if (outcome == OUTCOME_FAILED || outcome == OUTCOME_ANSWER_AND_CLOSE)
		md_peer_finish(peer);
}
