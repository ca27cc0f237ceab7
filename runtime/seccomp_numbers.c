/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/seccomp_numbers.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Kernel sources, scripts/syscall.tbl and arch/x86/entry/syscalls/syscall_64.tbl, Linux 6.18. */
static const struct {
	const char *name;
	uint32_t number;
	uint32_t arch; /* 0: the same number everywhere */
} newer[] = {
	/* Not new: libseccomp knows it only as a part of socketcall. */
	{"socket", 359, MD_SECCOMP_X86},
	{"uretprobe", 335, MD_SECCOMP_X86_64},
	{"uprobe", 336, MD_SECCOMP_X86_64},
	{"process_mrelease", 448, 0},
	{"futex_waitv", 449, 0},
	{"set_mempolicy_home_node", 450, 0},
	{"cachestat", 451, 0},
	{"fchmodat2", 452, 0},
	{"map_shadow_stack", 453, 0},
	{"futex_wake", 454, 0},
	{"futex_wait", 455, 0},
	{"futex_requeue", 456, 0},
	{"statmount", 457, 0},
	{"listmount", 458, 0},
	{"lsm_get_self_attr", 459, 0},
	{"lsm_set_self_attr", 460, 0},
	{"lsm_list_modules", 461, 0},
	{"mseal", 462, 0},
	{"setxattrat", 463, 0},
	{"getxattrat", 464, 0},
	{"listxattrat", 465, 0},
	{"removexattrat", 466, 0},
};

#define COUNT (sizeof(newer) / sizeof(newer[0]))

_Static_assert(MD_SECCOMP_NEWEST == 466, "MD_SECCOMP_NEWEST is the last number of the table");

static bool exists_on(size_t i, uint32_t arch)
{
	return !newer[i].arch || newer[i].arch == arch;
}

int64_t md_seccomp_newer_number(uint32_t arch, const char *name)
{
	for (size_t i = 0; i < COUNT; i++) {
		if (strcmp(newer[i].name, name) == 0 && exists_on(i, arch))
			return newer[i].number | (arch == MD_SECCOMP_X32 ? MD_SECCOMP_X32_BIT : 0);
	}
	return -1;
}

const char *md_seccomp_newer_name(uint32_t arch, uint32_t number)
{
	uint32_t plain = arch == MD_SECCOMP_X32 ? number & ~MD_SECCOMP_X32_BIT : number;

	for (size_t i = 0; i < COUNT; i++) {
		if (newer[i].number == plain && exists_on(i, arch))
			return newer[i].name;
	}
	return NULL;
}

void md_seccomp_gap(uint32_t arch, uint32_t *ret_first, uint32_t *ret_last)
{
	*ret_first = *ret_last = 0;
	if (arch == MD_SECCOMP_X86_64) {
		*ret_first = 337;
		*ret_last = 423;
	} else if (arch == MD_SECCOMP_X86) {
		*ret_first = 387;
		*ret_last = 392;
	} else if (arch == MD_SECCOMP_AARCH64) {
		*ret_first = 295;
		*ret_last = 423;
	}
}
