/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scratch_dir.h - an empty directory for one test, removed with all that is in it.
 *
 *	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
 *	... openat(dir.fd, ...) ... dir.path ...
 *
 * In memory where possible: thousands of small files should not wait for a disk.
 */
#ifndef MD_TESTS_SCRATCH_DIR_H
#define MD_TESTS_SCRATCH_DIR_H

#include "base/cleanup.h"
#include "base/fs.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

struct scratch {
	int fd;
	char path[40];
};

static inline struct scratch scratch_open(void)
{
	static const char *const places[] = {"/dev/shm", "/tmp"};
	struct scratch dir = {.fd = -1};

	for (size_t i = 0; i < 2 && dir.fd < 0; i++) {
		(void)snprintf(dir.path, sizeof(dir.path), "%s/minidock-test-XXXXXX", places[i]);
		if (mkdtemp(dir.path))
			dir.fd = open(dir.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (dir.fd < 0) {
		perror("scratch directory");
		exit(99);
	}
	return dir;
}

static inline void scratch_close(struct scratch *dir)
{
	struct md_error err = MD_ERROR_INIT;
	char *name = strrchr(dir->path, '/');

	md_close_fd(&dir->fd);
	*name = '\0';
	dir->fd = open(dir->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (md_fs_remove_tree(dir->fd, name + 1, &err) < 0)
		printf("# left behind in %s: %s: %s\n", dir->path, name + 1, err.msg);
	md_close_fd(&dir->fd);
}

/* A regular file with this content. */
static inline void scratch_file(int dirfd, const char *path, const char *content)
{
	md_auto_close int fd = openat(dirfd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0 || md_write_all(fd, content, strlen(content)) < 0) {
		perror(path);
		exit(99);
	}
}

/* `levels` directories inside each other, each with a file and an empty directory beside it. */
static inline void scratch_deep(int dirfd, const char *name, int levels)
{
	md_auto_close int fd = dup(dirfd);

	for (int i = 0; i < levels; i++) {
		int next = -1;

		if (mkdirat(fd, i ? "d" : name, 0755) == 0)
			next = openat(fd, i ? "d" : name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (next < 0) {
			perror(name);
			exit(99);
		}
		md_close_fd(&fd);
		fd = next;
		scratch_file(fd, "f", "x");
		(void)mkdirat(fd, "empty", 0755);
	}
}

static inline bool scratch_exists(int dirfd, const char *path)
{
	return faccessat(dirfd, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

#endif
