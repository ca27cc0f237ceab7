/* SPDX-License-Identifier: Apache-2.0 */
#include "base/safe_path_walk.h"

#include "base/cleanup.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#ifndef AAFS_MAGIC
#define AAFS_MAGIC 0x5a3c69f0 /* apparmorfs: its links jump like those of proc */
#endif

#define PARENTS_MODE 0755 /* of directories on the way to a file that is made */

struct walk {
	int rootfd; /* borrowed */
	const struct md_walk_options *options;
	int stack[MD_WALK_DEPTH_MAX]; /* the directories from below the root to where we are */
	int depth;
	int links;
	char *todo; /* what is left, inside text; grows to the left when a link is met */
	char text[2 * PATH_MAX];
};

/* One name of the path. */
struct component {
	char name[NAME_MAX + 1];
	bool is_last;
	bool needs_directory; /* something or a slash follows */
};

static int fail(int error)
{
	errno = error;
	return -1;
}

static int here(const struct walk *w)
{
	return w->depth ? w->stack[w->depth - 1] : w->rootfd;
}

static void leave(struct walk *w)
{
	if (w->depth)
		md_close_fd(&w->stack[--w->depth]);
}

static void leave_all(struct walk *w)
{
	while (w->depth)
		leave(w);
}

static int enter(struct walk *w, int *fd)
{
	if (w->depth == MD_WALK_DEPTH_MAX)
		return fail(ENAMETOOLONG);
	w->stack[w->depth++] = md_steal_fd(fd);
	return 0;
}

/* Puts `length` bytes in front of what is left. */
static int prepend(struct walk *w, const char *text, size_t length)
{
	if (length > (size_t)(w->todo - w->text))
		return fail(ENAMETOOLONG);
	w->todo -= length;
	memcpy(w->todo, text, length);
	return 0;
}

/* 1 and the next component, 0 at the end, -1 when a name is too long. */
static int next_component(struct walk *w, struct component *ret)
{
	size_t length;

	w->todo += strspn(w->todo, "/");
	length = strcspn(w->todo, "/");
	if (length == 0)
		return 0;
	if (length > NAME_MAX)
		return fail(ENAMETOOLONG);
	memcpy(ret->name, w->todo, length);
	ret->name[length] = '\0';
	w->todo += length;
	ret->needs_directory = *w->todo == '/';
	ret->is_last = w->todo[strspn(w->todo, "/")] == '\0';
	return 1;
}

/*
 * Magic links look like others to readlink(2). Those of proc hold an absolute path or "kind:[n]";
 * the ordinary ones there ("self", "mounts", "net") are relative.
 */
static bool is_magic(int fd, const char *target)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return true;
	if (fs.f_type == AAFS_MAGIC)
		return true;
	return fs.f_type == PROC_SUPER_MAGIC && (*target == '/' || strchr(target, ':'));
}

static int follow(struct walk *w, int link_fd)
{
	char target[PATH_MAX];
	ssize_t length;

	if (w->options->kind == MD_WALK_NOLINKS || ++w->links > MD_WALK_LINKS_MAX)
		return fail(ELOOP);
	length = readlinkat(link_fd, "", target, sizeof(target) - 1);
	if (length < 0)
		return -1;
	if (length == 0)
		return fail(ENOENT);
	target[length] = '\0';
	if (is_magic(link_fd, target))
		return fail(ELOOP);
	if (*target == '/')
		leave_all(w);
	return prepend(w, target, (size_t)length);
}

/* Makes the missing component; what it is after that is looked at as if it had been there. */
static int make(const struct walk *w, const struct component *c)
{
	const struct md_walk_options *options = w->options;
	bool is_file = options->kind == MD_WALK_TOUCH && c->is_last && !c->needs_directory;
	mode_t mode = options->kind == MD_WALK_TOUCH ? PARENTS_MODE : options->mode;
	int fd;

	if (options->kind != MD_WALK_MKDIRS && options->kind != MD_WALK_TOUCH)
		return fail(ENOENT);
	if (!is_file)
		return mkdirat(here(w), c->name, mode) < 0 && errno != EEXIST ? -1 : 0;
	fd = openat(here(w), c->name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    options->mode);
	if (fd < 0)
		return errno == EEXIST ? 0 : -1;
	md_close_fd(&fd);
	return 0;
}

static int open_component(const struct walk *w, const struct component *c)
{
	int fd = openat(here(w), c->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 || errno != ENOENT)
		return fd;
	if (make(w, c) < 0)
		return -1;
	fd = openat(here(w), c->name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	/* Made and gone again. */
	return fd < 0 && errno == ENOENT ? fail(EAGAIN) : fd;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* A directory that was moved away meanwhile may lie outside the root by now. */
static int check_unmoved(const struct walk *w)
{
	for (int i = 0; i < w->depth; i++) {
		md_auto_close int up = openat(w->stack[i], "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		struct stat parent;
		struct stat expected;

		if (up < 0 || fstat(up, &parent) < 0 ||
		    fstat(i ? w->stack[i - 1] : w->rootfd, &expected) < 0)
			return -1;
		if (!same_file(&parent, &expected))
			return fail(EAGAIN);
	}
	return 0;
}

/* The path ended in a directory that we stand in. */
static int deliver_here(const struct walk *w)
{
	if (check_unmoved(w) < 0)
		return -1;
	return openat(here(w), ".", w->options->flags | O_CLOEXEC);
}

/*
 * The last component. An O_PATH descriptor is at hand; anything else is opened by name, and
 * O_NOFOLLOW keeps a link that was put there meanwhile from being followed.
 */
static int deliver(const struct walk *w, const struct component *c, int *fd, const struct stat *st)
{
	int flags = w->options->flags;
	int opened;

	if ((c->needs_directory || (flags & O_DIRECTORY)) && !S_ISDIR(st->st_mode))
		return fail(ENOTDIR);
	if (check_unmoved(w) < 0)
		return -1;
	if (flags & O_PATH)
		return md_steal_fd(fd);
	opened = openat(here(w), c->name, flags | O_NOFOLLOW | O_CLOEXEC);
	/* It was no link a moment ago. */
	if (opened < 0 && errno == ELOOP && !S_ISLNK(st->st_mode))
		errno = EAGAIN;
	return opened;
}

/* Walks one name. *ret_fd is set when it was the last one. */
static int step(struct walk *w, const struct component *c, int *ret_fd)
{
	md_auto_close int fd = open_component(w, c);
	bool keep_link = c->is_last && !c->needs_directory && (w->options->flags & O_NOFOLLOW);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -1;
	if (S_ISLNK(st.st_mode) && !keep_link)
		return follow(w, fd);
	if (c->is_last) {
		*ret_fd = deliver(w, c, &fd, &st);
		return *ret_fd < 0 ? -1 : 0;
	}
	if (!S_ISDIR(st.st_mode))
		return fail(ENOTDIR);
	return enter(w, &fd);
}

static int walk_all(struct walk *w)
{
	struct component c;
	int fd = -1;

	while (fd < 0) {
		int more = next_component(w, &c);

		if (more < 0)
			return -1;
		if (!more)
			return deliver_here(w);
		if (strcmp(c.name, "..") == 0)
			leave(w);
		else if (strcmp(c.name, ".") != 0 && step(w, &c, &fd) < 0)
			return -1;
	}
	return fd;
}

int md_walk(int rootfd, const char *path, const struct md_walk_options *options)
{
	size_t length = strlen(path);
	struct walk w;
	int saved_errno;
	int fd;

	if (length == 0)
		return fail(ENOENT);
	if (length >= PATH_MAX)
		return fail(ENAMETOOLONG);
	w.rootfd = rootfd;
	w.options = options;
	w.depth = 0;
	w.links = 0;
	w.todo = w.text + sizeof(w.text) - 1;
	*w.todo = '\0';
	(void)prepend(&w, path, length);
	fd = walk_all(&w);
	saved_errno = errno;
	leave_all(&w);
	errno = saved_errno;
	return fd;
}
