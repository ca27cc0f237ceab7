/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attach.h - this terminal, connected to a process of a container.
 *
 *	stdin  ──► detach keys? ──► STDIN frames  ──► supervisor ──► container
 *	SIGWINCH ─────────────────► RESIZE frames
 *	SIGTERM, SIGINT, ... ─────► SIGNAL frames (sig-proxy, without a terminal)
 *	stdout, stderr ◄──────────── STDOUT, STDERR frames
 *
 * For run, start -a, attach and exec: they differ only in the request that opened the connection.
 * The terminal is put back on every way out. The caller is single-threaded; signals are blocked
 * and read from a descriptor while a session lasts.
 */
#ifndef MD_CONTAINERS_ATTACH_H
#define MD_CONTAINERS_ATTACH_H

#include "base/error.h"
#include "containers/client.h"

#include <stdbool.h>
#include <stddef.h>

#define MD_DETACH_KEYS_MAX     16
#define MD_DETACH_KEYS_DEFAULT "ctrl-p,ctrl-q"

/* A key sequence that ends a session without ending the container. length 0: none. */
struct md_detach_keys {
	unsigned char keys[MD_DETACH_KEYS_MAX];
	size_t length;
	size_t matched; /* how much of it was typed; those bytes are held back */
};

/*
 * "ctrl-p,ctrl-q", "ctrl-x,y", "a": comma separated single characters or ctrl-<letter, @ [ \ ] ^
 * _>. NULL is the default, "" none.
 */
int md_detach_keys_parse(const char *text, struct md_detach_keys *ret, struct md_error *err);

/*
 * Filter what was typed. What goes on to the container is written to `out` (room for `length` +
 * MD_DETACH_KEYS_MAX bytes) and counted in *ret_length; true when the sequence is complete, and
 * the rest of `bytes` is dropped.
 */
bool md_detach_keys_filter(struct md_detach_keys *keys, const unsigned char *bytes, size_t length,
			   unsigned char *out, size_t *ret_length);

enum md_attach_end {
	MD_ATTACH_EXITED,   /* the process ended: its status is known */
	MD_ATTACH_DETACHED, /* detach keys; it goes on */
};

struct md_attach {
	int fd;            /* connection after its answer; stays the caller's */
	bool has_stdin;    /* copy our stdin */
	bool has_terminal; /* the process has a terminal: raw mode and window size when ours is one
			    */
	bool proxies_signals;    /* --sig-proxy; has no effect with a terminal */
	const char *detach_keys; /* NULL: ctrl-p,ctrl-q */
};

/*
 * Copy until the process ends or the user detaches. Waits only on descriptors. When our stdout is a
 * pipe that nobody reads any more, we end by SIGPIPE as every filter does; other output that cannot
 * be written is an error. The container is not touched by either.
 */
int md_attach_run(const struct md_attach *attach, enum md_attach_end *ret_end,
		  struct md_exit *ret_exit, struct md_error *err);

/*
 * What `-t` together with `-i` needs: stdin is a terminal. MD_ERR_INVALID "the input device is not
 * a TTY" with a hint otherwise.
 */
int md_attach_check_terminal(struct md_error *err);

/* Size of the terminal at stdin, else stdout; 0 x 0 when neither is one. */
struct md_window md_attach_window(void);

#endif
