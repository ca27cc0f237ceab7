/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_handlers.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/number.h"
#include "cli/run_flags.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static struct md_run_request *request_of(void *flags)
{
	return &((struct md_run_flags *)flags)->request;
}

static int add_mount(struct md_run_request *request, const char *value,
		     int (*parse)(const char *text, struct md_mount *ret, struct md_error *err),
		     struct md_error *err)
{
	struct md_mount mount = {0};

	if (parse(value, &mount, err) < 0)
		return -1;
	request->mounts =
		md_xreallocarray(request->mounts, request->mount_count + 1, sizeof(mount));
	request->mounts[request->mount_count++] = mount;
	return 0;
}

MD_RUN_HANDLER(md_run_set_volume)
{
	(void)option;
	return add_mount(request_of(flags), value, md_parse_volume, err);
}

MD_RUN_HANDLER(md_run_set_mount)
{
	(void)option;
	return add_mount(request_of(flags), value, md_parse_mount, err);
}

MD_RUN_HANDLER(md_run_set_tmpfs)
{
	(void)option;
	return add_mount(request_of(flags), value, md_parse_tmpfs, err);
}

MD_RUN_HANDLER(md_run_set_rootfs)
{
	md_auto_free char *path = realpath(value, NULL);

	if (!path)
		return md_fail_errno(err, "directory '%s'", value);
	return md_option_set_copy(option, path, flags, err);
}

MD_RUN_HANDLER(md_run_set_root_via)
{
	enum md_root_via *member = &request_of(flags)->root_via;

	(void)option;
	if (strcmp(value, "pivot") == 0)
		*member = MD_ROOT_VIA_PIVOT;
	else if (strcmp(value, "chroot") == 0)
		*member = MD_ROOT_VIA_CHROOT;
	else
		return md_fail(err, MD_ERR_INVALID, "'%s' is neither 'pivot' nor 'chroot'", value);
	return 0;
}

MD_RUN_HANDLER(md_run_set_device)
{
	struct md_run_request *request = request_of(flags);
	struct md_request_device device = {0};

	(void)option;
	if (md_parse_device(value, &device, err) < 0)
		return -1;
	request->devices =
		md_xreallocarray(request->devices, request->device_count + 1, sizeof(device));
	request->devices[request->device_count++] = device;
	return 0;
}

MD_RUN_HANDLER(md_run_set_log_driver)
{
	bool is_none = strcmp(value, "none") == 0;

	(void)option;
	if (!is_none && strcmp(value, "json-file") != 0)
		return md_fail(err, MD_ERR_INVALID, "'%s' is neither 'json-file' nor 'none'",
			       value);
	request_of(flags)->is_log_none = is_none;
	return 0;
}

MD_RUN_HANDLER(md_run_set_log_opt)
{
	struct md_run_request *request = request_of(flags);
	uint64_t files;

	(void)option;
	if (md_str_starts(value, "max-size="))
		return md_parse_size(value + strlen("max-size="), &request->log_max_size, err);
	if (!md_str_starts(value, "max-file="))
		return md_fail(err, MD_ERR_INVALID,
			       "'%s' is neither 'max-size=BYTES' nor "
			       "'max-file=NUMBER'",
			       value);
	if (md_parse_u64(value + strlen("max-file="), 1, 1000, &files, err) < 0)
		return -1;
	request->log_max_files = (unsigned int)files;
	return 0;
}
