/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/volume_copy.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/safe_path.h"
#include "base/sys.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mount.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#define DEPTH_MAX      256
#define OPTION_MAX     255 /* of one fsconfig(2) string */
#define READ_DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

MD_DEFINE_AUTO(dir, DIR *, closedir)
#define auto_dir MD_CLEANUP(md_cleanup_dir)

static int copy_tree(int from, int to, int depth, struct md_error *err);

static int copy_attributes(int fd, const struct stat *st, struct md_error *err)
{
	const struct timespec times[2] = {st->st_atim, st->st_mtim};

	/* Owner first: chown(2) takes set-user-ID bits away. */
	if (fchown(fd, st->st_uid, st->st_gid) < 0 || fchmod(fd, st->st_mode & 07777) < 0 ||
	    futimens(fd, times) < 0)
		return md_fail_errno(err, "set owner, mode and times");
	return 0;
}

static int copy_bytes(int from, int to, off_t left, struct md_error *err)
{
	while (left > 0) {
		ssize_t n = sendfile(to, from, NULL, (size_t)(left > INT_MAX ? INT_MAX : left));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return md_fail_errno(err, "copy");
		if (n == 0)
			break;
		left -= n;
	}
	return 0;
}

static int copy_file(int from, const char *name, int to, const struct stat *st,
		     struct md_error *err)
{
	md_auto_close int source =
		openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	md_auto_close int copy = -1;

	if (source < 0)
		return md_fail_errno(err, "open");
	copy = openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (copy < 0)
		return md_fail_errno(err, "create");
	if (copy_bytes(source, copy, st->st_size, err) < 0)
		return -1;
	return copy_attributes(copy, st, err);
}

static int copy_link(int from, const char *name, int to, const struct stat *st,
		     struct md_error *err)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(from, name, target, sizeof(target) - 1);

	if (length < 0)
		return md_fail_errno(err, "readlink");
	target[length] = '\0';
	if (symlinkat(target, to, name) < 0)
		return md_fail_errno(err, "symlink");
	if (fchownat(to, name, st->st_uid, st->st_gid, AT_SYMLINK_NOFOLLOW) < 0)
		return md_fail_errno(err, "chown");
	return 0;
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DEPTH_MAX */
static int copy_directory(int from, const char *name, int to, int depth, struct md_error *err)
{
	md_auto_close int source = openat(from, name, READ_DIR_FLAGS);
	md_auto_close int copy = -1;
	struct stat st;

	if (source < 0 || fstat(source, &st) < 0)
		return md_fail_errno(err, "open");
	if (mkdirat(to, name, 0700) < 0)
		return md_fail_errno(err, "mkdir");
	copy = openat(to, name, READ_DIR_FLAGS);
	if (copy < 0)
		return md_fail_errno(err, "open");
	if (copy_tree(source, copy, depth + 1, err) < 0)
		return -1;
	return copy_attributes(copy, &st, err);
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DEPTH_MAX */
static int copy_entry(int from, const char *name, int to, int depth, struct md_error *err)
{
	struct stat st;

	if (fstatat(from, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return md_fail_errno(err, "stat");
	if (S_ISDIR(st.st_mode))
		return copy_directory(from, name, to, depth, err);
	if (S_ISREG(st.st_mode))
		return copy_file(from, name, to, &st, err);
	if (S_ISLNK(st.st_mode))
		return copy_link(from, name, to, &st, err);
	return 0;
}

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DEPTH_MAX */
static int copy_tree(int from, int to, int depth, struct md_error *err)
{
	int again = fcntl(from, F_DUPFD_CLOEXEC, 3);
	auto_dir DIR *dir = again < 0 ? NULL : fdopendir(again);
	const struct dirent *entry;

	if (!dir)
		return md_fail_errno(err, "read a directory");
	if (depth > DEPTH_MAX)
		return md_fail(err, MD_ERR_INVALID, "more than %d directories deep", DEPTH_MAX);
	for (entry = readdir(dir); entry; entry = readdir(dir)) {
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (copy_entry(from, entry->d_name, to, depth, err) < 0)
			return md_error_prefix(err, "'%s'", entry->d_name);
	}
	return 0;
}

/* Descriptors of the layers, top first. */
struct open_layers {
	int *fds;
	size_t count;
};

static void close_layers(struct open_layers *open_layers)
{
	for (size_t i = 0; i < open_layers->count; i++)
		(void)close(open_layers->fds[i]);
	free(open_layers->fds);
}

/* A mount option holds 255 bytes, and a list of descriptors is shorter than a list of paths. */
static int name_layers(const struct md_strv *layers, struct open_layers *opened,
		       struct md_str *option, struct md_error *err)
{
	opened->fds = md_xcalloc(layers->count, sizeof(opened->fds[0]));
	for (size_t i = 0; i < layers->count; i++) {
		int fd = open(layers->items[i], O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (fd < 0)
			return md_fail_errno(err, "open layer '%s'", layers->items[i]);
		opened->fds[opened->count++] = fd;
		md_str_addf(option, "%s/proc/self/fd/%d", i > 0 ? ":" : "", fd);
	}
	if (option->length > OPTION_MAX)
		return md_fail(err, MD_ERR_UNSUPPORTED,
			       "%zu layers are too many for one mount option", layers->count);
	return 0;
}

static int configure_layers(int context, const struct md_strv *layers, struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str option = MD_STR_INIT;
	MD_CLEANUP(close_layers) struct open_layers opened = {NULL, 0};

	if (name_layers(layers, &opened, &option, err) < 0)
		return -1;
	if (sys_fsconfig(context, FSCONFIG_SET_STRING, "lowerdir", md_str_get(&option), 0) < 0)
		return md_fail_errno(err, "fsconfig 'lowerdir'");
	if (sys_fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return md_fail_errno(err, "fsconfig create an overlay");
	return 0;
}

/* Root of the image as a container would see it, attached nowhere. */
static int open_merged(const struct md_strv *layers, struct md_error *err)
{
	md_auto_close int context = -1;
	int fd;

	if (layers->count == 1) {
		fd = open(layers->items[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		return fd < 0 ? md_fail_errno(err, "open layer '%s'", layers->items[0]) : fd;
	}
	context = sys_fsopen("overlay", FSOPEN_CLOEXEC);
	if (context < 0)
		return md_fail_errno(err, "fsopen 'overlay'");
	if (configure_layers(context, layers, err) < 0)
		return -1;
	fd = sys_fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_RDONLY);
	return fd < 0 ? md_fail_errno(err, "fsmount an overlay") : fd;
}

static int is_empty(int fd)
{
	int again = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	auto_dir DIR *dir = again < 0 ? NULL : fdopendir(again);
	const struct dirent *entry;

	for (entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			return false;
	if (dir)
		rewinddir(dir);
	return dir != NULL;
}

/* The lock lets the second of two starts wait until the first has filled the volume. */
static int open_volume(const char *path, struct md_error *err)
{
	md_auto_close int fd = open(path, READ_DIR_FLAGS);

	if (fd < 0)
		return md_fail_errno(err, "open '%s'", path);
	if (flock(fd, LOCK_EX) < 0)
		return md_fail_errno(err, "lock '%s'", path);
	return md_steal_fd(&fd);
}

int md_volume_copy(const struct md_strv *layers, const char *target, const char *volume,
		   struct md_error *err)
{
	md_auto_close int to = open_volume(volume, err);
	md_auto_close int root = -1;
	md_auto_close int from = -1;
	struct stat st;

	if (to < 0)
		return -1;
	if (!is_empty(to))
		return 0;
	root = open_merged(layers, err);
	if (root < 0)
		return -1;
	from = md_safe_open(root, target, O_RDONLY | O_DIRECTORY);
	if (from < 0 && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (from < 0 || fstat(from, &st) < 0)
		return md_fail_errno(err, "open '%s' of the image", target);
	if (copy_tree(from, to, 0, err) < 0)
		return -1;
	return copy_attributes(to, &st, err);
}
