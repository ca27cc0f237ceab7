/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cgroup_values.h - the numbers of the command line in the units of cgroup v1 and v2 files.
 *
 * Pure arithmetic. The v1 words (shares, memory + swap) are the ones users and OCI know; v2 has
 * other scales, and the way between them is the one that crun(1) and runc document.
 */
#ifndef MD_RUNTIME_CGROUP_VALUES_H
#define MD_RUNTIME_CGROUP_VALUES_H

#include <stdint.h>

#define MD_CPU_PERIOD_DEFAULT_US 100000
#define MD_SWAP_UNLIMITED        (-1)

/*
 * cpu.weight (1..10000) for cpu.shares (2..262144): 10^((log2(s)^2 + 125 log2(s)) / 612 - 7 / 34),
 * the curve through both ends and through both defaults (1024 -> 100). Values outside are clamped.
 */
uint64_t md_cpu_weight(uint64_t shares);

/* io.weight (1..10000) for a blkio weight (10..1000), linear. */
uint64_t md_io_weight(uint64_t blkio_weight);

/*
 * Bytes of memory and swap together (memory.memsw.limit_in_bytes) for a memory limit and what was
 * asked for as --memory-swap: 0 means nothing was, and then it is twice the memory.
 * MD_SWAP_UNLIMITED when there is no limit.
 */
int64_t md_swap_total(int64_t memory, int64_t memory_swap);

/* Bytes of swap alone (memory.swap.max) for the same. */
int64_t md_swap_alone(int64_t memory, int64_t memory_swap);

#endif
