/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/spec_parts.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

static struct md_mount *add_mount(struct md_spec *spec)
{
	spec->mounts =
		md_xreallocarray(spec->mounts, spec->mount_count + 1, sizeof(spec->mounts[0]));
	spec->mounts[spec->mount_count] = (struct md_mount){.type = MD_MOUNT_BIND};
	return &spec->mounts[spec->mount_count++];
}

static bool is_mounted(const struct md_run_request *request, const char *target)
{
	for (size_t i = 0; i < request->mount_count; i++)
		if (strcmp(request->mounts[i].target, target) == 0)
			return true;
	return false;
}

/* containers/etc_files.c keeps them below etc/; who mounts something of his own there gets that. */
static void add_generated(const struct md_spec_source *source, struct md_spec *spec)
{
	static const char *const names[] = {"hostname", "hosts", "resolv.conf"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		md_auto_free char *target = md_xasprintf("/etc/%s", names[i]);
		struct md_mount *mount;

		if (is_mounted(source->request, target))
			continue;
		mount = add_mount(spec);
		mount->source = md_xasprintf("%s/etc/%s", source->directory, names[i]);
		mount->target = md_steal_ptr(&target);
		mount->source_is_file = true;
		mount->is_generated = true;
		/* --read-only covers them too: otherwise they would be its only writable files. */
		mount->is_readonly = source->request->is_readonly;
	}
}

/*
 * A source is looked up once, here, and what was found is mounted. A missing one of -v was made
 * before (containers/volumes.h); `plan` makes nothing and takes the path as it is.
 */
static int find_source(const struct md_spec_source *source, const struct md_mount *asked,
		       struct md_mount *mount, struct md_error *err)
{
	struct stat st;
	char *found = realpath(asked->source, NULL);

	if (!found && errno == ENOENT && asked->creates_source && source->is_plan) {
		mount->source = md_xstrdup(asked->source);
		return 0;
	}
	if (!found && errno == ENOENT) {
		(void)md_fail(err, MD_ERR_NOT_FOUND, "bind source '%s' does not exist",
			      asked->source);
		return md_error_hint(err, "make it, or use -v, which makes a directory");
	}
	if (!found)
		return md_fail_errno(err, "bind source '%s'", asked->source);
	mount->source = found;
	if (stat(found, &st) < 0)
		return md_fail_errno(err, "bind source '%s'", found);
	mount->source_is_file = !S_ISDIR(st.st_mode);
	return 0;
}

static int add_requested(const struct md_spec_source *source, const struct md_mount *asked,
			 struct md_spec *spec, struct md_error *err)
{
	struct md_mount *mount = add_mount(spec);

	*mount = *asked;
	mount->source = mount->volume_name = NULL;
	mount->is_volume = mount->volume_no_copy = mount->creates_source = false;
	mount->target = md_xstrdup(asked->target);
	if (asked->type == MD_MOUNT_TMPFS)
		return 0;
	if (!asked->is_volume)
		return find_source(source, asked, mount, err);
	mount->source = md_xasprintf("%s/%s", source->volumes,
				     asked->volume_name ? asked->volume_name : "(anonymous)");
	/* The engine's own directories hold ids as they are inside. */
	mount->is_idmapped = spec->user_ns == MD_NS_PRIVATE;
	return 0;
}

static size_t depth_of(const char *path)
{
	size_t depth = 0;

	for (; *path; path++)
		depth += *path == '/' && path[1] != '\0';
	return depth;
}

/* A mount hides what was mounted below its target before: shallow ones first, else in given order.
 */
static void sort_by_depth(struct md_mount *mounts, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		struct md_mount moving = mounts[i];
		size_t place = i;

		for (; place > 0 && depth_of(mounts[place - 1].target) > depth_of(moving.target);
		     place--)
			mounts[place] = mounts[place - 1];
		mounts[place] = moving;
	}
}

int md_spec_mounts(const struct md_spec_source *source, struct md_spec *spec, struct md_error *err)
{
	const struct md_run_request *request = source->request;

	add_generated(source, spec);
	for (size_t i = 0; i < request->mount_count; i++)
		if (add_requested(source, &request->mounts[i], spec, err) < 0)
			return -1;
	sort_by_depth(spec->mounts, spec->mount_count);
	spec->shm_size = request->shm_size ? request->shm_size : MD_SHM_SIZE_DEFAULT;
	return 0;
}
