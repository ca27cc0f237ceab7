/* SPDX-License-Identifier: Apache-2.0 */
/* What device rules and nodes compile to on each kind of host, call by call. */
#include "tests/unit/check.h"
#include "tests/unit/compile_fixture.h"
#include "tests/unit/sample_hosts.h"

static void v1_devices_are_forbidden_first_and_then_allowed(void)
{
	new_spec();
	COMPILE(sample_host_hybrid(), md_compile_device_rules);
	CHECK_STR(md_str_get(&text),
		  "#device-rules\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/devices/eng/ID/devices.deny\", \"a\")\n"
		  "write_cgroup(AT_FDCWD, \"/sys/fs/cgroup/devices/eng/ID/devices.allow\", "
		  "\"c 1:3 rwm\")\n");
}

static void v2_devices_are_a_program_of_the_group(void)
{
	struct md_host old = sample_host_v2();

	new_spec();
	COMPILE(sample_host_v2(), md_compile_device_rules);
	CHECK(has_line("#device-rules\nbpf_prog_attach(<cgroup>, "));
	old.kernel_version = 4 << 16 | 14 << 8;
	COMPILE(old, md_compile_device_rules);
	CHECK(has_line("!device rules need"));
}

/* What v1 cannot say goes to the v2 tree, if there is one; it is never said a little wrong. */
static void rules_beyond_v1_become_a_program_on_a_hybrid_host(void)
{
	static struct md_device_rule beyond[] = {
		{false, 'a', MD_DEVICE_ANY, MD_DEVICE_ANY, true, true, true},
		{true, 'c', 1, MD_DEVICE_ANY, true, true, true},
		{false, 'c', 1, 5, true, true, true},
	};

	new_spec();
	spec.device_rules = beyond;
	spec.device_rule_count = 3;
	COMPILE(sample_host_hybrid(), md_compile_device_rules);
	CHECK(has_line("#device-rules\nbpf_prog_attach(<cgroup>, "));
	COMPILE(sample_host_v1(), md_compile_device_rules);
	CHECK(has_line("!device rules need") && program.call_count == 0);
}

static void everything_allowed_needs_no_rules(void)
{
	static struct md_device_rule all[] = {
		{true, 'a', MD_DEVICE_ANY, MD_DEVICE_ANY, true, true, true},
	};

	new_spec();
	spec.device_rules = all;
	spec.device_rule_count = 1;
	COMPILE(sample_host_bare(), md_compile_device_rules);
	CHECK_STR(md_str_get(&text), "");
}

static struct md_device device = {
	.path = (char *)"/dev/net/tun",
	.source = (char *)"/dev/net/tun",
	.type = 'c',
	.major = 10,
	.minor = 200,
	.mode = 0666,
	.gid = 5,
};

static void a_device_becomes_a_node_in_the_containers_dev(void)
{
	new_spec();
	spec.devices = &device;
	spec.device_count = 1;
	COMPILE(sample_host_v2(), md_compile_devices);
	CHECK(has_line("#device:/dev/net/tun\n"
		       "root_mkdirs(<root>, \"/dev/net\", 0755) = <target>\n"
		       "unlinkat(<target>, \"tun\", 0)\n"
		       "mknodat(<target>, \"tun\", "));
	CHECK(has_line("fchmodat(<target>, \"tun\", 0666)\nfchownat(<target>, \"tun\", 0, 5)\n"));
	CHECK(program.calls[1].tolerated == ENOENT);
}

static void a_user_namespace_is_shown_the_hosts_node(void)
{
	struct md_host old = sample_host_v2();

	new_spec();
	spec.devices = &device;
	spec.device_count = 1;
	spec.user_ns = MD_NS_PRIVATE;
	COMPILE(sample_host_v2(), md_compile_devices);
	CHECK(has_line("open_tree(AT_FDCWD, \"/dev/net/tun\", OPEN_TREE_CLONE) = <mount>\n"));
	CHECK(!strstr(md_str_get(&text), "mknodat"));
	old.has_mount_api = false;
	COMPILE(old, md_compile_devices);
	CHECK(has_line("mount_on(\"/dev/net/tun\", <target>, \"\", MS_BIND, \"\")\n"));
}

static void a_device_outside_dev_is_a_view_or_nothing(void)
{
	struct md_device outside = device;

	new_spec();
	outside.path = (char *)"/srv/tun";
	spec.devices = &outside;
	spec.device_count = 1;
	COMPILE(sample_host_v2(), md_compile_devices);
	CHECK(has_line("root_touch(<root>, \"/srv/tun\", 0600) = <target>\n"));
	outside.source = NULL;
	COMPILE(sample_host_v2(), md_compile_devices);
	CHECK(has_line("!device /srv/tun cannot be made here"));
}

static void privileged_devices_are_one_step(void)
{
	struct md_device two[2] = {device, device};

	new_spec();
	spec.is_privileged = true;
	two[1].path = (char *)"/dev/sda";
	two[1].type = 'b';
	spec.devices = two;
	spec.device_count = 2;
	COMPILE(sample_host_v2(), md_compile_devices);
	CHECK(program.op_count == 1 && has_line("#device:all\n"));
	CHECK(strstr(md_str_get(&text), "\"sda\"") != NULL);
}

int main(void)
{
	RUN(v1_devices_are_forbidden_first_and_then_allowed);
	RUN(v2_devices_are_a_program_of_the_group);
	RUN(rules_beyond_v1_become_a_program_on_a_hybrid_host);
	RUN(everything_allowed_needs_no_rules);
	RUN(a_device_becomes_a_node_in_the_containers_dev);
	RUN(a_user_namespace_is_shown_the_hosts_node);
	RUN(a_device_outside_dev_is_a_view_or_nothing);
	RUN(privileged_devices_are_one_step);
	end_compile();
	return DONE();
}
