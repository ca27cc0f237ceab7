/* SPDX-License-Identifier: Apache-2.0 */
/*
 * state.h - the states of a container and the moves between them, as one table.
 *
 *	created ─► running ─► exited ─► (start) running
 *	              │ ▲
 *	              ▼ │
 *	            paused            any ─► removing ─► gone       dead: damaged, only rm helps
 */
#ifndef MD_CONTAINERS_STATE_H
#define MD_CONTAINERS_STATE_H

#include "base/error.h"
#include "base/json.h"
#include "base/proc.h"

#include <stdbool.h>
#include <stdint.h>

enum md_status {
	MD_STATUS_CREATED,
	MD_STATUS_RUNNING,
	MD_STATUS_PAUSED,
	MD_STATUS_RESTARTING,
	MD_STATUS_EXITED,
	MD_STATUS_REMOVING,
	MD_STATUS_DEAD,
};

enum md_move {
	MD_MOVE_START,
	MD_MOVE_EXIT,
	MD_MOVE_PAUSE,
	MD_MOVE_UNPAUSE,
	MD_MOVE_KILL,
	MD_MOVE_EXEC,
	MD_MOVE_ATTACH,
	MD_MOVE_REMOVE,
	MD_MOVE_FORCE_REMOVE,
};

struct md_state {
	enum md_status status;
	struct md_proc_id process; /* the container's first process */
	struct md_proc_id supervisor;
	int64_t started_ns, finished_ns;
	int exit_code;
	bool is_oom_killed;
	char *error; /* why the last start failed, NULL */
	char *cause; /* in words why it ended: "exit 3", "SIGKILL", "memory limit", NULL */
	unsigned int restart_count;
};

/* Created, and nothing else known. */
void md_state_init(struct md_state *state);

/* Free what it holds and initialise it again. */
void md_state_fini(struct md_state *state);

/* "running"; static storage. */
const char *md_status_name(enum md_status status);

/* The status of that name; MD_ERR_INVALID lists them all. */
int md_status_parse(const char *text, enum md_status *ret, struct md_error *err);

/* MD_ERR_STATE, saying both the state and the move, unless the table allows it. */
int md_state_check_move(enum md_status from, enum md_move move, struct md_error *err);

/* The members of state.json that are this module's; the caller frees the object or hands it on. */
struct md_json *md_state_to_json(const struct md_state *state);

/* MD_ERR_CORRUPT naming the key; *ret is then untouched. Keys it does not know are no error. */
int md_state_from_json(const struct md_json *json, struct md_state *ret, struct md_error *err);

/*
 * If the state says that a process runs but neither it nor its supervisor does (the supervisor was
 * killed, the machine booted), make it "exited", exit code 255, cause "dead supervisor". True if
 * so.
 */
bool md_state_settle(struct md_state *state);

/* "Up 5 minutes (Paused)", "Exited (3) 2 hours ago", "Created": Docker's STATUS column. */
void md_state_describe(const struct md_state *state, int64_t now_ns, struct md_str *out);

#endif
