/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cpu_list.h - lists of CPUs and memory nodes as the kernel writes them: "0-3,5".
 */
#ifndef MD_RUNTIME_CPU_LIST_H
#define MD_RUNTIME_CPU_LIST_H

#include <stdbool.h>

/* The largest number a list may hold. */
#define MD_CPU_LIST_MAX 8191

/*
 * True if every number of `list` is in `available`. Text that is no list, on either side, is no
 * reason to refuse: the kernel judges it.
 */
bool md_cpu_list_within(const char *list, const char *available);

#endif
