/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fs.h"

#include "base/cleanup.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/stat.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>

/*
 * A container can nest directories deeper than there are descriptors. Below this many levels a
 * directory is moved up to the top of the tree instead of entered, and the top is scanned again.
 */
#define LEVELS_MAX 64

MD_DEFINE_AUTO(dir, DIR *, closedir)

struct removal {
	int top_fd;
	dev_t device;     /* st_dev of the top: other file systems are not ours to empty */
	uint64_t hoisted; /* directories moved up so far: makes their names differ */
	struct md_error *err;
};

static int clear(struct removal *r, int dirfd, int level);

/* "mnt_id" of fdinfo, for kernels that do not report mount roots (before 5.8). 0 if unknown. */
static int mount_id(int fd)
{
	md_auto_free char *text = NULL;
	struct md_error ignored = MD_ERROR_INIT;
	const char *line;
	char path[40];

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	if (md_fs_read(AT_FDCWD, path, 4096, &text, NULL, &ignored) < 0)
		return 0;
	line = strstr(text, "mnt_id:");
	return line ? (int)strtol(line + strlen("mnt_id:"), NULL, 10) : 0;
}

static bool is_mount_root(int fd, int parent_fd)
{
	struct statx stx;
	int id;

	if (statx(fd, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, STATX_TYPE, &stx) == 0 &&
	    (stx.stx_attributes_mask & STATX_ATTR_MOUNT_ROOT))
		return stx.stx_attributes & STATX_ATTR_MOUNT_ROOT;
	id = mount_id(fd);
	/* What cannot be told apart is not removed. */
	return id == 0 || id != mount_id(parent_fd);
}

/* Opens a directory to empty it, unless something is mounted there. */
static int open_own(struct removal *r, int dirfd, const char *name)
{
	md_auto_close int fd =
		openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY);
	struct stat st;

	if (fd < 0)
		return md_fail_errno(r->err, "open directory '%s'", name);
	if (fstat(fd, &st) < 0)
		return md_fail_errno(r->err, "stat directory '%s'", name);
	if (st.st_dev != r->device || is_mount_root(fd, dirfd))
		return md_fail(r->err, MD_ERR_STATE, "remove '%s': something is mounted there",
			       name);
	return md_steal_fd(&fd);
}

/* Moves a directory that lies too deep up to the top, under a name that is free there. */
static int hoist(struct removal *r, int dirfd, const char *name)
{
	char moved[48];

	do {
		(void)snprintf(moved, sizeof(moved), ".md-deep-%" PRIu64, r->hoisted++);
		if (renameat2(dirfd, name, r->top_fd, moved, RENAME_NOREPLACE) == 0)
			return 0;
	} while (errno == EEXIST);
	return md_fail_errno(r->err, "move '%s' up", name);
}

static int remove_directory(struct removal *r, int dirfd, const char *name, int level)
{
	md_auto_close int fd = open_own(r, dirfd, name);

	if (fd < 0)
		return -1;
	if (level == LEVELS_MAX)
		return hoist(r, dirfd, name);
	if (clear(r, fd, level + 1) < 0)
		return md_error_prefix(r->err, "'%s'", name);
	if (unlinkat(dirfd, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return md_fail_errno(r->err, "rmdir '%s'", name);
	return 0;
}

static int remove_entry(struct removal *r, int dirfd, const char *name, int level)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0) {
		if (errno == ENOENT)
			return 0;
		return md_fail_errno(r->err, "stat '%s'", name);
	}
	if (S_ISDIR(st.st_mode))
		return remove_directory(r, dirfd, name, level);
	if (unlinkat(dirfd, name, 0) < 0 && errno != ENOENT)
		return md_fail_errno(r->err, "unlink '%s'", name);
	return 0;
}

/* Empties the directory `dirfd`. */
static int clear(struct removal *r, int dirfd, int level)
{
	int fd = fcntl(dirfd, F_DUPFD_CLOEXEC, 0);
	MD_CLEANUP(md_cleanup_dir) DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		(void)md_fail_errno(r->err, "read a directory");
		md_close_fd(&fd);
		return -1;
	}
	/* The description is shared with the last scan: start over. */
	rewinddir(dir);
	for (;;) {
		const struct dirent *entry;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return errno ? md_fail_errno(r->err, "read a directory") : 0;
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		if (remove_entry(r, dirfd, entry->d_name, level) < 0)
			return -1;
	}
}

/* One scan may leave directories that were moved up while it ran. */
static int clear_top(struct removal *r)
{
	uint64_t before;

	do {
		before = r->hoisted;
		if (clear(r, r->top_fd, 1) < 0)
			return -1;
	} while (r->hoisted != before);
	return 0;
}

static int remove_top(int parent_fd, const char *name, struct md_error *err)
{
	struct removal r = {.top_fd = -1, .err = err};
	md_auto_close int top_fd = -1;
	struct stat st;

	if (fstat(parent_fd, &st) < 0)
		return md_fail_errno(err, "stat the directory of '%s'", name);
	r.device = st.st_dev;
	top_fd = open_own(&r, parent_fd, name);
	if (top_fd < 0)
		return -1;
	r.top_fd = top_fd;
	if (clear_top(&r) < 0)
		return md_error_prefix(err, "remove '%s'", name);
	if (unlinkat(parent_fd, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return md_fail_errno(err, "rmdir '%s'", name);
	return 0;
}

int md_fs_remove_tree(int parent_fd, const char *name, struct md_error *err)
{
	md_auto_close int cwd = -1;
	struct stat st;

	if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return md_fail(err, MD_ERR_INVALID, "remove '%s': not a plain name", name);
	if (fstatat(parent_fd, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0)
		return errno == ENOENT ? 0 : md_fail_errno(err, "stat '%s'", name);
	if (!S_ISDIR(st.st_mode)) {
		if (unlinkat(parent_fd, name, 0) < 0 && errno != ENOENT)
			return md_fail_errno(err, "unlink '%s'", name);
		return 0;
	}
	if (parent_fd != AT_FDCWD)
		return remove_top(parent_fd, name, err);
	cwd = md_fs_open_dir(AT_FDCWD, ".", err);
	return cwd < 0 ? -1 : remove_top(cwd, name, err);
}
