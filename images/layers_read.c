/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a file as overlayfs would show it, without mounting: the layers are trees that strangers
 * filled, so every step opens one component, never follows a link by itself, and resolves links by
 * hand against the image's root.
 */
#include "images/image.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#define LINKS_MAX 40    /* as the kernel's */
#define WALK_MAX  10000 /* components looked up in all: a chain of links ends */
#define OPEN_DIR  (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
#define OPEN_FILE (O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)

/* One directory of the merged tree: the layers that take part in it, top first. */
struct merged_dir {
	int *fds;
	size_t count;
};

static void merged_dir_fini(struct merged_dir *dir)
{
	size_t i;

	for (i = 0; i < dir->count; i++)
		md_close_fd(&dir->fds[i]);
	free(dir->fds);
	*dir = (struct merged_dir){NULL, 0};
}

static void add_fd(struct merged_dir *dir, int fd)
{
	dir->fds = md_xreallocarray(dir->fds, dir->count + 1, sizeof(*dir->fds));
	dir->fds[dir->count++] = fd;
}

static bool is_opaque(int fd)
{
	char value;

	return fgetxattr(fd, "trusted.overlay.opaque", &value, 1) == 1 && value == 'y';
}

/* Where a walk is: components still to go, and the way that led here, free of links. */
struct walk {
	const struct md_strv *layers;
	const char *text;    /* what was asked for, for messages */
	struct md_strv left; /* the next component is the last item */
	struct md_strv way;
	struct merged_dir dir;
	unsigned int links, steps;
};

static void walk_fini(struct walk *walk)
{
	md_strv_fini(&walk->left);
	md_strv_fini(&walk->way);
	merged_dir_fini(&walk->dir);
}

static int missing(const struct walk *walk, struct md_error *err)
{
	return md_fail(err, MD_ERR_NOT_FOUND, "the image has no file '%s'", walk->text);
}

static int open_root(struct walk *walk, struct md_error *err)
{
	size_t i;

	merged_dir_fini(&walk->dir);
	for (i = 0; i < walk->layers->count; i++) {
		int fd = open(walk->layers->items[i], OPEN_DIR);

		if (fd < 0)
			return md_fail_errno(err, "open layer '%s'", walk->layers->items[i]);
		add_fd(&walk->dir, fd);
		if (is_opaque(fd))
			break;
	}
	return 0;
}

static bool is_whiteout(const struct stat *st)
{
	return S_ISCHR(st->st_mode) && st->st_rdev == makedev(0, 0);
}

/* The topmost object of that name; its layer's index, -1 when there is none. */
static int look_up(const struct merged_dir *dir, const char *name, struct stat *ret)
{
	size_t i;

	for (i = 0; i < dir->count; i++) {
		if (fstatat(dir->fds[i], name, ret, AT_SYMLINK_NOFOLLOW) == 0)
			return is_whiteout(ret) ? -1 : (int)i;
		if (errno != ENOENT)
			return -1;
	}
	return -1;
}

/* Go into the directory `name`, which layer `first` is the topmost to have. */
static int enter(struct walk *walk, const char *name, size_t first, struct md_error *err)
{
	MD_CLEANUP(merged_dir_fini) struct merged_dir next = {NULL, 0};
	size_t i;

	for (i = first; i < walk->dir.count; i++) {
		int fd = openat(walk->dir.fds[i], name, OPEN_DIR);

		if (fd < 0 && errno == ENOENT)
			continue;
		if (fd < 0)
			break; /* a file, link or whiteout hides what is below it */
		add_fd(&next, fd);
		if (is_opaque(fd))
			break;
	}
	if (next.count == 0)
		return missing(walk, err);
	merged_dir_fini(&walk->dir);
	walk->dir = next;
	next = (struct merged_dir){NULL, 0};
	return 0;
}

/* Put the components of `path` before those still to go. */
static void prepend(struct walk *walk, const char *path)
{
	MD_CLEANUP(md_strv_fini) struct md_strv parts = MD_STRV_INIT;
	size_t i;

	md_strv_split(&parts, path, '/');
	for (i = parts.count; i-- > 0;)
		if (*parts.items[i] && strcmp(parts.items[i], ".") != 0)
			md_strv_add(&walk->left, parts.items[i]);
}

static void drop_last(struct md_strv *v)
{
	free(v->items[--v->count]);
	v->items[v->count] = NULL;
}

/* Back to the root; `keep` components of the way are walked again, which meet no links. */
static int restart(struct walk *walk, size_t keep, struct md_error *err)
{
	while (walk->way.count > keep)
		drop_last(&walk->way);
	while (walk->way.count > 0) {
		md_strv_add(&walk->left, walk->way.items[walk->way.count - 1]);
		drop_last(&walk->way);
	}
	return open_root(walk, err);
}

static int follow(struct walk *walk, int layer, const char *name, struct md_error *err)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(walk->dir.fds[layer], name, target, sizeof(target) - 1);

	if (n <= 0)
		return missing(walk, err);
	target[n] = '\0';
	if (++walk->links > LINKS_MAX)
		return md_fail(err, MD_ERR_INVALID, "image file '%s': too many symbolic links",
			       walk->text);
	prepend(walk, target);
	return target[0] == '/' ? restart(walk, 0, err) : 0;
}

/* One component. 1 when it was the last and is no directory: *ret_layer has it. */
static int step(struct walk *walk, const char *name, int *ret_layer, struct md_error *err)
{
	struct stat st;
	int layer;

	if (++walk->steps > WALK_MAX)
		return md_fail(err, MD_ERR_INVALID, "image file '%s': too many components",
			       walk->text);
	if (strcmp(name, "..") == 0)
		return restart(walk, walk->way.count > 0 ? walk->way.count - 1 : 0, err);
	layer = look_up(&walk->dir, name, &st);
	if (layer < 0)
		return missing(walk, err);
	if (S_ISLNK(st.st_mode))
		return follow(walk, layer, name, err);
	if (S_ISDIR(st.st_mode)) {
		md_strv_add(&walk->way, name);
		return enter(walk, name, (size_t)layer, err);
	}
	if (walk->left.count > 0)
		return missing(walk, err);
	*ret_layer = layer;
	return 1;
}

/* A descriptor of what the path leads to. */
static int open_merged(struct walk *walk, struct md_error *err)
{
	if (open_root(walk, err) < 0)
		return -1;
	prepend(walk, walk->text);
	while (walk->left.count > 0) {
		md_auto_free char *name = walk->left.items[--walk->left.count];
		int layer = -1;
		int fd;
		int done;

		walk->left.items[walk->left.count] = NULL;
		done = step(walk, name, &layer, err);
		if (done < 0)
			return -1;
		if (done == 0)
			continue;
		fd = openat(walk->dir.fds[layer], name, OPEN_FILE);
		return fd < 0 ? md_fail_errno(err, "open image file '%s'", walk->text) : fd;
	}
	return md_fail(err, MD_ERR_INVALID, "image file '%s' is a directory", walk->text);
}

static int read_all(int fd, const char *text, struct md_str *out, struct md_error *err)
{
	char buffer[16384];

	for (;;) {
		ssize_t n = read(fd, buffer, sizeof(buffer));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return md_fail_errno(err, "read image file '%s'", text);
		if (n == 0)
			return 0;
		md_str_add_bytes(out, buffer, (size_t)n);
	}
}

int md_layers_read(const struct md_strv *layers, const char *path, size_t max, struct md_str *out,
		   struct md_error *err)
{
	MD_CLEANUP(walk_fini) struct walk walk = {.layers = layers, .text = path};
	md_auto_close int fd = open_merged(&walk, err);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		return md_fail_errno(err, "stat image file '%s'", path);
	if (!S_ISREG(st.st_mode))
		return md_fail(err, MD_ERR_INVALID, "image file '%s' is not a regular file", path);
	if (st.st_size < 0 || (uint64_t)st.st_size > max)
		return md_fail(err, MD_ERR_INVALID, "image file '%s' is larger than %zu bytes",
			       path, max);
	return read_all(fd, path, out, err);
}
