/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hostile archives, unpacked into a directory: nothing beside it may change, whatever they hold.
 * What was accepted has the digest of its bytes.
 */
#include "tests/fuzz/fuzz.h"

#include "images/tar_reader.h"
#include "tests/unit/scratch_dir.h"

#include <dirent.h>

static struct scratch dir = {.fd = -1};

static void remove_all(void)
{
	scratch_close(&dir);
}

static void plant(void)
{
	dir = scratch_open();
	(void)atexit(remove_all);
	scratch_file(dir.fd, "canary", "alive");
}

/* Only what we put there: the canary, whole, and the tree. */
static void check_neighbours(void)
{
	md_auto_free char *text = NULL;
	struct md_error err = MD_ERROR_INIT;
	struct stat st;
	DIR *listing = opendir(dir.path);
	int count = 0;

	while (readdir(listing))
		count++;
	(void)closedir(listing);
	ALWAYS(count == 4);
	ALWAYS(md_fs_read(dir.fd, "canary", 16, &text, NULL, &err) == 0);
	ALWAYS(strcmp(text, "alive") == 0);
	ALWAYS(fstatat(dir.fd, "canary", &st, AT_SYMLINK_NOFOLLOW) == 0);
	ALWAYS(st.st_nlink == 1 && (st.st_mode & 07777) == 0644 && st.st_uid == geteuid());
}

static int unpack(const uint8_t *data, size_t size, int tree_fd, struct md_error *err)
{
	static const struct md_tar_limits limits = {
		.bytes = 1 << 20,
		.ratio = 100,
		.ratio_from = 1 << 16,
		.entries = 200,
	};
	const struct md_tar_source source = {.fd = -1, .memory = data, .length = size};
	md_auto_close int notes = openat(dir.fd, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	struct md_tree *tree = md_tree_create(tree_fd, notes);
	struct md_tar_result result = {0};
	char digest[MD_DIGEST_TEXT_MAX];
	int outcome = md_tar_unpack(&source, &limits, tree, &result, err);

	md_tree_free(tree);
	if (outcome == 0) {
		ALWAYS(md_digest_is_valid(result.diff_id) && result.entries <= limits.entries);
		ALWAYS(result.tar_bytes <= limits.bytes);
		md_digest_of(data, size, digest);
		ALWAYS(result.tar_bytes != size || strcmp(digest, result.diff_id) == 0);
	}
	return outcome;
}

FUZZ(data, size)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_close int tree_fd = -1;

	if (dir.fd < 0)
		plant();
	ALWAYS(mkdirat(dir.fd, "tree", 0700) == 0);
	tree_fd = openat(dir.fd, "tree", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	(void)fuzz_result(unpack(data, size, tree_fd, &err), &err);
	check_neighbours();
	ALWAYS(md_fs_remove_tree(dir.fd, "tree", &err) == 0);
	return 0;
}
