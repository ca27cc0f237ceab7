/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on files and directories, on the host and inside the container's root. */
#include "runtime/perform.h"

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/safe_path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#define FD(n)   md_performer_fd(performer, call, n)
#define TEXT(n) md_performer_text(performer, call, n)
#define INT(n)  call->args[n]

static int do_mkdirat(struct md_performer *performer, const struct md_call *call)
{
	return mkdirat(FD(0), TEXT(1), (mode_t)INT(2));
}

static int do_unlinkat(struct md_performer *performer, const struct md_call *call)
{
	return unlinkat(FD(0), TEXT(1), (int)INT(2));
}

static int do_symlinkat(struct md_performer *performer, const struct md_call *call)
{
	return symlinkat(TEXT(0), FD(1), TEXT(2));
}

static int do_mknodat(struct md_performer *performer, const struct md_call *call)
{
	return mknodat(FD(0), TEXT(1), (mode_t)INT(2), (dev_t)INT(3));
}

static int do_fchmodat(struct md_performer *performer, const struct md_call *call)
{
	return fchmodat(FD(0), TEXT(1), (mode_t)INT(2), 0);
}

static int do_fchownat(struct md_performer *performer, const struct md_call *call)
{
	return fchownat(FD(0), TEXT(1), (uid_t)INT(2), (gid_t)INT(3),
			AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW);
}

static int do_openat(struct md_performer *performer, const struct md_call *call)
{
	return openat(FD(0), TEXT(1), (int)INT(2) | O_CLOEXEC, (mode_t)INT(3));
}

static int do_close(struct md_performer *performer, const struct md_call *call)
{
	md_performer_set(performer, (enum md_slot)INT(0), -1);
	return 0;
}

/* dup2 onto itself keeps close-on-exec, which would lose a standard descriptor at the exec. */
static int do_dup2(struct md_performer *performer, const struct md_call *call)
{
	int fd = FD(0), to = (int)INT(1);

	if (fd == to)
		return fcntl(fd, F_SETFD, 0);
	return dup2(fd, to) < 0 ? -1 : 0;
}

static int is_magic(int fd, long magic, long other)
{
	struct statfs fs;

	if (fstatfs(fd, &fs) < 0)
		return -1;
	if (fs.f_type == magic || fs.f_type == other)
		return 0;
	errno = EXDEV;
	return -1;
}

static int write_data(int fd, struct md_performer *performer, const struct md_call *call)
{
	size_t length = 0;
	const void *data = md_call_bytes(performer->program, call, 2, &length);

	/* One write: control files take a value or refuse it as a whole. */
	return write(fd, data, length) == (ssize_t)length ? 0 : -1;
}

static int do_write_file(struct md_performer *performer, const struct md_call *call)
{
	md_auto_close int fd = openat(FD(0), TEXT(1), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

	return fd < 0 ? -1 : write_data(fd, performer, call);
}

/* An empty path means the descriptor itself, opened earlier by the engine. */
static int do_write_cgroup(struct md_performer *performer, const struct md_call *call)
{
	md_auto_close int opened = -1;
	int fd = FD(0);

	if (*TEXT(1)) {
		opened = openat(fd, TEXT(1), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
		fd = opened;
	}
	if (fd < 0 || is_magic(fd, CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC) < 0)
		return -1;
	return write_data(fd, performer, call);
}

/* The value of a control file; its length without the newline at its end. */
static ssize_t read_control(int dirfd, const char *name, char *out, size_t size)
{
	md_auto_close int fd = openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	ssize_t n = fd < 0 ? -1 : read(fd, out, size);

	return n > 0 && out[n - 1] == '\n' ? n - 1 : n;
}

static int do_cgroup_inherit(struct md_performer *performer, const struct md_call *call)
{
	md_auto_close int dir = open(TEXT(0), O_PATH | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	md_auto_close int above = dir < 0 ? -1 : openat(dir, "..", O_PATH | O_CLOEXEC);
	md_auto_close int fd = -1;
	char value[4096];
	ssize_t length = above < 0 ? -1 : read_control(dir, TEXT(1), value, sizeof(value));

	if (length != 0)
		return length < 0 ? -1 : 0;
	length = read_control(above, TEXT(1), value, sizeof(value));
	fd = openat(dir, TEXT(1), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	if (length < 0 || fd < 0 || is_magic(fd, CGROUP_SUPER_MAGIC, CGROUP2_SUPER_MAGIC) < 0)
		return -1;
	return write(fd, value, (size_t)length) == length ? 0 : -1;
}

/* "/proc/PID/<name>" without stdio. */
static void proc_path(pid_t pid, const char *name, char *out, size_t size)
{
	char digits[16];
	size_t n = sizeof(digits);
	size_t used = 0;

	digits[--n] = '\0';
	do {
		digits[--n] = (char)('0' + pid % 10);
		pid /= 10;
	} while (pid > 0);
	for (const char *const *part = (const char *const[]){"/proc/", digits + n, "/", name, NULL};
	     *part; part++)
		for (const char *c = *part; *c && used + 1 < size; c++)
			out[used++] = *c;
	out[used] = '\0';
}

static int open_proc(struct md_performer *performer, const char *name, int flags)
{
	char path[128];

	if (performer->child <= 0) {
		errno = ESRCH;
		return -1;
	}
	proc_path(performer->child, name, path, sizeof(path));
	return open(path, flags | O_CLOEXEC);
}

static int do_open_proc(struct md_performer *performer, const struct md_call *call)
{
	return open_proc(performer, TEXT(0), (int)INT(1));
}

static int do_write_proc(struct md_performer *performer, const struct md_call *call)
{
	size_t length = 0;
	const void *data = md_call_bytes(performer->program, call, 1, &length);
	md_auto_close int fd = open_proc(performer, TEXT(0), O_WRONLY);

	if (fd < 0 || is_magic(fd, PROC_SUPER_MAGIC, PROC_SUPER_MAGIC) < 0)
		return -1;
	return write(fd, data, length) == (ssize_t)length ? 0 : -1;
}

static int do_write_sysctl(struct md_performer *performer, const struct md_call *call)
{
	md_auto_close int fd = md_safe_open_nolinks(FD(0), TEXT(1), O_WRONLY);

	if (fd < 0 || is_magic(fd, PROC_SUPER_MAGIC, PROC_SUPER_MAGIC) < 0)
		return -1;
	return write_data(fd, performer, call);
}

static int do_chown_pipe(struct md_performer *performer, const struct md_call *call)
{
	struct stat st;
	int fd = FD(0);

	if (fd < 0)
		return 0;
	if (fstat(fd, &st) < 0)
		return -1;
	return S_ISFIFO(st.st_mode) ? fchown(fd, (uid_t)INT(1), (gid_t)INT(2)) : 0;
}

static int do_root_mkdirs(struct md_performer *performer, const struct md_call *call)
{
	return md_safe_mkdirs(FD(0), TEXT(1), (mode_t)INT(2));
}

static int do_root_system_dir(struct md_performer *performer, const struct md_call *call)
{
	if (mkdirat(FD(0), TEXT(1), (mode_t)INT(2)) < 0 && errno != EEXIST)
		return -1;
	return md_safe_open_nolinks(FD(0), TEXT(1), O_PATH | O_DIRECTORY);
}

static int do_root_touch(struct md_performer *performer, const struct md_call *call)
{
	return md_safe_touch(FD(0), TEXT(1), (mode_t)INT(2));
}

static int do_root_open(struct md_performer *performer, const struct md_call *call)
{
	return md_safe_open(FD(0), TEXT(1), (int)INT(2));
}

md_perform_fn *const md_perform_file_table[MD_CALL_COUNT] = {
	[MD_CALL_MKDIRAT] = do_mkdirat,
	[MD_CALL_UNLINKAT] = do_unlinkat,
	[MD_CALL_SYMLINKAT] = do_symlinkat,
	[MD_CALL_MKNODAT] = do_mknodat,
	[MD_CALL_FCHMODAT] = do_fchmodat,
	[MD_CALL_FCHOWNAT] = do_fchownat,
	[MD_CALL_OPENAT] = do_openat,
	[MD_CALL_CLOSE] = do_close,
	[MD_CALL_DUP2] = do_dup2,
	[MD_CALL_WRITE_FILE] = do_write_file,
	[MD_CALL_WRITE_CGROUP] = do_write_cgroup,
	[MD_CALL_CGROUP_INHERIT] = do_cgroup_inherit,
	[MD_CALL_WRITE_PROC] = do_write_proc,
	[MD_CALL_WRITE_SYSCTL] = do_write_sysctl,
	[MD_CALL_CHOWN_PIPE] = do_chown_pipe,
	[MD_CALL_OPEN_PROC] = do_open_proc,
	[MD_CALL_ROOT_MKDIRS] = do_root_mkdirs,
	[MD_CALL_ROOT_SYSTEM_DIR] = do_root_system_dir,
	[MD_CALL_ROOT_TOUCH] = do_root_touch,
	[MD_CALL_ROOT_OPEN] = do_root_open,
};
