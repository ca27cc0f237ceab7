/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lifecycle.h - what can be done to a container, one function per command.
 *
 * Every function takes the id that md_store_find() gave. State is read from the store, the move is
 * checked against the table of containers/state.h, the supervisor is asked over its socket
 * (containers/client.h), and where the supervisor is gone, the rest is done through the undo list.
 * Changes are made under the container's lock; waiting never holds it.
 */
#ifndef MD_CONTAINERS_LIFECYCLE_H
#define MD_CONTAINERS_LIFECYCLE_H

#include "base/error.h"
#include "containers/client.h"
#include "containers/spec_build.h"
#include "containers/store.h"
#include "images/image.h"
#include "runtime/program.h"

#include <stdbool.h>
#include <sys/types.h>

/* The two stores behind every command. Single-threaded. */
struct md_engine {
	struct md_store *store;
	struct md_image_store *images;
};

/* `root` NULL: MINIDOCK_ROOT or the default. */
int md_engine_open(const char *root, struct md_engine *ret, struct md_error *err);
void md_engine_close(struct md_engine *engine);

/*
 * Resolve the image, take id and name, write the record (state created). Durable unless --rm.
 * `request` is checked first (md_run_request_check()). On failure nothing is left.
 */
int md_lifecycle_create(struct md_engine *engine, const struct md_run_request *request,
			char ret_id[MD_ID_LENGTH + 1], struct md_error *err);

/* How one start behaves; not stored. */
struct md_start_options {
	bool attach_stdin, attach_stdout, attach_stderr;
	struct md_window window; /* of the client's terminal */
};

/*
 * Start a supervisor for a created or exited container and wait until the command runs or could
 * not. *ret_fd: the attached connection for md_attach_run() or md_client_wait_exit(); -1 when
 * nothing is attached. MD_ERR_NO_COMMAND, MD_ERR_NOT_EXECUTABLE as md_launch(). A container with
 * --rm whose start failed is gone.
 */
int md_lifecycle_start(struct md_engine *engine, const char *id,
		       const struct md_start_options *options, int *ret_fd, struct md_error *err);

/* Connect to the stdio of a running container; *ret_fd as above. */
int md_lifecycle_attach(struct md_engine *engine, const char *id,
			const struct md_start_options *options, int *ret_fd, struct md_error *err);

/*
 * Run one more process in a running container. *ret_fd: its connection, -1 when detached. Its
 * environment is that of the container plus `exec->env`.
 */
int md_lifecycle_exec(struct md_engine *engine, const char *id, const struct md_exec_request *exec,
		      int *ret_fd, struct md_error *err);

#define MD_STOP_TIMEOUT_UNSET (-2)

/*
 * Stop signal, wait, SIGKILL to the whole cgroup; returns when it has ended. `signal` NULL and
 * MD_STOP_TIMEOUT_UNSET: the container's own, else the image's, else SIGTERM and 10 s; timeout -1
 * waits for ever. A container that does not run is success.
 */
int md_lifecycle_stop(struct md_engine *engine, const char *id, const char *signal, int timeout_s,
		      struct md_error *err);

/* Send `signal` (NULL: SIGKILL) to the first process; MD_ERR_STATE when it does not run. */
int md_lifecycle_kill(struct md_engine *engine, const char *id, const char *signal,
		      struct md_error *err);

/* stop, then start without attaching. */
int md_lifecycle_restart(struct md_engine *engine, const char *id, const char *signal,
			 int timeout_s, struct md_error *err);

/* Hold every process of the container still; MD_ERR_STATE unless it runs. */
int md_lifecycle_pause(struct md_engine *engine, const char *id, struct md_error *err);
/* Let them go on; MD_ERR_STATE unless it is paused. */
int md_lifecycle_unpause(struct md_engine *engine, const char *id, struct md_error *err);

/* Wait until the container does not run; *ret_code at once when it has ended or never ran (0). */
int md_lifecycle_wait(struct md_engine *engine, const char *id, int *ret_code,
		      struct md_error *err);

struct md_remove_options {
	bool force;   /* -f: kill it first */
	bool volumes; /* -v: also its anonymous volumes */
};

/*
 * Remove a container that does not run: what its undo list still names, its volumes, its directory,
 * its name. A second remove of the same id is MD_ERR_NOT_FOUND.
 */
int md_lifecycle_remove(struct md_engine *engine, const char *id,
			const struct md_remove_options *options, struct md_error *err);

/* Give it another name, whatever its state. MD_ERR_EXISTS names who has it. */
int md_lifecycle_rename(struct md_engine *engine, const char *id, const char *new_name,
			struct md_error *err);

/* One process of a container as the host sees it. */
struct md_top_process {
	pid_t pid, parent; /* on the host */
	pid_t inside;      /* in the container's pid namespace */
	uint32_t uid;
	char state;
	uint64_t cpu_ms; /* user + system */
	uint64_t rss_bytes;
	int64_t started_ns;
	char *terminal; /* "pts/0" or "?" */
	char *command;  /* arguments joined with spaces */
};

/* Processes of a running container, by pid; the caller gives the list to md_top_free(). */
int md_lifecycle_top(struct md_engine *engine, const char *id, struct md_top_process **ret,
		     size_t *ret_count, struct md_error *err);
void md_top_free(struct md_top_process *list, size_t count);

/*
 * `plan`: the program that `run` with this request would perform on this host, compiled without
 * changing anything and without privilege. *program is initialised and empty. *ret_notes says in
 * whole lines what had to be assumed (an image store that cannot be read, an image that is not
 * there yet).
 */
int md_lifecycle_plan(const char *root, const struct md_run_request *request,
		      struct md_program *program, struct md_str *ret_notes, struct md_error *err);

#endif
