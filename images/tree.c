/* SPDX-License-Identifier: Apache-2.0 */
#include "images/tree.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "base/safe_path.h"
#include "images/inode_set.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define OPEN_DIRECTORY (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)

/* A directory on the way to the current one: descriptors, so nothing is checked by name twice. */
struct level {
	int fd;
	size_t end; /* where its path ends in md_tree.path */
};

struct directory_time {
	char *path;
	struct timespec mtime;
};

struct md_tree {
	int notes_fd;
	struct level levels[MD_ENTRY_DEPTH_MAX + 1]; /* [0] is the root, with a borrowed fd */
	size_t level_count;
	char path[MD_ENTRY_PATH_MAX + 1]; /* of the last level */
	struct md_inode_set opaque;       /* directories already noted */
	size_t notes_bytes;
	struct directory_time *times;
	size_t time_count, time_capacity;
};

struct md_tree *md_tree_create(int root_fd, int notes_fd)
{
	struct md_tree *tree = md_xcalloc(1, sizeof(*tree));

	tree->notes_fd = notes_fd;
	tree->levels[0].fd = root_fd;
	tree->level_count = 1;
	return tree;
}

static struct level *top(struct md_tree *tree)
{
	return &tree->levels[tree->level_count - 1];
}

static void pop(struct md_tree *tree)
{
	md_close_fd(&top(tree)->fd);
	tree->level_count--;
	tree->path[top(tree)->end] = '\0';
}

void md_tree_free(struct md_tree *tree)
{
	size_t i;

	if (!tree)
		return;
	while (tree->level_count > 1)
		pop(tree);
	for (i = 0; i < tree->time_count; i++)
		free(tree->times[i].path);
	free(tree->times);
	md_inode_set_fini(&tree->opaque);
	free(tree);
}

static int fail(const struct md_entry *entry, const char *call, struct md_error *err)
{
	char shown[200];

	return md_fail_errno(err, "archive member '%s': %s",
			     md_entry_printable(entry->path, shown, sizeof(shown)), call);
}

static int refuse(const struct md_entry *entry, const char *why, struct md_error *err)
{
	char shown[200];

	return md_fail(err, MD_ERR_INVALID, "archive member '%s': %s",
		       md_entry_printable(entry->path, shown, sizeof(shown)), why);
}

static bool is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

/*
 * Note that the directory `name` in `parent` hides what lower layers have in it: our caller, who
 * has the capability for trusted.* attributes, marks it. `path` is its path. Once per directory,
 * or an archive could repeat the note a million times.
 */
static int note_opaque(struct md_tree *tree, int parent, const char *name, const char *path,
		       struct md_error *err)
{
	struct stat st;

	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return md_fail_errno(err, "stat of an opaque directory");
	if (!md_inode_set_add(&tree->opaque, st.st_ino))
		return 0;
	tree->notes_bytes += strlen(path) + 1;
	if (tree->notes_bytes > MD_TREE_NOTES_MAX)
		return md_fail(err, MD_ERR_INVALID, "the archive has too many opaque directories");
	if (md_write_all(tree->notes_fd, path, strlen(path) + 1) < 0)
		return md_fail_errno(err, "write the note of an opaque directory");
	return 0;
}

/* Unlink the whiteout that is in the way of a directory; false when something else is there. */
static bool remove_whiteout(int parent, const char *name)
{
	struct stat st;

	return fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && is_whiteout(&st) &&
	       unlinkat(parent, name, 0) == 0;
}

/* Append one component to the current path and open it, making it when it is missing. */
static int push(struct md_tree *tree, const char *name, const struct md_entry *entry,
		struct md_error *err)
{
	int parent = top(tree)->fd;
	size_t end = top(tree)->end;
	int fd = openat(parent, name, OPEN_DIRECTORY);
	bool was_hidden = fd < 0 && errno == ENOTDIR && remove_whiteout(parent, name);

	if (fd < 0 && (errno == ENOENT || was_hidden)) {
		if (mkdirat(parent, name, 0755) < 0)
			return fail(entry, "mkdir of its parent", err);
		fd = openat(parent, name, OPEN_DIRECTORY);
	}
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP))
		return refuse(entry, "its parent is not a directory of this archive", err);
	if (fd < 0)
		return fail(entry, "open of its parent", err);
	if (end > 0)
		tree->path[end++] = '/';
	memcpy(tree->path + end, name, strlen(name) + 1);
	tree->levels[tree->level_count++] = (struct level){.fd = fd, .end = end + strlen(name)};
	return was_hidden ? note_opaque(tree, parent, name, tree->path, err) : 0;
}

/* Leave what `path` (its first `length` bytes) does not go through. */
static void leave(struct md_tree *tree, const char *path, size_t length)
{
	for (;;) {
		size_t end = top(tree)->end;
		bool is_boundary = end == length || path[end] == '/' || end == 0;

		if (end <= length && is_boundary && memcmp(path, tree->path, end) == 0)
			return;
		pop(tree);
	}
}

/* Make the parent of the member the current directory. */
static int enter_parent(struct md_tree *tree, const struct md_entry *entry, struct md_error *err)
{
	const char *leaf = md_entry_leaf(entry->path);
	size_t length = leaf > entry->path ? (size_t)(leaf - entry->path) - 1 : 0;
	char name[MD_ENTRY_NAME_MAX + 1];

	leave(tree, entry->path, length);
	for (;;) {
		size_t at = top(tree)->end;
		size_t part;

		if (at == length)
			return 0;
		at += at > 0; /* the slash */
		part = strcspn(entry->path + at, "/");
		memcpy(name, entry->path + at, part);
		name[part] = '\0';
		if (push(tree, name, entry, err) < 0)
			return -1;
	}
}

static int make_whiteout(struct md_tree *tree, const struct md_entry *entry, const char *name,
			 struct md_error *err)
{
	char path[MD_ENTRY_PATH_MAX + 1];
	int parent = top(tree)->fd;
	size_t end = top(tree)->end;
	struct stat st;

	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno != ENOENT || mknodat(parent, name, S_IFCHR, makedev(0, 0)) < 0)
			return fail(entry, "mknod of a whiteout", err);
		return 0;
	}
	/* It hides what lower layers have, never what this archive brings under the same name. */
	if (!S_ISDIR(st.st_mode))
		return 0;
	memcpy(path, tree->path, end);
	path[end] = '/';
	end += end > 0;
	memcpy(path + end, name, strlen(name) + 1);
	return note_opaque(tree, parent, name, path, err);
}

static int add_whiteout(struct md_tree *tree, const struct md_entry *entry, struct md_error *err)
{
	const char *name = NULL;

	switch (md_entry_whiteout(md_entry_leaf(entry->path), &name)) {
	case MD_WHITEOUT_NAME:
		return make_whiteout(tree, entry, name, err);
	case MD_WHITEOUT_OPAQUE:
		return note_opaque(tree, top(tree)->fd, ".", tree->path, err);
	case MD_WHITEOUT_NOTE:
		return 0;
	case MD_WHITEOUT_NONE:
	case MD_WHITEOUT_BAD:
		break;
	}
	return refuse(entry, "not a valid whiteout", err);
}

/* Link to a regular file of this tree, found without following links. -1 with errno. */
static int link_target(struct md_tree *tree, const struct md_entry *entry, int parent,
		       const char *name)
{
	const char *leaf = md_entry_leaf(entry->target);
	md_auto_free char *directory = md_xstrndup(entry->target, (size_t)(leaf - entry->target));
	md_auto_close int from = -1;
	struct stat st;

	from = md_safe_open_nolinks(tree->levels[0].fd, *directory ? directory : ".",
				    O_PATH | O_DIRECTORY);
	if (from < 0 || fstatat(from, leaf, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	if (!S_ISREG(st.st_mode)) {
		errno = EPERM;
		return -1;
	}
	return linkat(from, leaf, parent, name, 0);
}

static int make_symlink(const struct md_entry *entry, int parent, const char *name)
{
	const struct timespec times[2] = {entry->mtime, entry->mtime};

	if (symlinkat(entry->target, parent, name) < 0)
		return -1;
	if (fchownat(parent, name, entry->uid, entry->gid, AT_SYMLINK_NOFOLLOW) < 0)
		return -1;
	return utimensat(parent, name, times, AT_SYMLINK_NOFOLLOW);
}

/* One attempt; *ret_fd is set for a file. -1 with errno, EEXIST when the name is taken. */
static int make_leaf(struct md_tree *tree, const struct md_entry *entry, int *ret_fd)
{
	const char *name = md_entry_leaf(entry->path);
	int parent = top(tree)->fd;

	switch (entry->kind) {
	case MD_ENTRY_FILE:
		*ret_fd = openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
				 0600);
		return *ret_fd < 0 ? -1 : 0;
	case MD_ENTRY_DIRECTORY:
		return mkdirat(parent, name, 0700);
	case MD_ENTRY_SYMLINK:
		return make_symlink(entry, parent, name);
	case MD_ENTRY_HARDLINK:
		return link_target(tree, entry, parent, name);
	case MD_ENTRY_SPECIAL:
		break;
	}
	errno = EPERM;
	return -1;
}

/* Take away what an earlier member put there; a directory stays for a directory. */
static int clear_leaf(struct md_tree *tree, const struct md_entry *entry, bool *ret_was_hidden,
		      struct md_error *err)
{
	const char *name = md_entry_leaf(entry->path);
	int parent = top(tree)->fd;
	struct stat st;

	if (fstatat(parent, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail(entry, "stat of what it replaces", err);
	if (S_ISDIR(st.st_mode) && entry->kind == MD_ENTRY_DIRECTORY)
		return 0;
	if (S_ISDIR(st.st_mode)) {
		/* The inode numbers of what goes may come back for other directories. */
		md_inode_set_fini(&tree->opaque);
		return md_fs_remove_tree(parent, name, err);
	}
	if (unlinkat(parent, name, 0) < 0)
		return fail(entry, "unlink of what it replaces", err);
	*ret_was_hidden = is_whiteout(&st);
	return 0;
}

static const char *verb(const struct md_entry *entry)
{
	static const char *const verbs[] = {
		[MD_ENTRY_FILE] = "create",
		[MD_ENTRY_DIRECTORY] = "mkdir",
		[MD_ENTRY_SYMLINK] = "symlink",
		[MD_ENTRY_HARDLINK] = "link to a regular file of this archive",
		[MD_ENTRY_SPECIAL] = "mknod",
	};

	return verbs[entry->kind];
}

static int add_leaf(struct md_tree *tree, const struct md_entry *entry, int *ret_fd,
		    struct md_error *err)
{
	bool was_hidden = false;
	int made = make_leaf(tree, entry, ret_fd);

	if (made < 0 && errno == EEXIST) {
		if (clear_leaf(tree, entry, &was_hidden, err) < 0)
			return -1;
		made = make_leaf(tree, entry, ret_fd);
		if (made < 0 && errno == EEXIST && entry->kind == MD_ENTRY_DIRECTORY)
			made = 0;
	}
	if (made < 0)
		return fail(entry, verb(entry), err);
	if (entry->kind != MD_ENTRY_DIRECTORY)
		return 0;
	*ret_fd = openat(top(tree)->fd, md_entry_leaf(entry->path), OPEN_DIRECTORY);
	if (*ret_fd < 0)
		return fail(entry, "open", err);
	if (!was_hidden)
		return 0;
	return note_opaque(tree, top(tree)->fd, md_entry_leaf(entry->path), entry->path, err);
}

/* "." stands for the root that is there: an archive may describe it, not replace it. */
static int add_root(struct md_tree *tree, const struct md_entry *entry, int *ret_fd,
		    struct md_error *err)
{
	if (entry->kind != MD_ENTRY_DIRECTORY)
		return md_fail(err, MD_ERR_INVALID,
			       "archive member '/': only a directory can be the root");
	*ret_fd = openat(tree->levels[0].fd, ".", OPEN_DIRECTORY);
	return *ret_fd < 0 ? fail(entry, "open the root", err) : 0;
}

int md_tree_add(struct md_tree *tree, const struct md_entry *entry, int *ret_fd,
		struct md_error *err)
{
	const char *ignored;

	*ret_fd = -1;
	if (!*entry->path)
		return add_root(tree, entry, ret_fd, err);
	if (entry->kind == MD_ENTRY_HARDLINK && strcmp(entry->path, entry->target) == 0)
		return refuse(entry, "a hard link to itself", err);
	if (enter_parent(tree, entry, err) < 0)
		return -1;
	if (md_entry_whiteout(md_entry_leaf(entry->path), &ignored) == MD_WHITEOUT_NONE)
		return add_leaf(tree, entry, ret_fd, err);
	if (entry->kind != MD_ENTRY_FILE && entry->kind != MD_ENTRY_HARDLINK)
		return refuse(entry, "a whiteout must be a regular file", err);
	return add_whiteout(tree, entry, err);
}

static void remember_time(struct md_tree *tree, const struct md_entry *entry)
{
	if (tree->time_count == tree->time_capacity) {
		tree->time_capacity = tree->time_capacity ? 2 * tree->time_capacity : 64;
		tree->times =
			md_xreallocarray(tree->times, tree->time_capacity, sizeof(*tree->times));
	}
	tree->times[tree->time_count++] =
		(struct directory_time){.path = md_xstrdup(entry->path), .mtime = entry->mtime};
}

int md_tree_finish(struct md_tree *tree, int fd, const struct md_entry *entry,
		   struct md_xattrs *xattrs, struct md_error *err)
{
	const struct timespec times[2] = {entry->mtime, entry->mtime};

	if (fchown(fd, entry->uid, entry->gid) < 0)
		return fail(entry, "fchown", err);
	if (fchmod(fd, entry->mode) < 0)
		return fail(entry, "fchmod", err);
	if (md_xattrs_apply(fd, entry->kind, xattrs, err) < 0)
		return -1;
	if (entry->kind == MD_ENTRY_DIRECTORY)
		remember_time(tree, entry);
	else if (futimens(fd, times) < 0)
		return fail(entry, "futimens", err);
	return 0;
}

static int set_time(struct md_tree *tree, const struct directory_time *directory,
		    struct md_error *err)
{
	const struct timespec times[2] = {directory->mtime, directory->mtime};
	md_auto_close int fd = -1;

	fd = md_safe_open_nolinks(tree->levels[0].fd, *directory->path ? directory->path : ".",
				  O_RDONLY | O_DIRECTORY);
	/* A later member may have replaced it. */
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return 0;
	if (fd < 0 || futimens(fd, times) < 0)
		return md_fail_errno(err, "set the time of a directory");
	return 0;
}

int md_tree_end(struct md_tree *tree, struct md_error *err)
{
	size_t i;

	for (i = 0; i < tree->time_count; i++)
		if (set_time(tree, &tree->times[i], err) < 0)
			return -1;
	return 0;
}
