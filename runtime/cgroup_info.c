/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_info.h"

#include "base/alloc.h"

#include <libcgroup.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

/* Left alone, libcgroup writes its errors to standard output. Ours go up as struct md_error. */
static void say_nothing(void *userdata, int level, const char *fmt, va_list ap)
{
	(void)userdata;
	(void)level;
	(void)fmt;
	(void)ap;
}

static struct md_cgroup_controller *find_or_add(struct md_cgroup_info *info, const char *name)
{
	for (size_t i = 0; i < info->count; i++)
		if (strcmp(info->controllers[i].name, name) == 0)
			return &info->controllers[i];
	info->controllers =
		md_xreallocarray(info->controllers, info->count + 1, sizeof(*info->controllers));
	info->controllers[info->count] = (struct md_cgroup_controller){.name = md_xstrdup(name)};
	return &info->controllers[info->count++];
}

static unsigned int version_of(const char *mount)
{
	struct statfs fs;

	if (statfs(mount, &fs) < 0)
		return 0;
	if (fs.f_type == CGROUP2_SUPER_MAGIC)
		return 2;
	return fs.f_type == CGROUP_SUPER_MAGIC ? 1 : 0;
}

/* libcgroup's iterators end with ECGEOF; anything else is a failure. */
static int check_end(int result, const char *what, struct md_error *err)
{
	if (result == ECGEOF)
		return 0;
	return md_fail(err, MD_ERR_SYSTEM, "%s: %s", what, cgroup_strerror(result));
}

/* Every controller of the kernel, from /proc/cgroups. */
static int read_kernel(struct md_cgroup_info *info, struct md_error *err)
{
	struct controller_data found;
	void *handle = NULL;
	int result;

	for (result = cgroup_get_all_controller_begin(&handle, &found); result == 0;
	     result = cgroup_get_all_controller_next(&handle, &found)) {
		struct md_cgroup_controller *controller = find_or_add(info, found.name);

		controller->groups = found.num_cgroups > 0 ? (unsigned int)found.num_cgroups : 0;
		controller->is_disabled = !found.enabled;
	}
	(void)cgroup_get_all_controller_end(&handle);
	return check_end(result, "list the cgroup controllers of the kernel", err);
}

/* Those that are mounted; some have a name of their own in v2, such as io. */
static int read_mounted(struct md_cgroup_info *info, struct md_error *err)
{
	struct cgroup_mount_point found;
	void *handle = NULL;
	int result;

	for (result = cgroup_get_controller_begin(&handle, &found); result == 0;
	     result = cgroup_get_controller_next(&handle, &found)) {
		struct md_cgroup_controller *controller = find_or_add(info, found.name);

		if (controller->mount)
			continue;
		controller->mount = md_xstrdup(found.path);
		controller->version = version_of(found.path);
	}
	(void)cgroup_get_controller_end(&handle);
	return check_end(result, "list the mounted cgroup controllers", err);
}

int md_cgroup_info_read(struct md_cgroup_info *ret, struct md_error *err)
{
	struct md_cgroup_info info = MD_CGROUP_INFO_INIT;
	int result;

	cgroup_set_logger(say_nothing, CGROUP_LOG_ERROR, NULL);
	result = cgroup_init();
	if (result != 0 && result != ECGROUPNOTMOUNTED)
		return md_fail(err, MD_ERR_SYSTEM, "cgroup_init: %s", cgroup_strerror(result));
	if (read_kernel(&info, err) < 0 || (result == 0 && read_mounted(&info, err) < 0)) {
		md_cgroup_info_fini(&info);
		return -1;
	}
	*ret = info;
	return 0;
}

void md_cgroup_info_fini(struct md_cgroup_info *info)
{
	for (size_t i = 0; i < info->count; i++) {
		free(info->controllers[i].name);
		free(info->controllers[i].mount);
	}
	free(info->controllers);
	*info = (struct md_cgroup_info)MD_CGROUP_INFO_INIT;
}
