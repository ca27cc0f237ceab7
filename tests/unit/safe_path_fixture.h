/* SPDX-License-Identifier: Apache-2.0 */
/*
 * safe_path_fixture.h - a root with a few files, and a secret beside it.
 *
 *	MD_CLEANUP(uproot) struct tree t = plant();
 *	CHECK_STR(content(t.root, "/etc/passwd"), "inside");
 */
#ifndef MD_TESTS_SAFE_PATH_FIXTURE_H
#define MD_TESTS_SAFE_PATH_FIXTURE_H

#include "base/safe_path.h"
#include "tests/unit/check.h"
#include "tests/unit/scratch_dir.h"

/*
 * scratch/outside/secret          what must never be reached
 * scratch/root/etc/passwd         "inside"
 * scratch/root/a/b/c/             directories
 */
struct tree {
	struct scratch dir;
	int root;
};

static inline void link_at(int dirfd, const char *path, const char *target)
{
	CHECK(symlinkat(target, dirfd, path) == 0);
}

static inline struct tree plant(void)
{
	struct tree t = {.dir = scratch_open(), .root = -1};
	struct md_error err = MD_ERROR_INIT;

	CHECK(md_fs_mkdirs(t.dir.fd, "outside/dir", 0755, &err) == 0);
	CHECK(md_fs_mkdirs(t.dir.fd, "root/etc", 0755, &err) == 0);
	CHECK(md_fs_mkdirs(t.dir.fd, "root/a/b/c", 0755, &err) == 0);
	scratch_file(t.dir.fd, "outside/secret", "secret");
	scratch_file(t.dir.fd, "root/etc/passwd", "inside");
	t.root = openat(t.dir.fd, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	return t;
}

static inline void uproot(struct tree *t)
{
	md_close_fd(&t->root);
	scratch_close(&t->dir);
}

/* Content of a file below the root; "" and errno when it does not open. */
static inline const char *content(int root, const char *path)
{
	static char text[64];
	md_auto_close int fd = md_safe_open(root, path, O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

#endif
