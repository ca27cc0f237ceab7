/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_dir.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/clock.h"
#include "base/fs.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <sys/vfs.h>

/* Millions of processes fit; a v2 file lists them unsorted. */
#define CONTROL_MAX (32U << 20)

/* Groups below a container's own are its own doing: nobody nests this deep in good faith. */
#define DEPTH_MAX 128

MD_DEFINE_AUTO(dir, DIR *, closedir)
#define md_auto_dir MD_CLEANUP(md_cleanup_dir)

int md_cgroup_dir_open(const char *path, struct md_error *err)
{
	md_auto_close int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	struct statfs fs;

	if (fd < 0 && errno == ENOENT)
		return md_fail(err, MD_ERR_NOT_FOUND, "cgroup '%s' does not exist", path);
	if (fd < 0)
		return md_fail_errno(err, "open cgroup '%s'", path);
	if (fstatfs(fd, &fs) < 0)
		return md_fail_errno(err, "fstatfs cgroup '%s'", path);
	if (fs.f_type != CGROUP_SUPER_MAGIC && fs.f_type != CGROUP2_SUPER_MAGIC)
		return md_fail(err, MD_ERR_INVALID, "'%s' is not in a cgroup file system", path);
	return md_steal_fd(&fd);
}

bool md_cgroup_dir_has(int dirfd, const char *file)
{
	return faccessat(dirfd, file, F_OK, 0) == 0;
}

int md_cgroup_dir_write(int dirfd, const char *file, const char *value, struct md_error *err)
{
	md_auto_close int fd = openat(dirfd, file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return md_fail_errno(err, "open cgroup file '%s'", file);
	if (write(fd, value, strlen(value)) < 0)
		return md_fail_errno(err, "write '%s' to cgroup file '%s'", value, file);
	return 0;
}

char *md_cgroup_dir_read(int dirfd, const char *file, struct md_error *err)
{
	char *text = NULL;

	return md_fs_read(dirfd, file, CONTROL_MAX, &text, NULL, err) < 0 ? NULL : text;
}

bool md_cgroup_dir_parse_key(const char *text, const char *key, uint64_t *ret)
{
	size_t length = strlen(key);

	for (const char *line = text; line && *line; line = strchr(line, '\n')) {
		char *end;
		unsigned long long value;

		line += *line == '\n';
		if (strncmp(line, key, length) != 0 || line[length] != ' ')
			continue;
		if (line[length + 1] < '0' || line[length + 1] > '9')
			return false;
		errno = 0;
		value = strtoull(line + length + 1, &end, 10);
		if (errno != 0 || (*end != '\n' && *end != '\0'))
			return false;
		*ret = value;
		return true;
	}
	return false;
}

static int read_event(int fd, const char *key, uint64_t *ret, struct md_error *err)
{
	char text[512];
	ssize_t n = pread(fd, text, sizeof(text) - 1, 0);

	if (n < 0)
		return md_fail_errno(err, "read cgroup.events");
	text[n] = '\0';
	if (!md_cgroup_dir_parse_key(text, key, ret))
		return md_fail(err, MD_ERR_UNSUPPORTED, "cgroup.events has no '%s' here", key);
	return 0;
}

int md_cgroup_dir_wait(int dirfd, const char *key, uint64_t value, int timeout_ms,
		       struct md_error *err)
{
	md_auto_close int fd = openat(dirfd, "cgroup.events", O_RDONLY | O_CLOEXEC);
	int64_t end = md_clock_monotonic_ns() + (int64_t)timeout_ms * 1000000;
	uint64_t now_is;

	if (fd < 0)
		return md_fail_errno(err, "open cgroup.events");
	for (;;) {
		/* A change between this read and the poll makes the poll return at once. */
		struct pollfd change = {.fd = fd, .events = POLLPRI};
		int64_t left_ns = end - md_clock_monotonic_ns();

		if (read_event(fd, key, &now_is, err) < 0)
			return -1;
		if (now_is == value)
			return 1;
		if (left_ns <= 0)
			return 0;
		if (poll(&change, 1, (int)(left_ns / 1000000 + 1)) < 0 && errno != EINTR)
			return md_fail_errno(err, "poll cgroup.events");
	}
}

struct pid_list {
	pid_t *pids;
	size_t count, capacity;
};

static void add_pid(struct pid_list *list, pid_t pid)
{
	if (list->count == list->capacity) {
		list->capacity = list->capacity ? 2 * list->capacity : 16;
		list->pids = md_xreallocarray(list->pids, list->capacity, sizeof(*list->pids));
	}
	list->pids[list->count++] = pid;
}

/* The kernel writes one decimal number per line. 0 is a process outside our pid namespace. */
static void add_pids(struct pid_list *list, const char *text)
{
	while (*text) {
		char *end;
		long pid = strtol(text, &end, 10);

		if (end == text)
			return;
		if (pid > 0)
			add_pid(list, (pid_t)pid);
		text = end + (*end == '\n');
	}
}

/* Call `fn` for each group directly below; the entries that are not directories are its files. */
static int each_below(int dirfd,
		      int (*fn)(int dirfd, const char *name, void *data, struct md_error *err),
		      void *data, struct md_error *err)
{
	int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	md_auto_dir DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir) {
		(void)md_fail_errno(err, "list a cgroup");
		md_close_fd(&fd);
		return -1;
	}
	for (const struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
		if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0 && fn(dirfd, entry->d_name, data, err) < 0)
			return -1;
	return 0;
}

struct walk {
	struct pid_list list;
	unsigned int depth;
};

static int open_below(int dirfd, const char *name)
{
	return openat(dirfd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

static int collect(int dirfd, struct walk *walk, struct md_error *err);

/* A group that vanishes while we walk has no processes. */
static int collect_below(int dirfd, const char *name, void *data, struct md_error *err)
{
	md_auto_close int fd = open_below(dirfd, name);

	if (fd < 0)
		return errno == ENOENT ? 0 : md_fail_errno(err, "open cgroup '%s'", name);
	return collect(fd, data, err);
}

static int collect(int dirfd, struct walk *walk, struct md_error *err)
{
	struct md_error unread = MD_ERROR_INIT;
	md_auto_free char *text = md_cgroup_dir_read(dirfd, "cgroup.procs", &unread);

	/* A threaded group (EOPNOTSUPP) shows its processes in the group that it belongs to. */
	if (!text && unread.sys_errno != EOPNOTSUPP && unread.sys_errno != ENODEV &&
	    unread.code != MD_ERR_NOT_FOUND) {
		*err = unread;
		return -1;
	}
	if (text)
		add_pids(&walk->list, text);
	if (++walk->depth > DEPTH_MAX)
		return md_fail(err, MD_ERR_INVALID, "cgroups are nested deeper than %d", DEPTH_MAX);
	if (each_below(dirfd, collect_below, walk, err) < 0)
		return -1;
	walk->depth--;
	return 0;
}

static int compare_pids(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

int md_cgroup_dir_pids(int dirfd, pid_t **ret, size_t *ret_count, struct md_error *err)
{
	struct walk walk = {0};

	if (collect(dirfd, &walk, err) < 0) {
		free(walk.list.pids);
		return -1;
	}
	if (walk.list.count > 0)
		qsort(walk.list.pids, walk.list.count, sizeof(pid_t), compare_pids);
	*ret = walk.list.pids;
	*ret_count = walk.list.count;
	return 0;
}

static int remove_one_below(int dirfd, const char *name, void *data, struct md_error *err)
{
	unsigned int *depth = data;
	md_auto_close int fd = open_below(dirfd, name);

	if (fd < 0)
		return errno == ENOENT ? 0 : md_fail_errno(err, "open cgroup '%s'", name);
	if (++*depth > DEPTH_MAX)
		return md_fail(err, MD_ERR_INVALID, "cgroups are nested deeper than %d", DEPTH_MAX);
	if (each_below(fd, remove_one_below, depth, err) < 0)
		return -1;
	--*depth;
	if (unlinkat(dirfd, name, AT_REMOVEDIR) < 0 && errno != ENOENT)
		return md_fail_errno(err, "rmdir cgroup '%s'", name);
	return 0;
}

int md_cgroup_dir_remove_below(int dirfd, struct md_error *err)
{
	unsigned int depth = 0;

	return each_below(dirfd, remove_one_below, &depth, err);
}
