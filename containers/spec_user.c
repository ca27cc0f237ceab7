/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/spec_parts.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/safe_path.h"
#include "containers/user.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX (10 << 20)

/* As an image is read: regular files only, without waiting for whoever opens a pipe's other end. */
static int read_below(const char *root, const char *path, char **ret, struct md_error *err)
{
	md_auto_close int rootfd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	md_auto_close int fd = -1;
	char own[64];
	struct stat st;
	size_t length;

	if (rootfd < 0)
		return md_fail_errno(err, "open '%s'", root);
	fd = md_safe_open(rootfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return md_fail(err, MD_ERR_NOT_FOUND, "no '%s'", path);
	if (fd < 0 || fstat(fd, &st) < 0)
		return md_fail_errno(err, "open '%s' in '%s'", path, root);
	if (!S_ISREG(st.st_mode))
		return md_fail(err, MD_ERR_INVALID, "'%s' in '%s' is not a regular file", path,
			       root);
	(void)snprintf(own, sizeof(own), "/proc/self/fd/%d", fd);
	return md_fs_read(AT_FDCWD, own, FILE_MAX, ret, &length, err);
}

/* The container may have changed its own files: what it wrote lies above the image. */
static int read_merged(const struct md_root *root, const char *path, char **ret,
		       struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv layers = MD_STRV_INIT;
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;

	/* A plan may show an image that is not here: nobody of it is known. */
	if (access(root->layers.items[0], X_OK) < 0)
		return md_fail(err, MD_ERR_NOT_FOUND, "no '%s'", path);
	if (access(root->upper, F_OK) == 0)
		md_strv_add(&layers, root->upper);
	for (size_t i = 0; i < root->layers.count; i++)
		md_strv_add(&layers, root->layers.items[i]);
	if (md_layers_read(&layers, path, FILE_MAX, &text, err) < 0)
		return -1;
	*ret = md_str_take(&text);
	return 0;
}

/* *ret stays NULL when there is no such file. */
static int read_file(const struct md_root *root, const char *path, char **ret, struct md_error *err)
{
	struct md_error why = MD_ERROR_INIT;
	int result = root->kind == MD_ROOT_DIRECTORY ? read_below(root->directory, path, ret, &why)
						     : read_merged(root, path, ret, &why);

	if (result == 0 || why.code == MD_ERR_NOT_FOUND)
		return 0;
	*err = why;
	return -1;
}

int md_spec_user(const struct md_root *root, const struct md_spec_user *who,
		 struct md_process *process, char **ret_home, struct md_error *err)
{
	md_auto_free char *passwd = NULL;
	md_auto_free char *group = NULL;
	struct md_user user = {.home = NULL};
	struct md_user_files files;

	if (read_file(root, "etc/passwd", &passwd, err) < 0 ||
	    read_file(root, "etc/group", &group, err) < 0)
		return md_error_prefix(err, "look up user '%s'", who->text);
	files = (struct md_user_files){passwd, group};
	if (md_user_resolve(who->text, &files, who->group_add, &user, err) < 0)
		return -1;
	process->uid = user.uid;
	process->gid = user.gid;
	process->groups = md_steal_ptr(&user.groups);
	process->group_count = user.group_count;
	*ret_home = md_steal_ptr(&user.home);
	md_user_fini(&user);
	return 0;
}
