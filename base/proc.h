/* SPDX-License-Identifier: Apache-2.0 */
/*
 * proc.h - other processes: identity that survives pid reuse, waiting on descriptors, helpers.
 *
 * While a process runs it is a pidfd; on disk it is (boot id, pid, start time). A bare pid is never
 * signalled.
 */
#ifndef MD_BASE_PROC_H
#define MD_BASE_PROC_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define MD_BOOT_ID_MAX 40

/* A process as a file remembers it. pid 0: none. */
struct md_proc_id {
	pid_t pid;
	uint64_t start_ticks;         /* field 22 of /proc/PID/stat, see proc(5) */
	char boot_id[MD_BOOT_ID_MAX]; /* /proc/sys/kernel/random/boot_id */
};

/* Fill *ret for a process that exists (a zombie does). MD_ERR_NOT_FOUND when there is none. */
int md_proc_identify(pid_t pid, struct md_proc_id *ret, struct md_error *err);

/*
 * A pidfd for exactly that process. MD_ERR_NOT_FOUND when it has ended, even if its pid is in use
 * again or the machine has booted since.
 */
int md_proc_open(const struct md_proc_id *id, struct md_error *err);

/* True while that very process exists and is no zombie. */
bool md_proc_is_alive(const struct md_proc_id *id);

/* Wait until the process of the pidfd ended. 1 ended, 0 time-out; timeout_ms -1: wait for ever. */
int md_proc_wait(int pidfd, int timeout_ms, struct md_error *err);

/* Reap a child by pidfd (waitid(2), P_PIDFD); *ret_status as waitpid gives it. Restarts on EINTR.
 */
int md_proc_reap(int pidfd, int *ret_status, struct md_error *err);

/* Send a signal by pidfd; a process that is gone is MD_ERR_NOT_FOUND. */
int md_proc_signal(int pidfd, int signo, struct md_error *err);

/*
 * The numbers behind the last ')' of /proc/PID/stat (a hostile command name may hold anything):
 * state letter, parent and start time. Parses text, opens nothing.
 */
int md_proc_parse_stat(const char *text, char *ret_state, pid_t *ret_parent, uint64_t *ret_start,
		       struct md_error *err);

/* Exit status of a shell for a wait status: code, or 128 + signal. */
int md_proc_exit_code(int wait_status);

/* SIGTERM for "TERM", "SIGTERM", "15"; "RTMIN+3" too. */
int md_signal_parse(const char *text, int *ret, struct md_error *err);

/* "SIGTERM"; "SIGRTMIN+3"; "signal 99". Static storage per number. */
const char *md_signal_name(int signo);

#endif
