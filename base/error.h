/* SPDX-License-Identifier: Apache-2.0 */
/*
 * error.h - the one error type of minidock.
 *
 * Every function that can fail takes `struct md_error *err` as its last parameter:
 *   on success it returns 0 (or an fd, or a pointer) and leaves *err alone;
 *   on failure it returns -1 (or NULL) and has filled *err exactly once.
 *
 * The caller owns the struct, on its stack. It holds no heap memory: it cannot leak, it can be
 * copied with `=`, and the container's child sends it up the handshake socket as it is.
 */
#ifndef MD_BASE_ERROR_H
#define MD_BASE_ERROR_H

#define MD_ERROR_MSG_MAX 1024

/*
 * name, text for people, exit status of the CLI, HTTP status of the API.
 *
 * Docker's exit statuses: 125 the engine refused or could not, 126 the command cannot be invoked,
 * 127 the command was not found. Commands other than run, start -a and exec answer 1 (see
 * cli/main.c), as Docker's do.
 */
#define MD_ERROR_CODES(X)                                            \
	X(MD_OK, "ok", 0, 200)                                       \
	X(MD_ERR_INVALID, "invalid argument", 125, 400)              \
	X(MD_ERR_NOT_FOUND, "not found", 125, 404)                   \
	X(MD_ERR_EXISTS, "already exists", 125, 409)                 \
	X(MD_ERR_STATE, "wrong state", 125, 409)                     \
	X(MD_ERR_UNSUPPORTED, "not possible on this host", 125, 501) \
	X(MD_ERR_CORRUPT, "damaged data", 125, 500)                  \
	X(MD_ERR_SYSTEM, "system call failed", 125, 500)             \
	X(MD_ERR_PEER, "other process died", 125, 500)               \
	X(MD_ERR_NOT_EXECUTABLE, "cannot be executed", 126, 400)     \
	X(MD_ERR_NO_COMMAND, "command not found", 127, 400)

enum md_error_code {
#define X(name, text, exit_status, http_status) name,
	MD_ERROR_CODES(X)
#undef X
};

struct md_error {
	enum md_error_code code;
	int sys_errno; /* 0 when no system call was at fault */
	char msg[MD_ERROR_MSG_MAX];
};

#define MD_ERROR_INIT         \
	{                     \
		.code = MD_OK \
	}

/*
 * Fill *err and give -1, so that a failing line reads `return md_fail(err, ...);`. Macros around
 * the functions below, so that the compiler sees the -1 and knows which variables a failure leaves
 * unset.
 */
#define md_fail(err, code, ...) (md_error_set(err, code, __VA_ARGS__), -1)

/* The same for a failed libc call: uses errno, appends ": <strerror>". */
#define md_fail_errno(err, ...) (md_error_set_errno(err, __VA_ARGS__), -1)

/* Put "<what>: " before the message of an error that is on its way up. Gives -1. */
#define md_error_prefix(err, ...) (md_error_put_before(err, __VA_ARGS__), -1)

/* What the macros above call; the -1 stands in them so that checkers of the caller see it. */
void md_error_set(struct md_error *err, enum md_error_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void md_error_set_errno(struct md_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void md_error_put_before(struct md_error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Append " (<hint>)" to an error on its way up: what the user can do about it. Returns -1. Lower
 * case, no full stop.
 */
int md_error_hint(struct md_error *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Process exit status and HTTP status for a code. */
int md_error_exit_status(enum md_error_code code);
int md_error_http_status(enum md_error_code code);

#endif
