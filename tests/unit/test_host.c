/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"
#include "tests/unit/sample_hosts.h"

#include "runtime/host_probe.h"

static void the_four_kinds_are_told_apart(void)
{
	CHECK(sample_host_v1().cgroup_kind == MD_CGROUP_V1);
	CHECK(sample_host_hybrid().cgroup_kind == MD_CGROUP_HYBRID);
	CHECK(sample_host_wsl2().cgroup_kind == MD_CGROUP_HYBRID);
	CHECK(sample_host_v2().cgroup_kind == MD_CGROUP_V2);
	CHECK(sample_host_bare().cgroup_kind == MD_CGROUP_NONE);
	CHECK_STR(md_cgroup_kind_name(MD_CGROUP_HYBRID), "hybrid");
}

/* systemd keeps a named v1 hierarchy without controllers: that does not make a host v1. */
static void a_named_hierarchy_alone_is_no_v1(void)
{
	struct md_host host =
		sample_host_from_mounts(HOST_MOUNTS_ROOT HOST_MOUNTS_TMPFS HOST_MOUNT_V1(
			"40", "systemd", "xattr,name=systemd") HOST_MOUNT_UNIFIED);

	CHECK(host.cgroup_kind == MD_CGROUP_V2);
	CHECK_STR(host.v2_mount, "/sys/fs/cgroup/unified");
}

static void controllers_mounted_together_share_a_hierarchy(void)
{
	struct md_host host = sample_host_wsl2();
	const struct md_cgroup_v1 *cpu = md_host_v1(&host, "cpu");

	CHECK(cpu != NULL && cpu == md_host_v1(&host, "cpuacct"));
	CHECK(cpu != NULL && strcmp(cpu->controllers, "cpu,cpuacct") == 0);
	CHECK(md_host_v1(&host, "cpuset") != cpu);
	CHECK(md_host_v1(&host, "blkio") == NULL);
	CHECK(md_host_v1(&host, "cpu,cpuacct") == NULL);
	CHECK(md_host_v1(&host, "") == NULL);
}

static void options_that_are_no_controllers_are_passed_over(void)
{
	struct md_host host = sample_host_from_mounts(
		HOST_MOUNTS_ROOT HOST_MOUNTS_TMPFS HOST_MOUNT_V1("35", "memory",
								 "xattr,clone_children,memory")
			HOST_MOUNT_V1("36", "pids", "pids,release_agent=/bin/memory"));

	CHECK(host.v1_count == 2);
	CHECK_STR(host.v1[0].controllers, "memory");
	CHECK_STR(host.v1[1].controllers, "pids");
}

static void a_hidden_hierarchy_is_not_there(void)
{
	struct md_host host =
		sample_host_from_mounts(HOST_MOUNTS_ROOT HOST_MOUNTS_TMPFS HOST_MOUNT_V1(
			"35", "memory", "memory") "60 31 0:60 / /sys/fs/cgroup rw - tmpfs t rw\n");

	CHECK(host.cgroup_kind == MD_CGROUP_NONE);
}

/* Seen from a cgroup namespace: what lies above it cannot be used. */
static void a_hierarchy_above_our_namespace_is_not_used(void)
{
	struct md_host host = sample_host_from_mounts(
		HOST_MOUNTS_ROOT HOST_MOUNTS_TMPFS
		"35 31 0:35 /../.. /sys/fs/cgroup/memory rw - cgroup c rw,memory\n");

	CHECK(host.cgroup_kind == MD_CGROUP_NONE);
}

static void the_mount_that_shows_a_whole_hierarchy_is_preferred(void)
{
	struct md_host host = sample_host_from_mounts(
		HOST_MOUNTS_ROOT HOST_MOUNTS_TMPFS
		"34 27 0:35 /part /mnt/part rw - cgroup c rw,memory\n" HOST_MOUNT_V1(
			"35", "memory",
			"memory") "70 27 0:35 /part /mnt/more rw - cgroup c rw,memory\n");

	CHECK(host.v1_count == 1);
	CHECK_STR(host.v1[0].mount, "/sys/fs/cgroup/memory");
}

static void more_hierarchies_than_there_is_room_for_are_left_out(void)
{
	char text[8192] = HOST_MOUNTS_ROOT;
	struct md_host host;

	for (int i = 0; i < 40; i++)
		(void)snprintf(text + strlen(text), sizeof(text) - strlen(text),
			       "%d 27 0:9 / /c%d rw - cgroup c rw,name=n%d\n", 100 + i, i, i);
	host = sample_host_from_mounts(text);
	CHECK(host.v1_count == MD_HOST_CONTROLLERS_MAX);
}

static void a_path_that_does_not_fit_is_not_cut_short(void)
{
	char text[1024], name[MD_HOST_PATH_MAX + 1];
	struct md_host host;

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	(void)snprintf(text, sizeof(text),
		       "1 0 0:1 / / rw - ext4 d rw\n2 1 0:2 / /%s rw - cgroup2 c rw\n", name);
	host = sample_host_from_mounts(text);
	CHECK(host.cgroup_kind == MD_CGROUP_NONE);
}

static void words_of_a_list_are_found_whole(void)
{
	CHECK(md_host_lists("cpu,cpuacct", ',', "cpuacct"));
	CHECK(md_host_lists("cpu,cpuacct", ',', "cpu"));
	CHECK(!md_host_lists("cpuset cpuacct", ' ', "cpu"));
	CHECK(!md_host_lists("", ' ', "cpu"));
	CHECK(md_host_lists("a,,b", ',', "b"));
}

static void a_v2_root_with_processes_passes_on_only_what_is_enabled(void)
{
	struct md_host host = sample_host_v2();

	CHECK(md_host_v2_has(&host, "memory") && md_host_v2_has(&host, "io"));
	host.v2_is_locked = true;
	CHECK(md_host_v2_has(&host, "memory") && !md_host_v2_has(&host, "io"));
	CHECK(!md_host_v2_has(&host, "freezer"));
}

/* Whatever this machine is: the probe works unprivileged, and its answers hang together. */
static void this_host_can_be_probed(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_host host, again;

	CHECK(md_host_probe(&host, &err) == 0);
	CHECK(host.kernel[0] != '\0' && host.kernel_version >= 4 << 16);
	CHECK(host.last_cap >= 37 && host.last_cap < 64);
	CHECK((host.bounding_caps & ~((UINT64_C(2) << host.last_cap) - 1)) == 0);
	CHECK(!host.has_clone_into_cgroup || host.has_clone3);
	CHECK(!host.has_mount_setattr || host.has_mount_api);
	CHECK(host.nofile_hard > 0);
	CHECK(md_host_probe(&again, &err) == 0);
	CHECK(memcmp(&host, &again, sizeof(host)) == 0);
}

int main(void)
{
	RUN(the_four_kinds_are_told_apart);
	RUN(a_named_hierarchy_alone_is_no_v1);
	RUN(controllers_mounted_together_share_a_hierarchy);
	RUN(options_that_are_no_controllers_are_passed_over);
	RUN(a_hidden_hierarchy_is_not_there);
	RUN(a_hierarchy_above_our_namespace_is_not_used);
	RUN(the_mount_that_shows_a_whole_hierarchy_is_preferred);
	RUN(more_hierarchies_than_there_is_room_for_are_left_out);
	RUN(a_path_that_does_not_fit_is_not_cut_short);
	RUN(words_of_a_list_are_found_whole);
	RUN(a_v2_root_with_processes_passes_on_only_what_is_enabled);
	RUN(this_host_can_be_probed);
	return DONE();
}
