/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a log while its writer may be renaming them. A file is known by its inode: whoever
 * has it open knows that no other file can have the same. In the middle of a rotation one number
 * may be missing, never two.
 */
#include "containers/log_private.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#define MAX_ATTEMPTS 100
#define GAP_MAX      1

void md_log_name(unsigned int number, char out[MD_LOG_NAME_SIZE])
{
	if (number == 0)
		(void)snprintf(out, MD_LOG_NAME_SIZE, "container.log");
	else
		(void)snprintf(out, MD_LOG_NAME_SIZE, "container.log.%u", number);
}

static int refuse(const char *name, const char *why, struct md_error *err)
{
	(void)md_fail(err, MD_ERR_CORRUPT, "'%s' is %s", name, why);
	return md_error_hint(err, "minidock did not make it and will not touch it");
}

int md_log_open(int dirfd, unsigned int number, int flags, struct md_error *err)
{
	char name[MD_LOG_NAME_SIZE];
	md_auto_close int fd = -1;
	struct stat st;

	md_log_name(number, name);
	/* O_NONBLOCK: a FIFO in the place of our file must not make us wait. */
	fd = openat(dirfd, name, flags | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	if (fd < 0 && errno == ENOENT)
		return md_fail(err, MD_ERR_NOT_FOUND, "there is no '%s'", name);
	if (fd < 0 && errno == ELOOP)
		return refuse(name, "a symbolic link", err);
	if (fd < 0 && (errno == EISDIR || errno == ENXIO))
		return refuse(name, "not a regular file", err);
	if (fd < 0)
		return md_fail_errno(err, "open '%s'", name);
	if (fstat(fd, &st) < 0)
		return md_fail_errno(err, "stat '%s'", name);
	if (!S_ISREG(st.st_mode))
		return refuse(name, "not a regular file", err);
	/* No name at all: it was rotated out between open and now. */
	if (st.st_nlink == 0)
		return md_fail(err, MD_ERR_NOT_FOUND, "there is no '%s' any more", name);
	if (st.st_nlink > 1)
		return refuse(name, "a file with more than one name", err);
	if (st.st_uid != geteuid())
		return refuse(name, "a file of somebody else", err);
	return md_steal_fd(&fd);
}

static bool inode_of(int dirfd, unsigned int number, ino_t *ret)
{
	char name[MD_LOG_NAME_SIZE];
	struct stat st;

	md_log_name(number, name);
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	*ret = st.st_ino;
	return true;
}

int md_log_number_of(int dirfd, ino_t inode)
{
	unsigned int missing = 0;
	ino_t found;

	for (unsigned int number = 0; missing <= GAP_MAX; number++) {
		if (!inode_of(dirfd, number, &found))
			missing++;
		else if (found == inode)
			return (int)number;
		else
			missing = 0;
	}
	return -1;
}

/* Number of the oldest file, -1 if there is none. */
static int oldest_number(int dirfd)
{
	unsigned int missing = 0;
	int oldest = -1;
	ino_t inode;

	for (unsigned int number = 0; missing <= GAP_MAX; number++) {
		if (!inode_of(dirfd, number, &inode)) {
			missing++;
			continue;
		}
		missing = 0;
		oldest = (int)number;
	}
	return oldest;
}

static int open_number(int dirfd, int number, ino_t *ret_inode, struct md_error *err)
{
	md_auto_close int fd = md_log_open(dirfd, (unsigned int)number, O_RDONLY, err);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return md_fail_errno(err, "stat a log file");
	*ret_inode = st.st_ino;
	return md_steal_fd(&fd);
}

/* Number of the nearest existing file that is newer than `number`, -1 if there is none. */
static int next_number(int dirfd, int number)
{
	ino_t inode;

	for (int next = number - 1; next >= 0; next--)
		if (inode_of(dirfd, (unsigned int)next, &inode))
			return next;
	return -1;
}

/* One try: -1 with err->code MD_ERR_NOT_FOUND when the files moved meanwhile. */
static int try_next(int dirfd, ino_t inode, ino_t *ret_inode, struct md_error *err)
{
	int number = md_log_number_of(dirfd, inode);
	int next = number < 0 ? oldest_number(dirfd) : next_number(dirfd, number);
	md_auto_close int fd = -1;

	if (next < 0)
		return -1;
	fd = open_number(dirfd, next, ret_inode, err);
	if (fd < 0)
		return -1;
	if (md_log_number_of(dirfd, inode) == number && md_log_number_of(dirfd, *ret_inode) == next)
		return md_steal_fd(&fd);
	return md_fail(err, MD_ERR_NOT_FOUND, "the log files were rotated");
}

int md_log_open_next(int dirfd, ino_t inode, ino_t *ret_inode, struct md_error *err)
{
	for (unsigned int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
		struct md_error one = MD_ERROR_INIT;
		int fd = try_next(dirfd, inode, ret_inode, &one);

		if (fd >= 0 || one.code == MD_OK)
			return fd;
		if (one.code != MD_ERR_NOT_FOUND) {
			*err = one;
			return -1;
		}
	}
	return -1; /* it rotates faster than anybody can read: look again at the next event */
}

static void add_file(struct md_log_set *set, const struct md_log_file *file)
{
	set->files = md_xreallocarray(set->files, set->count + 1, sizeof(*file));
	set->files[set->count++] = *file;
}

static int open_file(int dirfd, unsigned int number, struct md_log_file *ret, struct md_error *err)
{
	md_auto_close int fd = md_log_open(dirfd, number, O_RDONLY, err);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return md_fail_errno(err, "stat a log file");
	*ret = (struct md_log_file){md_steal_fd(&fd), st.st_ino, (uint64_t)st.st_size};
	return 0;
}

static int collect(int dirfd, struct md_log_set *set, struct md_error *err)
{
	unsigned int missing = 0;

	for (unsigned int number = 0; missing <= GAP_MAX; number++) {
		struct md_error one = MD_ERROR_INIT;
		struct md_log_file file;

		if (open_file(dirfd, number, &file, &one) == 0) {
			add_file(set, &file);
			missing = 0;
		} else if (one.code == MD_ERR_NOT_FOUND) {
			missing++;
		} else {
			*err = one;
			return -1;
		}
	}
	return 0;
}

/* Whether nothing was renamed while the set was collected: the newest is what it was. */
static bool is_of_one_moment(int dirfd, const struct md_log_set *set)
{
	ino_t newest;

	for (size_t i = 1; i < set->count; i++)
		if (set->files[i].inode == set->files[i - 1].inode)
			return false;
	if (!inode_of(dirfd, 0, &newest))
		return true; /* no log, or between two renames: then the first one we have is it */
	return set->count > 0 && set->files[0].inode == newest;
}

int md_log_set_open(int dirfd, struct md_log_set *ret, struct md_error *err)
{
	for (unsigned int attempt = 0;; attempt++) {
		struct md_log_set set = {.files = NULL};

		if (collect(dirfd, &set, err) < 0) {
			md_log_set_close(&set);
			return -1;
		}
		if (is_of_one_moment(dirfd, &set) || attempt == MAX_ATTEMPTS) {
			*ret = set;
			return 0;
		}
		md_log_set_close(&set);
	}
}

void md_log_set_close(struct md_log_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		md_close_fd(&set->files[i].fd);
	free(set->files);
	*set = (struct md_log_set){.files = NULL};
}
