/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "runtime/cgroup_info.h"
#include "runtime/host_probe.h"

/* Two readers of the same kernel, libcgroup's and ours, must agree. */
static void libcgroup_and_our_own_probe_agree(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_cgroup_info info = MD_CGROUP_INFO_INIT;
	struct md_host host;
	unsigned int mounted = 0;

	CHECK(md_host_probe(&host, &err) == 0);
	CHECK(md_cgroup_info_read(&info, &err) == 0);
	for (size_t i = 0; i < info.count; i++) {
		const struct md_cgroup_controller *controller = &info.controllers[i];
		const struct md_cgroup_v1 *v1 = md_host_v1(&host, controller->name);

		mounted += controller->mount != NULL;
		CHECK((controller->version != 0) == (controller->mount != NULL));
		CHECK((controller->version == 1) == (v1 != NULL));
		if (v1 && controller->mount)
			CHECK_STR(controller->mount, v1->mount);
		if (controller->version == 2)
			CHECK(md_host_lists(host.v2_controllers, ' ', controller->name));
	}
	CHECK((mounted > 0) == (host.v1_count > 0 || host.v2_controllers[0] != '\0'));
	md_cgroup_info_fini(&info);
	CHECK(info.count == 0 && info.controllers == NULL);
}

static void reading_twice_gives_the_same(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_cgroup_info one = MD_CGROUP_INFO_INIT, two = MD_CGROUP_INFO_INIT;

	CHECK(md_cgroup_info_read(&one, &err) == 0);
	CHECK(md_cgroup_info_read(&two, &err) == 0);
	CHECK(one.count == two.count);
	for (size_t i = 0; i < one.count && i < two.count; i++) {
		CHECK_STR(one.controllers[i].name, two.controllers[i].name);
		CHECK(one.controllers[i].version == two.controllers[i].version);
	}
	md_cgroup_info_fini(&one);
	md_cgroup_info_fini(&two);
}

int main(void)
{
	RUN(libcgroup_and_our_own_probe_agree);
	RUN(reading_twice_gives_the_same);
	return DONE();
}
