/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fs.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/name.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static int fail_open(const char *path, struct md_error *err)
{
	if (errno == ENOENT)
		return md_fail(err, MD_ERR_NOT_FOUND, "open '%s': no such file or directory", path);
	return md_fail_errno(err, "open '%s'", path);
}

/*
 * Reads to the end, at most max + 1 bytes; the caller refuses a file that fills them. Sizes from
 * fstat(2) would be lies for files of proc and cgroups, so the buffer grows as it is filled.
 */
static char *read_to_end(int fd, size_t max, size_t first_guess, size_t *ret_length)
{
	size_t capacity = first_guess < max ? first_guess + 2 : max + 2;
	md_auto_free char *data = md_xreallocarray(NULL, capacity, 1);
	size_t length = 0;

	for (;;) {
		ssize_t n = read(fd, data + length, capacity - 1 - length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return NULL;
		length += (size_t)n;
		if (n == 0 || length > max)
			break;
		if (length == capacity - 1) {
			capacity = capacity > max / 2 ? max + 2 : 2 * capacity;
			data = md_xreallocarray(data, capacity, 1);
		}
	}
	data[length] = '\0';
	*ret_length = length;
	return md_steal_ptr(&data);
}

/* NOLINTNEXTLINE(readability-function-size): see tools/check_style.py */
int md_fs_read(int dirfd, const char *path, size_t max, char **ret, size_t *ret_length,
	       struct md_error *err)
{
	/* O_NONBLOCK: a FIFO in the place of our file must not make us wait. */
	md_auto_close int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	md_auto_free char *data = NULL;
	struct stat st;
	size_t length;

	if (fd < 0)
		return fail_open(path, err);
	if (fstat(fd, &st) < 0)
		return md_fail_errno(err, "stat '%s'", path);
	if (!S_ISREG(st.st_mode))
		return md_fail(err, MD_ERR_INVALID, "read '%s': not a regular file", path);
	data = read_to_end(fd, max, st.st_size > 0 ? (size_t)st.st_size : 1022, &length);
	if (!data)
		return md_fail_errno(err, "read '%s'", path);
	if (length > max)
		return md_fail(err, MD_ERR_INVALID, "read '%s': larger than %zu bytes", path, max);
	*ret = md_steal_ptr(&data);
	if (ret_length)
		*ret_length = length;
	return 0;
}

int md_write_all(int fd, const void *data, size_t length)
{
	const char *p = data;

	while (length > 0) {
		ssize_t n = write(fd, p, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		p += n;
		length -= (size_t)n;
	}
	return 0;
}

int md_fs_sync_dir(int dirfd, struct md_error *err)
{
	if (fsync(dirfd) < 0)
		return md_fail_errno(err, "fsync of a directory");
	return 0;
}

/* Descriptor of the directory that holds `path`. */
static int open_parent(int dirfd, const char *path, struct md_error *err)
{
	const char *slash = strrchr(path, '/');
	md_auto_free char *parent = NULL;

	if (!slash)
		return md_fs_open_dir(dirfd, ".", err);
	parent = md_xstrndup(path, slash == path ? 1 : (size_t)(slash - path));
	return md_fs_open_dir(dirfd, parent, err);
}

/* A new file beside `name`, hidden so that no scan of the directory takes it for a record. */
static int open_temporary(int parent_fd, const char *name, char **ret_name, struct md_error *err)
{
	char id[MD_ID_LENGTH + 1];
	md_auto_free char *temporary = NULL;
	int fd;

	md_id_generate(id);
	temporary = md_xasprintf(".%.100s.%.16s", name, id);
	fd = openat(parent_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
		    0600);
	if (fd < 0)
		return md_fail_errno(err, "create '%s'", temporary);
	*ret_name = md_steal_ptr(&temporary);
	return fd;
}

static int fill(int fd, const void *data, size_t length, enum md_durability durability)
{
	if (md_write_all(fd, data, length) < 0)
		return -1;
	return durability == MD_DURABLE_YES ? fsync(fd) : 0;
}

/* NOLINTNEXTLINE(readability-function-size): see tools/check_style.py */
int md_fs_write(int dirfd, const char *path, const void *data, size_t length,
		enum md_durability durability, struct md_error *err)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	md_auto_close int parent_fd = open_parent(dirfd, path, err);
	md_auto_free char *temporary = NULL;
	md_auto_close int fd = -1;

	if (parent_fd < 0)
		return md_error_prefix(err, "write '%s'", path);
	fd = open_temporary(parent_fd, name, &temporary, err);
	if (fd < 0)
		return md_error_prefix(err, "write '%s'", path);
	if (fill(fd, data, length, durability) < 0 ||
	    renameat(parent_fd, temporary, parent_fd, name) < 0) {
		(void)md_fail_errno(err, "write '%s'", path);
		(void)unlinkat(parent_fd, temporary, 0);
		return -1;
	}
	if (durability == MD_DURABLE_YES && md_fs_sync_dir(parent_fd, err) < 0)
		return md_error_prefix(err, "write '%s'", path);
	return 0;
}

/* mkdir(2) that takes an existing directory for success. */
static int make_directory(int dirfd, const char *path, mode_t mode, struct md_error *err)
{
	struct stat st;

	if (mkdirat(dirfd, path, mode) == 0)
		return 0;
	if (errno != EEXIST)
		return md_fail_errno(err, "mkdir '%s'", path);
	if (fstatat(dirfd, path, &st, 0) < 0)
		return md_fail_errno(err, "stat '%s'", path);
	if (!S_ISDIR(st.st_mode))
		return md_fail(err, MD_ERR_EXISTS, "mkdir '%s': exists and is no directory", path);
	return 0;
}

int md_fs_mkdirs(int dirfd, const char *path, mode_t mode, struct md_error *err)
{
	md_auto_free char *part = md_xstrdup(path);
	char *p = part;

	for (;;) {
		char end;

		p += strspn(p, "/");
		p += strcspn(p, "/");
		end = *p;
		*p = '\0';
		if (make_directory(dirfd, part, mode, err) < 0)
			return -1;
		if (!end)
			return 0;
		*p = end;
	}
}

int md_fs_open_dir(int dirfd, const char *path, struct md_error *err)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? fail_open(path, err) : fd;
}
