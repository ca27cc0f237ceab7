/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lifecycle_parts.h - what the files lifecycle*.c and check.c share and nobody else may see.
 */
#ifndef MD_CONTAINERS_LIFECYCLE_PARTS_H
#define MD_CONTAINERS_LIFECYCLE_PARTS_H

#include "containers/lifecycle.h"

/* MINIDOCK_CGROUP_PARENT, for tests that must not touch the groups of other engines. */
void md_lifecycle_default_cgroup_parent(struct md_run_request *request);

/*
 * The state as it is now: one that says running, although neither process nor supervisor is there
 * any more (the machine booted, both were killed), is given as exited with code 255.
 */
int md_lifecycle_load_state(struct md_store *store, const char *id, struct md_state *ret,
			    struct md_error *err);

/* Prefix "<verb> container '<name>'". Returns -1. */
int md_lifecycle_prefix(struct md_store *store, const char *id, const char *verb,
			struct md_error *err);

/* MD_ERR_STATE unless the move is allowed now. */
int md_lifecycle_check(struct md_store *store, const char *id, enum md_move move,
		       struct md_error *err);

/*
 * Check the move, connect to the supervisor, make the request. Returns the connection after the
 * answer.
 */
int md_lifecycle_call(struct md_engine *engine, const char *id, enum md_move move,
		      const struct md_json *request, struct md_error *err);

/*
 * What a supervisor would do at the end, for one that is gone: kill what still runs and perform
 * the undo list, store the state as exited (137 when something was killed). The caller holds the
 * lock.
 */
int md_lifecycle_clean_up(struct md_engine *engine, const char *id, struct md_error *err);

/*
 * Ask the supervisor to end the container and wait until it has; signo 0: the container's own stop
 * signal. A container that does not run, or is gone, is success.
 */
int md_lifecycle_end(struct md_engine *engine, const char *id, int signo, int timeout_s,
		     struct md_error *err);

#endif
