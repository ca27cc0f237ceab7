/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/safe_path_walk.h"
#include "tests/unit/force_errno.h"
#include "tests/unit/safe_path_fixture.h"

#include <sys/syscall.h>

static bool fails(int fd, int error)
{
	int got = errno;

	md_close_fd(&fd);
	if (fd >= 0 || got != error)
		printf("# fd %d, errno %d (%s)\n", fd, got, strerror(got));
	return got == error;
}

/* Both descriptors are the same file. Closes the first. */
static bool is_file(int fd, int dirfd, const char *path)
{
	struct stat a;
	struct stat b;
	bool same = fd >= 0 && fstat(fd, &a) == 0 &&
		    fstatat(dirfd, path, &b, AT_SYMLINK_NOFOLLOW) == 0 && a.st_dev == b.st_dev &&
		    a.st_ino == b.st_ino;

	md_close_fd(&fd);
	return same;
}

static void plain_paths_open(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();

	CHECK_STR(content(t.root, "etc/passwd"), "inside");
	CHECK_STR(content(t.root, "/etc/passwd"), "inside");
	CHECK_STR(content(t.root, "//etc/.//passwd"), "inside");
	CHECK_STR(content(t.root, "a/b/../../etc/passwd"), "inside");
	CHECK(is_file(md_safe_open(t.root, "/", O_PATH), t.dir.fd, "root"));
	CHECK(is_file(md_safe_open(t.root, ".", O_RDONLY), t.dir.fd, "root"));
	CHECK(is_file(md_safe_open(t.root, "a/b/", O_PATH), t.dir.fd, "root/a/b"));
	CHECK(is_file(md_safe_open(t.root, "a/b/..", O_RDONLY), t.dir.fd, "root/a"));
}

static void dots_never_climb_above_the_root(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();

	CHECK_STR(content(t.root, "../outside/secret"), "");
	CHECK_STR(content(t.root, "../../../../../etc/passwd"), "inside");
	CHECK_STR(content(t.root, "a/../../../../etc/passwd"), "inside");
	CHECK(is_file(md_safe_open(t.root, "..", O_PATH), t.dir.fd, "root"));
	CHECK(is_file(md_safe_open(t.root, "a/b/c/../../../../..", O_PATH), t.dir.fd, "root"));
}

static void links_resolve_as_if_the_root_were_slash(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();
	char secret[80];

	(void)snprintf(secret, sizeof(secret), "%s/outside/secret", t.dir.path);
	link_at(t.root, "absolute", "/etc/passwd");
	link_at(t.root, "up", "../../../../etc/passwd");
	link_at(t.root, "dir", "/a/b");
	link_at(t.root, "a/b/root", "/");
	link_at(t.root, "a/back", "../etc/");
	link_at(t.root, "host", secret);
	link_at(t.root, "relative-host", "../outside/secret");
	CHECK_STR(content(t.root, "absolute"), "inside");
	CHECK_STR(content(t.root, "up"), "inside");
	CHECK_STR(content(t.root, "dir/root/a/b/root/etc/passwd"), "inside");
	CHECK_STR(content(t.root, "dir/../../etc/passwd"), "inside");
	CHECK_STR(content(t.root, "a/back/passwd"), "inside");
	CHECK_STR(content(t.root, "host"), "");
	CHECK_STR(content(t.root, "relative-host"), "");
	CHECK(is_file(md_safe_open(t.root, "dir/root", O_PATH), t.dir.fd, "root"));
}

static void loops_of_links_end(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();

	link_at(t.root, "self", "self");
	link_at(t.root, "ping", "pong");
	link_at(t.root, "pong", "/ping");
	link_at(t.root, "here", "./here/x");
	CHECK(fails(md_safe_open(t.root, "self", O_PATH), ELOOP));
	CHECK(fails(md_safe_open(t.root, "ping/x", O_PATH), ELOOP));
	CHECK(fails(md_safe_open(t.root, "here", O_PATH), ELOOP));
}

static void forty_links_are_followed_and_no_more(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();
	char name[16];
	char target[16] = "etc/passwd";

	for (int i = 1; i <= 41; i++) {
		(void)snprintf(name, sizeof(name), "l%d", i);
		link_at(t.root, name, target);
		(void)snprintf(target, sizeof(target), "%s", name);
	}
	CHECK_STR(content(t.root, "l40"), "inside");
	CHECK(fails(md_safe_open(t.root, "l41", O_RDONLY), ELOOP));
}

static void what_is_missing_or_no_directory_is_said_so(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();

	link_at(t.root, "dangling", "nowhere");
	link_at(t.root, "file", "etc/passwd");
	CHECK(fails(md_safe_open(t.root, "gone", O_RDONLY), ENOENT));
	CHECK(fails(md_safe_open(t.root, "gone/x", O_PATH), ENOENT));
	CHECK(fails(md_safe_open(t.root, "dangling", O_PATH), ENOENT));
	CHECK(fails(md_safe_open(t.root, "", O_PATH), ENOENT));
	CHECK(fails(md_safe_open(t.root, "etc/passwd/x", O_PATH), ENOTDIR));
	CHECK(fails(md_safe_open(t.root, "etc/passwd/", O_PATH), ENOTDIR));
	CHECK(fails(md_safe_open(t.root, "file/", O_PATH), ENOTDIR));
	CHECK(fails(md_safe_open(t.root, "etc/passwd/..", O_PATH), ENOTDIR));
	CHECK(fails(md_safe_open(t.root, "etc/passwd", O_PATH | O_DIRECTORY), ENOTDIR));
	CHECK(fails(md_safe_open(t.root, "etc", O_WRONLY), EISDIR));
}

static void names_that_are_too_long_are_refused(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();
	char path[2 * 4096];
	char target[4096];

	memset(path, 'x', 256);
	path[256] = '\0';
	CHECK(fails(md_safe_open(t.root, path, O_PATH), ENAMETOOLONG));
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	CHECK(fails(md_safe_open(t.root, path, O_PATH), ENAMETOOLONG));
	memset(target, '/', 4000);
	target[4000] = '\0';
	link_at(t.root, "slashes", target);
	CHECK(is_file(md_safe_open(t.root, "slashes", O_PATH), t.dir.fd, "root"));
}

static void the_last_link_is_kept_on_request(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();

	link_at(t.root, "link", "etc");
	CHECK(is_file(md_safe_open(t.root, "link", O_PATH | O_NOFOLLOW), t.dir.fd, "root/link"));
	CHECK(is_file(md_safe_open(t.root, "link", O_PATH), t.dir.fd, "root/etc"));
	CHECK(is_file(md_safe_open(t.root, "link/", O_PATH | O_NOFOLLOW), t.dir.fd, "root/etc"));
	CHECK(fails(md_safe_open(t.root, "link", O_RDONLY | O_NOFOLLOW), ELOOP));
}

static void no_link_at_all_when_none_is_wanted(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();

	link_at(t.root, "link", "etc");
	link_at(t.root, "file", "etc/passwd");
	CHECK(is_file(md_safe_open_nolinks(t.root, "etc/passwd", O_RDONLY), t.root, "etc/passwd"));
	CHECK(is_file(md_safe_open_nolinks(t.root, "a/../etc", O_PATH), t.root, "etc"));
	CHECK(fails(md_safe_open_nolinks(t.root, "link/passwd", O_RDONLY), ELOOP));
	CHECK(fails(md_safe_open_nolinks(t.root, "file", O_PATH), ELOOP));
	CHECK(fails(md_safe_open_nolinks(t.root, "link/", O_PATH), ELOOP));
}

static void magic_links_are_never_followed(void)
{
	md_auto_close int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);

	CHECK(fails(md_safe_open(proc, "self/root/etc", O_PATH), ELOOP));
	CHECK(fails(md_safe_open(proc, "self/cwd", O_PATH), ELOOP));
	CHECK(fails(md_safe_open(proc, "self/exe", O_RDONLY), ELOOP));
	CHECK(fails(md_safe_open(proc, "self/fd/0", O_PATH), ELOOP));
	CHECK(fails(md_safe_open(proc, "self/ns/mnt", O_PATH), ELOOP));
	CHECK(fails(md_safe_open(proc, "thread-self/root/proc", O_PATH), ELOOP));
	CHECK(is_file(md_safe_open(proc, "self/exe", O_PATH | O_NOFOLLOW), proc, "self/exe"));
}

static void ordinary_links_of_proc_are_followed(void)
{
	md_auto_close int proc = open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char pid[16];

	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	CHECK(is_file(md_safe_open(proc, "self", O_PATH), proc, pid));
	CHECK(is_file(md_safe_open(proc, "net/dev", O_PATH), proc, "net/dev"));
}

static void nothing_is_made_by_opening(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();

	CHECK(fails(md_safe_open(t.root, "new", O_CREAT | O_WRONLY), EINVAL));
	CHECK(fails(md_safe_open(t.root, "a", O_TMPFILE | O_WRONLY), EINVAL));
	CHECK(fails(md_safe_open_nolinks(t.root, "new", O_CREAT | O_WRONLY), EINVAL));
	CHECK(!scratch_exists(t.root, "new"));
}

static void descriptors_close_on_exec(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();
	md_auto_close int a = md_safe_open(t.root, "etc/passwd", O_RDONLY);
	md_auto_close int b = md_safe_open(t.root, "etc/passwd", O_PATH);
	md_auto_close int c = md_safe_open(t.root, "/", O_PATH);
	md_auto_close int d = md_safe_mkdirs(t.root, "new", 0755);
	md_auto_close int e = md_safe_touch(t.root, "file", 0644);

	CHECK(fcntl(a, F_GETFD) == FD_CLOEXEC && fcntl(b, F_GETFD) == FD_CLOEXEC);
	CHECK(fcntl(c, F_GETFD) == FD_CLOEXEC && fcntl(d, F_GETFD) == FD_CLOEXEC);
	CHECK(fcntl(e, F_GETFD) == FD_CLOEXEC);
}

static void missing_directories_are_made_inside(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();
	struct stat st;

	link_at(t.root, "var", "/a/b");
	link_at(t.root, "evil", "../../outside/made");
	link_at(t.root, "dangling", "/x/y");
	CHECK(is_file(md_safe_mkdirs(t.root, "p/q/r", 0700), t.root, "p/q/r"));
	CHECK(fstatat(t.root, "p/q", &st, 0) == 0 && (st.st_mode & 07777) == 0700);
	CHECK(is_file(md_safe_mkdirs(t.root, "/var/run/x", 0755), t.root, "a/b/run/x"));
	CHECK(is_file(md_safe_mkdirs(t.root, "a/b/c", 0755), t.root, "a/b/c"));
	CHECK(is_file(md_safe_mkdirs(t.root, "evil", 0755), t.root, "outside/made"));
	CHECK(is_file(md_safe_mkdirs(t.root, "dangling/z", 0755), t.root, "x/y/z"));
	CHECK(is_file(md_safe_mkdirs(t.root, "m/../n", 0755), t.root, "n"));
	CHECK(!scratch_exists(t.dir.fd, "outside/made"));
}

static void a_file_in_the_way_is_not_replaced(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();

	link_at(t.root, "file", "etc/passwd");
	CHECK(fails(md_safe_mkdirs(t.root, "etc/passwd", 0755), ENOTDIR));
	CHECK(fails(md_safe_mkdirs(t.root, "etc/passwd/x", 0755), ENOTDIR));
	CHECK(fails(md_safe_mkdirs(t.root, "file", 0755), ENOTDIR));
	CHECK(fails(md_safe_mkdirs(t.root, "new/../etc/passwd", 0755), ENOTDIR));
	CHECK(fails(md_safe_mkdirs(t.root, "", 0755), ENOENT));
}

static void missing_files_are_made_empty(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();
	struct stat st;

	link_at(t.root, "evil", "/../../outside/made");
	CHECK(is_file(md_safe_touch(t.root, "new/dir/file", 0600), t.root, "new/dir/file"));
	CHECK(fstatat(t.root, "new/dir/file", &st, 0) == 0 && S_ISREG(st.st_mode));
	CHECK((st.st_mode & 07777) == 0600 && st.st_size == 0);
	CHECK(fstatat(t.root, "new/dir", &st, 0) == 0 && (st.st_mode & 07777) == 0755);
	CHECK(is_file(md_safe_touch(t.root, "evil", 0644), t.root, "outside/made"));
	CHECK(!scratch_exists(t.dir.fd, "outside/made"));
}

static void what_exists_is_kept_when_touched(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();

	link_at(t.root, "file", "/etc/passwd");
	CHECK(mkfifoat(t.root, "fifo", 0644) == 0);
	CHECK(is_file(md_safe_touch(t.root, "file", 0644), t.root, "etc/passwd"));
	CHECK_STR(content(t.root, "etc/passwd"), "inside");
	CHECK(is_file(md_safe_touch(t.root, "fifo", 0644), t.root, "fifo"));
	CHECK(fails(md_safe_touch(t.root, "etc", 0644), EISDIR));
	CHECK(fails(md_safe_touch(t.root, "/", 0644), EISDIR));
	CHECK(fails(md_safe_touch(t.root, "new/", 0644), EISDIR));
}

static void a_hundred_levels_are_walked(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();
	char path[400] = "";

	for (int i = 0; i < 100; i++)
		memcpy(path + 2L * i, "d/", 3);
	CHECK(is_file(md_safe_mkdirs(t.root, path, 0755), t.root, path));
	CHECK(is_file(md_safe_open(t.root, path, O_PATH), t.root, path));
	memcpy(path + 200, "../../e", 8);
	CHECK(is_file(md_safe_touch(t.root, path, 0644), t.root, path));
}

static void both_ways_agree_on_every_path(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();
	static const char *const parts[] = {"a",   "b",      "..",  ".",  "",
					    "etc", "passwd", "abs", "up", "x"};
	enum {
		PARTS = sizeof(parts) / sizeof(*parts)
	};
	const struct md_walk_options by_hand = {.kind = MD_WALK_OPEN, .flags = O_PATH};

	link_at(t.root, "abs", "/a/b");
	link_at(t.root, "a/up", "../../..");
	link_at(t.root, "a/b/x", "../../etc/passwd");
	link_at(t.root, "x", "abs/x");
	for (int i = 0; i < PARTS * PARTS * PARTS * PARTS; i++) {
		char path[64];
		struct stat a = {0};
		struct stat b = {0};

		(void)snprintf(path, sizeof(path), "%s/%s/%s/%s", parts[i % PARTS],
			       parts[i / PARTS % PARTS], parts[i / PARTS / PARTS % PARTS],
			       parts[i / PARTS / PARTS / PARTS]);
		md_auto_close int left = md_safe_open(t.root, path, O_PATH);
		int left_errno = left < 0 ? errno : 0;
		md_auto_close int right = md_walk(t.root, path, &by_hand);
		int right_errno = right < 0 ? errno : 0;

		(void)fstat(left, &a);
		(void)fstat(right, &b);
		if (left_errno != right_errno || a.st_ino != b.st_ino) {
			printf("# %s: %d %d\n", path, left_errno, right_errno);
			CHECK(left_errno == right_errno && a.st_ino == b.st_ino);
		}
	}
}

static void run_all(void)
{
	RUN(plain_paths_open);
	RUN(dots_never_climb_above_the_root);
	RUN(links_resolve_as_if_the_root_were_slash);
	RUN(loops_of_links_end);
	RUN(forty_links_are_followed_and_no_more);
	RUN(what_is_missing_or_no_directory_is_said_so);
	RUN(names_that_are_too_long_are_refused);
	RUN(the_last_link_is_kept_on_request);
	RUN(no_link_at_all_when_none_is_wanted);
	RUN(magic_links_are_never_followed);
	RUN(ordinary_links_of_proc_are_followed);
	RUN(nothing_is_made_by_opening);
	RUN(descriptors_close_on_exec);
	RUN(missing_directories_are_made_inside);
	RUN(a_file_in_the_way_is_not_replaced);
	RUN(missing_files_are_made_empty);
	RUN(what_exists_is_kept_when_touched);
	RUN(a_hundred_levels_are_walked);
	RUN(both_ways_agree_on_every_path);
}

static void a_tree_deeper_than_the_walk_can_hold_is_refused(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();
	char path[2 * MD_WALK_DEPTH_MAX + 8] = "";

	for (int i = 0; i < MD_WALK_DEPTH_MAX + 2; i++)
		memcpy(path + 2L * i, "d/", 3);
	CHECK(fails(md_safe_mkdirs(t.root, path, 0755), ENAMETOOLONG));
}

int main(void)
{
	(void)umask(022);
	run_all();
	if (force_errno(SYS_openat2, ENOSYS) < 0) {
		printf("# no filter can be set here: the way without openat2 is not checked\n");
		return DONE();
	}
	printf("# the same without openat2\n");
	run_all();
	RUN(a_tree_deeper_than_the_walk_can_hold_is_refused);
	return DONE();
}
