/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/store_private.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <fcntl.h>
#include <sys/stat.h>

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

void md_store_name_volumes(struct md_run_request *request)
{
	char id[MD_ID_LENGTH + 1];

	for (size_t i = 0; i < request->mount_count; i++) {
		struct md_mount *mount = &request->mounts[i];

		if (!mount->is_volume || mount->volume_name)
			continue;
		md_id_generate(id);
		mount->volume_name = md_xstrdup(id);
	}
}

static int open_volumes(const struct md_store *store, struct md_error *err)
{
	int fd;

	if (mkdirat(store->root_fd, "volumes", 0700) < 0 && errno != EEXIST)
		return md_fail_errno(err, "mkdir '%s/volumes'", store->root);
	fd = openat(store->root_fd, "volumes", DIR_FLAGS);
	return fd < 0 ? md_fail_errno(err, "open '%s/volumes'", store->root) : fd;
}

int md_store_volume(struct md_store *store, const char *name, char **ret_path, bool *ret_is_new,
		    struct md_error *err)
{
	md_auto_close int volumes_fd = -1;
	md_auto_close int fd = -1;
	bool is_new;

	if (md_name_check(name, err) < 0)
		return md_error_prefix(err, "volume");
	volumes_fd = open_volumes(store, err);
	if (volumes_fd < 0)
		return -1;
	is_new = mkdirat(volumes_fd, name, 0755) == 0;
	if (!is_new && errno != EEXIST)
		return md_fail_errno(err, "make volume '%s'", name);
	fd = openat(volumes_fd, name, DIR_FLAGS);
	if (fd < 0)
		return md_fail_errno(err, "open volume '%s'", name);
	/* The process decides who may enter: any user of the container, whatever our umask is. */
	if (is_new && fchmod(fd, 0755) < 0)
		return md_fail_errno(err, "chmod volume '%s'", name);
	if (ret_is_new)
		*ret_is_new = is_new;
	*ret_path = md_xasprintf("%s/volumes/%s", store->root, name);
	return 0;
}

int md_store_remove_volume(struct md_store *store, const char *name, struct md_error *err)
{
	md_auto_close int fd = -1;

	if (md_name_check(name, err) < 0)
		return md_error_prefix(err, "volume");
	fd = open_volumes(store, err);
	if (fd < 0)
		return -1;
	if (md_fs_remove_tree(fd, name, err) < 0)
		return md_error_prefix(err, "remove volume '%s'", name);
	return 0;
}
