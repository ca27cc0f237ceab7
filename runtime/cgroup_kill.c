/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_kill.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/proc.h"
#include "base/sys.h"
#include "runtime/cgroup_dir.h"

#include <fcntl.h>
#include <signal.h>

#define KILL_TIMEOUT_MS 10000

/* Descriptors held at once while signalling. */
#define BATCH 256

static bool contains(const pid_t *pids, size_t count, pid_t pid)
{
	for (size_t low = 0, high = count; low < high;) {
		size_t middle = low + (high - low) / 2;

		if (pids[middle] == pid)
			return true;
		if (pids[middle] < pid)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

/*
 * A pid read from a file may be somebody else's by the time it is used. So hold it by a pidfd, read
 * the file once more, and believe only what is still listed.
 */
static int signal_batch(int dirfd, const pid_t *pids, size_t count, struct md_error *err)
{
	int fds[BATCH];
	md_auto_free pid_t *listed = NULL;
	size_t listed_count = 0;
	int result;

	for (size_t i = 0; i < count; i++)
		fds[i] = sys_pidfd_open(pids[i], 0);
	result = md_cgroup_dir_pids(dirfd, &listed, &listed_count, err);
	for (size_t i = 0; i < count; i++) {
		if (result == 0 && fds[i] >= 0 && pids[i] != getpid() &&
		    contains(listed, listed_count, pids[i]))
			(void)sys_pidfd_send_signal(fds[i], SIGKILL, NULL, 0); /* gone is fine */
		md_close_fd(&fds[i]);
	}
	return result;
}

static int signal_all(int dirfd, struct md_error *err)
{
	md_auto_free pid_t *pids = NULL;
	size_t count = 0;

	if (md_cgroup_dir_pids(dirfd, &pids, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i += BATCH)
		if (signal_batch(dirfd, pids + i, count - i < BATCH ? count - i : BATCH, err) < 0)
			return -1;
	return 0;
}

/* A group that runs can fork faster than it is killed; one that is frozen cannot. */
static void set_frozen(int dirfd, bool frozen)
{
	struct md_error ignored = MD_ERROR_INIT;

	if (md_cgroup_dir_has(dirfd, "cgroup.freeze"))
		(void)md_cgroup_dir_write(dirfd, "cgroup.freeze", frozen ? "1" : "0", &ignored);
	else if (md_cgroup_dir_has(dirfd, "freezer.state"))
		(void)md_cgroup_dir_write(dirfd, "freezer.state", frozen ? "FROZEN" : "THAWED",
					  &ignored);
}

/* Sleep until the first process listed has ended. 1 one has, 0 there is none or the time is up. */
static int wait_for_first(int dirfd, int64_t end_ns, struct md_error *err)
{
	md_auto_free pid_t *pids = NULL, *again = NULL;
	size_t count = 0, again_count = 0;
	int64_t left_ns = end_ns - md_clock_monotonic_ns();

	if (md_cgroup_dir_pids(dirfd, &pids, &count, err) < 0)
		return -1;
	if (count == 0 || left_ns <= 0)
		return 0;
	md_auto_close int fd = sys_pidfd_open(pids[0], 0);

	if (fd < 0 || md_cgroup_dir_pids(dirfd, &again, &again_count, err) < 0)
		return fd < 0 ? 1 : -1;
	if (!contains(again, again_count, pids[0]))
		return 1;
	return md_proc_wait(fd, (int)(left_ns / 1000000 + 1), err);
}

static int wait_until_empty(int dirfd, int timeout_ms, struct md_error *err)
{
	int64_t end_ns = md_clock_monotonic_ns() + (int64_t)timeout_ms * 1000000;
	int waited;

	do {
		waited = wait_for_first(dirfd, end_ns, err);
	} while (waited > 0);
	return waited;
}

static int fail_if_busy(int dirfd, const char *path, struct md_error *err)
{
	md_auto_free pid_t *pids = NULL;
	size_t count = 0;

	if (md_cgroup_dir_pids(dirfd, &pids, &count, err) < 0)
		return -1;
	if (count == 0)
		return 0;
	(void)md_fail(err, MD_ERR_STATE, "cgroup '%s' still holds %zu processes, the first is %d",
		      path, count, (int)pids[0]);
	return md_error_hint(err, "one in state D of ps(1) waits for a device or a file server and "
				  "ends with it");
}

/* Linux 5.14 kills a whole tree of groups in one write, including what forks meanwhile. */
static int kill_by_file(int dirfd, const char *path, struct md_error *err)
{
	int ended;

	if (md_cgroup_dir_write(dirfd, "cgroup.kill", "1", err) < 0)
		return -1;
	ended = md_cgroup_dir_wait(dirfd, "populated", 0, KILL_TIMEOUT_MS, err);
	return ended == 0 ? fail_if_busy(dirfd, path, err) : ended < 0 ? -1 : 0;
}

static int kill_by_signals(int dirfd, const char *path, struct md_error *err)
{
	int result;

	set_frozen(dirfd, true);
	result = signal_all(dirfd, err);
	set_frozen(dirfd, false);
	if (result < 0 || wait_until_empty(dirfd, KILL_TIMEOUT_MS, err) < 0)
		return -1;
	return fail_if_busy(dirfd, path, err);
}

int md_cgroup_kill_at(const char *path, struct md_error *err)
{
	struct md_error missing = MD_ERROR_INIT;
	md_auto_close int dir = md_cgroup_dir_open(path, &missing);

	if (dir < 0 && missing.code == MD_ERR_NOT_FOUND)
		return 0;
	if (dir < 0) {
		*err = missing;
		return -1;
	}
	if (md_cgroup_dir_has(dir, "cgroup.kill"))
		return kill_by_file(dir, path, err);
	return kill_by_signals(dir, path, err);
}

/* 0 removed or gone, 1 busy. */
static int try_remove(const char *path, struct md_error *err)
{
	if (rmdir(path) == 0 || errno == ENOENT)
		return 0;
	if (errno == EBUSY)
		return 1;
	return md_fail_errno(err, "rmdir cgroup '%s'", path);
}

/* Not empty: groups below that the container made, or processes that are just about to be gone. */
static int remove_busy(int dirfd, const char *path, struct md_error *err)
{
	int removed;

	if (wait_until_empty(dirfd, KILL_TIMEOUT_MS, err) < 0 ||
	    fail_if_busy(dirfd, path, err) < 0 || md_cgroup_dir_remove_below(dirfd, err) < 0)
		return -1;
	removed = try_remove(path, err);
	if (removed == 1)
		return md_fail(err, MD_ERR_STATE, "rmdir cgroup '%s': still busy", path);
	return removed;
}

int md_cgroup_remove_at(const char *path, struct md_error *err)
{
	struct md_error missing = MD_ERROR_INIT;
	md_auto_close int dir = md_cgroup_dir_open(path, &missing);
	int removed;

	if (dir < 0 && missing.code == MD_ERR_NOT_FOUND)
		return 0;
	if (dir < 0) {
		*err = missing;
		return -1;
	}
	removed = try_remove(path, err);
	return removed == 1 ? remove_busy(dir, path, err) : removed;
}

int md_cgroup_pids_at(const char *path, pid_t **ret, size_t *ret_count, struct md_error *err)
{
	md_auto_close int dir = md_cgroup_dir_open(path, err);

	return dir < 0 ? -1 : md_cgroup_dir_pids(dir, ret, ret_count, err);
}
