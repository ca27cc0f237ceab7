/* SPDX-License-Identifier: Apache-2.0 */
/*
 * client.h - the client's end of a supervisor's control socket.
 *
 * For commands that talk to a running container. What they mean for the store is in
 * containers/lifecycle.h; streaming (stdio, resize, signals) is containers/attach.h.
 */
#ifndef MD_CONTAINERS_CLIENT_H
#define MD_CONTAINERS_CLIENT_H

#include "base/error.h"
#include "base/json.h"
#include "containers/control.h"
#include "containers/store.h"

#include <stdbool.h>

/*
 * Connect to the supervisor of container `id`. MD_ERR_PEER "the supervisor of container 'x' is
 * gone" when nobody listens. The caller closes the descriptor.
 */
int md_client_connect(struct md_store *store, const char *id, struct md_error *err);

/*
 * Send one request and wait for its answer. An ERROR frame becomes *err, the end of file
 * MD_ERR_PEER. *ret_answer may be NULL; else the caller frees it.
 */
int md_client_call(int fd, const struct md_json *request, struct md_json **ret_answer,
		   struct md_error *err);

/* How a container or an exec ended, from the EXIT frame. */
struct md_exit {
	int code; /* as a shell gives it: 128 + n for signal n */
	bool is_oom_killed;
};

/* Read frames until EXIT, dropping output. MD_ERR_PEER if the supervisor dies first. */
int md_client_wait_exit(int fd, struct md_exit *ret, struct md_error *err);

/* The members of an EXIT frame; MD_ERR_CORRUPT when it is malformed. */
int md_client_parse_exit(const struct md_frame *frame, struct md_exit *ret, struct md_error *err);

#endif
