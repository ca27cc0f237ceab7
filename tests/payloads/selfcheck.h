/* SPDX-License-Identifier: Apache-2.0 */
/*
 * selfcheck.h - looks at a container from inside and prints what it can and cannot do, as JSON.
 *
 *	selfcheck [NAMESPACE...]      each as readlink(2) on the host prints it: "mnt:[4026531841]"
 *
 * A static program, to be mounted into any image. Keys and values come in a fixed order, so that
 * two runs in the same kind of container give the same bytes: tests/system/sandbox.bats compares
 * them with golden files.
 */
#ifndef MD_TESTS_SELFCHECK_H
#define MD_TESTS_SELFCHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- selfcheck_json.c: one object on standard output, a member per line ---- */

struct json {
	int depth;
	bool has_member; /* at this depth */
};

void json_open(struct json *out, const char *key, char bracket); /* key NULL inside a list */
void json_close(struct json *out, char bracket);
void json_string(struct json *out, const char *key, const char *value);
void json_number(struct json *out, const char *key, int64_t value);
void json_bool(struct json *out, const char *key, bool value);

/* ---- selfcheck_filter.c: what the system call filter answers, without making the call ---- */

enum entry {
	ENTRY_NATIVE,
	ENTRY_INT80, /* the i386 entry of x86_64 */
};

struct question {
	enum entry entry;
	uint32_t number;
	uint64_t args[3];
};

enum {
	VERDICT_ALLOW = 0,
	VERDICT_KILLED = -1,
	VERDICT_FAULT = -2,
	VERDICT_UNKNOWN = -3
};

/*
 * Answers are an errno or VERDICT_*. Every question is really put to the kernel; a filter of our
 * own, which ranks behind any refusal, catches what would have been allowed. False if this kernel
 * or container does not let us have that filter.
 */
bool filter_ask(const struct question *questions, size_t count, int *answers);

/* "allow", "EPERM", "killed", ... */
const char *verdict_text(int verdict);

/* ---- sections of the output ---- */

void check_process(struct json *out, int namespace_count, char **host_namespaces);
void check_files(struct json *out);
void check_filter(struct json *out);
void check_attempts(struct json *out);

/* The second half of an attempt: prints the effective uid of a program started through setuid. */
#define SELFCHECK_PRINT_EUID "--print-euid"

#endif
