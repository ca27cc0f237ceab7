/* SPDX-License-Identifier: Apache-2.0 */
/*
 * seccomp.h - the system call filter of a container, as classic BPF for seccomp(2).
 *
 *	seccomp_table.c ─┬─ tools/gen_seccomp, at build time ───► md_seccomp_default()
 *	                 └─ at run time, other capabilities ────► md_seccomp_compile()
 *	a user's JSON profile ── seccomp_profile.c ─────────────► md_seccomp_compile_profile()
 *
 * Both ways go through seccomp_filter.c, the only user of libseccomp. Compiling takes milliseconds,
 * so the filters that nearly every container uses are embedded: each profile with its default
 * capabilities and with none.
 *
 * What a filter answers: a call that is allowed runs; one that we know and refuse fails with EPERM;
 * one that is newer than our table fails with ENOSYS, so that libc falls back to an older one. A
 * call through another architecture's entry kills the process (strict) or follows Docker's rules
 * for it (docker). Arguments are compared in the 32 bits that the kernel reads.
 */
#ifndef MD_RUNTIME_SECCOMP_H
#define MD_RUNTIME_SECCOMP_H

#include "base/error.h"
#include "runtime/profile.h"

#include <stddef.h>
#include <stdint.h>

struct sock_filter;

/* A filter that was compiled now; `filter` belongs to the caller, who frees it. */
struct md_seccomp_code {
	struct sock_filter *filter;
	size_t count; /* instructions */
};

/*
 * The embedded filter for `profile` and the bounding set `caps`, NULL if that combination is not
 * embedded. Static storage.
 */
const struct sock_filter *md_seccomp_default(enum md_profile profile, uint64_t caps,
					     size_t *ret_count);

/*
 * The same for any capabilities, compiled now: ptrace(2) appears with CAP_SYS_PTRACE, mount(2) with
 * CAP_SYS_ADMIN and so on.
 */
int md_seccomp_compile(enum md_profile profile, uint64_t caps, struct md_seccomp_code *ret,
		       struct md_error *err);

/*
 * A profile in the JSON of Docker and the OCI runtime specification. `caps` (the bounding set)
 * decides its includes and excludes. Comparisons are those of the file: 64 bits wide, as Docker
 * makes them. Names that no architecture knows are skipped, as Docker does; everything else that
 * is not understood is MD_ERR_INVALID naming the element ("syscalls[3]: args[0]: op ...").
 */
int md_seccomp_compile_profile(const char *json_text, size_t length, uint64_t caps,
			       struct md_seccomp_code *ret, struct md_error *err);

#endif
