/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* Who may send a type, and how long its payload is. */
static const struct frame_rule {
	enum md_frame_type type;
	enum md_control_side side;
	size_t min, max;
} frame_rules[] = {
	{MD_FRAME_REQUEST, MD_CONTROL_FROM_CLIENT, 2, MD_CONTROL_PAYLOAD_MAX},
	{MD_FRAME_STDIN, MD_CONTROL_FROM_CLIENT, 1, MD_CONTROL_PAYLOAD_MAX},
	{MD_FRAME_STDIN_END, MD_CONTROL_FROM_CLIENT, 0, 0},
	{MD_FRAME_RESIZE, MD_CONTROL_FROM_CLIENT, 4, 4},
	{MD_FRAME_SIGNAL, MD_CONTROL_FROM_CLIENT, 1, 1},
	{MD_FRAME_DETACH, MD_CONTROL_FROM_CLIENT, 0, 0},
	{MD_FRAME_ANSWER, MD_CONTROL_FROM_SUPERVISOR, 2, MD_CONTROL_PAYLOAD_MAX},
	{MD_FRAME_ERROR, MD_CONTROL_FROM_SUPERVISOR, 2, MD_CONTROL_PAYLOAD_MAX},
	{MD_FRAME_STDOUT, MD_CONTROL_FROM_SUPERVISOR, 1, MD_CONTROL_PAYLOAD_MAX},
	{MD_FRAME_STDERR, MD_CONTROL_FROM_SUPERVISOR, 1, MD_CONTROL_PAYLOAD_MAX},
	{MD_FRAME_STDIN_TAKEN, MD_CONTROL_FROM_SUPERVISOR, 0, 0},
	{MD_FRAME_EXIT, MD_CONTROL_FROM_SUPERVISOR, 2, MD_CONTROL_PAYLOAD_MAX},
};

#define FRAME_RULE_COUNT (sizeof(frame_rules) / sizeof(frame_rules[0]))
#define SIGNAL_MAX       64

static const struct frame_rule *find_rule(unsigned char type, enum md_control_side side)
{
	for (size_t i = 0; i < FRAME_RULE_COUNT; i++)
		if ((unsigned char)frame_rules[i].type == type && frame_rules[i].side == side)
			return &frame_rules[i];
	return NULL;
}

static int check_content(const struct md_frame *frame, struct md_error *err)
{
	struct md_window window;

	if (frame->type == MD_FRAME_SIGNAL) {
		if (frame->payload[0] < 1 || frame->payload[0] > SIGNAL_MAX)
			return md_fail(err, MD_ERR_CORRUPT, "control frame: signal %d",
				       frame->payload[0]);
	} else if (frame->type == MD_FRAME_RESIZE) {
		window = md_frame_window(frame);
		if (window.rows == 0 || window.columns == 0)
			return md_fail(err, MD_ERR_CORRUPT, "control frame: window of size 0");
	}
	return 0;
}

int md_frame_decode(const void *bytes, size_t length, enum md_control_side side,
		    struct md_frame *ret, struct md_error *err)
{
	const unsigned char *data = bytes;
	const struct frame_rule *rule;
	struct md_frame frame;

	if (length < 1)
		return md_fail(err, MD_ERR_CORRUPT, "control frame: empty message");
	rule = find_rule(data[0], side);
	if (!rule)
		return md_fail(err, MD_ERR_CORRUPT, "control frame: unexpected type 0x%02x",
			       data[0]);
	frame = (struct md_frame){rule->type, data + 1, length - 1};
	if (frame.length < rule->min || frame.length > rule->max)
		return md_fail(err, MD_ERR_CORRUPT, "control frame: %zu bytes for type '%c'",
			       frame.length, data[0]);
	if (check_content(&frame, err) < 0)
		return -1;
	*ret = frame;
	return 0;
}

struct md_window md_frame_window(const struct md_frame *frame)
{
	const unsigned char *p = frame->payload;

	return (struct md_window){(uint16_t)(p[0] | p[1] << 8), (uint16_t)(p[2] | p[3] << 8)};
}

int md_frame_signal(const struct md_frame *frame)
{
	return frame->payload[0];
}

int md_frame_receive(int fd, enum md_control_side side, void *buffer, struct md_frame *ret,
		     struct md_error *err)
{
	ssize_t n;

	/*
	 * unix(7) reports ECONNRESET once when the other side closed without reading all of ours;
	 * frames that it had sent before are still there behind it.
	 */
	do
		n = recv(fd, buffer, MD_CONTROL_FRAME_MAX, MSG_TRUNC);
	while (n < 0 && (errno == EINTR || errno == ECONNRESET));
	if (n == 0)
		return 0;
	if (n < 0 && errno == EAGAIN)
		return -1;
	if (n < 0)
		return md_fail_errno(err, "receive from the control socket");
	/* MSG_TRUNC gives the real length, so that a message that was cut is seen here. */
	if ((size_t)n > MD_CONTROL_FRAME_MAX)
		return md_fail(err, MD_ERR_CORRUPT, "control frame: %zd bytes", n);
	if (md_frame_decode(buffer, (size_t)n, side, ret, err) < 0)
		return -1;
	return 1;
}

int md_frame_send(int fd, enum md_frame_type type, const void *payload, size_t length,
		  struct md_error *err)
{
	unsigned char first = (unsigned char)type;
	struct iovec parts[2] = {{&first, 1}, {(void *)payload, length}};
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = length > 0 ? 2 : 1};
	ssize_t n;

	if (length > MD_CONTROL_PAYLOAD_MAX)
		return md_fail(err, MD_ERR_INVALID,
			       "control frame: %zu bytes are more than the limit of %d", length,
			       MD_CONTROL_PAYLOAD_MAX);
	do
		n = sendmsg(fd, &message, MSG_NOSIGNAL);
	while (n < 0 && errno == EINTR);
	if (n >= 0)
		return 1;
	if (errno == EAGAIN || errno == ENOBUFS)
		return 0;
	if (errno == EPIPE || errno == ECONNRESET || errno == ENOTCONN)
		return md_fail(err, MD_ERR_PEER, "the other side of the control socket is gone");
	return md_fail_errno(err, "send to the control socket");
}

int md_frame_send_json(int fd, enum md_frame_type type, const struct md_json *value,
		       struct md_error *err)
{
	md_auto_free char *text = md_json_compact(value);

	return md_frame_send(fd, type, text, strlen(text), err);
}

int md_frame_send_window(int fd, struct md_window window, struct md_error *err)
{
	unsigned char bytes[4] = {
		(unsigned char)(window.rows & 0xff),
		(unsigned char)(window.rows >> 8),
		(unsigned char)(window.columns & 0xff),
		(unsigned char)(window.columns >> 8),
	};

	return md_frame_send(fd, MD_FRAME_RESIZE, bytes, sizeof(bytes), err);
}

int md_frame_send_signal(int fd, int signo, struct md_error *err)
{
	unsigned char byte = (unsigned char)signo;

	return md_frame_send(fd, MD_FRAME_SIGNAL, &byte, 1, err);
}

struct md_json *md_frame_json(const struct md_frame *frame, struct md_error *err)
{
	md_auto_json struct md_json *json =
		md_json_parse((const char *)frame->payload, frame->length, err);

	if (!json)
		return NULL;
	if (md_json_type(json) != MD_JSON_OBJECT) {
		(void)md_fail(err, MD_ERR_CORRUPT, "control frame: not a JSON object");
		return NULL;
	}
	return md_steal_ptr(&json);
}

/* The constants' names travel, not their numbers: both sides may be of different versions. */
static const char *const code_names[] = {
#define X(name, text, exit_status, http_status) [name] = #name,
	MD_ERROR_CODES(X)
#undef X
};

struct md_json *md_control_error_to_json(const struct md_error *why)
{
	struct md_json *json = md_json_object();

	md_json_set_string(json, "code", code_names[why->code]);
	md_json_set_number(json, "errno", why->sys_errno);
	md_json_set_string(json, "message", why->msg);
	return json;
}

int md_control_error_from_json(const struct md_json *json, struct md_error *err)
{
	const char *name = md_json_get_string(json, "code", "");
	enum md_error_code code = MD_ERR_PEER;
	int64_t number = md_json_get_number(json, "errno", 0);

	for (size_t i = 1; i < sizeof(code_names) / sizeof(code_names[0]); i++)
		if (strcmp(code_names[i], name) == 0)
			code = (enum md_error_code)i;
	(void)md_fail(err, code, "%s",
		      md_json_get_string(json, "message", "an error without a message"));
	if (number > 0 && number < 4096)
		err->sys_errno = (int)number;
	return -1;
}
