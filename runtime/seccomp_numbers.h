/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seccomp_numbers.h - numbers of system calls that the build machine's libseccomp may not know.
 *
 * libseccomp answers "no such call" for a name that is newer than itself, and a rule for it would
 * silently vanish. Since Linux 5.1 new calls have the same number on every architecture, so a short
 * table serves all of them. seccomp_filter.c asks libseccomp first and this table second.
 */
#ifndef MD_RUNTIME_SECCOMP_NUMBERS_H
#define MD_RUNTIME_SECCOMP_NUMBERS_H

#include <stdint.h>

/*
 * The newest call that our filters have an opinion about. A higher number gets ENOSYS, which is
 * what an older kernel would say.
 */
#define MD_SECCOMP_NEWEST 466

/* Set in the numbers of the x32 entry of x86_64. */
#define MD_SECCOMP_X32_BIT 0x40000000u

/*
 * Architectures in libseccomp's numbering, which is the kernel's AUDIT_ARCH_* except for x32 (the
 * kernel reports x32 calls as x86_64 with MD_SECCOMP_X32_BIT).
 */
#define MD_SECCOMP_X86_64  0xc000003eu
#define MD_SECCOMP_X86     0x40000003u
#define MD_SECCOMP_X32     0x4000003eu
#define MD_SECCOMP_AARCH64 0xc00000b7u
#define MD_SECCOMP_ARM     0x40000028u

/* Number of `name` on `arch` (with MD_SECCOMP_X32_BIT for x32), -1 if it is not in the table. */
int64_t md_seccomp_newer_number(uint32_t arch, const char *name);

/* The reverse; NULL if the number is not in the table. */
const char *md_seccomp_newer_name(uint32_t arch, uint32_t number);

/*
 * Numbers of `arch` that no kernel has given to a call, between those that one has: first and last
 * one. Both 0 if there is no such gap.
 */
void md_seccomp_gap(uint32_t arch, uint32_t *ret_first, uint32_t *ret_last);

#endif
