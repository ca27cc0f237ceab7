/* SPDX-License-Identifier: Apache-2.0 */
/* Mounts, devices, and what of /proc, /sys and the cgroup file systems can be read or written. */
#include "tests/payloads/selfcheck.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define WRITABLE_MAX 64
#define DEPTH_MAX    12

/* ---- hidden paths ---- */

static const char *const secrets[] = {
	"/proc/acpi",
	"/proc/asound",
	"/proc/config.gz",
	"/proc/dynamic_debug",
	"/proc/interrupts",
	"/proc/kallsyms",
	"/proc/kcore",
	"/proc/key-users",
	"/proc/keys",
	"/proc/kpagecgroup",
	"/proc/kpagecount",
	"/proc/kpageflags",
	"/proc/latency_stats",
	"/proc/modules",
	"/proc/mtrr",
	"/proc/pagetypeinfo",
	"/proc/sched_debug",
	"/proc/scsi",
	"/proc/slabinfo",
	"/proc/timer_list",
	"/proc/timer_stats",
	"/proc/vmallocinfo",
	"/sys/devices/virtual/powercap",
	"/sys/firmware",
	"/sys/fs/bpf",
	"/sys/fs/pstore",
	"/sys/fs/selinux",
	"/sys/hypervisor",
	"/sys/kernel/debug",
	"/sys/kernel/notes",
	"/sys/kernel/security",
	"/sys/kernel/tracing",
	"/sys/kernel/vmcoreinfo",
	"/sys/module",
};

static bool directory_has_entries(const char *path)
{
	DIR *dir = opendir(path);
	int count = 0;

	for (struct dirent *e; dir && (e = readdir(dir)) != NULL;)
		count += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
	if (dir)
		(void)closedir(dir);
	return count > 0;
}

static bool file_has_bytes(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char byte;
	bool has = fd >= 0 && read(fd, &byte, 1) == 1;

	if (fd >= 0)
		(void)close(fd);
	return has;
}

static void check_secrets(struct json *out)
{
	struct stat st;

	json_open(out, "readable secrets", '[');
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		if (stat(secrets[i], &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode) ? directory_has_entries(secrets[i])
					: file_has_bytes(secrets[i]))
			json_string(out, NULL, secrets[i]);
	}
	json_close(out, ']');
}

/* ---- kernel switches ---- */

static const char *const switches[] = {
	"/proc/bus",
	"/proc/fs",
	"/proc/irq",
	"/proc/sys",
	"/proc/sys/kernel/core_pattern",
	"/proc/sys/kernel/hostname",
	"/proc/sys/kernel/modprobe",
	"/proc/sys/vm/panic_on_oom",
	"/proc/sysrq-trigger",
	"/sys",
	"/sys/fs/cgroup",
};

static bool is_writable(const char *path)
{
	struct statvfs st;
	int fd;

	if (statvfs(path, &st) < 0 || (st.f_flag & ST_RDONLY))
		return false;
	fd = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == EISDIR; /* a directory on a writable mount */
	(void)close(fd);
	return true;
}

static void check_switches(struct json *out)
{
	json_open(out, "writable kernel switches", '[');
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		if (is_writable(switches[i]))
			json_string(out, NULL, switches[i]);
	}
	json_close(out, ']');
}

/* ---- every writable file of a tree ---- */

struct walk {
	char *found[WRITABLE_MAX];
	int count;
};

/* Below /proc: processes, of which only our own would open, and what anybody may ask to be told. */
static bool is_skipped(const char *path, const char *name)
{
	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return true;
	return strcmp(path, "/proc") == 0 &&
	       (strspn(name, "0123456789") == strlen(name) || strcmp(name, "pressure") == 0);
}

static void try_write(struct walk *walk, const char *path)
{
	int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)close(fd);
	if (walk->count < WRITABLE_MAX)
		walk->found[walk->count++] = strdup(path);
}

static void walk_tree(struct walk *walk, const char *path, int depth);

static void visit(struct walk *walk, const char *path, const char *name, int depth)
{
	char child[PATH_MAX];
	struct stat st;

	if (is_skipped(path, name) ||
	    snprintf(child, sizeof(child), "%s/%s", path, name) >= (int)sizeof(child))
		return;
	if (lstat(child, &st) < 0)
		return;
	if (S_ISDIR(st.st_mode))
		walk_tree(walk, child, depth + 1);
	/* Root may open any file for writing; without a write bit the kernel has nothing behind it.
	 */
	else if (S_ISREG(st.st_mode) && (st.st_mode & 0222))
		try_write(walk, child);
}

static void walk_tree(struct walk *walk, const char *path, int depth)
{
	DIR *dir = depth < DEPTH_MAX ? opendir(path) : NULL;

	for (struct dirent *e; dir && walk->count < WRITABLE_MAX && (e = readdir(dir)) != NULL;)
		visit(walk, path, e->d_name, depth);
	if (dir)
		(void)closedir(dir);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void check_writable(struct json *out, const char *root)
{
	struct walk walk = {0};
	char key[64];

	(void)snprintf(key, sizeof(key), "writable files below %s", root);
	walk_tree(&walk, root, 0);
	if (walk.count == WRITABLE_MAX) {
		json_string(out, key, "many");
		return;
	}
	qsort(walk.found, (size_t)walk.count, sizeof(walk.found[0]), compare_texts);
	json_open(out, key, '[');
	for (int i = 0; i < walk.count; i++)
		json_string(out, NULL, walk.found[i]);
	json_close(out, ']');
}

/* ---- mounts ---- */

/* What follows a mount point in mountinfo: its options, and after " - " the file system. */
struct mount_line {
	char target[PATH_MAX], options[256], type[64];
};

static bool read_mount(FILE *file, struct mount_line *ret)
{
	char line[4 * PATH_MAX];
	const char *tail;

	if (!fgets(line, sizeof(line), file))
		return false;
	tail = strstr(line, " - ");
	*ret = (struct mount_line){0};
	(void)sscanf(line, "%*d %*d %*s %*s %4095s %255s", ret->target, ret->options);
	(void)sscanf(tail ? tail : "", " - %63s", ret->type);
	return true;
}

static bool is_below(const char *path, const char *root)
{
	size_t length = strlen(root);

	return strncmp(path, root, length) == 0 && path[length] == '/';
}

/* Which hierarchies a host has and which secrets a kernel has differs: those are judged above. */
static bool is_of_this_host(const char *target)
{
	return is_below(target, "/proc") || is_below(target, "/sys");
}

/* A file system of the host, by bind mount: which one it is says nothing about the container. */
static const char *kind_of(const char *type)
{
	static const char *const ours[] = {"overlay", "proc",  "tmpfs",  "devpts",
					   "mqueue",  "sysfs", "cgroup", "cgroup2"};

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++) {
		if (strcmp(type, ours[i]) == 0)
			return type;
	}
	return "bind";
}

/* Without the times of access, which follow the host. */
static void print_options(char *options, char *out, size_t size)
{
	size_t used = 0;

	*out = '\0';
	for (char *save = NULL, *option = strtok_r(options, ",", &save); option;
	     option = strtok_r(NULL, ",", &save)) {
		if (!strstr(option, "atime"))
			used += (size_t)snprintf(out + used, size - used, "%s%s", used ? "," : "",
						 option);
	}
}

static void check_mounts(struct json *out)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	struct mount_line mount;

	json_open(out, "mounts", '[');
	while (file && read_mount(file, &mount)) {
		char text[PATH_MAX + 512], options[256];

		if (is_of_this_host(mount.target))
			continue;
		print_options(mount.options, options, sizeof(options));
		(void)snprintf(text, sizeof(text), "%s %s %s", mount.target, kind_of(mount.type),
			       options);
		json_string(out, NULL, text);
	}
	json_close(out, ']');
	if (file)
		(void)fclose(file);
}

static void check_cgroup_mounts(struct json *out)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	struct mount_line mount;
	int count = 0, writable = 0;

	while (file && read_mount(file, &mount)) {
		if (!is_below(mount.target, "/sys/fs/cgroup") &&
		    strcmp(mount.target, "/sys/fs/cgroup") != 0)
			continue;
		count++;
		writable += strncmp(mount.options, "ro", 2) != 0;
	}
	json_bool(out, "cgroup file systems are mounted", count > 0);
	json_number(out, "cgroup mounts that are writable", writable);
	if (file)
		(void)fclose(file);
}

/* ---- /dev ---- */

static int is_entry(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static void print_device(struct json *out, const char *name)
{
	char path[PATH_MAX], target[PATH_MAX] = "", text[PATH_MAX + 64];
	struct stat st;

	(void)snprintf(path, sizeof(path), "/dev/%s", name);
	if (lstat(path, &st) < 0)
		return;
	if (S_ISLNK(st.st_mode) && readlink(path, target, sizeof(target) - 1) >= 0)
		(void)snprintf(text, sizeof(text), "-> %s", target);
	else if (S_ISDIR(st.st_mode))
		(void)snprintf(text, sizeof(text), "directory %04o", st.st_mode & 07777);
	else
		(void)snprintf(text, sizeof(text), "%c %u:%u %04o", S_ISBLK(st.st_mode) ? 'b' : 'c',
			       major(st.st_rdev), minor(st.st_rdev), st.st_mode & 07777);
	json_string(out, name, text);
}

static void check_devices(struct json *out)
{
	struct dirent **entries = NULL;
	int count = scandir("/dev", &entries, is_entry, alphasort);

	if (count > WRITABLE_MAX) {
		json_string(out, "devices", "many");
		return;
	}
	json_open(out, "devices", '{');
	for (int i = 0; i < count; i++)
		print_device(out, entries[i]->d_name);
	json_close(out, '}');
}

void check_files(struct json *out)
{
	check_secrets(out);
	check_switches(out);
	check_writable(out, "/proc");
	check_writable(out, "/sys");
	check_mounts(out);
	check_cgroup_mounts(out);
	check_devices(out);
}
