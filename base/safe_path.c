/* SPDX-License-Identifier: Apache-2.0 */
#include "base/safe_path.h"

#include "base/cleanup.h"
#include "base/safe_path_walk.h"
#include "base/sys.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* A tree that is renamed in a loop makes openat2(2) give up with EAGAIN; so do we, later. */
#define TRIES_MAX 128

static int walk(int rootfd, const char *path, const struct md_walk_options *options)
{
	int fd = -1;

	for (int i = 0; i < TRIES_MAX; i++) {
		fd = md_walk(rootfd, path, options);
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return fd;
}

static int open_in_root(int rootfd, const char *path, int flags, uint64_t resolve)
{
	const struct open_how how = {
		.flags = (uint64_t)flags | O_CLOEXEC,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS | resolve,
	};
	int fd = -1;

	for (int i = 0; i < TRIES_MAX; i++) {
		fd = sys_openat2(rootfd, path, &how, sizeof(how));
		if (fd >= 0 || errno != EAGAIN)
			break;
	}
	return fd;
}

static bool makes_files(int flags)
{
	return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
}

static int open_existing(int rootfd, const char *path, int flags, enum md_walk_kind kind)
{
	const struct md_walk_options by_hand = {.kind = kind, .flags = flags};
	int fd;

	if (makes_files(flags)) {
		errno = EINVAL;
		return -1;
	}
	fd = open_in_root(rootfd, path, flags, kind == MD_WALK_NOLINKS ? RESOLVE_NO_SYMLINKS : 0);
	return fd < 0 && errno == ENOSYS ? walk(rootfd, path, &by_hand) : fd;
}

int md_safe_open(int rootfd, const char *path, int flags)
{
	return open_existing(rootfd, path, flags, MD_WALK_OPEN);
}

int md_safe_open_nolinks(int rootfd, const char *path, int flags)
{
	return open_existing(rootfd, path, flags, MD_WALK_NOLINKS);
}

int md_safe_mkdirs(int rootfd, const char *path, mode_t mode)
{
	const struct md_walk_options missing = {
		.kind = MD_WALK_MKDIRS,
		.flags = O_PATH | O_DIRECTORY,
		.mode = mode,
	};
	int fd = md_safe_open(rootfd, path, O_PATH | O_DIRECTORY);

	return fd < 0 && errno == ENOENT ? walk(rootfd, path, &missing) : fd;
}

/* A directory where a file is wanted: nothing can be mounted over it that is a file. */
static int refuse_directory(int fd)
{
	struct stat st;

	if (fd >= 0 && (fstat(fd, &st) < 0 || S_ISDIR(st.st_mode))) {
		md_close_fd(&fd);
		errno = EISDIR;
	}
	return fd;
}

int md_safe_touch(int rootfd, const char *path, mode_t mode)
{
	const struct md_walk_options missing = {
		.kind = MD_WALK_TOUCH,
		.flags = O_PATH,
		.mode = mode,
	};
	int fd = md_safe_open(rootfd, path, O_PATH);

	if (fd < 0 && errno == ENOENT)
		fd = walk(rootfd, path, &missing);
	return refuse_directory(fd);
}
