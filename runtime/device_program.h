/* SPDX-License-Identifier: Apache-2.0 */
/*
 * device_program.h - device rules in the two languages that the kernel takes them in.
 *
 * The meaning of a list: for each access asked for (read, write, mknod), the last rule that names
 * the device and that access decides; what no rule names is forbidden.
 *
 *	v1  lines for devices.deny and devices.allow; a default and exceptions from it, so it
 *	    cannot say everything that a list can
 *	v2  an eBPF program of type BPF_PROG_TYPE_CGROUP_DEVICE; can say everything
 *
 * Pure: nothing is loaded or written here.
 */
#ifndef MD_RUNTIME_DEVICE_PROGRAM_H
#define MD_RUNTIME_DEVICE_PROGRAM_H

#include "base/str.h"
#include "runtime/spec.h"

#include <stdbool.h>
#include <stddef.h>

struct bpf_insn;

/* True if the list allows every access to every device: then there is nothing to enforce. */
bool md_device_rules_allow_all(const struct md_device_rule *rules, size_t count);

/*
 * The writes for a fresh v1 group, in order: "deny a", "allow c 1:3 rwm". False if v1 cannot say
 * it, because a rule takes back a part of an earlier, wider one.
 */
bool md_device_rules_to_v1(const struct md_device_rule *rules, size_t count, struct md_strv *out);

/* The eBPF program; the caller frees it. */
struct bpf_insn *md_device_rules_to_bpf(const struct md_device_rule *rules, size_t count,
					size_t *ret_length);

#endif
