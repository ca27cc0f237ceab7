/* SPDX-License-Identifier: Apache-2.0 */
#include "base/fs.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>

/* Each level costs a descriptor; what lies deeper is an error, not a silent zero. */
#define LEVELS_MAX 256

MD_DEFINE_AUTO(dir, DIR *, closedir)

/* Inodes with several names, so that each counts once: open addressing, 0 is an empty place. */
struct inode_set {
	ino_t *places;
	size_t capacity; /* a power of two, or 0 */
	size_t count;
};

struct survey {
	dev_t device;
	uint64_t bytes;
	struct inode_set seen;
	struct md_error *err;
};

static void set_fini(struct inode_set *set)
{
	free(set->places);
}

/* The place of `ino`, or the empty one where it belongs. */
static ino_t *find_place(const struct inode_set *set, ino_t ino)
{
	size_t i = (size_t)(ino * UINT64_C(0x9e3779b97f4a7c15) >> 20);

	for (;; i++) {
		ino_t *place = &set->places[i & (set->capacity - 1)];

		if (*place == 0 || *place == ino)
			return place;
	}
}

static void grow(struct inode_set *set)
{
	struct inode_set larger = {.capacity = set->capacity ? 2 * set->capacity : 64};

	larger.places = md_xcalloc(larger.capacity, sizeof(*larger.places));
	larger.count = set->count;
	for (size_t i = 0; i < set->capacity; i++)
		if (set->places[i])
			*find_place(&larger, set->places[i]) = set->places[i];
	set_fini(set);
	*set = larger;
}

/* True when `ino` was not in the set before. */
static bool set_add(struct inode_set *set, ino_t ino)
{
	ino_t *place;

	if (2 * (set->count + 1) > set->capacity)
		grow(set);
	place = find_place(set, ino);
	if (*place == ino)
		return false;
	*place = ino;
	set->count++;
	return true;
}

static void count(struct survey *s, const struct stat *st)
{
	if (!S_ISDIR(st->st_mode) && (st->st_nlink < 2 || set_add(&s->seen, st->st_ino)))
		s->bytes += (uint64_t)st->st_size;
}

static int survey_directory(struct survey *s, int parent_fd, const char *name, int level);

/* Another file system inside the tree is not part of it. What vanishes meanwhile counts nothing. */
static int survey_entry(struct survey *s, int dirfd, const char *name, int level)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) < 0) {
		if (errno == ENOENT)
			return 0;
		return md_fail_errno(s->err, "stat '%s'", name);
	}
	if (st.st_dev != s->device)
		return 0;
	count(s, &st);
	return S_ISDIR(st.st_mode) ? survey_directory(s, dirfd, name, level + 1) : 0;
}

static int survey_entries(struct survey *s, DIR *dir, int level)
{
	for (;;) {
		const struct dirent *entry;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return errno ? md_fail_errno(s->err, "read a directory") : 0;
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    survey_entry(s, dirfd(dir), entry->d_name, level) < 0)
			return -1;
	}
}

static int survey_directory(struct survey *s, int parent_fd, const char *name, int level)
{
	md_auto_close int fd =
		openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	MD_CLEANUP(md_cleanup_dir) DIR *dir = NULL;

	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP) && level > 0)
		return 0;
	if (fd < 0)
		return md_fail_errno(s->err, "open directory '%s'", name);
	if (level > LEVELS_MAX)
		return md_fail(s->err, MD_ERR_INVALID, "'%s' lies deeper than %d directories", name,
			       LEVELS_MAX);
	dir = fdopendir(fd);
	if (!dir)
		return md_fail_errno(s->err, "read directory '%s'", name);
	(void)md_steal_fd(&fd);
	return survey_entries(s, dir, level);
}

int md_fs_tree_size(int dirfd, const char *path, uint64_t *ret_bytes, struct md_error *err)
{
	struct survey s = {.err = err};
	struct stat st;
	int result = 0;

	if (fstatat(dirfd, path, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno == ENOENT)
			return md_fail(err, MD_ERR_NOT_FOUND, "'%s' does not exist", path);
		return md_fail_errno(err, "stat '%s'", path);
	}
	s.device = st.st_dev;
	count(&s, &st);
	if (S_ISDIR(st.st_mode))
		result = survey_directory(&s, dirfd, path, 0);
	set_fini(&s.seen);
	if (result == 0)
		*ret_bytes = s.bytes;
	return result;
}
