/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/userns_range.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "containers/spec_build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#define FIRST_ID 524288U
/* Ids end at 2^31 - 1: some file systems and programs read them as signed numbers. */
#define RANGE_COUNT ((INT32_MAX - FIRST_ID) / MD_USERNS_RANGE)

static uint32_t number_of(uint32_t base)
{
	return (base - FIRST_ID) / MD_USERNS_RANGE;
}

uint32_t md_userns_range_first_choice(const char *id)
{
	char start[8 + 1];

	(void)snprintf(start, sizeof(start), "%.8s", id);
	return FIRST_ID +
	       (uint32_t)(strtoul(start, NULL, 16) % RANGE_COUNT) * (uint32_t)MD_USERNS_RANGE;
}

/* The descriptor is also the lock. */
static int open_ranges(const struct md_store *store, struct md_error *err)
{
	md_auto_free char *path = md_xasprintf("%s/userns", md_store_run_dir(store));

	md_auto_close int fd = -1;

	if (md_fs_mkdirs(AT_FDCWD, path, 0700, err) < 0)
		return -1;
	fd = md_fs_open_dir(AT_FDCWD, path, err);
	if (fd >= 0 && flock(fd, LOCK_EX) < 0)
		return md_fail_errno(err, "lock '%s'", path);
	return md_steal_fd(&fd);
}

/* True when the container that has the range runs no more: it could not give it back. */
static bool is_abandoned(struct md_store *store, const char *owner)
{
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_free char *undo = NULL;
	struct md_state state;
	bool is_alive;

	if (!md_id_is_valid(owner))
		return true;
	/* A start under way has no process in its state yet, but its undo list is on disk. */
	undo = md_store_path(store, owner, "undo.json");
	if (access(undo, F_OK) == 0)
		return false;
	md_state_init(&state);
	if (md_store_load_state(store, owner, &state, &ignored) < 0) {
		md_state_fini(&state);
		return ignored.code == MD_ERR_NOT_FOUND;
	}
	is_alive = state.process.pid != 0 && md_proc_is_alive(&state.process);
	md_state_fini(&state);
	return !is_alive;
}

/* 1 taken, 0 somebody else has it. */
static int try_take(struct md_store *store, int dirfd, const char *id, uint32_t base,
		    struct md_error *err)
{
	char name[16], owner[MD_ID_LENGTH + 1];
	ssize_t length;

	(void)snprintf(name, sizeof(name), "%u", number_of(base));
	for (int attempt = 0; attempt < 2; attempt++) {
		if (symlinkat(id, dirfd, name) == 0)
			return 1;
		if (errno != EEXIST)
			return md_fail_errno(err, "symlink 'userns/%s'", name);
		length = readlinkat(dirfd, name, owner, sizeof(owner) - 1);
		if (length < 0)
			continue; /* given back at this moment */
		owner[length] = '\0';
		if (strcmp(owner, id) == 0)
			return 1; /* ours, from a run that was killed */
		if (!is_abandoned(store, owner))
			return 0;
		(void)unlinkat(dirfd, name, 0);
	}
	return 0;
}

int md_userns_range_take(struct md_store *store, const char *id, uint32_t *ret_base,
			 struct md_error *err)
{
	md_auto_close int dirfd = open_ranges(store, err);
	uint32_t number = number_of(md_userns_range_first_choice(id));

	if (dirfd < 0)
		return -1;
	for (uint32_t i = 0; i < RANGE_COUNT; i++) {
		uint32_t base = FIRST_ID + (number + i) % RANGE_COUNT * MD_USERNS_RANGE;
		int taken = try_take(store, dirfd, id, base, err);

		if (taken < 0)
			return -1;
		if (taken == 0)
			continue;
		*ret_base = base;
		return 0;
	}
	return md_fail(err, MD_ERR_UNSUPPORTED,
		       "every one of the %u id ranges for "
		       "--userns=private is in use",
		       (unsigned int)RANGE_COUNT);
}

void md_userns_range_release(struct md_store *store, const char *id, uint32_t base)
{
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_close int dirfd = open_ranges(store, &ignored);
	char name[16], owner[MD_ID_LENGTH + 1];
	ssize_t length;

	if (dirfd < 0 || base < FIRST_ID)
		return;
	(void)snprintf(name, sizeof(name), "%u", number_of(base));
	length = readlinkat(dirfd, name, owner, sizeof(owner) - 1);
	if (length != MD_ID_LENGTH)
		return;
	owner[length] = '\0';
	if (strcmp(owner, id) == 0)
		(void)unlinkat(dirfd, name, 0);
}
