/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/str.h"
#include "runtime/cgroup_dir.h"
#include "runtime/cgroup_kill.h"
#include "runtime/cgroup_path.h"

#include <poll.h>

#define FREEZE_TIMEOUT_MS 10000

static int open_at_mount(const struct md_cgroup *group, const char *mount, struct md_error *err)
{
	md_auto_free char *path = md_cgroup_path(mount, group->parent, group->id);

	return md_cgroup_dir_open(path, err);
}

/* The directory with cgroup.freeze or freezer.state. */
static int open_freezer(const struct md_cgroup *group, struct md_error *err)
{
	const struct md_cgroup_v1 *freezer = md_host_v1(group->host, "freezer");

	if (group->host->has_cgroup_freeze)
		return open_at_mount(group, group->host->v2_mount, err);
	if (freezer)
		return open_at_mount(group, freezer->mount, err);
	(void)md_fail(err, MD_ERR_UNSUPPORTED,
		      "pausing needs a cgroup v2 tree (Linux 5.2) or the "
		      "v1 controller 'freezer'");
	return md_error_hint(err, "mount one: mount -t cgroup -o freezer none "
				  "/sys/fs/cgroup/freezer");
}

/*
 * v1 says FREEZING until every task has stopped, but tells nobody when that is: the only way to
 * know is to ask again. Returns as md_cgroup_dir_wait().
 */
static int wait_for_v1(int dirfd, const char *wanted, struct md_error *err)
{
	int64_t end_ns = md_clock_monotonic_ns() + (int64_t)FREEZE_TIMEOUT_MS * 1000000;

	for (;;) {
		md_auto_free char *state = md_cgroup_dir_read(dirfd, "freezer.state", err);

		if (!state)
			return -1;
		if (md_str_starts(state, wanted))
			return 1;
		if (md_clock_monotonic_ns() >= end_ns)
			return 0;
		(void)poll(NULL, 0, 1);
	}
}

static int set_state(int dirfd, bool frozen, struct md_error *err)
{
	if (!md_cgroup_dir_has(dirfd, "freezer.state")) {
		if (md_cgroup_dir_write(dirfd, "cgroup.freeze", frozen ? "1" : "0", err) < 0)
			return -1;
		return md_cgroup_dir_wait(dirfd, "frozen", frozen, FREEZE_TIMEOUT_MS, err);
	}
	if (md_cgroup_dir_write(dirfd, "freezer.state", frozen ? "FROZEN" : "THAWED", err) < 0)
		return -1;
	return wait_for_v1(dirfd, frozen ? "FROZEN" : "THAWED", err);
}

int md_cgroup_freeze(const struct md_cgroup *group, struct md_error *err)
{
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_close int dir = open_freezer(group, err);
	int reached;

	if (dir < 0)
		return -1;
	reached = set_state(dir, true, err);
	if (reached == 1)
		return 0;
	/* Half frozen is neither running nor paused. */
	(void)set_state(dir, false, &ignored);
	if (reached < 0)
		return md_error_prefix(err, "freeze");
	(void)md_fail(err, MD_ERR_STATE, "freeze: not all processes stopped within %d s",
		      FREEZE_TIMEOUT_MS / 1000);
	return md_error_hint(err, "one in state D of ps(1) waits for a device or a file server");
}

int md_cgroup_thaw(const struct md_cgroup *group, struct md_error *err)
{
	md_auto_close int dir = open_freezer(group, err);
	int reached;

	if (dir < 0)
		return -1;
	reached = set_state(dir, false, err);
	if (reached < 0)
		return md_error_prefix(err, "thaw");
	return reached == 1 ? 0 : md_fail(err, MD_ERR_STATE, "thaw: the group stays frozen");
}

/* The mount that has a group for this container; NULL when the host has no cgroups. */
static const char *any_mount(const struct md_cgroup *group)
{
	static const char *const v1[] = {"freezer", "pids", "memory", "cpu", "devices"};

	if (group->host->v2_mount[0])
		return group->host->v2_mount;
	for (size_t i = 0; i < sizeof(v1) / sizeof(*v1); i++) {
		const struct md_cgroup_v1 *hierarchy = md_host_v1(group->host, v1[i]);

		if (hierarchy)
			return hierarchy->mount;
	}
	return NULL;
}

static int fail_no_cgroups(struct md_error *err)
{
	return md_fail(err, MD_ERR_UNSUPPORTED, "no cgroup file system is mounted here");
}

int md_cgroup_kill(const struct md_cgroup *group, struct md_error *err)
{
	const char *mount = any_mount(group);

	if (!mount)
		return fail_no_cgroups(err);
	md_auto_free char *path = md_cgroup_path(mount, group->parent, group->id);

	return md_cgroup_kill_at(path, err);
}

int md_cgroup_pids(const struct md_cgroup *group, pid_t **ret, size_t *ret_count,
		   struct md_error *err)
{
	const char *mount = any_mount(group);

	if (!mount)
		return fail_no_cgroups(err);
	md_auto_free char *path = md_cgroup_path(mount, group->parent, group->id);

	return md_cgroup_pids_at(path, ret, ret_count, err);
}

int md_cgroup_oom_kills(const struct md_cgroup *group, uint64_t *ret, struct md_error *err)
{
	const struct md_cgroup_v1 *memory = md_host_v1(group->host, "memory");
	const char *file = memory ? "memory.oom_control" : "memory.events";

	if (!memory && !md_host_v2_has(group->host, "memory"))
		return md_fail(err, MD_ERR_UNSUPPORTED,
			       "counting OOM kills needs the cgroup "
			       "controller 'memory'");
	md_auto_close int dir =
		open_at_mount(group, memory ? memory->mount : group->host->v2_mount, err);
	md_auto_free char *text = dir < 0 ? NULL : md_cgroup_dir_read(dir, file, err);

	if (!text)
		return -1;
	if (!md_cgroup_dir_parse_key(text, "oom_kill", ret))
		return md_fail(err, MD_ERR_UNSUPPORTED, "%s does not count OOM kills here", file);
	return 0;
}
