/* SPDX-License-Identifier: Apache-2.0 */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/proc.h"
#include "containers/supervisor_parts.h"

#include <fcntl.h>
#include <string.h>
#include <sys/epoll.h>

struct md_queued_frame {
	struct md_queued_frame *next;
	enum md_frame_type type;
	size_t length;
	unsigned char payload[];
};

static void free_queue(struct md_peer *peer)
{
	while (peer->queue) {
		struct md_queued_frame *frame = peer->queue;

		peer->queue = frame->next;
		free(frame);
	}
}

void md_peer_free(struct md_peer *peer)
{
	struct md_supervisor *supervisor = peer->supervisor;
	struct md_job *job = peer->job;
	bool detached = peer->has_detached;

	for (struct md_peer **link = &supervisor->peers; *link; link = &(*link)->next) {
		if (*link == peer) {
			*link = peer->next;
			break;
		}
	}
	md_event_loop_close(&supervisor->loop, &peer->socket);
	free_queue(peer);
	free(peer->typed);
	free(peer);
	if (job) {
		md_job_update_output(job); /* it may have been the one that was full */
		if (!detached)
			md_job_lose_client(job);
	}
	if (supervisor->has_ended && !supervisor->peers)
		supervisor->loop.is_over = true;
}

static void enqueue(struct md_peer *peer, enum md_frame_type type, const void *payload,
		    size_t length)
{
	struct md_queued_frame **link = &peer->queue;
	struct md_queued_frame *frame = md_xcalloc(1, sizeof(*frame) + length);

	frame->type = type;
	frame->length = length;
	if (length > 0)
		memcpy(frame->payload, payload, length);
	while (*link)
		link = &(*link)->next;
	*link = frame;
	md_event_loop_change(&peer->supervisor->loop, &peer->socket, EPOLLIN | EPOLLOUT);
	if (peer->job)
		md_job_update_output(peer->job);
}

void md_peer_send(struct md_peer *peer, enum md_frame_type type, const void *payload, size_t length)
{
	struct md_error ignored = MD_ERROR_INIT;

	if (peer->queue || md_frame_send(peer->socket.fd, type, payload, length, &ignored) == 0)
		enqueue(peer, type, payload, length);
}

/* Takes `value`. One that is too long for a frame becomes an error frame. */
void md_peer_send_json(struct md_peer *peer, enum md_frame_type type, struct md_json *value)
{
	md_auto_json struct md_json *owned = value;
	md_auto_free char *text = md_json_compact(owned);
	size_t length = strlen(text);
	struct md_error why = MD_ERROR_INIT;

	if (length <= MD_CONTROL_PAYLOAD_MAX) {
		md_peer_send(peer, type, text, length);
		return;
	}
	(void)md_fail(&why, MD_ERR_INVALID, "the answer of %zu bytes is too long", length);
	md_peer_send_error(peer, &why);
}

void md_peer_send_error(struct md_peer *peer, const struct md_error *why)
{
	md_peer_send_json(peer, MD_FRAME_ERROR, md_control_error_to_json(why));
}

/*
 * Not freed here even with an empty queue: whoever calls this may still use the peer. The socket
 * is writable, so the loop comes back at once and frees it.
 */
void md_peer_finish(struct md_peer *peer)
{
	peer->is_closing = true;
	md_event_loop_change(&peer->supervisor->loop, &peer->socket, EPOLLIN | EPOLLOUT);
}

/* True while the peer lives. */
static bool flush(struct md_peer *peer)
{
	struct md_error ignored = MD_ERROR_INIT;

	while (peer->queue) {
		struct md_queued_frame *frame = peer->queue;
		int sent = md_frame_send(peer->socket.fd, frame->type, frame->payload,
					 frame->length, &ignored);

		if (sent < 0) {
			md_peer_free(peer);
			return false;
		}
		if (sent == 0)
			return true;
		peer->queue = frame->next;
		free(frame);
	}
	if (peer->is_closing) {
		md_peer_free(peer);
		return false;
	}
	md_event_loop_change(&peer->supervisor->loop, &peer->socket, EPOLLIN);
	if (peer->job)
		md_job_update_output(peer->job);
	return true;
}

static void take_request(struct md_peer *peer, const struct md_frame *frame)
{
	struct md_error why = MD_ERROR_INIT;
	md_auto_json struct md_json *request = md_frame_json(frame, &why);

	if (request && peer->made_request)
		(void)md_fail(&why, MD_ERR_INVALID, "one connection makes one request");
	if (why.code != MD_OK) {
		md_peer_send_error(peer, &why);
		md_peer_finish(peer);
		return;
	}
	peer->made_request = true;
	md_supervisor_request(peer, request);
}

/* Frames that belong to an attached process; without one they mean nothing and are dropped. */
static void take_stream_frame(struct md_peer *peer, const struct md_frame *frame)
{
	struct md_error ignored = MD_ERROR_INIT;
	struct md_job *job = peer->job;

	if (frame->type == MD_FRAME_STDIN && (!job || !peer->wants_stdin))
		md_peer_send(peer, MD_FRAME_STDIN_TAKEN, NULL, 0);
	else if (frame->type == MD_FRAME_STDIN)
		md_job_type(job, peer, frame->payload, frame->length);
	else if (!job)
		return;
	else if (frame->type == MD_FRAME_STDIN_END && peer->wants_stdin)
		md_job_end_stdin(job);
	else if (frame->type == MD_FRAME_RESIZE)
		(void)md_job_resize(job, md_frame_window(frame));
	else if (frame->type == MD_FRAME_SIGNAL)
		(void)md_proc_signal(job->pidfd, md_frame_signal(frame), &ignored);
}

/* A client that sends more input before the last was taken breaks the rule that bounds our memory.
 */
static bool is_allowed(const struct md_peer *peer, const struct md_frame *frame)
{
	return !(frame->type == MD_FRAME_STDIN && peer->typed);
}

static void receive(struct md_peer *peer)
{
	struct md_error why = MD_ERROR_INIT;
	struct md_frame frame;
	int got = md_frame_receive(peer->socket.fd, MD_CONTROL_FROM_CLIENT,
				   peer->supervisor->buffer, &frame, &why);

	if (got < 0 && why.code == MD_OK)
		return;
	peer->has_detached = got > 0 && frame.type == MD_FRAME_DETACH;
	if (got <= 0 || !is_allowed(peer, &frame) || peer->has_detached)
		md_peer_free(peer);
	else if (frame.type == MD_FRAME_REQUEST)
		take_request(peer, &frame);
	else
		take_stream_frame(peer, &frame);
}

static void on_socket(struct md_event_source *source, uint32_t events)
{
	struct md_peer *peer = source->owner;

	if ((events & EPOLLOUT) && !flush(peer))
		return;
	if (events & ~(uint32_t)EPOLLOUT)
		receive(peer);
}

struct md_peer *md_peer_create(struct md_supervisor *supervisor, int fd)
{
	struct md_error ignored = MD_ERROR_INIT;
	struct md_peer *peer = md_xcalloc(1, sizeof(*peer));

	peer->supervisor = supervisor;
	peer->socket = (struct md_event_source){fd, 0, peer, on_socket};
	peer->next = supervisor->peers;
	supervisor->peers = peer;
	if (fcntl(fd, F_SETFL, O_NONBLOCK) == 0 &&
	    md_event_loop_watch(&supervisor->loop, &peer->socket, EPOLLIN, &ignored) == 0)
		return peer;
	md_peer_free(peer);
	return NULL;
}

void md_peer_attach(struct md_peer *peer, struct md_job *job, const struct md_json *request)
{
	peer->job = job;
	peer->wants_stdin = md_json_get_bool(request, "stdin", false);
	peer->wants[MD_JOB_OUT] = md_json_get_bool(request, "stdout", false);
	peer->wants[MD_JOB_ERR] = md_json_get_bool(request, "stderr", false);
}

void md_peers_tell_exit(struct md_job *job, const struct md_exit *how)
{
	struct md_peer *next;

	for (struct md_peer *peer = job->supervisor->peers; peer; peer = next) {
		struct md_json *json;

		next = peer->next;
		if (peer->job != job)
			continue;
		json = md_json_object();
		md_json_set_number(json, "code", how->code);
		md_json_set_bool(json, "oom", how->is_oom_killed);
		peer->job = NULL;
		md_peer_send_json(peer, MD_FRAME_EXIT, json);
		if (peer->queue)
			md_peer_finish(peer);
		else
			md_peer_free(peer);
	}
}
