/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supervisor.h - the one process that stands behind each running container.
 *
 *	minidock run ──exec──► supervisor ──clone──► first process of the container
 *	                          │  parent, subreaper, owner of stdio, log writer
 *	                          └─ control.sock ◄── attach, exec, stop, kill, pause, wait, ...
 *
 * Started by containers/lifecycle.c as `minidock supervise ID` from a sealed copy of our own
 * executable (containers/sealed_exe.h). It lives exactly as long as the container; whatever else dies
 * changes nothing for it. All waiting is one epoll loop.
 */
#ifndef MD_CONTAINERS_SUPERVISOR_H
#define MD_CONTAINERS_SUPERVISOR_H

/* Descriptors that a supervisor inherits. */
#define MD_SUPERVISOR_CLIENT_FD 3
#define MD_SUPERVISOR_LOCK_FD   4 /* the container's lock, kept until the start is over */

/*
 * Run container `id` of the store that MINIDOCK_ROOT and MINIDOCK_RUN name. `first_client` is the
 * connected SEQPACKET socket whose first frame is the "start" request; it learns success or the
 * error. Returns the exit status for main(). Closes every other descriptor above 2; the one behind
 * `first_client` is the container's lock.
 */
int md_supervisor_main(const char *id, int first_client);

#endif
