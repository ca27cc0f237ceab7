/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervisor_parts.h - what the files supervisor*.c, job.c and peer.c share and nobody else may see.
 *
 *	supervisor.c          from start to end of the one container
 *	supervisor_start.c    record -> spec -> program -> running process
 *	supervisor_end.c      exit recorded, host put in order, everybody told
 *	supervisor_request.c  what peers may ask for
 *	supervisor_exec.c     further processes
 *	job.c                 one process and its stdio: output to log and peers, input from peers
 *	peer.c                one connected client: its frames, its queue
 *
 *	job ──output──► log, every peer of the job     a peer's full queue stops the job's output
 *	job ◄──input─── the peers of the job           one frame each at a time
 */
#ifndef MD_CONTAINERS_SUPERVISOR_PARTS_H
#define MD_CONTAINERS_SUPERVISOR_PARTS_H

#include "containers/client.h"
#include "containers/control.h"
#include "containers/event_loop.h"
#include "containers/log.h"
#include "containers/spec_build.h"
#include "containers/store.h"
#include "runtime/cgroup.h"
#include "runtime/host.h"
#include "runtime/launch.h"
#include "runtime/spec.h"

#include <stdbool.h>
#include <sys/types.h>

struct md_supervisor;

enum {
	MD_JOB_OUT,
	MD_JOB_ERR,
	MD_JOB_OUTPUTS
};

/* A process of the container that we started: the first one, or one of exec. */
struct md_job {
	struct md_supervisor *supervisor;
	struct md_job *next;
	pid_t pid;
	int pidfd;
	bool has_terminal;
	bool logs_output;  /* the first process's output is logged, that of exec is not */
	bool ends_stdin;   /* STDIN_END closes the process's stdin (not with run -d -i) */
	int terminal_peer; /* keeps the terminal open when the process closes all of its own */
	struct md_event_source input;                   /* fd -1: no stdin, or closed */
	struct md_event_source outputs[MD_JOB_OUTPUTS]; /* a terminal has only the first */
};

struct md_queued_frame;

/* A connected client. */
struct md_peer {
	struct md_supervisor *supervisor;
	struct md_peer *next;
	struct md_event_source socket;
	struct md_job *job; /* whose exit it will be told, NULL: none yet */
	bool wants_stdin;   /* may type */
	bool wants[MD_JOB_OUTPUTS];
	bool made_request;
	bool has_detached; /* left on purpose */
	bool is_closing;   /* closed once its queue is empty */
	struct md_queued_frame *queue;
	unsigned char *typed; /* a STDIN frame that the process did not take yet, NULL none */
	size_t typed_length, typed_sent;
};

struct md_supervisor {
	struct md_store *store;
	char id[MD_ID_LENGTH + 1];
	struct md_record record;
	struct md_state state;
	struct md_host host;
	struct md_spec spec;
	void *filter; /* seccomp program that spec.process points to, NULL: built in */
	struct md_log_writer *log;
	struct md_event_loop loop;
	struct md_event_source signals, listener, stop_timer;
	struct md_job *first; /* NULL before the start and after the end */
	struct md_job *jobs;  /* all, the first one too */
	struct md_peer *peers;
	bool has_ended;        /* the exit is recorded; only queued frames keep the loop going */
	unsigned char *buffer; /* MD_CONTROL_FRAME_MAX bytes, for whoever handles the event */
};

/* supervisor_start.c */

/*
 * Perform the start; on success supervisor->first runs and the state is stored. On failure nothing
 * is left on the host, and the state says why (--rm: the container is gone). `init`: path of
 * minidock-init for --init.
 */
int md_supervisor_start(struct md_supervisor *supervisor, struct md_window window, const char *init,
			struct md_error *err);

/* The source of specs for this container; further processes need it too. */
struct md_spec_source md_supervisor_source(const struct md_supervisor *supervisor);

/* supervisor_end.c */

/* The first process has ended with wait status `status`: record, undo, tell, leave the loop. */
void md_supervisor_end(struct md_supervisor *supervisor, int status);

/* Perform the undo list that is on disk and remove it. */
int md_supervisor_undo(struct md_supervisor *supervisor, struct md_error *err);

/* Store the state; a failure is only worth a line in the state's own error. */
void md_supervisor_save_state(struct md_supervisor *supervisor, enum md_durability durability);

/* MD_DURABLE_NO with --rm. */
enum md_durability md_supervisor_durability(const struct md_supervisor *supervisor);

/* supervisor_request.c */

/* Handle the one request of a peer: answer it, or send the error and close. */
void md_supervisor_request(struct md_peer *peer, const struct md_json *request);

/* Send the stop signal and arm the timer; timeout_s -1 never kills. Also for SIGTERM to ourselves.
 */
int md_supervisor_stop(struct md_supervisor *supervisor, int signo, int timeout_s,
		       struct md_error *err);

/* Kill every process of the container. */
int md_supervisor_kill_all(struct md_supervisor *supervisor, struct md_error *err);

/* The container's groups. */
struct md_cgroup md_supervisor_group(const struct md_supervisor *supervisor);

/* The container's stop signal and time-out. */
int md_supervisor_stop_signal(const struct md_supervisor *supervisor);
int md_supervisor_stop_timeout(const struct md_supervisor *supervisor);

/* supervisor_exec.c */

/* Start one more process for `peer`; on success it is attached to it, or told the pid when
 * detached. */
int md_supervisor_exec(struct md_peer *peer, const struct md_json *request, struct md_error *err);

/* job.c */

/* The descriptors that a process about to be launched gets, and our ends of them. */
struct md_job_pipes {
	int theirs[3], ours[3];
};

#define MD_JOB_PIPES_INIT          \
	{                          \
		{-1, -1, -1},      \
		{                  \
			-1, -1, -1 \
		}                  \
	}

/* Make pipes for stdin, stdout and stderr; our ends do not block. Without stdin: end of file. */
int md_job_pipes_open(struct md_job_pipes *pipes, bool with_stdin, struct md_error *err);
void md_job_pipes_close(struct md_job_pipes *pipes);

/*
 * Take over a launched process and our ends of its stdio. The job is in supervisor->jobs.
 */
struct md_job *md_job_create(struct md_supervisor *supervisor, struct md_launch *launch,
			     struct md_job_pipes *pipes, struct md_error *err);

/* Watch the output of a job; before that nothing is read. */
int md_job_watch(struct md_job *job, struct md_error *err);

/* Read what is in the pipes now, without back-pressure, and close them. For a process that ended.
 */
void md_job_drain(struct md_job *job);

/* Take it out of the list and free it. Its peers must be gone or detached. */
void md_job_free(struct md_job *job);

/* Read or do not read output, depending on whether every peer can take it. */
void md_job_update_output(struct md_job *job);

/* Give the process what the peer typed; answers STDIN_TAKEN as soon as all of it is taken. */
void md_job_type(struct md_job *job, struct md_peer *peer, const void *bytes, size_t length);
void md_job_end_stdin(struct md_job *job);
/*
 * A client died. The process of an exec loses its only one: its input ends, or its terminal hangs
 * up, as after a broken connection anywhere. The container's first process goes on as it is.
 */
void md_job_lose_client(struct md_job *job);

/* Tell the process of the new size of its terminal; without one nothing happens. */
int md_job_resize(const struct md_job *job, struct md_window window);

/* peer.c */

/* Take over a connected socket and watch it. NULL: the socket was closed. */
struct md_peer *md_peer_create(struct md_supervisor *supervisor, int fd);
void md_peer_free(struct md_peer *peer);

/* Send now or queue behind what waits already. A peer that is gone is noticed by the loop. */
void md_peer_send(struct md_peer *peer, enum md_frame_type type, const void *payload,
		  size_t length);
void md_peer_send_json(struct md_peer *peer, enum md_frame_type type, struct md_json *value);
void md_peer_send_error(struct md_peer *peer, const struct md_error *why);

/* Close as soon as everything queued was sent. */
void md_peer_finish(struct md_peer *peer);

/* Attach to a job as the request's members stdin, stdout and stderr say. */
void md_peer_attach(struct md_peer *peer, struct md_job *job, const struct md_json *request);

/*
 * Tell every peer of the job how it ended; each is freed now or when its queue is empty. Not for a
 * handler that still uses a peer.
 */
void md_peers_tell_exit(struct md_job *job, const struct md_exit *how);

#endif
