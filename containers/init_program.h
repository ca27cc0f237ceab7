/* SPDX-License-Identifier: Apache-2.0 */
/*
 * init_program.h - where minidock-init is, the pid 1 of containers with --init.
 *
 * It is found relative to our own executable, so that a build tree and an installed tree both use
 * their own. A process that runs from a sealed executable cannot look: it is told.
 */
#ifndef MD_CONTAINERS_INIT_PROGRAM_H
#define MD_CONTAINERS_INIT_PROGRAM_H

#include "base/error.h"

/* Absolute path; the caller frees it. MD_ERR_NOT_FOUND names where it was looked for. */
int md_init_program_find(char **ret, struct md_error *err);

#endif
