/* SPDX-License-Identifier: Apache-2.0 */
/*
 * child.h - the first process's half of a program, between clone and exec.
 *
 * Nothing here allocates, locks or uses stdio. What goes wrong is sent to the engine as numbers.
 */
#ifndef MD_RUNTIME_CHILD_H
#define MD_RUNTIME_CHILD_H

#include "runtime/perform.h"

#include <stdnoreturn.h>

/*
 * (child side) Perform the child's ops that follow op `clone_op`, taking turns over `socket`, up to
 * the exec. Does not return: on failure it reports and exits with the status of a shell (126, 127)
 * or 125.
 */
noreturn void md_child_run(struct md_performer *performer, uint32_t clone_op, int socket);

#endif
