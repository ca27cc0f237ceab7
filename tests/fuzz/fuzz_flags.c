/* SPDX-License-Identifier: Apache-2.0 */
/* Values of -v, --mount, --tmpfs, --device, --ulimit, --cpus, --cap-add, --cpuset-cpus, --add-host.
 */
#include "tests/fuzz/fuzz.h"

#include "containers/request.h"

typedef int parse_mount_fn(const char *text, struct md_mount *ret, struct md_error *err);

static void check_mount(parse_mount_fn *parse, const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_mount mount = {0};

	if (fuzz_result(parse(text, &mount, &err), &err) < 0)
		return;
	ALWAYS(mount.target && mount.target[0] == '/');
	/* Nothing that a path lookup inside could take for "up". */
	ALWAYS(!strstr(mount.target, "/../") && strcmp(mount.target, "/..") != 0);
	md_request_mount_fini(&mount);
}

static void check_device(const char *text)
{
	struct md_request_device device = {0};
	struct md_error err = MD_ERROR_INIT;

	if (fuzz_result(md_parse_device(text, &device, &err), &err) < 0)
		return;
	ALWAYS(device.host_path[0] == '/' && device.container_path[0] == '/');
	ALWAYS(*device.permissions && !device.permissions[strspn(device.permissions, "rwm")]);
	md_request_device_fini(&device);
}

static void check_limits(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_rlimit limit = {0};
	uint64_t quota_us = 0;

	if (fuzz_result(md_parse_ulimit(text, &limit, &err), &err) == 0)
		ALWAYS(limit.soft <= limit.hard);
	/* 0 is no limit. A thousand microseconds are the least that the kernel takes. */
	if (fuzz_result(md_parse_cpus(text, &quota_us, &err), &err) == 0)
		ALWAYS(quota_us == 0 || quota_us >= 1000);
	(void)fuzz_result(md_parse_cpu_list(text, &err), &err);
}

static void check_words(const char *text)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *capability = NULL;

	if (fuzz_result(md_parse_capability(text, &capability, &err), &err) == 0)
		ALWAYS(strcmp(capability, "ALL") == 0 || strncmp(capability, "CAP_", 4) == 0);
	(void)fuzz_result(md_parse_add_host(text, &err), &err);
}

FUZZ(data, size)
{
	md_auto_free char *text = fuzz_text(data, size);

	check_mount(md_parse_volume, text);
	check_mount(md_parse_mount, text);
	check_mount(md_parse_tmpfs, text);
	check_device(text);
	check_limits(text);
	check_words(text);
	return 0;
}
