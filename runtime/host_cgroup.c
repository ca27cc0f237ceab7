/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/host_cgroup.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* cgroup v1 gets no new controllers, so its list is complete: cgroups(7). */
static const char *const v1_names[] = {
	"cpuset",  "cpu",      "cpuacct",    "blkio",   "memory", "devices", "freezer",
	"net_cls", "net_prio", "perf_event", "hugetlb", "pids",   "rdma",    "misc",
};

static bool is_v1_controller(const char *option)
{
	for (size_t i = 0; i < sizeof(v1_names) / sizeof(*v1_names); i++)
		if (strcmp(v1_names[i], option) == 0)
			return true;
	return md_str_starts(option, "name=");
}

/* "rw,xattr,cpu,cpuacct" -> "cpu,cpuacct"; false if that leaves nothing or too much. */
static bool list_controllers(const char *super_options, char *out, size_t size)
{
	MD_CLEANUP(md_strv_fini) struct md_strv options = MD_STRV_INIT;
	size_t used = 0;

	md_strv_split(&options, super_options, ',');
	out[0] = '\0';
	for (size_t i = 0; i < options.count; i++) {
		const char *name = options.items[i];

		if (!is_v1_controller(name))
			continue;
		if (used + strlen(name) + 2 > size)
			return false;
		used += (size_t)snprintf(out + used, size - used, "%s%s", used ? "," : "", name);
	}
	return used > 0;
}

/*
 * A mount of something above our cgroup namespace shows "/.." as its root, and what is covered by
 * another mount cannot be reached by its path.
 */
static bool is_usable(const struct md_mount_table *table, const struct md_mountinfo *mount)
{
	return strncmp(mount->root, "/..", 3) != 0 &&
	       strlen(mount->mount_point) < MD_HOST_PATH_MAX && md_mount_is_visible(table, mount);
}

static struct md_cgroup_v1 *find_v1(struct md_host *host, const char *controllers)
{
	for (unsigned int i = 0; i < host->v1_count; i++)
		if (strcmp(host->v1[i].controllers, controllers) == 0)
			return &host->v1[i];
	if (host->v1_count == MD_HOST_CONTROLLERS_MAX)
		return NULL;
	return &host->v1[host->v1_count++];
}

/* Of several mounts of one hierarchy the first counts, unless only a later one shows all of it. */
static void set_mount(char mount[MD_HOST_PATH_MAX], const struct md_mountinfo *found)
{
	if (mount[0] == '\0' || strcmp(found->root, "/") == 0)
		(void)snprintf(mount, MD_HOST_PATH_MAX, "%s", found->mount_point);
}

static void add_v1(struct md_host *host, const struct md_mountinfo *found)
{
	char controllers[sizeof(host->v1[0].controllers)];
	struct md_cgroup_v1 *entry;

	if (!list_controllers(found->super_options, controllers, sizeof(controllers)))
		return;
	entry = find_v1(host, controllers);
	if (!entry)
		return;
	(void)snprintf(entry->controllers, sizeof(entry->controllers), "%s", controllers);
	set_mount(entry->mount, found);
}

static bool has_real_v1(const struct md_host *host)
{
	for (unsigned int i = 0; i < host->v1_count; i++)
		if (!md_str_starts(host->v1[i].controllers, "name="))
			return true;
	return false;
}

void md_host_find_cgroups(const struct md_mount_table *table, struct md_host *host)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct md_mountinfo *mount = &table->items[i];

		if (strcmp(mount->fs_type, "cgroup") == 0 && is_usable(table, mount))
			add_v1(host, mount);
		else if (strcmp(mount->fs_type, "cgroup2") == 0 && is_usable(table, mount))
			set_mount(host->v2_mount, mount);
	}
	if (has_real_v1(host))
		host->cgroup_kind = host->v2_mount[0] ? MD_CGROUP_HYBRID : MD_CGROUP_V1;
	else
		host->cgroup_kind = host->v2_mount[0] ? MD_CGROUP_V2 : MD_CGROUP_NONE;
}

/* One small control file; "" if it cannot be read. The newline at its end is cut off. */
static void read_control(const char *directory, const char *name, char *out, size_t size)
{
	md_auto_free char *path = md_xasprintf("%s/%s", directory, name);
	md_auto_close int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);

	out[n > 0 ? n : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
}

static bool has_file(const char *directory, const char *name)
{
	md_auto_free char *path = md_xasprintf("%s/%s", directory, name);

	return access(path, F_OK) == 0;
}

MD_DEFINE_AUTO(dir, DIR *, closedir)
#define md_auto_dir MD_CLEANUP(md_cleanup_dir)

/*
 * The root of a v2 tree has no swap files, so any group with memory accounting answers. A tree
 * without such a group has nobody to ask, and then having swap at all decides.
 */
static bool v2_accounts_swap(const char *mount)
{
	md_auto_dir DIR *dir = opendir(mount);
	const struct dirent *entry;

	for (entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
		md_auto_free char *group = md_xasprintf("%s/%s", mount, entry->d_name);

		if (entry->d_type == DT_DIR && entry->d_name[0] != '.' &&
		    has_file(group, "memory.current"))
			return has_file(group, "memory.swap.max");
	}
	return access("/proc/swaps", F_OK) == 0;
}

static bool probe_swap(const struct md_host *host)
{
	const struct md_cgroup_v1 *memory = md_host_v1(host, "memory");

	if (memory)
		return has_file(memory->mount, "memory.memsw.limit_in_bytes");
	return md_host_v2_has(host, "memory") && v2_accounts_swap(host->v2_mount);
}

/* Every block device lists the same schedulers: the first one that lists any answers. */
static bool kernel_has_bfq(void)
{
	md_auto_dir DIR *dir = opendir("/sys/block");
	const struct dirent *entry;

	for (entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
		md_auto_free char *queue = md_xasprintf("/sys/block/%s/queue", entry->d_name);
		char schedulers[256];

		read_control(queue, "scheduler", schedulers, sizeof(schedulers));
		if (schedulers[0])
			return strstr(schedulers, "bfq") != NULL;
	}
	return false;
}

static void probe_io(struct md_host *host)
{
	const struct md_cgroup_v1 *blkio = md_host_v1(host, "blkio");

	if (blkio) {
		host->has_bfq_weight = has_file(blkio->mount, "blkio.bfq.io_service_bytes");
	} else if (md_host_v2_has(host, "io")) {
		host->has_bfq_weight = kernel_has_bfq();
		host->has_io_cost = has_file(host->v2_mount, "io.cost.qos");
	}
}

static void probe_v2(struct md_host *host)
{
	char processes[16];

	read_control(host->v2_mount, "cgroup.controllers", host->v2_controllers,
		     sizeof(host->v2_controllers));
	read_control(host->v2_mount, "cgroup.subtree_control", host->v2_enabled,
		     sizeof(host->v2_enabled));
	/* Only a group has a type: then what we see as the root is below the real one, and a group
	 * with processes in it passes no controllers on. */
	if (has_file(host->v2_mount, "cgroup.type")) {
		read_control(host->v2_mount, "cgroup.procs", processes, sizeof(processes));
		host->v2_is_locked = processes[0] != '\0';
	}
	host->has_cgroup_freeze = host->kernel_version >= (5 << 16 | 2 << 8);
	host->has_cgroup_kill = host->kernel_version >= (5 << 16 | 14 << 8);
}

void md_host_probe_cgroups(struct md_host *host)
{
	if (host->v2_mount[0])
		probe_v2(host);
	host->has_swap_accounting = probe_swap(host);
	probe_io(host);
}
