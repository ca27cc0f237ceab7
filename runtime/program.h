/* SPDX-License-Identifier: Apache-2.0 */
/*
 * program.h - starting a container, as data.
 *
 *	program ──► ops ──► calls ──► arguments
 *	            │        └ one kernel call (runtime/call.h), its descriptors named by slots
 *	            └ one thing a lesson would name (runtime/op.h): teaching text, side, undo
 *
 * A program is one ordered list that the engine and the container's first process both walk: each
 * performs the ops of its own side and waits while the other has its turn (runtime/launch.h).
 * Everything else is a view: plan prints it, run performs it, --fail names an op of it.
 *
 * Building never fails and makes no system call; the same input gives the same bytes.
 */
#ifndef MD_RUNTIME_PROGRAM_H
#define MD_RUNTIME_PROGRAM_H

#include "runtime/call.h"
#include "runtime/op.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Places for descriptors. A call with an output stores into a slot, and a later call names it. An
 * output into a slot that is in use closes what was there. Slots filled before clone are inherited
 * by the first process; slots filled later travel with the turn (runtime/handshake.h).
 */
enum md_slot {
	MD_SLOT_CWD = -2, /* AT_FDCWD */
	MD_SLOT_NONE = -1,
	MD_SLOT_STDIN = 0, /* set by the caller of md_launch() when there is no terminal */
	MD_SLOT_STDOUT,
	MD_SLOT_STDERR,
	MD_SLOT_CONSOLE, /* master side of the terminal, made by the first process */
	MD_SLOT_PIDFD,   /* of the first process, made by clone */
	MD_SLOT_CGROUP,  /* directory in the v2 tree */
	MD_SLOT_ROOT,    /* the container's root */
	MD_SLOT_INIT,    /* the program for --init */
	MD_SLOT_USER_NS,
	MD_SLOT_FS,          /* scratch: file system context */
	MD_SLOT_TREE,        /* scratch: detached mount */
	MD_SLOT_DIR,         /* scratch: a directory or mount target */
	MD_SLOT_DEV,         /* the container's /dev */
	MD_SLOT_NULL_DEVICE, /* /dev/null of the host, verified: source of masked files */
	MD_SLOT_EMPTY_DIR,   /* detached empty read-only tmpfs: source of masked directories */
	MD_SLOT_TARGET,      /* pidfd of the container joined */
	MD_SLOT_SELF_NS,     /* exec: our own pid namespace */
	MD_SLOT_FIRST_FREE,
	MD_SLOT_MAX = 128,
};

#define MD_CALL_ARGS_MAX 6

/* One kernel call. Strings and blobs lie in the program's arena; an argument holds their place. */
struct md_call {
	uint16_t kind;      /* enum md_call_kind */
	int16_t out;        /* slot that receives the new descriptor */
	int16_t tolerated;  /* errno that counts as success, 0 none */
	int16_t tolerated2; /* a second one */
	int64_t args[MD_CALL_ARGS_MAX];
};

struct md_op {
	uint16_t kind; /* enum md_op_kind */
	uint8_t side;  /* enum md_side */
	uint8_t unused;
	uint32_t first_call, call_count;
	uint32_t detail; /* arena offset of what tells this op from others of its kind, "" none */
	uint32_t unmet;  /* arena offset of the sentence why it cannot work on this host, "" none */
};

struct md_program {
	struct md_op *ops;
	size_t op_count;
	struct md_call *calls;
	size_t call_count;
	struct md_call *undo; /* in the order in which they are performed: last thing made first */
	size_t undo_count;
	char *arena; /* begins with "" */
	size_t arena_length;
	int16_t slot_count; /* next free slot */
};

/* An argument on its way into a program; make it with the MD_* macros below. */
struct md_arg {
	enum {
		MD_ARG_VALUE_INT,
		MD_ARG_VALUE_TEXT,
		MD_ARG_VALUE_BYTES
	} form;
	int64_t number;
	const void *bytes;
	size_t length;
};

#define MD_INT(n)   ((struct md_arg){.form = MD_ARG_VALUE_INT, .number = (int64_t)(n)})
#define MD_FD(slot) MD_INT(slot)
#define MD_TEXT(s)  ((struct md_arg){.form = MD_ARG_VALUE_TEXT, .bytes = (s)})
#define MD_BYTES(p, n_bytes) \
	((struct md_arg){.form = MD_ARG_VALUE_BYTES, .bytes = (p), .length = (n_bytes)})

void md_program_init(struct md_program *program);
void md_program_fini(struct md_program *program);

/* Start an op; the following md_emit() add to it. `detail` may be NULL. */
void md_program_op(struct md_program *program, enum md_op_kind kind, const char *detail);

/* Let the current op be performed by the other side than its kind's usual one. */
void md_program_side(struct md_program *program, enum md_side side);

/* Say why the current op cannot work here: a whole sentence with the remedy. First wins. */
void md_program_unmet(struct md_program *program, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A slot of one's own for the current op, which cannot work when there is none left. */
enum md_slot md_program_slot(struct md_program *program);

/*
 * Add a call to the current op: md_emit(p, MD_CALL_MKDIRAT, MD_FD(MD_SLOT_DIR), MD_TEXT("proc"),
 * MD_INT(0755)). Text and bytes are copied. The number of arguments must be that of the call.
 * Returns the call (valid until the next one) so that `->tolerated` can be set.
 */
#define md_emit(program, kind, ...) md_emit_to(program, MD_SLOT_NONE, kind, __VA_ARGS__)

/* The same for a call whose result goes into a slot. */
#define md_emit_to(program, slot, kind, ...)                                       \
	md_program_emit(program, kind, slot, (const struct md_arg[]){__VA_ARGS__}, \
			sizeof((const struct md_arg[]){__VA_ARGS__}) / sizeof(struct md_arg))

/* What md_emit() and md_emit_to() expand to. */
struct md_call *md_program_emit(struct md_program *program, enum md_call_kind kind,
				enum md_slot out, const struct md_arg *args, size_t count);

/* Add to the undo list what the current op will leave on the host. Performed in reverse order. */
#define md_emit_undo(program, kind, ...)                                     \
	md_program_undo(program, kind, (const struct md_arg[]){__VA_ARGS__}, \
			sizeof((const struct md_arg[]){__VA_ARGS__}) / sizeof(struct md_arg))

/* What md_emit_undo() expands to. */
struct md_call *md_program_undo(struct md_program *program, enum md_call_kind kind,
				const struct md_arg *args, size_t count);

/* Reading arguments back. Text is NUL-terminated. */
const char *md_program_text(const struct md_program *program, uint32_t offset);
const char *md_call_text(const struct md_program *program, const struct md_call *call, int arg);
const void *md_call_bytes(const struct md_program *program, const struct md_call *call, int arg,
			  size_t *ret_length);

/* True if both hold the same bytes. */
bool md_program_equal(const struct md_program *a, const struct md_program *b);

/*
 * Index of the first op after which the child may be unable to talk: the seccomp filter, or the
 * exec when there is none. The child hands its last turn over before it.
 */
size_t md_program_last_turn(const struct md_program *program);

/* Name of an op as people write it: "volume:/data". */
void md_op_name(const struct md_program *program, const struct md_op *op, char *out, size_t size);

#endif
