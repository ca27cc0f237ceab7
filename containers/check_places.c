/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/check_parts.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "runtime/cgroup_kill.h"
#include "runtime/host_probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

MD_DEFINE_AUTO(dir, DIR *, closedir)
#define auto_dir MD_CLEANUP(md_cleanup_dir)

/* Names in a directory; none when it does not exist. */
static int list_names(const char *path, struct md_strv *ret, struct md_error *err)
{
	auto_dir DIR *dir = opendir(path);
	const struct dirent *entry;

	if (!dir && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (!dir)
		return md_fail_errno(err, "read directory '%s'", path);
	for (entry = readdir(dir); entry; entry = readdir(dir))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			md_strv_add(ret, entry->d_name);
	return 0;
}

static bool has_container(struct md_engine *engine, const char *id)
{
	md_auto_free char *path = md_store_path(engine->store, id, NULL);

	return access(path, F_OK) == 0;
}

static int remove_run_dir(struct md_check *check, const char *id, struct md_error *err)
{
	md_auto_close int fd =
		md_fs_open_dir(AT_FDCWD, md_store_run_dir(check->engine->store), err);

	return fd < 0 ? -1 : md_fs_remove_tree(fd, id, err);
}

static int check_run_dirs(struct md_check *check, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;
	const char *run = md_store_run_dir(check->engine->store);

	if (list_names(run, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		struct md_error why = MD_ERROR_INIT;
		struct md_finding *finding;

		if (!md_id_is_valid(name) || has_container(check->engine, name))
			continue;
		finding = md_check_add(check, md_xasprintf("run directory '%s/%s' belongs to no "
							   "container",
							   run, name));
		if (check->mode == MD_CHECK_REPAIR)
			md_check_settle(finding, remove_run_dir(check, name, &why), &why);
	}
	return 0;
}

/*
 * Several stores may share a parent group, so a group with processes may be another's container. An
 * empty one is nobody's.
 */
static bool is_empty_group(const char *path)
{
	struct md_error ignored = MD_ERROR_INIT;
	md_auto_free pid_t *pids = NULL;
	size_t count;

	return md_cgroup_pids_at(path, &pids, &count, &ignored) == 0 && count == 0;
}

static int find_groups_in(const struct md_check *check, const char *mount, const char *parent,
			  struct md_strv *ret, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;
	md_auto_free char *directory = md_xasprintf("%s/%s", mount, parent);

	if (list_names(directory, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++) {
		const char *name = names.items[i];
		md_auto_free char *path = md_xasprintf("%s/%s", directory, name);

		if (md_id_is_valid(name) && !has_container(check->engine, name) &&
		    is_empty_group(path))
			md_strv_add(ret, path);
	}
	return 0;
}

static int find_groups(const struct md_check *check, struct md_strv *ret, struct md_error *err)
{
	const char *from_env = getenv("MINIDOCK_CGROUP_PARENT");
	const char *parent = from_env && *from_env ? from_env : MD_CGROUP_PARENT_DEFAULT;
	struct md_host host;

	if (md_host_probe(&host, err) < 0)
		return -1;
	for (unsigned int i = 0; i < host.v1_count; i++)
		if (find_groups_in(check, host.v1[i].mount, parent, ret, err) < 0)
			return -1;
	return host.v2_mount[0] ? find_groups_in(check, host.v2_mount, parent, ret, err) : 0;
}

/* The paths in `all` that are groups of the container `id`. */
static void select_groups(const struct md_strv *all, const char *id, struct md_strv *ret)
{
	for (size_t i = 0; i < all->count; i++)
		if (strcmp(strrchr(all->items[i], '/') + 1, id) == 0)
			md_strv_add(ret, all->items[i]);
}

static int remove_groups(const struct md_strv *paths, struct md_error *err)
{
	for (size_t i = 0; i < paths->count; i++)
		if (md_cgroup_remove_at(paths->items[i], err) < 0)
			return -1;
	return 0;
}

/* On cgroup v1 one container has a group in each hierarchy; together they are one finding. */
static void report_groups(struct md_check *check, const struct md_strv *paths)
{
	const char *first = paths->items[0], *id = strrchr(first, '/') + 1;
	struct md_error why = MD_ERROR_INIT;
	md_auto_free char *more =
		paths->count > 1 ? md_xasprintf(" and %zu more", paths->count - 1) : md_xstrdup("");
	struct md_finding *finding =
		md_check_add(check, md_xasprintf("cgroups of no container: %.12s in %.*s%s", id,
						 (int)(id - 1 - first), first, more));

	if (check->mode == MD_CHECK_REPAIR)
		md_check_settle(finding, remove_groups(paths, &why), &why);
}

static int check_groups(struct md_check *check, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv all = MD_STRV_INIT;

	if (find_groups(check, &all, err) < 0)
		return -1;
	for (size_t i = 0; i < all.count; i++) {
		MD_CLEANUP(md_strv_fini) struct md_strv same = MD_STRV_INIT;

		select_groups(&all, strrchr(all.items[i], '/') + 1, &same);
		if (strcmp(same.items[0], all.items[i]) == 0)
			report_groups(check, &same);
	}
	return 0;
}

/* Somebody must look at these: what they held cannot be told from here. */
static int check_quarantine(struct md_check *check, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;
	md_auto_free char *directory =
		md_xasprintf("%s/quarantine", md_store_root(check->engine->store));

	if (list_names(directory, &names, err) < 0)
		return -1;
	for (size_t i = 0; i < names.count; i++)
		(void)md_check_add(check, md_xasprintf("damaged file was put aside as '%s/%s'",
						       directory, names.items[i]));
	return 0;
}

int md_check_places(struct md_check *check, struct md_error *err)
{
	if (check_run_dirs(check, err) < 0 || check_groups(check, err) < 0)
		return -1;
	return check_quarantine(check, err);
}
