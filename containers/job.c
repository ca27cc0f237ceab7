/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "containers/supervisor_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <termios.h>

#define PIPE_SIZE   (1 << 20)
#define OUTPUT_SIZE (64 * 1024) /* of one read: what fits into one frame */

_Static_assert(OUTPUT_SIZE <= MD_CONTROL_PAYLOAD_MAX, "a read of output must fit into a frame");

static int open_pipe(int *ret_read, int *ret_write, struct md_error *err)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) < 0)
		return md_fail_errno(err, "pipe2");
	*ret_read = ends[0];
	*ret_write = ends[1];
	return 0;
}

/*
 * A larger pipe lets the container write on while we are busy. The sum for one user is limited,
 * fcntl(2) F_SETPIPE_SZ; then the default of 64 KiB does too.
 */
static int open_output(struct md_job_pipes *pipes, int number, struct md_error *err)
{
	if (open_pipe(&pipes->ours[number], &pipes->theirs[number], err) < 0)
		return -1;
	(void)fcntl(pipes->ours[number], F_SETPIPE_SZ, PIPE_SIZE);
	if (fcntl(pipes->ours[number], F_SETFL, O_NONBLOCK) < 0)
		return md_fail_errno(err, "fcntl a pipe");
	return 0;
}

/*
 * Without stdin the process reads the end of a pipe that nobody writes to. Never the host's
 * /dev/null: root in the container could change its mode through the descriptor.
 */
static int open_input(struct md_job_pipes *pipes, bool with_stdin, struct md_error *err)
{
	if (open_pipe(&pipes->theirs[0], &pipes->ours[0], err) < 0)
		return -1;
	if (!with_stdin)
		md_close_fd(&pipes->ours[0]);
	else if (fcntl(pipes->ours[0], F_SETFL, O_NONBLOCK) < 0)
		return md_fail_errno(err, "fcntl a pipe");
	return 0;
}

int md_job_pipes_open(struct md_job_pipes *pipes, bool with_stdin, struct md_error *err)
{
	if (open_input(pipes, with_stdin, err) < 0 || open_output(pipes, 1, err) < 0 ||
	    open_output(pipes, 2, err) < 0)
		return md_error_prefix(err, "stdio of the container");
	return 0;
}

void md_job_pipes_close(struct md_job_pipes *pipes)
{
	for (int i = 0; i < 3; i++) {
		md_close_fd(&pipes->theirs[i]);
		md_close_fd(&pipes->ours[i]);
	}
}

/* Output of either kind: to the log first, because its order is what `logs` shows. */
static void spread(struct md_job *job, int number, const void *bytes, size_t length)
{
	static const enum md_frame_type types[] = {MD_FRAME_STDOUT, MD_FRAME_STDERR};
	static const enum md_stream streams[] = {MD_STREAM_STDOUT, MD_STREAM_STDERR};

	if (job->logs_output && job->supervisor->log)
		md_log_write(job->supervisor->log, streams[number], bytes, length);
	for (struct md_peer *peer = job->supervisor->peers; peer; peer = peer->next)
		if (peer->job == job && peer->wants[number])
			md_peer_send(peer, types[number], bytes, length);
}

/* 1: something was read, 0: nothing there now, -1: end. */
static int read_output(struct md_job *job, int number)
{
	struct md_event_source *source = &job->outputs[number];
	unsigned char *buffer = job->supervisor->buffer;
	ssize_t n = read(source->fd, buffer, OUTPUT_SIZE);

	if (n > 0) {
		spread(job, number, buffer, (size_t)n);
		return 1;
	}
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return -1; /* end of file; EIO from a terminal whose other side hung up */
}

static void on_output(struct md_event_source *source, uint32_t events)
{
	struct md_job *job = source->owner;

	(void)events;
	if (read_output(job, (int)(source - job->outputs)) < 0)
		md_event_loop_close(&job->supervisor->loop, source);
}

static bool has_full_peer(const struct md_job *job)
{
	for (const struct md_peer *peer = job->supervisor->peers; peer; peer = peer->next)
		if (peer->job == job && peer->queue)
			return true;
	return false;
}

void md_job_update_output(struct md_job *job)
{
	uint32_t events = has_full_peer(job) ? 0 : EPOLLIN;

	for (int i = 0; i < MD_JOB_OUTPUTS; i++)
		md_event_loop_change(&job->supervisor->loop, &job->outputs[i], events);
}

void md_job_drain(struct md_job *job)
{
	for (int i = 0; i < MD_JOB_OUTPUTS; i++) {
		if (job->outputs[i].fd < 0)
			continue;
		while (read_output(job, i) > 0)
			;
		md_event_loop_close(&job->supervisor->loop, &job->outputs[i]);
	}
}

static void take_all(struct md_peer *peer)
{
	free(md_steal_ptr(&peer->typed));
	md_peer_send(peer, MD_FRAME_STDIN_TAKEN, NULL, 0);
}

/* Nobody can read it any more: what waits counts as taken, or its senders would wait for ever. */
static void close_input(struct md_job *job)
{
	md_event_loop_close(&job->supervisor->loop, &job->input);
	for (struct md_peer *peer = job->supervisor->peers; peer; peer = peer->next)
		if (peer->job == job && peer->typed)
			take_all(peer);
}

/* Write what a peer still has; true when nothing is left to write. */
static bool pour(struct md_job *job, struct md_peer *peer)
{
	while (peer->typed_sent < peer->typed_length) {
		ssize_t n = write(job->input.fd, peer->typed + peer->typed_sent,
				  peer->typed_length - peer->typed_sent);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return false;
		if (n < 0) {
			close_input(job);
			return true;
		}
		peer->typed_sent += (size_t)n;
	}
	take_all(peer);
	return true;
}

/* Peers take turns frame by frame: two people typing into one shell do not mix within a frame. */
static void on_input(struct md_event_source *source, uint32_t events)
{
	struct md_job *job = source->owner;

	for (struct md_peer *peer = job->supervisor->peers; peer; peer = peer->next)
		if (peer->job == job && peer->typed && !pour(job, peer))
			return;
	if (events & EPOLLERR)
		close_input(job);
	else
		md_event_loop_change(&job->supervisor->loop, source, 0);
}

void md_job_type(struct md_job *job, struct md_peer *peer, const void *bytes, size_t length)
{
	if (job->input.fd < 0) {
		md_peer_send(peer, MD_FRAME_STDIN_TAKEN, NULL, 0);
		return;
	}
	peer->typed = md_xcalloc(1, length);
	memcpy(peer->typed, bytes, length);
	peer->typed_length = length;
	peer->typed_sent = 0;
	/* Another peer's frame may be half written: then this one waits behind it. */
	if (job->input.events == 0 && pour(job, peer))
		return;
	if (job->input.events == 0)
		md_event_loop_change(&job->supervisor->loop, &job->input, EPOLLOUT);
}

void md_job_end_stdin(struct md_job *job)
{
	/* The end of a terminal's input is a character that its user types, ctrl-d. */
	if (job->ends_stdin && !job->has_terminal)
		close_input(job);
}

void md_job_lose_client(struct md_job *job)
{
	struct md_supervisor *supervisor = job->supervisor;

	if (job == supervisor->first)
		return;
	close_input(job);
	if (!job->has_terminal)
		return;
	/* With the last descriptor of our side the kernel sends SIGHUP to its session, tty(4). */
	md_close_fd(&job->terminal_peer);
	md_event_loop_close(&supervisor->loop, &job->outputs[MD_JOB_OUT]);
}

int md_job_resize(const struct md_job *job, struct md_window window)
{
	struct winsize size = {.ws_row = window.rows, .ws_col = window.columns};

	if (!job->has_terminal || job->outputs[MD_JOB_OUT].fd < 0)
		return 0;
	return ioctl(job->outputs[MD_JOB_OUT].fd, TIOCSWINSZ, &size);
}

/*
 * Input and output of a terminal are one open file; a second descriptor lets epoll(7) wait for both
 * independently. Its other side is kept open, because reading fails with EIO as soon as nobody
 * has it open, even if the process is about to open /dev/tty again.
 */
static int take_terminal(struct md_job *job, struct md_launch *launch, struct md_error *err)
{
	job->has_terminal = true;
	job->outputs[MD_JOB_OUT].fd = md_steal_fd(&launch->console);
	if (fcntl(job->outputs[MD_JOB_OUT].fd, F_SETFL, O_NONBLOCK) < 0)
		return md_fail_errno(err, "fcntl the terminal");
	job->terminal_peer =
		ioctl(job->outputs[MD_JOB_OUT].fd, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	job->input.fd = fcntl(job->outputs[MD_JOB_OUT].fd, F_DUPFD_CLOEXEC, 3);
	if (job->input.fd < 0)
		return md_fail_errno(err, "duplicate the terminal");
	return 0;
}

struct md_job *md_job_create(struct md_supervisor *supervisor, struct md_launch *launch,
			     struct md_job_pipes *pipes, struct md_error *err)
{
	struct md_job *job = md_xcalloc(1, sizeof(*job));

	job->supervisor = supervisor;
	job->pid = launch->pid;
	job->pidfd = md_steal_fd(&launch->pidfd);
	job->terminal_peer = -1;
	job->ends_stdin = true;
	job->input = (struct md_event_source){-1, 0, job, on_input};
	for (int i = 0; i < MD_JOB_OUTPUTS; i++)
		job->outputs[i] = (struct md_event_source){-1, 0, job, on_output};
	job->next = supervisor->jobs;
	supervisor->jobs = job;
	if (launch->console >= 0) {
		if (take_terminal(job, launch, err) == 0)
			return job;
		md_job_free(job);
		return NULL;
	}
	job->input.fd = md_steal_fd(&pipes->ours[0]);
	job->outputs[MD_JOB_OUT].fd = md_steal_fd(&pipes->ours[1]);
	job->outputs[MD_JOB_ERR].fd = md_steal_fd(&pipes->ours[2]);
	return job;
}

int md_job_watch(struct md_job *job, struct md_error *err)
{
	for (int i = 0; i < MD_JOB_OUTPUTS; i++)
		if (job->outputs[i].fd >= 0 &&
		    md_event_loop_watch(&job->supervisor->loop, &job->outputs[i], EPOLLIN, err) < 0)
			return -1;
	return 0;
}

void md_job_free(struct md_job *job)
{
	struct md_supervisor *supervisor = job->supervisor;

	for (struct md_job **link = &supervisor->jobs; *link; link = &(*link)->next) {
		if (*link == job) {
			*link = job->next;
			break;
		}
	}
	md_event_loop_close(&supervisor->loop, &job->input);
	for (int i = 0; i < MD_JOB_OUTPUTS; i++)
		md_event_loop_close(&supervisor->loop, &job->outputs[i]);
	md_close_fd(&job->terminal_peer);
	md_close_fd(&job->pidfd);
	free(job);
}
