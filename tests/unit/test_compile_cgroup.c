/* SPDX-License-Identifier: Apache-2.0 */
/* What the cgroup topics compile to on each kind of host, call by call. */
#include "tests/unit/check.h"
#include "tests/unit/compile_fixture.h"
#include "tests/unit/sample_hosts.h"

static void v1_makes_a_group_in_each_hierarchy_and_the_child_joins(void)
{
	new_spec();
	COMPILE(sample_host_wsl2(), md_compile_cgroup_create, md_compile_cgroup_join);
	CHECK_STR(md_str_get(&text),
		  "#cgroup-create\n"
		  "mkdirat(AT_FDCWD, \"/sys/fs/cgroup/cpu,cpuacct/eng\", 0755)\n"
		  "mkdirat(AT_FDCWD, \"/sys/fs/cgroup/cpu,cpuacct/eng/ID\", 0755)\n"
		  "mkdirat(AT_FDCWD, \"/sys/fs/cgroup/memory/eng\", 0755)\n"
		  "mkdirat(AT_FDCWD, \"/sys/fs/cgroup/memory/eng/ID\", 0755)\n"
		  "mkdirat(AT_FDCWD, \"/sys/fs/cgroup/devices/eng\", 0755)\n"
		  "mkdirat(AT_FDCWD, \"/sys/fs/cgroup/devices/eng/ID\", 0755)\n"
		  "mkdirat(AT_FDCWD, \"/sys/fs/cgroup/pids/eng\", 0755)\n"
		  "mkdirat(AT_FDCWD, \"/sys/fs/cgroup/pids/eng/ID\", 0755)\n"
		  "mkdirat(AT_FDCWD, \"/sys/fs/cgroup/unified/eng\", 0755)\n"
		  "mkdirat(AT_FDCWD, \"/sys/fs/cgroup/unified/eng/ID\", 0755)\n"
		  "openat(AT_FDCWD, \"/sys/fs/cgroup/cpu,cpuacct/eng/ID/tasks\", "
		  "O_WRONLY|O_NOFOLLOW|O_CLOEXEC, 0) = <fd0>\n"
		  "openat(AT_FDCWD, \"/sys/fs/cgroup/memory/eng/ID/tasks\", "
		  "O_WRONLY|O_NOFOLLOW|O_CLOEXEC, 0) = <fd1>\n"
		  "openat(AT_FDCWD, \"/sys/fs/cgroup/devices/eng/ID/tasks\", "
		  "O_WRONLY|O_NOFOLLOW|O_CLOEXEC, 0) = <fd2>\n"
		  "openat(AT_FDCWD, \"/sys/fs/cgroup/pids/eng/ID/tasks\", "
		  "O_WRONLY|O_NOFOLLOW|O_CLOEXEC, 0) = <fd3>\n"
		  "openat(AT_FDCWD, \"/sys/fs/cgroup/unified/eng/ID\", "
		  "O_RDONLY|O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC, 0) = <cgroup>\n"
		  "#cgroup-join\n"
		  "write_cgroup(<fd0>, \"\", \"0\")\n"
		  "write_cgroup(<fd1>, \"\", \"0\")\n"
		  "write_cgroup(<fd2>, \"\", \"0\")\n"
		  "write_cgroup(<fd3>, \"\", \"0\")\n"
		  "~cgroup_kill(\"/sys/fs/cgroup/unified/eng/ID\")\n"
		  "~cgroup_remove(\"/sys/fs/cgroup/unified/eng/ID\")\n"
		  "~cgroup_remove(\"/sys/fs/cgroup/pids/eng/ID\")\n"
		  "~cgroup_remove(\"/sys/fs/cgroup/devices/eng/ID\")\n"
		  "~cgroup_remove(\"/sys/fs/cgroup/memory/eng/ID\")\n"
		  "~cgroup_remove(\"/sys/fs/cgroup/cpu,cpuacct/eng/ID\")\n");
}

/* The parent is shared and may be there; the group itself must be ours alone. */
static void only_parents_may_exist_already(void)
{
	new_spec();
	spec.cgroup_parent = (char *)"a/b";
	COMPILE(sample_host_v2(), md_compile_cgroup_create);
	CHECK(md_compile_clones_into_cgroup(&spec, &(struct md_host){0}) == false);
	CHECK(program.calls[0].tolerated == EEXIST && program.calls[1].tolerated == EEXIST);
	CHECK(program.calls[2].kind == MD_CALL_MKDIRAT && program.calls[2].tolerated == 0);
	CHECK(has_line("mkdirat(AT_FDCWD, \"/sys/fs/cgroup/a/b/ID\", 0755)\n"));
}

static void v2_passes_controllers_on_from_the_root_down(void)
{
	new_spec();
	spec.cgroup_parent = (char *)"a/b";
	spec.resources.cpuset_cpus = (char *)"0";
	COMPILE(sample_host_v2(), md_compile_cgroup_create, md_compile_cgroup_join);
	CHECK(has_line("write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/cgroup.subtree_control\", "
		       "\"+cpuset +cpu +memory +pids\")\n"));
	CHECK(has_line("write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/a/cgroup.subtree_control\", "));
	CHECK(has_line("write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/a/b/cgroup.subtree_control\", "));
	CHECK(!strstr(md_str_get(&text), "ID/cgroup.subtree_control"));
	CHECK(!has_line("#cgroup-join"));
}

static void a_root_that_has_all_controllers_enabled_is_left_alone(void)
{
	new_spec();
	COMPILE(sample_host_v2(), md_compile_cgroup_create);
	CHECK(!has_line("write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/cgroup.subtree_control\""));
	CHECK(has_line("write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/cgroup.subtree_control\", "
		       "\"+cpu +memory +pids\")\n"));
}

static void without_clone_into_cgroup_the_child_joins_v2_itself(void)
{
	struct md_host host = sample_host_v2();

	new_spec();
	host.has_clone_into_cgroup = false;
	CHECK(!md_compile_clones_into_cgroup(&spec, &host));
	COMPILE(host, md_compile_cgroup_create, md_compile_cgroup_join);
	CHECK(has_line("openat(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/cgroup.procs\", "));
	CHECK(has_line("#cgroup-join\nwrite_cgroup(<fd0>, \"\", \"0\")\n"));
}

static void exec_opens_the_same_groups_and_makes_none(void)
{
	new_spec();
	COMPILE(sample_host_hybrid(), md_compile_cgroup_reenter, md_compile_cgroup_join);
	CHECK(has_line("#cgroup-open\n"));
	CHECK(!strstr(md_str_get(&text), "mkdirat"));
	CHECK(program.undo_count == 0);
	CHECK(has_line("openat(AT_FDCWD, \"/sys/fs/cgroup/memory/eng/ID/tasks\", "));
	CHECK(has_line("write_cgroup(<fd4>, \"\", \"0\")\n"));
}

/* cpuset groups are born empty and then take no process: cpuset(7). */
static void cpusets_are_filled_from_above_before_they_are_limited(void)
{
	new_spec();
	COMPILE(sample_host_hybrid(), md_compile_cgroup_create, md_compile_cgroup_limits);
	CHECK(!strstr(md_str_get(&text), "/cpuset/"));
	spec.resources.cpuset_cpus = (char *)"0";
	COMPILE(sample_host_hybrid(), md_compile_cgroup_create, md_compile_cgroup_limits);
	CHECK(is_before("cgroup_inherit(\"/sys/fs/cgroup/cpuset/eng\", \"cpuset.cpus\")",
			"cgroup_inherit(\"/sys/fs/cgroup/cpuset/eng/ID\", \"cpuset.cpus\")"));
	CHECK(is_before("cgroup_inherit(\"/sys/fs/cgroup/cpuset/eng/ID\", \"cpuset.mems\")",
			"cpuset/eng/ID/tasks\""));
	CHECK(has_line(
		"write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/cpuset/eng/ID/cpuset.cpus\", \"0\")\n"));
}

/* Mounted together with cpu, a cpuset must be filled even though nobody asked for CPUs. */
static void a_cpuset_that_comes_with_cpu_is_filled_too(void)
{
	new_spec();
	COMPILE(sample_host_from_mounts(HOST_MOUNTS_ROOT HOST_MOUNTS_TMPFS HOST_MOUNT_V1(
			"34", "all", "cpuset,cpu,cpuacct")),
		md_compile_cgroup_create);
	CHECK(has_line("cgroup_inherit(\"/sys/fs/cgroup/all/eng/ID\", \"cpuset.mems\")\n"));
}

static void the_v1_freezer_is_used_only_without_a_v2_one(void)
{
	struct md_host old = sample_host_hybrid();

	new_spec();
	COMPILE(sample_host_hybrid(), md_compile_cgroup_create);
	CHECK(!strstr(md_str_get(&text), "/freezer/"));
	COMPILE(sample_host_v1(), md_compile_cgroup_create);
	CHECK(has_line("mkdirat(AT_FDCWD, \"/sys/fs/cgroup/freezer/eng/ID\", 0755)\n"));
	CHECK(has_line("~cgroup_kill(\"/sys/fs/cgroup/freezer/eng/ID\")\n"));
	old.has_cgroup_freeze = false;
	COMPILE(old, md_compile_cgroup_create);
	CHECK(has_line("mkdirat(AT_FDCWD, \"/sys/fs/cgroup/freezer/eng/ID\", 0755)\n"));
	CHECK(!strstr(md_str_get(&text), "systemd"));
}

static void ask_for_everything(void)
{
	new_spec();
	spec.resources = (struct md_resources){
		.memory = 100 << 20,
		.memory_reservation = 50 << 20,
		.cpu_quota_us = 25000,
		.cpu_period_us = 50000,
		.cpu_shares = 512,
		.cpuset_cpus = (char *)"0-1",
		.cpuset_mems = (char *)"0",
		.pids = 64,
		.blkio_weight = 500,
	};
}

static void v1_limits_are_written_in_an_order_that_works(void)
{
	ask_for_everything();
	COMPILE(sample_host_v1(), md_compile_cgroup_limits);
	CHECK_STR(md_str_get(&text),
		  "#cgroup-limit:memory\n"
		  "write_cgroup(AT_FDCWD, "
		  "\"/sys/fs/cgroup/memory/eng/ID/memory.soft_limit_in_bytes\", \"52428800\")\n"
		  "write_cgroup(AT_FDCWD, "
		  "\"/sys/fs/cgroup/memory/eng/ID/memory.limit_in_bytes\", \"104857600\")\n"
		  "write_cgroup(AT_FDCWD, "
		  "\"/sys/fs/cgroup/memory/eng/ID/memory.memsw.limit_in_bytes\", \"209715200\")\n"
		  "#cgroup-limit:cpu\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/cpu/eng/ID/cpu.shares\", \"512\")\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/cpu/eng/ID/cpu.cfs_period_us\", "
		  "\"50000\")\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/cpu/eng/ID/cpu.cfs_quota_us\", "
		  "\"25000\")\n"
		  "#cgroup-limit:cpuset\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/cpuset/eng/ID/cpuset.cpus\", \"0-1\")\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/cpuset/eng/ID/cpuset.mems\", \"0\")\n"
		  "#cgroup-limit:pids\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/pids/eng/ID/pids.max\", \"64\")\n"
		  "#cgroup-limit:io\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/blkio/eng/ID/blkio.bfq.weight\", "
		  "\"500\")\n");
}

static void v2_limits_speak_v2(void)
{
	ask_for_everything();
	COMPILE(sample_host_v2(), md_compile_cgroup_limits);
	CHECK_STR(md_str_get(&text),
		  "#cgroup-limit:memory\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/memory.low\", \"52428800\")\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/memory.max\", \"104857600\")\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/memory.swap.max\", "
		  "\"104857600\")\n"
		  "#cgroup-limit:cpu\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/cpu.weight\", \"59\")\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/cpu.max\", \"25000 50000\")\n"
		  "#cgroup-limit:cpuset\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/cpuset.cpus\", \"0-1\")\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/cpuset.mems\", \"0\")\n"
		  "#cgroup-limit:pids\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/pids.max\", \"64\")\n"
		  "#cgroup-limit:io\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/io.bfq.weight\", \"500\")\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/io.weight\", \"4950\")\n");
}

static void a_quota_without_a_period_gets_the_default_one(void)
{
	new_spec();
	spec.resources.cpu_quota_us = 50000;
	COMPILE(sample_host_v2(), md_compile_cgroup_limits);
	CHECK(has_line(
		"write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/cpu.max\", \"50000 100000\")\n"));
	spec.resources = (struct md_resources){.cpu_period_us = 20000};
	COMPILE(sample_host_v2(), md_compile_cgroup_limits);
	CHECK(has_line(
		"write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/cpu.max\", \"max 20000\")\n"));
}

static void nothing_asked_is_nothing_written(void)
{
	new_spec();
	spec.resources.pids = -1;
	COMPILE(sample_host_v1(), md_compile_cgroup_limits);
	CHECK_STR(md_str_get(&text), "");
}

static void unlimited_swap_writes_no_swap_limit(void)
{
	struct md_host host = sample_host_v1();

	new_spec();
	spec.resources.memory = 1 << 20;
	spec.resources.memory_swap = -1;
	host.has_swap_accounting = false;
	COMPILE(host, md_compile_cgroup_limits);
	CHECK(!strchr(md_str_get(&text), '!') && !strstr(md_str_get(&text), "memsw"));
	COMPILE(sample_host_v2(), md_compile_cgroup_limits);
	CHECK(!strstr(md_str_get(&text), "swap"));
}

static void a_swap_limit_without_accounting_is_refused_only_if_asked_for(void)
{
	struct md_host v1 = sample_host_v1(), v2 = sample_host_v2();

	new_spec();
	v1.has_swap_accounting = v2.has_swap_accounting = false;
	spec.resources.memory = 1 << 20;
	COMPILE(v1, md_compile_cgroup_limits);
	CHECK(!strchr(md_str_get(&text), '!'));
	spec.resources.memory_swap = 3 << 20;
	COMPILE(v1, md_compile_cgroup_limits);
	CHECK(has_line("!--memory-swap needs the file memory.memsw.limit_in_bytes"));
	COMPILE(v2, md_compile_cgroup_limits);
	CHECK(has_line("!--memory-swap needs the file memory.swap.max"));
}

/* P-12: the message names controller, file and remedy. */
static void a_controller_that_is_missing_is_named_with_its_file_and_a_remedy(void)
{
	struct md_host v2 = sample_host_v2();

	ask_for_everything();
	COMPILE(sample_host_wsl2(), md_compile_cgroup_limits);
	CHECK(has_line("#cgroup-limit:io\n!the limit needs the cgroup controller 'blkio' (file "
		       "blkio.bfq.weight), which no hierarchy mounted here has; mount it: mount -t "
		       "cgroup -o blkio none /sys/fs/cgroup/blkio\n"));
	v2.v2_is_locked = true;
	COMPILE(v2, md_compile_cgroup_limits);
	CHECK(has_line(
		"#cgroup-limit:cpuset\n!the limit needs the cgroup controller 'cpuset' (file "
		"cpuset.cpus), which the group at /sys/fs/cgroup cannot pass on because it "
		"holds processes itself; start minidock from a group of its own (systemd: "
		"Delegate=yes)\n"));
	CHECK(has_line("write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/eng/ID/memory.max\""));
	(void)snprintf(v2.v2_controllers, sizeof(v2.v2_controllers), "cpu");
	(void)snprintf(v2.v2_enabled, sizeof(v2.v2_enabled), "cpu");
	COMPILE(v2, md_compile_cgroup_limits);
	CHECK(has_line(
		"#cgroup-limit:memory\n!the limit needs the cgroup controller 'memory' (file "
		"memory.max), which /sys/fs/cgroup does not list in cgroup.controllers; let "
		"it pass down to here (systemd: Delegate=memory) or enable it in the "
		"kernel\n"));
	COMPILE(sample_host_bare(), md_compile_cgroup_create, md_compile_cgroup_limits,
		md_compile_cgroup_mounts, md_compile_cgroup_join);
	CHECK(has_line("#cgroup-limit:pids\n!the limit needs the cgroup controller 'pids' (file "
		       "pids.max), but no cgroup file system is mounted here"));
	CHECK(program.call_count == 0);
}

/* A controller may sit in the v2 tree of a hybrid host: it is limited where it is. */
static void a_hybrid_host_limits_on_either_side(void)
{
	struct md_host host = sample_host_wsl2();

	(void)snprintf(host.v2_controllers, sizeof(host.v2_controllers), "hugetlb io");
	host.has_io_cost = true;
	ask_for_everything();
	COMPILE(host, md_compile_cgroup_create, md_compile_cgroup_limits);
	CHECK(has_line("write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/unified/cgroup.subtree_control\", "
		       "\"+io\")\n"));
	CHECK(has_line("write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/unified/eng/ID/io.weight\", "));
	CHECK(has_line(
		"write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/pids/eng/ID/pids.max\", \"64\")\n"));
}

static void a_weight_that_no_scheduler_honours_is_refused(void)
{
	struct md_host v1 = sample_host_v1(), v2 = sample_host_v2();

	new_spec();
	spec.resources.blkio_weight = 100;
	v1.has_bfq_weight = v2.has_bfq_weight = v2.has_io_cost = false;
	COMPILE(v1, md_compile_cgroup_limits);
	CHECK(has_line("!the I/O weight needs the file blkio.bfq.weight"));
	COMPILE(v2, md_compile_cgroup_limits);
	CHECK(has_line("!the I/O weight needs the file io.weight or io.bfq.weight"));
	v1.kernel_version = 4 << 16 | 19 << 8;
	COMPILE(v1, md_compile_cgroup_limits);
	CHECK(has_line(
		"write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/blkio/eng/ID/blkio.weight\", \"100\")\n"));
}

static void the_container_sees_its_own_groups_read_only(void)
{
	new_spec();
	COMPILE(sample_host_v2(), md_compile_cgroup_mounts);
	CHECK_STR(md_str_get(&text),
		  "#cgroup-mount\n"
		  "open_tree(AT_FDCWD, \"/sys/fs/cgroup/eng/ID\", OPEN_TREE_CLONE) = <mount>\n"
		  "mount_setattr(<mount>, 0, MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|"
		  "MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC, 0, -1)\n"
		  "root_mkdirs(<root>, \"/sys/fs/cgroup\", 0755) = <target>\n"
		  "move_mount(<mount>, <target>)\n");
	COMPILE(sample_host_wsl2(), md_compile_cgroup_mounts);
	CHECK(has_line("mkdirat(<fd0>, \"cpu,cpuacct\", 0755)\n"));
	CHECK(has_line("symlinkat(\"cpu,cpuacct\", <fd0>, \"cpu\")\n"));
	CHECK(has_line("symlinkat(\"cpu,cpuacct\", <fd0>, \"cpuacct\")\n"));
	CHECK(!strstr(md_str_get(&text), "symlinkat(\"memory\""));
	CHECK(is_before("mkdirat(<fd0>, \"unified\"", "mount_setattr(<fd0>, 0, MOUNT_ATTR_RDONLY"));
}

static void only_a_privileged_container_may_write_its_groups(void)
{
	new_spec();
	spec.is_privileged = true;
	COMPILE(sample_host_v2(), md_compile_cgroup_mounts);
	CHECK(!strstr(md_str_get(&text), "RDONLY"));
	CHECK(strstr(md_str_get(&text), "MOUNT_ATTR_NOSUID") != NULL);
}

static void old_kernels_bind_and_remount(void)
{
	struct md_host host = sample_host_hybrid();

	new_spec();
	host.has_mount_setattr = false;
	COMPILE(host, md_compile_cgroup_mounts);
	CHECK(!strstr(md_str_get(&text), "open_tree") && !strstr(md_str_get(&text), "fsopen"));
	CHECK(has_line("mount_on(\"tmpfs\", <target>, \"tmpfs\", MS_NOSUID|MS_NODEV|MS_NOEXEC, "));
	CHECK(has_line(
		"openat(<fd0>, \"memory\", O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC|O_PATH, 0) = <target>\n"
		"mount_on(\"/sys/fs/cgroup/memory/eng/ID\", <target>, \"\", MS_BIND, \"\")\n"
		"openat(<fd0>, \"memory\", O_DIRECTORY|O_NOFOLLOW|O_CLOEXEC|O_PATH, 0) = <target>\n"
		"mount_on(\"\", <target>, \"\", MS_RDONLY|"));
}

static void two_compilations_are_the_same_bytes(void)
{
	struct md_program other;
	struct md_host host = sample_host_hybrid();

	ask_for_everything();
	COMPILE(host, md_compile_cgroup_create, md_compile_cgroup_limits, md_compile_device_rules,
		md_compile_cgroup_join, md_compile_cgroup_mounts);
	md_program_init(&other);
	md_compile_cgroup_create(&spec, &host, &other);
	md_compile_cgroup_limits(&spec, &host, &other);
	md_compile_device_rules(&spec, &host, &other);
	md_compile_cgroup_join(&spec, &host, &other);
	md_compile_cgroup_mounts(&spec, &host, &other);
	CHECK(md_program_equal(&program, &other));
	md_program_fini(&other);
}

int main(void)
{
	RUN(v1_makes_a_group_in_each_hierarchy_and_the_child_joins);
	RUN(only_parents_may_exist_already);
	RUN(v2_passes_controllers_on_from_the_root_down);
	RUN(a_root_that_has_all_controllers_enabled_is_left_alone);
	RUN(without_clone_into_cgroup_the_child_joins_v2_itself);
	RUN(exec_opens_the_same_groups_and_makes_none);
	RUN(cpusets_are_filled_from_above_before_they_are_limited);
	RUN(a_cpuset_that_comes_with_cpu_is_filled_too);
	RUN(the_v1_freezer_is_used_only_without_a_v2_one);
	RUN(v1_limits_are_written_in_an_order_that_works);
	RUN(v2_limits_speak_v2);
	RUN(a_quota_without_a_period_gets_the_default_one);
	RUN(nothing_asked_is_nothing_written);
	RUN(unlimited_swap_writes_no_swap_limit);
	RUN(a_swap_limit_without_accounting_is_refused_only_if_asked_for);
	RUN(a_controller_that_is_missing_is_named_with_its_file_and_a_remedy);
	RUN(a_hybrid_host_limits_on_either_side);
	RUN(a_weight_that_no_scheduler_honours_is_refused);
	RUN(the_container_sees_its_own_groups_read_only);
	RUN(only_a_privileged_container_may_write_its_groups);
	RUN(old_kernels_bind_and_remount);
	RUN(two_compilations_are_the_same_bytes);
	end_compile();
	return DONE();
}
