/* SPDX-License-Identifier: Apache-2.0 */
/*
 * control.h - the language between a container's supervisor and its clients.
 *
 * One SOCK_SEQPACKET message is one frame: a type byte and at most MD_CONTROL_PAYLOAD_MAX bytes.
 * Both sides check every frame; a frame that breaks a rule ends the connection and nothing else.
 *
 *	client                               supervisor
 *	------                               ----------
 *	REQUEST {"op":"attach",...}  ---->
 *	                             <----   ANSWER {...} or ERROR {code, errno, message}
 *	STDIN bytes                  ---->
 *	                             <----   STDIN_TAKEN
 *	STDIN_END                    ---->
 *	RESIZE, SIGNAL, DETACH       ---->
 *	                             <----   STDOUT bytes, STDERR bytes
 *	                             <----   EXIT {code, oom, cause}   then end of file
 *
 * One connection makes one request. After the answer to
 *
 *	start    (first client only, over the inherited socket) attach stdin stdout stderr rows columns
 *	attach   stdin stdout stderr rows columns
 *	exec     args env cwd user groups stdin terminal detach privileged rows columns
 *	wait
 *
 * it stays open and EXIT is its last frame; after the others it is closed:
 *
 *	kill signal · stop signal timeout_s · pause · unpause · status
 *
 * Back-pressure: while the socket of an attached client is full, the supervisor does not read the
 * container's output, so nothing is lost; a client that is stuck for good therefore stops the
 * container's writers exactly as a pipe would. `logs -f` reads the file and never does.
 * In the other direction a client has at most one STDIN frame that was not answered by STDIN_TAKEN, so
 * signals and window sizes always get through, even to a container that never reads its stdin.
 */
#ifndef MD_CONTAINERS_CONTROL_H
#define MD_CONTAINERS_CONTROL_H

#include "base/error.h"
#include "base/json.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MD_CONTROL_PAYLOAD_MAX (64 * 1024)
#define MD_CONTROL_FRAME_MAX   (1 + MD_CONTROL_PAYLOAD_MAX)

enum md_frame_type {
	/* from the client */
	MD_FRAME_REQUEST = 'R', /* JSON object with "op" */
	MD_FRAME_STDIN = 'I',
	MD_FRAME_STDIN_END = 'E', /* empty */
	MD_FRAME_RESIZE = 'W',    /* rows, columns: two little-endian 16-bit numbers, not 0 */
	MD_FRAME_SIGNAL = 'S',    /* one byte: signal number 1..64 */
	MD_FRAME_DETACH = 'D',    /* empty: the container goes on without this client */
	/* from the supervisor */
	MD_FRAME_ANSWER = 'A', /* JSON object */
	MD_FRAME_ERROR = 'F',  /* JSON object: code, errno, message */
	MD_FRAME_STDOUT = '1',
	MD_FRAME_STDERR = '2',
	MD_FRAME_STDIN_TAKEN = 'T', /* empty: the next STDIN or STDIN_END may come */
	MD_FRAME_EXIT = 'X',        /* JSON object: code, oom, cause */
};

/* One received frame; `payload` points into the buffer it was received into. */
struct md_frame {
	enum md_frame_type type;
	const unsigned char *payload;
	size_t length;
};

struct md_window {
	uint16_t rows, columns; /* 0: unknown */
};

/* Who sent a frame. */
enum md_control_side {
	MD_CONTROL_FROM_CLIENT,
	MD_CONTROL_FROM_SUPERVISOR
};

/*
 * Check the bytes of one message. `side` says which types are allowed. Refuses unknown types, wrong
 * lengths and payloads above the limit with MD_ERR_CORRUPT.
 */
int md_frame_decode(const void *bytes, size_t length, enum md_control_side side,
		    struct md_frame *ret, struct md_error *err);

/* The members of a decoded RESIZE frame. */
struct md_window md_frame_window(const struct md_frame *frame);

/* The number in a decoded SIGNAL frame, 1 to 64. */
int md_frame_signal(const struct md_frame *frame);

/*
 * Receive one frame into `buffer` of MD_CONTROL_FRAME_MAX bytes. 1: a frame, 0: end of file (also
 * when the other side died), -1 with errno EAGAIN untouched in err (a non-blocking socket with
 * nothing to read gives -1 and err->code MD_OK).
 */
int md_frame_receive(int fd, enum md_control_side side, void *buffer, struct md_frame *ret,
		     struct md_error *err);

/*
 * Send one frame with MSG_NOSIGNAL. 1: sent, 0: the socket is non-blocking and full, -1: failed
 * (MD_ERR_PEER when the other side is gone).
 */
int md_frame_send(int fd, enum md_frame_type type, const void *payload, size_t length,
		  struct md_error *err);
/* The same for a JSON value, a window and a signal. */
int md_frame_send_json(int fd, enum md_frame_type type, const struct md_json *value,
		       struct md_error *err);
int md_frame_send_window(int fd, struct md_window window, struct md_error *err);
int md_frame_send_signal(int fd, int signo, struct md_error *err);

/* The object in a JSON frame; MD_ERR_CORRUPT when it is none. The caller frees it. */
struct md_json *md_frame_json(const struct md_frame *frame, struct md_error *err);

/* An error as it travels in an ERROR frame, and back: *err is filled from the object. */
struct md_json *md_control_error_to_json(const struct md_error *why);
int md_control_error_from_json(const struct md_json *json, struct md_error *err);

#endif
