/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervisor_spawn.h - start a supervisor process and keep a connection to it.
 *
 * vfork + execveat of the sealed executable (containers/sealed_exe.h): the new process is a fresh
 * image with an environment of its own and nothing open but the two descriptors that it needs.
 */
#ifndef MD_CONTAINERS_SUPERVISOR_SPAWN_H
#define MD_CONTAINERS_SUPERVISOR_SPAWN_H

#include "base/error.h"
#include "containers/store.h"

/*
 * Start `minidock supervise ID`. `lock` is the container's lock: the supervisor shares it until the
 * start has succeeded or failed, so nobody else can start it, even if we die. Returns the
 * connection, the caller's to close.
 */
int md_supervisor_spawn(struct md_store *store, const struct md_record *record, int lock,
			struct md_error *err);

#endif
