/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/spec_parts.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#define DEPTH_MAX 8 /* of directories below a --device directory or /dev */

MD_DEFINE_AUTO(dir, DIR *, closedir)
#define auto_dir MD_CLEANUP(md_cleanup_dir)

static void add_rule(struct md_spec *spec, struct md_device_rule rule)
{
	spec->device_rules = md_xreallocarray(spec->device_rules, spec->device_rule_count + 1,
					      sizeof(spec->device_rules[0]));
	spec->device_rules[spec->device_rule_count++] = rule;
}

static struct md_device_rule allow(char type, uint32_t major, uint32_t minor)
{
	return (struct md_device_rule){true, type, major, minor, true, true, true};
}

/* What every container may use: the nodes of its own /dev, terminals included. */
static void default_rules(struct md_spec *spec)
{
	static const struct {
		uint32_t major, minor;
	} usable[] = {
		{1, 3},               /* null */
		{1, 5},               /* zero */
		{1, 7},               /* full */
		{1, 8},               /* random */
		{1, 9},               /* urandom */
		{5, 0},               /* tty */
		{5, 1},               /* console */
		{5, 2},               /* ptmx */
		{136, MD_DEVICE_ANY}, /* pts */
	};

	add_rule(spec, (struct md_device_rule){false, 'a', MD_DEVICE_ANY, MD_DEVICE_ANY, true, true,
					       true});
	/* Making a node is harmless where opening it is refused; package managers do. */
	if (spec->process.caps.bounding & (1ULL << CAP_MKNOD)) {
		add_rule(spec, (struct md_device_rule){true, 'c', MD_DEVICE_ANY, MD_DEVICE_ANY,
						       false, false, true});
		add_rule(spec, (struct md_device_rule){true, 'b', MD_DEVICE_ANY, MD_DEVICE_ANY,
						       false, false, true});
	}
	for (size_t i = 0; i < sizeof(usable) / sizeof(usable[0]); i++)
		add_rule(spec, allow('c', usable[i].major, usable[i].minor));
}

/*
 * What is added to the container for one node of the host; NULL permissions: no rule. The first
 * process makes the node under these rules, so they always allow that, as those of Docker do;
 * without CAP_MKNOD no later process can.
 */
static void add_device(struct md_spec *spec, const char *source, const char *path,
		       const struct stat *st, const char *permissions)
{
	char type = S_ISBLK(st->st_mode) ? 'b' : 'c';
	uint32_t major_number = major(st->st_rdev), minor_number = minor(st->st_rdev);

	spec->devices =
		md_xreallocarray(spec->devices, spec->device_count + 1, sizeof(spec->devices[0]));
	spec->devices[spec->device_count++] = (struct md_device){
		.path = md_xstrdup(path),
		.source = md_xstrdup(source),
		.type = type,
		.major = major_number,
		.minor = minor_number,
		.mode = st->st_mode & 07777,
		.uid = st->st_uid,
		.gid = st->st_gid,
	};
	if (permissions)
		add_rule(spec, (struct md_device_rule){true, type, major_number, minor_number,
						       strchr(permissions, 'r') != NULL,
						       strchr(permissions, 'w') != NULL, true});
}

static bool is_device(const struct stat *st)
{
	return S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode);
}

/* Parts of the host's /dev that a container has of its own. */
static bool is_own(const char *path)
{
	static const char *const own[] = {"/dev/pts",  "/dev/shm",    "/dev/mqueue", "/dev/console",
					  "/dev/ptmx", "/dev/tty",    "/dev/null",   "/dev/zero",
					  "/dev/full", "/dev/random", "/dev/urandom"};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(own[i], path) == 0)
			return true;
	return false;
}

struct walk {
	struct md_spec *spec;
	const char *permissions; /* NULL: everything is allowed anyway */
	size_t count;
};

/* NOLINTNEXTLINE(misc-no-recursion): bounded by DEPTH_MAX */
static void add_below(struct walk *walk, const char *source, const char *path, int depth)
{
	auto_dir DIR *dir = opendir(source);
	const struct dirent *entry;

	if (!dir || depth > DEPTH_MAX)
		return;
	for (entry = readdir(dir); entry; entry = readdir(dir)) {
		md_auto_free char *from = NULL;
		md_auto_free char *to = NULL;
		struct stat st;

		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		from = md_xasprintf("%s/%s", source, entry->d_name);
		to = md_xasprintf("%s/%s", path, entry->d_name);
		if (is_own(from) || lstat(from, &st) < 0)
			continue;
		if (S_ISDIR(st.st_mode))
			add_below(walk, from, to, depth + 1);
		if (!is_device(&st))
			continue;
		add_device(walk->spec, from, to, &st, walk->permissions);
		walk->count++;
	}
}

static int add_requested(const struct md_request_device *device, bool needs_rule,
			 struct md_spec *spec, struct md_error *err)
{
	struct walk walk = {spec, needs_rule ? device->permissions : NULL, 0};
	struct stat st;

	if (stat(device->host_path, &st) < 0)
		return md_fail_errno(err, "--device '%s'", device->host_path);
	if (is_device(&st)) {
		add_device(spec, device->host_path, device->container_path, &st, walk.permissions);
		return 0;
	}
	if (S_ISDIR(st.st_mode))
		add_below(&walk, device->host_path, device->container_path, 0);
	if (walk.count > 0)
		return 0;
	return md_fail(err, MD_ERR_INVALID, "--device '%s' is no device, nor a directory with one",
		       device->host_path);
}

int md_spec_devices(const struct md_spec_source *source, struct md_spec *spec, struct md_error *err)
{
	const struct md_run_request *request = source->request;
	struct walk all = {spec, NULL, 0};

	if (request->is_privileged) {
		add_rule(spec, allow('a', MD_DEVICE_ANY, MD_DEVICE_ANY));
		add_below(&all, "/dev", "/dev", 0);
	} else {
		default_rules(spec);
	}
	for (size_t i = 0; i < request->device_count; i++)
		if (add_requested(&request->devices[i], !request->is_privileged, spec, err) < 0)
			return -1;
	return 0;
}
