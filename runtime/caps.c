/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/caps.h"

#include "base/cleanup.h"

#include <ctype.h>
#include <stdio.h>
#include <strings.h>
#include <sys/capability.h>

#define BIT(cap) (UINT64_C(1) << (cap))

/* Longest is "CAP_CHECKPOINT_RESTORE". */
#define NAME_MAX_BYTES 32

static const uint64_t strict_caps = BIT(CAP_CHOWN) | BIT(CAP_DAC_OVERRIDE) | BIT(CAP_FOWNER) |
				    BIT(CAP_FSETID) | BIT(CAP_KILL) | BIT(CAP_NET_BIND_SERVICE) |
				    BIT(CAP_SETGID) | BIT(CAP_SETUID) | BIT(CAP_SYS_CHROOT);

static const uint64_t docker_only_caps = BIT(CAP_MKNOD) | BIT(CAP_NET_RAW) | BIT(CAP_AUDIT_WRITE) |
					 BIT(CAP_SETFCAP) | BIT(CAP_SETPCAP);

/*
 * libcap hands out allocated names only, and printing happens between clone and exec too. The unit
 * test compares this table with libcap, name by name.
 */
static const char *const names[] = {
	"CAP_CHOWN",
	"CAP_DAC_OVERRIDE",
	"CAP_DAC_READ_SEARCH",
	"CAP_FOWNER",
	"CAP_FSETID",
	"CAP_KILL",
	"CAP_SETGID",
	"CAP_SETUID",
	"CAP_SETPCAP",
	"CAP_LINUX_IMMUTABLE",
	"CAP_NET_BIND_SERVICE",
	"CAP_NET_BROADCAST",
	"CAP_NET_ADMIN",
	"CAP_NET_RAW",
	"CAP_IPC_LOCK",
	"CAP_IPC_OWNER",
	"CAP_SYS_MODULE",
	"CAP_SYS_RAWIO",
	"CAP_SYS_CHROOT",
	"CAP_SYS_PTRACE",
	"CAP_SYS_PACCT",
	"CAP_SYS_ADMIN",
	"CAP_SYS_BOOT",
	"CAP_SYS_NICE",
	"CAP_SYS_RESOURCE",
	"CAP_SYS_TIME",
	"CAP_SYS_TTY_CONFIG",
	"CAP_MKNOD",
	"CAP_LEASE",
	"CAP_AUDIT_WRITE",
	"CAP_AUDIT_CONTROL",
	"CAP_SETFCAP",
	"CAP_MAC_OVERRIDE",
	"CAP_MAC_ADMIN",
	"CAP_SYSLOG",
	"CAP_WAKE_ALARM",
	"CAP_BLOCK_SUSPEND",
	"CAP_AUDIT_READ",
	"CAP_PERFMON",
	"CAP_BPF",
	"CAP_CHECKPOINT_RESTORE",
};

#define NAME_COUNT (sizeof(names) / sizeof(names[0]))

const char *md_cap_name(int cap)
{
	return cap >= 0 && (size_t)cap < NAME_COUNT ? names[cap] : "CAP_UNKNOWN";
}

int md_caps_parse(const char *name, int *ret_cap, struct md_error *err)
{
	char full[NAME_MAX_BYTES];
	cap_value_t cap;

	/* libcap also reads "0" and names with a tail; we accept only what could be a name. */
	for (const char *p = name; *p; p++) {
		if (!isalpha((unsigned char)*p) && *p != '_')
			return md_fail(err, MD_ERR_INVALID, "unknown capability '%s'", name);
	}
	(void)snprintf(full, sizeof(full), "%s%s", strncasecmp(name, "cap_", 4) == 0 ? "" : "cap_",
		       name);
	if (cap_from_name(full, &cap) < 0)
		return md_fail(err, MD_ERR_INVALID,
			       "unknown capability '%s' (names are those of capabilities(7), with "
			       "or without 'CAP_')",
			       name);
	*ret_cap = cap;
	return 0;
}

char *md_caps_text(uint64_t set)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;

	for (int cap = 0; cap < 64; cap++) {
		if (set & BIT(cap))
			md_str_addf(&text, "%s%s", text.length ? "," : "", md_cap_name(cap));
	}
	return md_str_take(&text);
}

uint64_t md_caps_default(enum md_profile profile)
{
	return profile == MD_PROFILE_DOCKER ? strict_caps | docker_only_caps : strict_caps;
}

/* Names as a set; "ALL" is reported apart, because it means something else in add and in drop. */
static int parse_list(const struct md_strv *list, uint64_t *ret_set, bool *ret_all,
		      struct md_error *err)
{
	uint64_t set = 0;
	bool all = false;
	int cap;

	for (size_t i = 0; list && i < list->count; i++) {
		if (strcasecmp(list->items[i], "ALL") == 0) {
			all = true;
			continue;
		}
		if (md_caps_parse(list->items[i], &cap, err) < 0)
			return -1;
		set |= BIT(cap);
	}
	*ret_set = set;
	*ret_all = all;
	return 0;
}

/* Sets the bounding set; what was added by name must be there, the rest is cut to what is. */
static int tweak(const struct md_caps_request *request, uint64_t available, uint64_t *ret_set,
		 struct md_error *err)
{
	uint64_t add, drop, set;
	bool add_all, drop_all;

	if (parse_list(request->add, &add, &add_all, err) < 0 ||
	    parse_list(request->drop, &drop, &drop_all, err) < 0)
		return -1;
	if (add & ~available)
		return md_fail(err, MD_ERR_UNSUPPORTED,
			       "capability %s cannot be given: it is not in the bounding set of "
			       "this process (see CapBnd in /proc/self/status)",
			       md_cap_name(__builtin_ctzll(add & ~available)));
	if (add_all)
		set = ~drop;
	else if (drop_all)
		set = add;
	else
		set = (md_caps_default(request->profile) & ~drop) | add;
	*ret_set = set & available;
	return 0;
}

int md_caps_compute(const struct md_caps_request *request, struct md_caps *ret,
		    struct md_error *err)
{
	uint64_t known = request->last_cap >= 63 ? UINT64_MAX : BIT(request->last_cap + 1) - 1;
	uint64_t available = known & request->bounding_available;
	uint64_t bounding = available;

	if (!request->is_privileged && tweak(request, available, &bounding, err) < 0)
		return -1;
	*ret = (struct md_caps){.bounding = bounding};
	if (request->uid == 0)
		ret->permitted = ret->effective = bounding;
	return 0;
}
