/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/sandbox_paths.h"

#include <glob.h>
#include <stddef.h>

struct path_rule {
	const char *path;
	enum {
		STRICT_ONLY,
		BOTH
	} who;
};

static const struct path_rule masked[] = {
	/* Memory and symbols of the kernel: where to aim. */
	{"/proc/kcore", BOTH},
	{"/proc/kallsyms", STRICT_ONLY},
	{"/proc/kpagecount", STRICT_ONLY},
	{"/proc/kpageflags", STRICT_ONLY},
	{"/proc/kpagecgroup", STRICT_ONLY},
	{"/proc/vmallocinfo", STRICT_ONLY},
	{"/proc/slabinfo", STRICT_ONLY},
	{"/proc/pagetypeinfo", STRICT_ONLY},
	{"/sys/kernel/notes", STRICT_ONLY},
	{"/sys/kernel/vmcoreinfo", STRICT_ONLY},
	{"/sys/fs/pstore", STRICT_ONLY},

	/* Secrets and timing of others. */
	{"/proc/keys", BOTH},
	{"/proc/key-users", STRICT_ONLY},
	{"/proc/latency_stats", BOTH},
	{"/proc/sched_debug", BOTH},
	{"/proc/timer_list", BOTH},
	{"/proc/timer_stats", BOTH},
	{"/proc/interrupts", BOTH},
	{"/sys/devices/virtual/powercap", BOTH},

	/* Hardware and its firmware. */
	{"/proc/acpi", BOTH},
	{"/proc/asound", BOTH},
	{"/proc/scsi", BOTH},
	{"/proc/mtrr", STRICT_ONLY},
	{"/sys/firmware", BOTH},
	{"/sys/hypervisor", STRICT_ONLY},

	/* Modules, tracing, security modules: how the host is set up. */
	{"/proc/modules", STRICT_ONLY},
	{"/proc/config.gz", STRICT_ONLY},
	{"/proc/dynamic_debug", STRICT_ONLY},
	{"/sys/module", STRICT_ONLY},
	{"/sys/kernel/debug", STRICT_ONLY},
	{"/sys/kernel/tracing", STRICT_ONLY},
	{"/sys/kernel/security", STRICT_ONLY},
	{"/sys/fs/bpf", STRICT_ONLY},
	{"/sys/fs/selinux", STRICT_ONLY},
};

/* The same for both profiles; /sys and /sys/fs/cgroup are read-only as mounts. */
static const char *const readonly[] = {
	"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger",
};

void md_sandbox_masked_paths(enum md_profile profile, struct md_strv *out)
{
	for (size_t i = 0; i < sizeof(masked) / sizeof(masked[0]); i++) {
		if (masked[i].who == BOTH || profile == MD_PROFILE_STRICT)
			md_strv_add(out, masked[i].path);
	}
}

void md_sandbox_readonly_paths(struct md_strv *out)
{
	for (size_t i = 0; i < sizeof(readonly) / sizeof(readonly[0]); i++)
		md_strv_add(out, readonly[i]);
}

void md_sandbox_thermal_paths(struct md_strv *out)
{
	glob_t found;

	if (glob("/sys/devices/system/cpu/cpu[0-9]*/thermal_throttle", 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		md_strv_add(out, found.gl_pathv[i]);
	globfree(&found);
}
