/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caps.h - capability names and the sets a container's process gets. The only user of libcap.
 *
 *	profile's default ── cap-drop ── cap-add ──► bounding ─┬─► permitted = effective, uid 0
 *	                                                       └─► none, other uids
 *
 * Inheritable and ambient are always empty: a program run by a container's ordinary user must not
 * find capabilities that its file does not carry. Sets are bit masks of capabilities(7) numbers.
 */
#ifndef MD_RUNTIME_CAPS_H
#define MD_RUNTIME_CAPS_H

#include "base/error.h"
#include "base/str.h"
#include "runtime/profile.h"
#include "runtime/spec.h"

#include <stdbool.h>
#include <stdint.h>

/* The number behind "CHOWN", "cap_chown" or "CAP_CHOWN". MD_ERR_INVALID for anything else. */
int md_caps_parse(const char *name, int *ret_cap, struct md_error *err);

/* "CAP_CHOWN"; "CAP_UNKNOWN" for a number that this build does not know. Async-signal-safe. */
const char *md_cap_name(int cap);

/* Names of all members of a set, joined by ','; "" for the empty set. The caller frees it. */
char *md_caps_text(uint64_t set);

/* The default set of a profile: 9 capabilities for strict, 14 for docker. */
uint64_t md_caps_default(enum md_profile profile);

/* What was asked for, and what this host has. */
struct md_caps_request {
	enum md_profile profile;
	bool is_privileged; /* everything available; add and drop are ignored, as Docker does */
	const struct md_strv *add, *drop; /* names or "ALL"; may be NULL */
	uint32_t uid;                     /* of the process */
	unsigned int last_cap;            /* highest number that the kernel knows */
	uint64_t bounding_available;      /* bounding set of the engine: what can be given at all */
};

/*
 * The five sets, with Docker's meaning of --cap-add and --cap-drop: "ALL" added minus what is
 * dropped; or "ALL" dropped, then only what is added; or the default minus dropped plus added.
 * MD_ERR_INVALID for an unknown name; MD_ERR_UNSUPPORTED for a capability that was added by name
 * and cannot be given here. What "ALL" or a default cannot give is left out.
 */
int md_caps_compute(const struct md_caps_request *request, struct md_caps *ret,
		    struct md_error *err);

#endif
