/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seccomp_filter.h - rules by name become classic BPF. The only user of libseccomp.
 *
 *	names ── libseccomp or seccomp_numbers.h ──► numbers ─┬─► seccomp_prologue.h ─┐
 *	                                                      └─► libseccomp ─────────┴─► filter
 *
 * Nothing here knows profiles: seccomp.c makes a plan from the table, seccomp_profile.c from JSON.
 * Also used by tools/gen_seccomp at build time, for architectures other than the running one.
 */
#ifndef MD_RUNTIME_SECCOMP_FILTER_H
#define MD_RUNTIME_SECCOMP_FILTER_H

#include "base/error.h"
#include "runtime/seccomp_table.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sock_filter;

enum md_seccomp_op {
	MD_SECCOMP_NE,
	MD_SECCOMP_LT,
	MD_SECCOMP_LE,
	MD_SECCOMP_EQ,
	MD_SECCOMP_GE,
	MD_SECCOMP_GT,
	MD_SECCOMP_MASKED_EQ, /* (argument & value) == value_two */
};

/* One comparison, 64 bits wide. */
struct md_seccomp_arg {
	unsigned int index;
	enum md_seccomp_op op;
	uint64_t value, value_two;
};

struct md_seccomp_rule {
	char name[MD_SECCOMP_NAME_MAX];
	uint32_t action; /* SECCOMP_RET_* with its data */
	struct md_seccomp_arg args[6];
	size_t arg_count;
	/* Before all others, whatever they say. Compared as `compares`, not `args`. */
	bool is_guard;
	struct md_seccomp_compare compares[MD_SECCOMP_COMPARES_MAX];
};

#define MD_SECCOMP_ARCHES_MAX 4

struct md_seccomp_plan {
	uint32_t arches[MD_SECCOMP_ARCHES_MAX]; /* MD_SECCOMP_* or others of libseccomp */
	size_t arch_count;
	uint32_t default_action; /* of calls that no rule names */
	uint32_t foreign_action; /* of calls through an architecture that is not listed */
	bool newer_is_enosys;    /* numbers above `newest` get ENOSYS instead of the default */
	uint32_t newest;
	bool skip_unknown;             /* names that nobody knows: leave out; otherwise an error */
	struct md_seccomp_rule *rules; /* owned, grown by md_seccomp_plan_add() */
	size_t rule_count, rule_capacity;
};

void md_seccomp_plan_fini(struct md_seccomp_plan *plan);

/* Append a copy. */
void md_seccomp_plan_add(struct md_seccomp_plan *plan, const struct md_seccomp_rule *rule);

/* Compile. The caller frees *ret. Errors name the rule. */
int md_seccomp_filter_build(const struct md_seccomp_plan *plan, struct sock_filter **ret,
			    size_t *ret_count, struct md_error *err);

/* Number of a call on an architecture (x32 with its bit), -1 if it does not exist there. */
int64_t md_seccomp_syscall_number(uint32_t arch, const char *name);

/* Name of a number, false if there is no such call. */
bool md_seccomp_syscall_name(uint32_t arch, uint32_t number, char out[MD_SECCOMP_NAME_MAX]);

/* "x86_64", "aarch64", "x32"... as a number, 0 if unknown. */
uint32_t md_seccomp_arch_parse(const char *name);

/* The architecture that this program was built for. */
uint32_t md_seccomp_arch_native(void);

#endif
