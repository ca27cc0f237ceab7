/* SPDX-License-Identifier: Apache-2.0 */
#include "images/unpack.h"

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json.h"
#include "base/safe_path.h"
#include "images/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#define NOTES_MAX ((size_t)32 << 20) /* the worker keeps to MD_TREE_NOTES_MAX */

#define NO_FDS                          \
	{                               \
		-1, -1, -1, -1, -1, -1, \
	}

static int read_result(const struct md_json *result, struct md_unpacked *ret, struct md_error *err)
{
	const char *diff_id = md_json_get_string(result, "diff_id", NULL);

	if (!md_digest_is_valid(diff_id))
		return md_fail(err, MD_ERR_PEER, "'minidock-unpack' gave no diff_id");
	memcpy(ret->diff_id, diff_id, sizeof(ret->diff_id));
	ret->tar_bytes = (uint64_t)md_json_get_number(result, "tar_bytes", 0);
	ret->skipped = (uint64_t)md_json_get_number(result, "skipped", 0);
	ret->dropped_xattrs = (uint64_t)md_json_get_number(result, "dropped_xattrs", 0);
	return 0;
}

/* A directory that a later entry replaced or removed needs no mark. */
static int mark_opaque(int tree_fd, const char *path, struct md_error *err)
{
	md_auto_close int fd = -1;

	fd = md_safe_open_nolinks(tree_fd, *path ? path : ".", O_RDONLY | O_DIRECTORY);
	if (fd < 0 && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
		return 0;
	if (fd < 0)
		return md_fail_errno(err, "open directory of an opaque whiteout");
	if (fsetxattr(fd, "trusted.overlay.opaque", "y", 1, 0) < 0)
		return md_fail_errno(err, "setxattr trusted.overlay.opaque");
	return 0;
}

/*
 * trusted.* attributes need CAP_SYS_ADMIN, which the worker gave up: it lists the directories,
 * NUL-terminated, and we mark them, component by component and without following links.
 */
static int apply_notes(const struct md_staging *staging, int tree_fd, struct md_error *err)
{
	md_auto_free char *notes = NULL;
	size_t length = 0;
	size_t at;

	if (md_fs_read(staging->fd, "notes", NOTES_MAX, &notes, &length, err) < 0)
		return -1;
	for (at = 0; at < length; at += strlen(notes + at) + 1)
		if (mark_opaque(tree_fd, notes + at, err) < 0)
			return -1;
	return 0;
}

/* The packer's reason comes first: what the unpacker saw is only a cut-off archive. */
static int finish_packer(struct md_worker *packer, struct md_error *err)
{
	md_auto_json struct md_json *result = NULL;

	if (packer->pidfd < 0)
		return 0;
	result = md_worker_finish(packer, err);
	return result ? 0 : -1;
}

static int start_packer(int directory, int *ret_stream, struct md_worker *ret, struct md_error *err)
{
	int fds[MD_WORKER_FDS] = NO_FDS;
	int ends[2];
	int started;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return md_fail_errno(err, "pipe for 'minidock-pack'");
	(void)fcntl(ends[1], F_SETPIPE_SZ, 1 << 20); /* fewer switches; a refusal does no harm */
	fds[MD_WORKER_OUTPUT] = ends[1];
	fds[MD_WORKER_DIRECTORY] = directory;
	started = md_worker_start("minidock-pack", NULL, fds, ret, err);
	(void)close(ends[1]);
	if (started < 0) {
		(void)close(ends[0]);
		return -1;
	}
	*ret_stream = ends[0];
	return 0;
}

static int run_unpacker(const struct md_unpack_source *source, const int fds[MD_WORKER_FDS],
			struct md_unpacked *ret, struct md_error *err)
{
	MD_CLEANUP(md_worker_fini) struct md_worker packer = MD_WORKER_INIT;
	MD_CLEANUP(md_worker_fini) struct md_worker unpacker = MD_WORKER_INIT;
	const char *argument = source->kind == MD_UNPACK_BUILTIN ? "builtin" : NULL;
	md_auto_json struct md_json *result = NULL;
	struct md_error late = MD_ERROR_INIT;
	int all[MD_WORKER_FDS];
	md_auto_close int stream = -1;

	memcpy(all, fds, sizeof(all));
	if (source->kind == MD_UNPACK_DIRECTORY) {
		if (start_packer(source->fd, &stream, &packer, err) < 0)
			return -1;
		all[MD_WORKER_INPUT] = stream;
	}
	if (md_worker_start("minidock-unpack", argument, all, &unpacker, err) < 0)
		return -1;
	md_close_fd(&stream);
	result = md_worker_finish(&unpacker, &late);
	if (finish_packer(&packer, err) < 0)
		return -1;
	if (!result) {
		*err = late;
		return -1;
	}
	return read_result(result, ret, err);
}

int md_unpack(const struct md_staging *staging, const struct md_unpack_source *source,
	      struct md_unpacked *ret, struct md_error *err)
{
	int fds[MD_WORKER_FDS] = NO_FDS;
	md_auto_close int notes = -1;
	md_auto_close int tree = -1;

	if (mkdirat(staging->fd, "fs", 0755) < 0)
		return md_fail_errno(err, "mkdir 'fs' in staging");
	tree = md_fs_open_dir(staging->fd, "fs", err);
	if (tree < 0)
		return -1;
	notes = openat(staging->fd, "notes", O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC,
		       0600);
	if (notes < 0)
		return md_fail_errno(err, "create 'notes' in staging");
	fds[MD_WORKER_INPUT] = source->fd;
	fds[MD_WORKER_DIRECTORY] = tree;
	fds[MD_WORKER_NOTES] = notes;
	if (run_unpacker(source, fds, ret, err) < 0 || apply_notes(staging, tree, err) < 0)
		return -1;
	/* One flush for the whole tree instead of one per file. */
	if (syncfs(tree) < 0)
		return md_fail_errno(err, "syncfs of the unpacked layer");
	return 0;
}
