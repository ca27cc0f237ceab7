/* SPDX-License-Identifier: Apache-2.0 */
/*
 * floor.c - what the kernel itself charges for one container, so that the engine's share can be
 * told.
 *
 *	floor ROOTFS WORK	ROOTFS holds a static /bin/true, WORK is a directory for the overlay
 *
 * Five namespaces by clone3, an overlay as the root with /proc /dev /sys and their usual mounts and
 * nodes, a host name, pivot_root, a limit in each of three cgroups (one group on pure v2), exec,
 * wait, and the groups removed. No image, record, log or filter.
 *
 * The first process joins a v1 group by writing 0 to `tasks`, and a v2 group by being cloned into
 * it: a pid written to cgroup.procs would wait for an RCU grace period, which an idle machine makes
 * several milliseconds long.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#define GROUPS_MAX    3
#define PATH_SIZE     4096
#define CGROUP2_MAGIC 0x63677270

struct group {
	char directory[PATH_SIZE];
	int join_fd; /* `tasks` of a v1 group, the directory of a v2 group */
};

struct limit {
	const char *group;
	const char *file;
	const char *value;
};

static const struct limit v1_limits[] = {
	{"/sys/fs/cgroup/memory/floor", "memory.limit_in_bytes", "268435456"},
	{"/sys/fs/cgroup/cpu/floor", "cpu.shares", "512"},
	{"/sys/fs/cgroup/pids/floor", "pids.max", "100"},
};

static const struct limit v2_limits[] = {
	{"/sys/fs/cgroup/floor", "memory.max", "268435456"},
	{"/sys/fs/cgroup/floor", "cpu.weight", "50"},
	{"/sys/fs/cgroup/floor", "pids.max", "100"},
};

static const struct {
	const char *source, *target, *type;
	unsigned long flags;
	const char *data;
} mounts[] = {
	{"proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL},
	{"dev", "dev", "tmpfs", MS_NOSUID, "mode=755,size=64k"},
	{"sys", "sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL},
	{"pts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=666,mode=620"},
	{"shm", "dev/shm", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=64m"},
	{"mqueue", "dev/mqueue", "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL},
};

static const struct {
	const char *path;
	unsigned int minor;
} nodes[] = {{"dev/null", 3},   {"dev/zero", 5},    {"dev/full", 7},
	     {"dev/random", 8}, {"dev/urandom", 9}, {"dev/tty", 0}};

static void die(const char *what)
{
	perror(what);
	_exit(125);
}

static bool is_pure_v2(void)
{
	struct statfs fs;

	return statfs("/sys/fs/cgroup", &fs) == 0 && fs.f_type == CGROUP2_MAGIC;
}

static void write_file(const char *directory, const char *name, const char *text)
{
	char path[PATH_SIZE + 64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		die(path);
	close(fd);
}

static void make_groups(struct group groups[GROUPS_MAX], int *count, bool v2)
{
	const struct limit *limits = v2 ? v2_limits : v1_limits;
	char path[PATH_SIZE + 64];

	*count = v2 ? 1 : GROUPS_MAX;
	for (int i = 0; i < GROUPS_MAX; i++) {
		if (mkdir(limits[i].group, 0755) < 0 && errno != EEXIST)
			die(limits[i].group);
		write_file(limits[i].group, limits[i].file, limits[i].value);
	}
	for (int i = 0; i < *count; i++) {
		snprintf(groups[i].directory, PATH_SIZE, "%s", limits[i].group);
		snprintf(path, sizeof(path), "%s%s", limits[i].group, v2 ? "" : "/tasks");
		groups[i].join_fd =
			open(path, (v2 ? O_RDONLY | O_DIRECTORY : O_WRONLY) | O_CLOEXEC);
		if (groups[i].join_fd < 0)
			die(path);
	}
}

static void mount_root(const char *lower, const char *work)
{
	char options[3 * PATH_SIZE];

	if (mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL) < 0)
		die("private mounts");
	snprintf(options, sizeof(options), "lowerdir=%s,upperdir=%s/upper,workdir=%s/work", lower,
		 work, work);
	if (chdir(work) < 0 || mount("overlay", "merged", "overlay", 0, options) < 0)
		die("overlay");
	if (chdir("merged") < 0)
		die("merged");
}

static void fill_root(void)
{
	for (size_t i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		if (mkdir(mounts[i].target, 0755) < 0 && errno != EEXIST)
			die(mounts[i].target);
		if (mount(mounts[i].source, mounts[i].target, mounts[i].type, mounts[i].flags,
			  mounts[i].data) < 0)
			die(mounts[i].target);
	}
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		dev_t device = makedev(nodes[i].minor == 0 ? 5 : 1, nodes[i].minor);

		if (mknod(nodes[i].path, S_IFCHR | 0666, device) < 0)
			die(nodes[i].path);
	}
}

static void first_process(const char *lower, const char *work, const struct group *groups,
			  int count)
{
	for (int i = 0; i < count; i++) {
		if (write(groups[i].join_fd, "0", 1) != 1)
			die("join cgroup");
	}
	mount_root(lower, work);
	fill_root();
	if (sethostname("floor", 5) < 0)
		die("host name");
	if (syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
		die("pivot_root");
	execl("/bin/true", "true", (char *)NULL);
	die("/bin/true");
}

static void make_overlay_directories(const char *work)
{
	static const char *const names[] = {"upper", "work", "merged"};
	char path[PATH_SIZE];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", work, names[i]);
		if (mkdir(path, 0755) < 0 && errno != EEXIST)
			die(path);
	}
}

int main(int argc, char **argv)
{
	struct clone_args args = {.flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS |
					   CLONE_NEWIPC | CLONE_NEWNET,
				  .exit_signal = SIGCHLD};
	struct group groups[GROUPS_MAX];
	bool v2 = is_pure_v2();
	int status, count;
	pid_t child;

	if (argc != 3) {
		fprintf(stderr, "usage: floor ROOTFS WORK\n");
		return 2;
	}
	make_overlay_directories(argv[2]);
	make_groups(groups, &count, v2);
	if (v2) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (uint64_t)groups[0].join_fd;
	}
	child = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	if (child < 0)
		die("clone3");
	if (child == 0)
		first_process(argv[1], argv[2], groups, v2 ? 0 : count);
	if (waitpid(child, &status, 0) < 0)
		die("wait");
	for (int i = 0; i < count; i++) {
		if (rmdir(groups[i].directory) < 0)
			die(groups[i].directory);
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 125;
}
