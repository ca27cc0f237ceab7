/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/fs.h"
#include "tests/unit/force_errno.h"
#include "tests/unit/scratch_dir.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static enum md_error_code remove_tree(int dirfd, const char *name)
{
	struct md_error err = MD_ERROR_INIT;
	int result = md_fs_remove_tree(dirfd, name, &err);

	CHECK((result < 0) == (err.code != MD_OK));
	return err.code;
}

static void mkdirs(int dirfd, const char *path)
{
	struct md_error err = MD_ERROR_INIT;

	CHECK(md_fs_mkdirs(dirfd, path, 0755, &err) == 0);
}

static void a_tree_is_removed_with_all_that_is_in_it(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	char name[32];

	mkdirs(dir.fd, "t/a/b/c");
	mkdirs(dir.fd, "t/.hidden/...");
	for (int i = 0; i < 200; i++) {
		(void)snprintf(name, sizeof(name), "t/a/f%d", i);
		scratch_file(dir.fd, name, "x");
		(void)snprintf(name, sizeof(name), "t/a/d%d", i);
		CHECK(mkdirat(dir.fd, name, 0755) == 0);
	}
	CHECK(mkfifoat(dir.fd, "t/fifo", 0600) == 0);
	scratch_file(dir.fd, "neighbour", "x");
	CHECK(remove_tree(dir.fd, "t") == MD_OK);
	CHECK(!scratch_exists(dir.fd, "t") && scratch_exists(dir.fd, "neighbour"));
}

static void links_are_removed_not_followed(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();

	mkdirs(dir.fd, "outside/deep");
	scratch_file(dir.fd, "outside/deep/f", "x");
	mkdirs(dir.fd, "t/a");
	CHECK(symlinkat("../outside", dir.fd, "t/relative") == 0);
	CHECK(symlinkat("../../outside/deep/f", dir.fd, "t/a/file") == 0);
	CHECK(symlinkat(dir.path, dir.fd, "t/a/absolute") == 0);
	CHECK(symlinkat("outside", dir.fd, "top") == 0);
	CHECK(remove_tree(dir.fd, "t") == MD_OK && !scratch_exists(dir.fd, "t"));
	CHECK(remove_tree(dir.fd, "top") == MD_OK && !scratch_exists(dir.fd, "top"));
	CHECK(scratch_exists(dir.fd, "outside/deep/f"));
}

static void what_is_gone_already_is_success(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();

	CHECK(remove_tree(dir.fd, "gone") == MD_OK);
	scratch_file(dir.fd, "file", "x");
	CHECK(remove_tree(dir.fd, "file") == MD_OK && !scratch_exists(dir.fd, "file"));
}

static void only_a_plain_name_is_taken(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();

	mkdirs(dir.fd, "a/b");
	CHECK(remove_tree(dir.fd, "") == MD_ERR_INVALID);
	CHECK(remove_tree(dir.fd, ".") == MD_ERR_INVALID);
	CHECK(remove_tree(dir.fd, "..") == MD_ERR_INVALID);
	CHECK(remove_tree(dir.fd, "a/b") == MD_ERR_INVALID);
	CHECK(remove_tree(dir.fd, "a/") == MD_ERR_INVALID);
	CHECK(remove_tree(dir.fd, "/tmp") == MD_ERR_INVALID);
	CHECK(scratch_exists(dir.fd, "a/b"));
	CHECK(remove_tree(-1, "a") == MD_ERR_SYSTEM);
}

/* Names that a directory on its way up could want. */
static void occupy(int dirfd, int from, int to)
{
	char name[48];

	for (int i = from; i < to; i++) {
		(void)snprintf(name, sizeof(name), "t/.md-deep-%d/x", i);
		mkdirs(dirfd, name);
	}
}

static void a_tree_deeper_than_descriptors_is_removed(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct rlimit old;
	struct rlimit few;

	CHECK(mkdirat(dir.fd, "t", 0755) == 0);
	/* Before and behind the deep one, whatever order the file system lists them in. */
	occupy(dir.fd, 0, 5);
	scratch_deep(dir.fd, "t/deep", 300);
	occupy(dir.fd, 5, 10);
	(void)getrlimit(RLIMIT_NOFILE, &old);
	few = (struct rlimit){.rlim_cur = 200, .rlim_max = old.rlim_max};
	(void)setrlimit(RLIMIT_NOFILE, &few);
	CHECK(remove_tree(dir.fd, "t") == MD_OK && !scratch_exists(dir.fd, "t"));
	(void)setrlimit(RLIMIT_NOFILE, &old);
}

/* A directory here with "t/d" and "link", which are exchanged as soon as "d" was looked at. */
static int exchange_fd = -1;

/* Stands in front of libc's: the adversary's turn comes at the worst moment, every time. */
int fstatat(int dirfd, const char *name, struct stat *st, int flags)
{
	int result = (int)syscall(SYS_newfstatat, dirfd, name, st, flags);

	if (exchange_fd >= 0 && strcmp(name, "d") == 0) {
		CHECK(renameat2(exchange_fd, "t/d", exchange_fd, "link", RENAME_EXCHANGE) == 0);
		exchange_fd = -1;
	}
	return result;
}

static void a_directory_that_becomes_a_link_is_not_followed(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();

	mkdirs(dir.fd, "t/d");
	mkdirs(dir.fd, "outside");
	scratch_file(dir.fd, "outside/precious", "x");
	CHECK(symlinkat("../outside", dir.fd, "link") == 0);
	exchange_fd = dir.fd;
	CHECK(remove_tree(dir.fd, "t") != MD_OK);
	CHECK(exchange_fd == -1);
	CHECK(scratch_exists(dir.fd, "outside/precious"));
	CHECK(remove_tree(dir.fd, "t") == MD_OK && !scratch_exists(dir.fd, "t"));
}

static bool write_text(const char *path, const char *text)
{
	md_auto_close int fd = open(path, O_WRONLY | O_CLOEXEC);

	return fd >= 0 && md_write_all(fd, text, strlen(text)) == 0;
}

/* Becomes root of a user namespace of its own, unless it is root already. */
static bool become_root(void)
{
	char uids[32];
	char gids[32];

	(void)snprintf(uids, sizeof(uids), "0 %u 1", geteuid());
	(void)snprintf(gids, sizeof(gids), "0 %u 1", getegid());
	return geteuid() == 0 ||
	       (unshare(CLONE_NEWUSER) == 0 && write_text("/proc/self/setgroups", "deny") &&
		write_text("/proc/self/uid_map", uids) && write_text("/proc/self/gid_map", gids));
}

/* Enters a mount namespace of its own, where mounting hurts nobody. */
static bool own_mounts(void)
{
	return become_root() && unshare(CLONE_NEWNS) == 0 &&
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

enum kernel {
	KERNEL_NEW,
	KERNEL_WITHOUT_STATX
};

struct mounted {
	const char *type; /* "bind" or a file system */
	enum kernel kernel;
};

/*
 * 0: the mount was refused and its content is there; 77: mounting is not possible here. By path:
 * the descriptor still shows the mounts of the old namespace.
 */
static int remove_around_mount(const struct scratch *dir, const struct mounted *m)
{
	struct md_error err = MD_ERROR_INIT;
	bool is_bind = strcmp(m->type, "bind") == 0;

	if (!own_mounts() || chdir(dir->path) < 0 ||
	    mount(is_bind ? "outside" : "none", "t/a/point", is_bind ? NULL : m->type,
		  is_bind ? MS_BIND : 0, NULL) < 0)
		return 77;
	if (m->kernel == KERNEL_WITHOUT_STATX && force_errno(SYS_statx, ENOSYS) < 0)
		return 77;
	scratch_file(AT_FDCWD, "t/a/point/precious", "x");
	if (md_fs_remove_tree(AT_FDCWD, "t", &err) == 0 || err.code != MD_ERR_STATE)
		return 1;
	if (!strstr(err.msg, "point") || !scratch_exists(AT_FDCWD, "t/a/point/precious"))
		return 2;
	if (umount2("t/a/point", MNT_DETACH) < 0)
		return 3;
	err = (struct md_error)MD_ERROR_INIT;
	return md_fs_remove_tree(AT_FDCWD, "t", &err) < 0 || scratch_exists(AT_FDCWD, "t") ? 4 : 0;
}

static void check_mount(struct mounted m)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	int status = -1;
	pid_t pid;

	mkdirs(dir.fd, "outside");
	mkdirs(dir.fd, "t/a/point");
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		exit(remove_around_mount(&dir, &m));
	(void)waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 77)
		printf("# mounting is not allowed here: not checked\n");
	else if (status != 0)
		printf("# status %x\n", (unsigned int)status);
	CHECK(status == 0 || WEXITSTATUS(status) == 77);
}

static void another_file_system_inside_is_left_alone(void)
{
	check_mount((struct mounted){"tmpfs", KERNEL_NEW});
}

static void a_bind_mount_of_the_same_file_system_is_left_alone(void)
{
	check_mount((struct mounted){"bind", KERNEL_NEW});
}

static void a_bind_mount_is_seen_without_statx_too(void)
{
	check_mount((struct mounted){"bind", KERNEL_WITHOUT_STATX});
}

int main(void)
{
	RUN(a_tree_is_removed_with_all_that_is_in_it);
	RUN(links_are_removed_not_followed);
	RUN(what_is_gone_already_is_success);
	RUN(only_a_plain_name_is_taken);
	RUN(a_tree_deeper_than_descriptors_is_removed);
	RUN(a_directory_that_becomes_a_link_is_not_followed);
	RUN(another_file_system_inside_is_left_alone);
	RUN(a_bind_mount_of_the_same_file_system_is_left_alone);
	RUN(a_bind_mount_is_seen_without_statx_too);
	return DONE();
}
