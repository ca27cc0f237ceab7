/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spec_build.h - from a request and an image to a struct md_spec, with minidock's defaults.
 *
 * The image's configuration is data: entrypoint, command, environment, user, working directory and
 * volumes are copied, nothing else of it is looked at. Every default of SECURITY.md's table
 * (capabilities, seccomp, masked paths, limits) is put in here and nowhere else.
 */
#ifndef MD_CONTAINERS_SPEC_BUILD_H
#define MD_CONTAINERS_SPEC_BUILD_H

#include "base/error.h"
#include "containers/control.h"
#include "containers/request.h"
#include "images/image.h"
#include "runtime/host.h"
#include "runtime/spec.h"

#include <stdbool.h>
#include <sys/types.h>

struct md_json;

#define MD_CGROUP_PARENT_DEFAULT "minidock"
#define MD_PIDS_LIMIT_DEFAULT    4096
#define MD_SHM_SIZE_DEFAULT      (64 << 20)
#define MD_PATH_DEFAULT          "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
#define MD_USERNS_RANGE          65536

/* Everything a spec is made from. All of it stays the caller's. */
struct md_spec_source {
	const char *id;
	const struct md_run_request *request;
	const struct md_image *image; /* NULL with --rootfs */
	const struct md_host *host;
	const char *directory;   /* absolute: <root>/containers/<id> */
	const char *volumes;     /* absolute: <root>/volumes, for the image's anonymous volumes */
	const char *init_path;   /* with --init: host path of minidock-init */
	uint32_t userns_base;    /* first host id of the private range, 0: not allocated */
	struct md_window window; /* of the terminal with -t */
	bool is_plan;            /* look at nothing below `directory`: it need not exist */
};

/*
 * Build *ret (initialised by md_spec_init()). Reads passwd and group of the image; makes nothing on
 * the host. MD_ERR_INVALID names flag and value. *ret_filter receives a compiled seccomp
 * program that the caller frees after md_spec_fini(), or NULL when the built-in one is used.
 */
int md_spec_build(const struct md_spec_source *source, struct md_spec *ret, void **ret_filter,
		  struct md_error *err);

/* The process that exec adds to a running container; same rules for user, groups and defaults. */
struct md_exec_request {
	struct md_strv args, env;
	char *workdir, *user;
	bool is_interactive, has_terminal, is_detached, is_privileged;
	struct md_window window;
};

void md_exec_request_fini(struct md_exec_request *request);
struct md_json *md_exec_request_to_json(const struct md_exec_request *request);
int md_exec_request_from_json(const struct md_json *json, struct md_exec_request *ret,
			      struct md_error *err);

/*
 * *ret: the container's process (`spec->process`) with the exec's command, user, directory and
 * environment; for the caller to md_process_fini(). `source` as for md_spec_build().
 */
int md_spec_build_exec(const struct md_spec_source *source, const struct md_spec *spec,
		       const struct md_exec_request *exec, struct md_process *ret,
		       struct md_error *err);

/*
 * The command by Docker's rule: --entrypoint (or the image's entrypoint) followed by the arguments;
 * without arguments the image's command, unless --entrypoint was given. MD_ERR_INVALID when nothing
 * is left. `config` may be NULL.
 */
int md_spec_command(const struct md_run_request *request, const struct md_image_config *config,
		    struct md_strv *ret, struct md_error *err);

/*
 * Name of the container whose namespaces the request joins ("container:X" in --pid, --ipc, --uts,
 * --network), NULL if none. Two different ones are MD_ERR_UNSUPPORTED. Points into the request.
 */
int md_spec_join_target(const struct md_run_request *request, const char **ret,
			struct md_error *err);

#endif
