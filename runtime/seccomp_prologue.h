/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seccomp_prologue.h - the part of a filter that libseccomp cannot express, put before its own.
 *
 *	ld arch ── known? ──► guards: this number and these arguments ──► ret
 *	                      ranges: this span of numbers ─────────────► ret
 *	                      otherwise ──► libseccomp's filter
 *
 * Guards are the exceptions from "allowed" ("ioctl, but not TIOCSTI"): libseccomp keeps either the
 * rule with arguments or the one without. Ranges are calls newer than libseccomp, and all that is
 * newer than us.
 */
#ifndef MD_RUNTIME_SECCOMP_PROLOGUE_H
#define MD_RUNTIME_SECCOMP_PROLOGUE_H

#include "runtime/seccomp_table.h"

#include <linux/filter.h>
#include <stddef.h>
#include <stdint.h>

/* This call, with arguments that match all compares, gets `action` (SECCOMP_RET_*). */
struct md_seccomp_guard {
	uint32_t number;
	uint32_t action;
	struct md_seccomp_compare compares[MD_SECCOMP_COMPARES_MAX];
};

/* Numbers first..last get `action`. */
struct md_seccomp_range {
	uint32_t first, last;
	uint32_t action;
};

/* Together they keep every jump within the 255 instructions that classic BPF allows. */
#define MD_SECCOMP_GUARDS_MAX 6
#define MD_SECCOMP_RANGES_MAX 60

/* What comes before the filter for one AUDIT_ARCH_*. Ranges ascend and do not overlap. */
struct md_seccomp_section {
	uint32_t audit_arch;
	struct md_seccomp_guard guards[MD_SECCOMP_GUARDS_MAX];
	size_t guard_count;
	struct md_seccomp_range ranges[MD_SECCOMP_RANGES_MAX];
	size_t range_count;
};

/*
 * Keep ranges sorted, joining neighbours of the same action. A range that begins inside an earlier
 * one is left out. The section must have room.
 */
void md_seccomp_section_add(struct md_seccomp_section *section, struct md_seccomp_range range);

/* At most as many instructions as md_seccomp_prologue() writes for `count` sections. */
#define MD_SECCOMP_PROLOGUE_MAX(count) \
	(1 + (count) * (4 + 9 * MD_SECCOMP_GUARDS_MAX + 3 * MD_SECCOMP_RANGES_MAX))

/*
 * Write the prologue for `count` sections into `out`; whatever follows it runs for the rest.
 * Returns the number of instructions.
 */
size_t md_seccomp_prologue(const struct md_seccomp_section *sections, size_t count,
			   struct sock_filter *out);

#endif
