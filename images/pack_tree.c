/* SPDX-License-Identifier: Apache-2.0 */
#include "images/pack_tree.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/limits.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define COPY_SIZE ((size_t)256 << 10)

MD_DEFINE_AUTO(dir, DIR *, closedir)

/* A file with several names: the others become links to the first. */
struct linked {
	ino_t inode;
	char *path;
};

struct packing {
	struct md_tar_writer *writer;
	dev_t device;      /* the file system we stay in */
	void *links;       /* tsearch(3) tree of struct linked */
	char *copy_buffer; /* COPY_SIZE bytes */
};

static int by_inode(const void *left, const void *right)
{
	const struct linked *a = left;
	const struct linked *b = right;

	return a->inode < b->inode ? -1 : a->inode > b->inode;
}

static void free_linked(void *node)
{
	struct linked *linked = node;

	free(linked->path);
	free(linked);
}

/* The first name of that file, NULL when `path` is it. */
static const char *first_name(struct packing *work, ino_t inode, const char *path)
{
	struct linked *fresh = md_xcalloc(1, sizeof(*fresh));
	struct linked **found;

	*fresh = (struct linked){.inode = inode, .path = md_xstrdup(path)};
	found = tsearch(fresh, &work->links, by_inode);
	if (!found || *found == fresh)
		return NULL;
	free_linked(fresh);
	return (*found)->path;
}

static int fail(const struct md_entry *entry, const char *call, struct md_error *err)
{
	char shown[200];

	return md_fail_errno(err, "%s '%s'", call,
			     md_entry_printable(entry->path, shown, sizeof(shown)));
}

/* Those attributes that an image may hold; the others are of this machine only. */
static bool is_portable(const char *name)
{
	return strcmp(name, "security.capability") == 0 ||
	       (md_str_starts(name, "user.") && !md_str_starts(name, "user.overlay."));
}

struct xattr_list {
	struct md_xattr *items;
	size_t count;
	char *names;
};

static void xattr_list_fini(struct xattr_list *list)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		free((void *)list->items[i].value);
	free(list->items);
	free(list->names);
}

static void read_xattr(int fd, const char *name, struct xattr_list *list)
{
	md_auto_free void *value = md_xreallocarray(NULL, 1, XATTR_SIZE_MAX);
	ssize_t size = fgetxattr(fd, name, value, XATTR_SIZE_MAX);

	if (size < 0)
		return; /* it went away */
	list->items = md_xreallocarray(list->items, list->count + 1, sizeof(*list->items));
	list->items[list->count++] = (struct md_xattr){
		.name = name, .value = md_steal_ptr(&value), .size = (size_t)size};
}

static int by_text(const void *left, const void *right)
{
	return strcmp(*(char *const *)left, *(char *const *)right);
}

static int by_name(const void *left, const void *right)
{
	return strcmp(((const struct md_xattr *)left)->name,
		      ((const struct md_xattr *)right)->name);
}

static int read_xattrs(int fd, const struct md_entry *entry, struct xattr_list *list,
		       struct md_error *err)
{
	ssize_t length;
	ssize_t at;

	list->names = md_xreallocarray(NULL, 1, XATTR_LIST_MAX);
	length = flistxattr(fd, list->names, XATTR_LIST_MAX);
	if (length < 0)
		return errno == ENOTSUP ? 0 : fail(entry, "list the attributes of", err);
	for (at = 0; at < length; at += (ssize_t)strlen(list->names + at) + 1)
		if (is_portable(list->names + at))
			read_xattr(fd, list->names + at, list);
	if (list->count > 1)
		qsort(list->items, list->count, sizeof(*list->items), by_name);
	return 0;
}

static int copy_content(struct packing *work, int fd, const struct md_entry *entry,
			struct md_error *err)
{
	uint64_t left = entry->size;

	while (left > 0) {
		size_t part = left < COPY_SIZE ? (size_t)left : COPY_SIZE;
		ssize_t n = read(fd, work->copy_buffer, part);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(entry, "read", err);
		if (n == 0)
			return md_fail(err, MD_ERR_STATE, "file shrank while it was read");
		if (md_tar_writer_data(work->writer, work->copy_buffer, (size_t)n, err) < 0)
			return -1;
		left -= (uint64_t)n;
	}
	return md_tar_writer_pad(work->writer, err);
}

static void describe(const struct stat *st, struct md_entry *entry)
{
	entry->mode = st->st_mode & 07777;
	entry->uid = st->st_uid;
	entry->gid = st->st_gid;
	entry->mtime = st->st_mtim;
	entry->size = S_ISREG(st->st_mode) ? (uint64_t)st->st_size : 0;
}

/* A file or directory that is open: header, attributes, content. */
static int pack_open(struct packing *work, int fd, struct md_entry *entry, struct md_error *err)
{
	MD_CLEANUP(xattr_list_fini) struct xattr_list xattrs = {0};
	struct md_tar_extra extra = {0};
	struct stat st;

	if (fstat(fd, &st) < 0)
		return fail(entry, "stat", err);
	if ((entry->kind == MD_ENTRY_FILE) != (S_ISREG(st.st_mode) != 0))
		return md_fail(err, MD_ERR_STATE, "a file was replaced while it was read");
	describe(&st, entry);
	if (read_xattrs(fd, entry, &xattrs, err) < 0)
		return -1;
	extra.xattrs = xattrs.items;
	extra.xattr_count = xattrs.count;
	if (md_tar_writer_member(work->writer, entry, &extra, err) < 0)
		return -1;
	return entry->kind == MD_ENTRY_FILE ? copy_content(work, fd, entry, err) : 0;
}

static int pack_file(struct packing *work, int parent, const char *name, struct md_entry *entry,
		     struct md_error *err)
{
	md_auto_close int fd = -1;

	fd = openat(parent, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return fail(entry, "open", err);
	entry->kind = MD_ENTRY_FILE;
	return pack_open(work, fd, entry, err);
}

static int pack_symlink(struct packing *work, int parent, const char *name, struct md_entry *entry,
			struct md_error *err)
{
	const struct md_tar_extra extra = {0};
	ssize_t n = readlinkat(parent, name, entry->target, sizeof(entry->target) - 1);

	if (n < 0)
		return fail(entry, "readlink", err);
	entry->target[n] = '\0';
	entry->kind = MD_ENTRY_SYMLINK;
	return md_tar_writer_member(work->writer, entry, &extra, err);
}

/* Everything that is no directory. */
static int pack_leaf(struct packing *work, int parent, struct md_entry *entry,
		     const struct stat *st, struct md_error *err)
{
	const struct md_tar_extra extra = {.type = st->st_mode & S_IFMT, .device = st->st_rdev};
	const char *name = md_entry_leaf(entry->path);
	const char *first = NULL;

	if (S_ISSOCK(st->st_mode))
		return 0; /* a tar cannot say it */
	if (S_ISREG(st->st_mode) && st->st_nlink > 1)
		first = first_name(work, st->st_ino, entry->path);
	describe(st, entry);
	if (first) {
		memcpy(entry->target, first, strlen(first) + 1);
		entry->kind = MD_ENTRY_HARDLINK;
		return md_tar_writer_member(work->writer, entry, &extra, err);
	}
	if (S_ISREG(st->st_mode))
		return pack_file(work, parent, name, entry, err);
	if (S_ISLNK(st->st_mode))
		return pack_symlink(work, parent, name, entry, err);
	entry->kind = MD_ENTRY_SPECIAL;
	return md_tar_writer_member(work->writer, entry, &extra, err);
}

static int list_names(int fd, struct md_strv *names, struct md_error *err)
{
	MD_CLEANUP(md_cleanup_dir) DIR *dir = NULL;
	int again = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	dir = again < 0 ? NULL : fdopendir(again);
	if (!dir) {
		md_close_fd(&again);
		return md_fail_errno(err, "list a directory");
	}
	for (;;) {
		struct dirent *entry;

		errno = 0;
		entry = readdir(dir);
		if (!entry && errno != 0)
			return md_fail_errno(err, "list a directory");
		if (!entry)
			break;
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			md_strv_add(names, entry->d_name);
	}
	if (names->count > 1)
		qsort(names->items, names->count, sizeof(*names->items), by_text);
	return 0;
}

static int pack_directory(struct packing *work, int fd, const char *path, struct md_error *err);

static int pack_child(struct packing *work, int parent, struct md_entry *entry,
		      struct md_error *err)
{
	const char *name = md_entry_leaf(entry->path);
	md_auto_close int fd = -1;
	struct stat st;

	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : fail(entry, "stat", err);
	if (!S_ISDIR(st.st_mode))
		return st.st_dev == work->device ? pack_leaf(work, parent, entry, &st, err) : 0;
	fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return fail(entry, "open directory", err);
	if (fstat(fd, &st) < 0)
		return fail(entry, "stat directory", err);
	if (st.st_dev == work->device)
		return pack_directory(work, fd, entry->path, err);
	entry->kind = MD_ENTRY_DIRECTORY;
	return pack_open(work, fd, entry, err);
}

static int pack_directory(struct packing *work, int fd, const char *path, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;
	md_auto_free struct md_entry *entry = md_xcalloc(1, sizeof(*entry));
	size_t i;

	memcpy(entry->path, path, strlen(path) + 1);
	entry->kind = MD_ENTRY_DIRECTORY;
	if (pack_open(work, fd, entry, err) < 0 || list_names(fd, &names, err) < 0)
		return -1;
	for (i = 0; i < names.count; i++) {
		md_auto_free char *child =
			md_xasprintf("%s%s%s", path, *path ? "/" : "", names.items[i]);

		/* Also the limit of how deep this function calls itself. */
		if (md_entry_path(child, entry->path, err) < 0 ||
		    pack_child(work, fd, entry, err) < 0)
			return -1;
	}
	return 0;
}

int md_tree_pack(int directory_fd, struct md_tar_writer *writer, struct md_error *err)
{
	md_auto_free char *buffer = md_xreallocarray(NULL, 1, COPY_SIZE);
	struct packing work = {.writer = writer, .copy_buffer = buffer};
	struct stat st;
	int done;

	if (fstat(directory_fd, &st) < 0)
		return md_fail_errno(err, "stat the directory");
	work.device = st.st_dev;
	done = pack_directory(&work, directory_fd, "", err);
	tdestroy(work.links, free_linked);
	return done < 0 ? -1 : md_tar_writer_end(writer, err);
}
