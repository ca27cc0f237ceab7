/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernel's openat2(2) against our own walk: the same file or the same errno for every path.
 *
 * The first line is the path, the lines behind it are the targets of the links 1, 2, 3 and a/4 in a
 * tree that holds a/b/c, a/f and f.
 */
#include "tests/fuzz/fuzz.h"

#include "base/safe_path.h"
#include "base/safe_path_walk.h"
#include "base/str.h"
#include "tests/unit/scratch_dir.h"

static struct scratch dir = {.fd = -1};

static void remove_tree(void)
{
	scratch_close(&dir);
}

static void plant(void)
{
	struct md_error err = MD_ERROR_INIT;

	dir = scratch_open();
	(void)atexit(remove_tree);
	ALWAYS(md_fs_mkdirs(dir.fd, "root/a/b/c", 0755, &err) == 0);
	scratch_file(dir.fd, "root/f", "inside");
	scratch_file(dir.fd, "root/a/f", "inside");
	scratch_file(dir.fd, "f", "outside");
}

static void plant_links(const struct md_strv *targets)
{
	static const char *const names[] = {"root/1", "root/2", "root/3", "root/a/4"};

	for (size_t i = 0; i < 4; i++) {
		(void)unlinkat(dir.fd, names[i], 0);
		if (i + 1 < targets->count)
			(void)symlinkat(targets->items[i + 1], dir.fd, names[i]);
	}
}

static void compare(int root, const char *path, enum md_walk_kind kind, int flags)
{
	const struct md_walk_options by_hand = {.kind = kind, .flags = flags};
	md_auto_close int left = kind == MD_WALK_NOLINKS ? md_safe_open_nolinks(root, path, flags)
							 : md_safe_open(root, path, flags);
	int left_errno = left < 0 ? errno : 0;
	md_auto_close int right = md_walk(root, path, &by_hand);
	int right_errno = right < 0 ? errno : 0;
	struct stat a = {0};
	struct stat b = {0};

	(void)fstat(left, &a);
	(void)fstat(right, &b);
	/* Another process mounted something at each of the kernel's tries to go through a "..". */
	if (left_errno == EAGAIN)
		return;
	/* The walk keeps all that is left of every link: it runs out of room where the kernel does
	 * not. */
	if (right_errno == ENAMETOOLONG)
		return;
	ALWAYS(left_errno == right_errno);
	ALWAYS(a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

FUZZ(data, size)
{
	md_auto_free char *text = fuzz_text(data, size);
	MD_CLEANUP(md_strv_fini) struct md_strv lines = MD_STRV_INIT;
	md_auto_close int root = -1;

	if (dir.fd < 0)
		plant();
	md_strv_split(&lines, text, '\n');
	plant_links(&lines);
	root = openat(dir.fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	compare(root, lines.items[0], MD_WALK_OPEN, O_PATH);
	compare(root, lines.items[0], MD_WALK_OPEN, O_PATH | O_NOFOLLOW);
	compare(root, lines.items[0], MD_WALK_OPEN, O_RDONLY);
	compare(root, lines.items[0], MD_WALK_OPEN, O_PATH | O_DIRECTORY);
	compare(root, lines.items[0], MD_WALK_NOLINKS, O_PATH | O_NOFOLLOW);
	return 0;
}
