/* SPDX-License-Identifier: Apache-2.0 */
/* What base/safe_path.h promises while somebody else renames what it walks through. */
#include "tests/unit/check.h"

#include "base/safe_path_walk.h"
#include "tests/unit/force_errno.h"
#include "tests/unit/race.h"
#include "tests/unit/safe_path_fixture.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>

static void drop(int fd)
{
	md_close_fd(&fd);
}

struct mover {
	const struct tree *tree;
	atomic_bool stop;
};

/* Moves a directory in and out of the root, and swaps another one for a link, without a pause. */
static void *move_around(void *data)
{
	struct mover *m = data;
	int fd = m->tree->dir.fd;

	while (!atomic_load(&m->stop)) {
		(void)renameat(fd, "root/a/b", fd, "outside/b");
		(void)renameat2(fd, "root/swap", fd, "root/link", RENAME_EXCHANGE);
		(void)renameat(fd, "outside/b", fd, "root/a/b");
	}
	return NULL;
}

static void a_moving_tree_never_leads_outside(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();
	struct mover m = {.tree = &t};
	pthread_t thread;
	int opened = 0;

	CHECK(mkdirat(t.root, "swap", 0755) == 0);
	link_at(t.root, "link", "../../outside");
	/* What ".." from outside/b/c would reach, if it were asked. */
	CHECK(pthread_create(&thread, NULL, move_around, &m) == 0);
	for (int64_t end = race_end(); race_goes_on(end);) {
		if (*content(t.root, "a/b/c/../../secret") || *content(t.root, "swap/secret") ||
		    *content(t.root, "a/b/c/../../../outside/secret"))
			opened++;
		drop(md_safe_mkdirs(t.root, "a/b/c/../../dir/made", 0755));
		drop(md_safe_touch(t.root, "swap/dir/touched", 0644));
	}
	atomic_store(&m.stop, true);
	(void)pthread_join(thread, NULL);
	CHECK(opened == 0);
	CHECK(!scratch_exists(t.dir.fd, "outside/dir/made"));
	CHECK(!scratch_exists(t.dir.fd, "outside/dir/touched"));
}

static void a_move_during_the_walk_is_noticed(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();
	const struct md_walk_options by_hand = {.kind = MD_WALK_OPEN, .flags = O_PATH};
	struct mover m = {.tree = &t};
	pthread_t thread;
	char path[4000] = "a/b";
	bool noticed = false;

	for (size_t length = strlen(path); length + 6 < sizeof(path); length += 5)
		memcpy(path + length, "/c/..", 6);
	CHECK(pthread_create(&thread, NULL, move_around, &m) == 0);
	for (int i = 0; i < 5000 && !noticed; i++) {
		md_auto_close int fd = md_walk(t.root, path, &by_hand);

		noticed = fd < 0 && errno == EAGAIN;
	}
	atomic_store(&m.stop, true);
	(void)pthread_join(thread, NULL);
	CHECK(noticed);
}

/* A directory here with "file" and "link", which are exchanged as soon as a file was looked at. */
static int exchange_fd = -1;

/* Stands in front of libc's: the adversary's turn comes at the worst moment, every time. */
int fstat(int fd, struct stat *st)
{
	int result = (int)syscall(SYS_newfstatat, fd, "", st, AT_EMPTY_PATH);

	if (exchange_fd >= 0 && S_ISREG(st->st_mode)) {
		CHECK(renameat2(exchange_fd, "file", exchange_fd, "link", RENAME_EXCHANGE) == 0);
		exchange_fd = -1;
	}
	return result;
}

static void a_file_that_becomes_a_link_is_not_followed(void)
{
	MD_CLEANUP(uproot) struct tree t = plant();
	md_auto_close int root = openat(t.dir.fd, "root", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	scratch_file(t.root, "file", "mine");
	link_at(t.root, "link", "../outside/secret");
	exchange_fd = root;
	CHECK_STR(content(t.root, "file"), "");
	CHECK(exchange_fd == -1);
	CHECK_STR(content(t.root, "link"), "mine");
}

int main(void)
{
	(void)umask(022);
	RUN(a_moving_tree_never_leads_outside);
	if (force_errno(SYS_openat2, ENOSYS) < 0) {
		printf("# no filter can be set here: the way without openat2 is not checked\n");
		return DONE();
	}
	printf("# the same without openat2\n");
	RUN(a_moving_tree_never_leads_outside);
	RUN(a_move_during_the_walk_is_noticed);
	RUN(a_file_that_becomes_a_link_is_not_followed);
	return DONE();
}
