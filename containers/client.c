/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/client.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>

/*
 * The path of a state root may be longer than the 107 bytes of sun_path, so the socket is named
 * through a descriptor of its directory.
 */
static int connect_in(int dirfd, const char *name, struct md_error *err)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	md_auto_close int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return md_fail_errno(err, "socket");
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/%s", dirfd,
		       name);
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return md_steal_fd(&fd);
	if (errno == ECONNREFUSED || errno == ENOENT)
		return md_fail(err, MD_ERR_PEER, "nobody listens");
	return md_fail_errno(err, "connect to '%s'", name);
}

int md_client_connect(struct md_store *store, const char *id, struct md_error *err)
{
	md_auto_free char *path = md_store_run_path(store, id, "");
	struct md_error why = MD_ERROR_INIT;
	int fd = -1;
	md_auto_close int dirfd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dirfd >= 0)
		fd = connect_in(dirfd, "control.sock", &why);
	else if (errno == ENOENT)
		(void)md_fail(&why, MD_ERR_PEER, "nobody listens");
	else
		(void)md_fail_errno(&why, "open '%s'", path);
	if (fd >= 0)
		return fd;
	if (why.code == MD_ERR_PEER)
		return md_fail(err, MD_ERR_PEER,
			       "the supervisor of container '%.12s' is gone (remove what it left "
			       "with 'minidock check --repair')",
			       id);
	*err = why;
	return md_error_prefix(err, "supervisor of container '%.12s'", id);
}

static int take_answer(const struct md_frame *frame, struct md_json **ret_answer,
		       struct md_error *err)
{
	md_auto_json struct md_json *json = md_frame_json(frame, err);

	if (!json)
		return -1;
	if (frame->type == MD_FRAME_ERROR)
		return md_control_error_from_json(json, err);
	if (frame->type != MD_FRAME_ANSWER)
		return md_fail(err, MD_ERR_CORRUPT, "supervisor sent '%c' instead of an answer",
			       frame->type);
	if (ret_answer)
		*ret_answer = md_steal_ptr(&json);
	return 0;
}

int md_client_call(int fd, const struct md_json *request, struct md_json **ret_answer,
		   struct md_error *err)
{
	md_auto_free void *buffer = md_xcalloc(1, MD_CONTROL_FRAME_MAX);
	struct md_frame frame;
	int got;

	if (md_frame_send_json(fd, MD_FRAME_REQUEST, request, err) < 0)
		return -1;
	got = md_frame_receive(fd, MD_CONTROL_FROM_SUPERVISOR, buffer, &frame, err);
	if (got < 0)
		return -1;
	if (got == 0)
		return md_fail(err, MD_ERR_PEER, "the supervisor ended without an answer");
	return take_answer(&frame, ret_answer, err);
}

int md_client_parse_exit(const struct md_frame *frame, struct md_exit *ret, struct md_error *err)
{
	md_auto_json struct md_json *json = md_frame_json(frame, err);
	int64_t code;

	if (!json || md_json_need_number(json, "code", &code, err) < 0)
		return -1;
	if (code < 0 || code > 255)
		return md_fail(err, MD_ERR_CORRUPT, "supervisor sent exit code %lld",
			       (long long)code);
	ret->code = (int)code;
	ret->is_oom_killed = md_json_get_bool(json, "oom", false);
	return 0;
}

int md_client_wait_exit(int fd, struct md_exit *ret, struct md_error *err)
{
	md_auto_free void *buffer = md_xcalloc(1, MD_CONTROL_FRAME_MAX);
	struct md_frame frame;

	for (;;) {
		int got = md_frame_receive(fd, MD_CONTROL_FROM_SUPERVISOR, buffer, &frame, err);

		if (got < 0)
			return -1;
		if (got == 0)
			return md_fail(err, MD_ERR_PEER,
				       "the supervisor ended before the container did");
		if (frame.type == MD_FRAME_EXIT)
			return md_client_parse_exit(&frame, ret, err);
	}
}
