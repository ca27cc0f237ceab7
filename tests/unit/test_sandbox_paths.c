/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "runtime/sandbox_paths.h"

static void docker_masks_what_docker_28_masks(void)
{
	static const char *const want[] = {
		"/proc/acpi",
		"/proc/asound",
		"/proc/interrupts",
		"/proc/kcore",
		"/proc/keys",
		"/proc/latency_stats",
		"/proc/sched_debug",
		"/proc/scsi",
		"/proc/timer_list",
		"/proc/timer_stats",
		"/sys/devices/virtual/powercap",
		"/sys/firmware",
	};
	MD_CLEANUP(md_strv_fini) struct md_strv paths = MD_STRV_INIT;

	md_sandbox_masked_paths(MD_PROFILE_DOCKER, &paths);
	CHECK(paths.count == sizeof(want) / sizeof(want[0]));
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		CHECK(md_strv_has(&paths, want[i]));
}

static void strict_masks_all_that_docker_masks_and_more(void)
{
	MD_CLEANUP(md_strv_fini) struct md_strv docker = MD_STRV_INIT, strict = MD_STRV_INIT;

	md_sandbox_masked_paths(MD_PROFILE_DOCKER, &docker);
	md_sandbox_masked_paths(MD_PROFILE_STRICT, &strict);
	for (size_t i = 0; i < docker.count; i++)
		CHECK(md_strv_has(&strict, docker.items[i]));
	CHECK(md_strv_has(&strict, "/proc/kallsyms") && md_strv_has(&strict, "/sys/module"));
	CHECK(md_strv_has(&strict, "/sys/kernel/debug") && md_strv_has(&strict, "/sys/fs/bpf"));
}

/* Redis and Java read these at start. */
static void strict_leaves_what_programs_need(void)
{
	static const char *const needed[] = {
		"/sys/kernel/mm", "/sys/kernel",   "/sys/fs/cgroup", "/sys/fs",
		"/sys",           "/proc/meminfo", "/proc/cpuinfo",  "/proc/stat",
		"/proc/loadavg",  "/proc/mounts",  "/proc/sys",      "/sys/devices/system"};
	MD_CLEANUP(md_strv_fini) struct md_strv strict = MD_STRV_INIT;

	md_sandbox_masked_paths(MD_PROFILE_STRICT, &strict);
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		CHECK(!md_strv_has(&strict, needed[i]));
}

static void kernel_switches_are_read_only(void)
{
	MD_CLEANUP(md_strv_fini) struct md_strv paths = MD_STRV_INIT;

	md_sandbox_readonly_paths(&paths);
	CHECK(paths.count == 5);
	CHECK(md_strv_has(&paths, "/proc/sys") && md_strv_has(&paths, "/proc/sysrq-trigger"));
}

static void nothing_is_listed_twice_and_everything_is_absolute(void)
{
	MD_CLEANUP(md_strv_fini) struct md_strv paths = MD_STRV_INIT;

	md_sandbox_masked_paths(MD_PROFILE_STRICT, &paths);
	md_sandbox_readonly_paths(&paths);
	md_sandbox_thermal_paths(&paths);
	for (size_t i = 0; i < paths.count; i++) {
		CHECK(md_str_starts(paths.items[i], "/proc/") ||
		      md_str_starts(paths.items[i], "/sys/"));
		for (size_t j = 0; j < i; j++)
			CHECK(strcmp(paths.items[i], paths.items[j]) != 0);
	}
}

int main(void)
{
	RUN(docker_masks_what_docker_28_masks);
	RUN(strict_masks_all_that_docker_masks_and_more);
	RUN(strict_leaves_what_programs_need);
	RUN(kernel_switches_are_read_only);
	RUN(nothing_is_listed_twice_and_everything_is_absolute);
	return DONE();
}
