/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/fs.h"
#include "tests/unit/scratch_dir.h"

#include <dirent.h>
#include <sys/wait.h>

/* Names in a directory without "." and "..". */
static int count_entries(const char *path)
{
	DIR *dir = opendir(path);
	int count = 0;

	while (dir && readdir(dir))
		count++;
	if (dir)
		(void)closedir(dir);
	return count - 2;
}

static enum md_error_code read_code(int dirfd, const char *path, size_t max)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *text = NULL;

	if (md_fs_read(dirfd, path, max, &text, NULL, &err) < 0)
		CHECK(text == NULL);
	return err.code;
}

static void a_whole_file_is_read(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *text = NULL;
	md_auto_free char *nothing = NULL;
	size_t length = 0;

	CHECK(md_fs_write(dir.fd, "f", "a\0b", 3, MD_DURABLE_NO, &err) == 0);
	CHECK(md_fs_read(dir.fd, "f", 3, &text, &length, &err) == 0);
	CHECK(length == 3 && memcmp(text, "a\0b", 4) == 0);
	scratch_file(dir.fd, "empty", "");
	CHECK(md_fs_read(dir.fd, "empty", 0, &nothing, &length, &err) == 0 && length == 0);
	CHECK_STR(nothing, "");
}

static void a_file_of_any_length_comes_whole(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	static char big[70000];

	memset(big, 'x', sizeof(big));
	for (size_t length = 1000; length < sizeof(big); length += 11483) {
		struct md_error err = MD_ERROR_INIT;
		md_auto_free char *text = NULL;
		size_t got = 0;

		CHECK(md_fs_write(dir.fd, "f", big, length, MD_DURABLE_NO, &err) == 0);
		CHECK(md_fs_read(dir.fd, "f", sizeof(big), &text, &got, &err) == 0);
		CHECK(got == length && memcmp(text, big, length) == 0);
		CHECK(read_code(dir.fd, "f", length) == MD_OK);
		CHECK(read_code(dir.fd, "f", length - 1) == MD_ERR_INVALID);
	}
}

static void files_without_a_size_are_read_too(void)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *text = NULL;

	CHECK(md_fs_read(AT_FDCWD, "/proc/self/status", 1 << 20, &text, NULL, &err) == 0);
	CHECK(text && strstr(text, "\nVmRSS:"));
	CHECK(read_code(AT_FDCWD, "/proc/self/status", 10) == MD_ERR_INVALID);
}

static void only_regular_files_are_read(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();

	CHECK(mkfifoat(dir.fd, "fifo", 0600) == 0);
	CHECK(read_code(dir.fd, "fifo", 10) == MD_ERR_INVALID);
	CHECK(read_code(dir.fd, ".", 10) == MD_ERR_INVALID);
	CHECK(read_code(AT_FDCWD, "/dev/null", 10) == MD_ERR_INVALID);
	CHECK(read_code(dir.fd, "gone", 10) == MD_ERR_NOT_FOUND);
	scratch_file(dir.fd, "f", "x");
	CHECK(read_code(dir.fd, "f/below", 10) == MD_ERR_SYSTEM);
}

static void a_write_replaces_the_file_and_leaves_nothing_else(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *text = NULL;
	struct stat st;

	CHECK(mkdirat(dir.fd, "sub", 0755) == 0);
	CHECK(md_fs_write(dir.fd, "sub/f", "old, longer", 11, MD_DURABLE_NO, &err) == 0);
	CHECK(md_fs_write(dir.fd, "sub/f", "new", 3, MD_DURABLE_YES, &err) == 0);
	CHECK(md_fs_read(dir.fd, "sub/f", 100, &text, NULL, &err) == 0);
	CHECK_STR(text, "new");
	CHECK(fstatat(dir.fd, "sub/f", &st, 0) == 0 && (st.st_mode & 07777) == 0600);
	CHECK(fchdir(dir.fd) == 0 && count_entries("sub") == 1 && chdir("/") == 0);
}

static void a_reader_keeps_the_old_file(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct md_error err = MD_ERROR_INIT;
	md_auto_close int reader = -1;
	char text[8] = "";

	scratch_file(dir.fd, "f", "old");
	reader = openat(dir.fd, "f", O_RDONLY | O_CLOEXEC);
	CHECK(md_fs_write(dir.fd, "f", "new", 3, MD_DURABLE_NO, &err) == 0);
	CHECK(read(reader, text, sizeof(text) - 1) == 3);
	CHECK_STR(text, "old");
}

static void a_write_does_not_go_through_a_link(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *text = NULL;

	scratch_file(dir.fd, "target", "safe");
	CHECK(symlinkat("target", dir.fd, "link") == 0);
	CHECK(md_fs_write(dir.fd, "link", "new", 3, MD_DURABLE_NO, &err) == 0);
	CHECK(md_fs_read(dir.fd, "target", 100, &text, NULL, &err) == 0);
	CHECK_STR(text, "safe");
}

static void a_failed_write_leaves_nothing(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct md_error err = MD_ERROR_INIT;

	CHECK(mkdirat(dir.fd, "d", 0755) == 0);
	CHECK(md_fs_write(dir.fd, "d", "x", 1, MD_DURABLE_NO, &err) < 0);
	CHECK(err.sys_errno == EISDIR && strstr(err.msg, "'d'"));
	CHECK(count_entries(dir.path) == 1);
	err = (struct md_error)MD_ERROR_INIT;
	CHECK(md_fs_write(dir.fd, "none/f", "x", 1, MD_DURABLE_NO, &err) < 0);
	CHECK(err.code == MD_ERR_NOT_FOUND);
}

static void a_full_disk_is_reported(void)
{
	md_auto_close int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	md_auto_close int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

	errno = 0;
	CHECK(md_write_all(full, "x", 1) < 0 && errno == ENOSPC);
	CHECK(md_write_all(null, "x", 1) == 0 && md_write_all(null, NULL, 0) == 0);
}

static void more_than_a_pipe_holds_is_written(void)
{
	static char big[1 << 18];
	char buffer[4096];
	size_t total = 0;
	ssize_t n;
	int pipe_fd[2];
	pid_t pid;

	CHECK(pipe2(pipe_fd, O_CLOEXEC) == 0);
	pid = fork();
	if (pid == 0)
		_exit(md_write_all(pipe_fd[1], big, sizeof(big)) < 0);
	md_close_fd(&pipe_fd[1]);
	while ((n = read(pipe_fd[0], buffer, sizeof(buffer))) > 0)
		total += (size_t)n;
	md_close_fd(&pipe_fd[0]);
	(void)waitpid(pid, NULL, 0);
	CHECK(total == sizeof(big));
}

static void missing_directories_are_made(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct md_error err = MD_ERROR_INIT;
	struct stat st;

	CHECK(md_fs_mkdirs(dir.fd, "a/b//c/", 0700, &err) == 0);
	CHECK(md_fs_mkdirs(dir.fd, "a/b/c", 0755, &err) == 0);
	CHECK(fstatat(dir.fd, "a/b/c", &st, 0) == 0 && (st.st_mode & 07777) == 0700);
	CHECK(md_fs_mkdirs(dir.fd, dir.path, 0755, &err) == 0);
	CHECK(md_fs_mkdirs(dir.fd, "/", 0755, &err) == 0);
}

static void a_file_in_the_way_is_no_directory(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct md_error err = MD_ERROR_INIT;

	scratch_file(dir.fd, "f", "x");
	CHECK(md_fs_mkdirs(dir.fd, "f", 0755, &err) < 0 && err.code == MD_ERR_EXISTS);
	err = (struct md_error)MD_ERROR_INIT;
	CHECK(md_fs_mkdirs(dir.fd, "f/g", 0755, &err) < 0 && err.code == MD_ERR_EXISTS);
	err = (struct md_error)MD_ERROR_INIT;
	CHECK(symlinkat("nowhere", dir.fd, "l") == 0);
	CHECK(md_fs_mkdirs(dir.fd, "l/x", 0755, &err) < 0 && err.code == MD_ERR_SYSTEM);
	err = (struct md_error)MD_ERROR_INIT;
	CHECK(md_fs_mkdirs(dir.fd, "", 0755, &err) < 0);
}

static void a_directory_is_opened_and_synced(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct md_error err = MD_ERROR_INIT;
	md_auto_close int fd = md_fs_open_dir(dir.fd, ".", &err);

	CHECK(fd >= 0 && md_fs_sync_dir(fd, &err) == 0);
	CHECK(md_fs_sync_dir(-1, &err) < 0 && err.sys_errno == EBADF);
	err = (struct md_error)MD_ERROR_INIT;
	CHECK(md_fs_open_dir(dir.fd, "gone", &err) < 0 && err.code == MD_ERR_NOT_FOUND);
	err = (struct md_error)MD_ERROR_INIT;
	scratch_file(dir.fd, "f", "x");
	CHECK(md_fs_open_dir(dir.fd, "f", &err) < 0 && err.sys_errno == ENOTDIR);
}

static uint64_t size_of(int dirfd, const char *path)
{
	struct md_error err = MD_ERROR_INIT;
	uint64_t bytes = UINT64_MAX;

	if (md_fs_tree_size(dirfd, path, &bytes, &err) < 0)
		CHECK(bytes == UINT64_MAX && err.code != MD_OK);
	return bytes;
}

static void the_size_of_a_tree_is_that_of_its_files(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	static char big[100000];
	struct md_error err = MD_ERROR_INIT;

	CHECK(md_fs_mkdirs(dir.fd, "t/a/b", 0755, &err) == 0);
	CHECK(size_of(dir.fd, "t") == 0);
	memset(big, 'x', sizeof(big));
	CHECK(md_fs_write(dir.fd, "t/a/b/big", big, sizeof(big), MD_DURABLE_YES, &err) == 0);
	CHECK(size_of(dir.fd, "t") == sizeof(big));
	CHECK(size_of(dir.fd, "t/a/b/big") == sizeof(big));
}

static void hard_links_count_once_and_links_are_not_followed(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	static char big[200000];
	struct md_error err = MD_ERROR_INIT;

	CHECK(md_fs_mkdirs(dir.fd, "t", 0755, &err) == 0);
	memset(big, 'x', sizeof(big));
	CHECK(md_fs_write(dir.fd, "big", big, sizeof(big), MD_DURABLE_YES, &err) == 0);
	CHECK(symlinkat("../big", dir.fd, "t/link") == 0);
	CHECK(symlinkat("..", dir.fd, "t/up") == 0);
	CHECK(size_of(dir.fd, "t") < sizeof(big));
	for (int i = 0; i < 100; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "t/h%d", i);
		CHECK(linkat(dir.fd, "big", dir.fd, name, 0) == 0);
		(void)snprintf(name, sizeof(name), "t/s%d", i);
		scratch_file(dir.fd, name, "");
		CHECK(linkat(dir.fd, name, dir.fd, name + 2, 0) == 0);
	}
	CHECK(size_of(dir.fd, "t") >= sizeof(big) && size_of(dir.fd, "t") < 2 * sizeof(big));
}

static void a_tree_too_deep_to_measure_is_an_error(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();

	scratch_deep(dir.fd, "ok", 200);
	scratch_deep(dir.fd, "deep", 300);
	CHECK(size_of(dir.fd, "ok") != UINT64_MAX);
	CHECK(size_of(dir.fd, "deep") == UINT64_MAX);
	CHECK(size_of(dir.fd, "gone") == UINT64_MAX);
}

int main(void)
{
	RUN(a_whole_file_is_read);
	RUN(a_file_of_any_length_comes_whole);
	RUN(files_without_a_size_are_read_too);
	RUN(only_regular_files_are_read);
	RUN(a_write_replaces_the_file_and_leaves_nothing_else);
	RUN(a_reader_keeps_the_old_file);
	RUN(a_write_does_not_go_through_a_link);
	RUN(a_failed_write_leaves_nothing);
	RUN(a_full_disk_is_reported);
	RUN(more_than_a_pipe_holds_is_written);
	RUN(missing_directories_are_made);
	RUN(a_file_in_the_way_is_no_directory);
	RUN(a_directory_is_opened_and_synced);
	RUN(the_size_of_a_tree_is_that_of_its_files);
	RUN(hard_links_count_once_and_links_are_not_followed);
	RUN(a_tree_too_deep_to_measure_is_an_error);
	return DONE();
}
