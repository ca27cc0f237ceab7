/* SPDX-License-Identifier: Apache-2.0 */
/*
 * /sys/fs/cgroup inside the container: its own groups and nothing above them.
 *
 * Each is a view (bind) of the group's directory, taken while the host's tree can still be seen.
 * In a cgroup namespace it looks exactly like a fresh mount of that hierarchy, but a fresh mount
 * makes a file system instance of its own: three times the work, and again when it goes.
 */
#include "runtime/compile_cgroup.h"

#include "base/cleanup.h"
#include "runtime/compile.h"

#include <fcntl.h>
#include <linux/mount.h>

#define BASE       "/sys/fs/cgroup"
#define BASE_ATTRS (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)
#define BASE_FLAGS (MS_NOSUID | MS_NODEV | MS_NOEXEC)

/* Where a view goes: a path in the container's root, or a name in the directory that we made. */
struct place {
	enum md_slot directory;
	const char *name;
};

/* Both are needed: attaching a tree, and making it read-only before anybody can see it. */
static bool uses_mount_api(const struct md_host *host)
{
	return host->has_mount_api && host->has_mount_setattr;
}

static void open_place(const struct place *place, struct md_program *program)
{
	if (place->directory == MD_SLOT_ROOT)
		md_emit_to(program, MD_SLOT_DIR, MD_CALL_ROOT_MKDIRS, MD_FD(MD_SLOT_ROOT),
			   MD_TEXT(place->name), MD_INT(0755));
	else
		md_emit_to(program, MD_SLOT_DIR, MD_CALL_OPENAT, MD_FD(place->directory),
			   MD_TEXT(place->name),
			   MD_INT(O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC), MD_INT(0));
}

static void view_by_api(const char *group, bool is_writable, const struct place *place,
			struct md_program *program)
{
	md_emit_to(program, MD_SLOT_TREE, MD_CALL_OPEN_TREE, MD_FD(MD_SLOT_CWD), MD_TEXT(group),
		   MD_INT(OPEN_TREE_CLONE));
	md_emit(program, MD_CALL_MOUNT_SETATTR, MD_FD(MD_SLOT_TREE), MD_INT(0),
		MD_INT(BASE_ATTRS | (is_writable ? 0 : MOUNT_ATTR_RDONLY)), MD_INT(0),
		MD_FD(MD_SLOT_NONE));
	open_place(place, program);
	md_emit(program, MD_CALL_MOVE_MOUNT, MD_FD(MD_SLOT_TREE), MD_FD(MD_SLOT_DIR));
}

/* mount(2) ignores other flags when it binds; they take a second call on what is mounted then. */
static void view_by_mount(const char *group, bool is_writable, const struct place *place,
			  struct md_program *program)
{
	unsigned int flags = MS_REMOUNT | MS_BIND | BASE_FLAGS | (is_writable ? 0 : MS_RDONLY);

	open_place(place, program);
	md_emit(program, MD_CALL_MOUNT_ON, MD_TEXT(group), MD_FD(MD_SLOT_DIR), MD_TEXT(""),
		MD_INT(MS_BIND), MD_TEXT(""));
	open_place(place, program);
	md_emit(program, MD_CALL_MOUNT_ON, MD_TEXT(""), MD_FD(MD_SLOT_DIR), MD_TEXT(""),
		MD_INT(flags), MD_TEXT(""));
}

/* A privileged container may write: it manages groups of its own below its own. */
static void view(const struct md_spec *spec, const struct md_host *host, const char *mount,
		 const struct place *place, struct md_program *program)
{
	md_auto_free char *group = md_cgroup_group_of(spec, mount);

	if (uses_mount_api(host))
		view_by_api(group, spec->is_privileged, place, program);
	else
		view_by_mount(group, spec->is_privileged, place, program);
}

/* A tmpfs that holds one directory for each hierarchy. Returns the slot of its root. */
static enum md_slot make_base(const struct md_host *host, struct md_program *program)
{
	enum md_slot base = md_program_slot(program);
	const struct place place = {MD_SLOT_ROOT, BASE};

	open_place(&place, program);
	if (uses_mount_api(host)) {
		md_emit_to(program, MD_SLOT_FS, MD_CALL_FSOPEN, MD_TEXT("tmpfs"));
		md_emit(program, MD_CALL_FSCONFIG_STRING, MD_FD(MD_SLOT_FS), MD_TEXT("mode"),
			MD_TEXT("0755"));
		md_emit(program, MD_CALL_FSCONFIG_CREATE, MD_FD(MD_SLOT_FS));
		md_emit_to(program, base, MD_CALL_FSMOUNT, MD_FD(MD_SLOT_FS), MD_INT(BASE_ATTRS));
		md_emit(program, MD_CALL_MOVE_MOUNT, MD_FD(base), MD_FD(MD_SLOT_DIR));
	} else {
		md_emit(program, MD_CALL_MOUNT_ON, MD_TEXT("tmpfs"), MD_FD(MD_SLOT_DIR),
			MD_TEXT("tmpfs"), MD_INT(BASE_FLAGS), MD_TEXT("mode=0755"));
		md_emit_to(program, base, MD_CALL_ROOT_OPEN, MD_FD(MD_SLOT_ROOT), MD_TEXT(BASE),
			   MD_INT(O_PATH | O_DIRECTORY | O_CLOEXEC));
	}
	return base;
}

static void seal_base(const struct md_host *host, enum md_slot base, struct md_program *program)
{
	if (uses_mount_api(host))
		md_emit(program, MD_CALL_MOUNT_SETATTR, MD_FD(base), MD_INT(0),
			MD_INT(BASE_ATTRS | MOUNT_ATTR_RDONLY), MD_INT(0), MD_FD(MD_SLOT_NONE));
	else
		md_emit(program, MD_CALL_MOUNT_ON, MD_TEXT(""), MD_FD(base), MD_TEXT(""),
			MD_INT(MS_REMOUNT | MS_BIND | BASE_FLAGS | MS_RDONLY), MD_TEXT(""));
	/* The number of a descriptor of the host's making is not for the container. */
	md_emit(program, MD_CALL_CLOSE, MD_FD(base));
}

static void make_place(const struct place *place, struct md_program *program)
{
	md_emit(program, MD_CALL_MKDIRAT, MD_FD(place->directory), MD_TEXT(place->name),
		MD_INT(0755));
}

/* "cpu,cpuacct" is also found as "cpu" and as "cpuacct", as on every host. */
static void link_names(const char *controllers, enum md_slot base, struct md_program *program)
{
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;

	md_strv_split(&names, controllers, ',');
	for (size_t i = 0; names.count > 1 && i < names.count; i++)
		md_emit(program, MD_CALL_SYMLINKAT, MD_TEXT(controllers), MD_FD(base),
			MD_TEXT(names.items[i]));
}

static void view_v1(const struct md_spec *spec, const struct md_host *host, enum md_slot base,
		    struct md_program *program)
{
	for (unsigned int i = 0; i < host->v1_count; i++) {
		const struct md_cgroup_v1 *hierarchy = &host->v1[i];
		const struct place place = {base, hierarchy->controllers};

		if (!md_cgroup_v1_is_used(spec, host, hierarchy))
			continue;
		make_place(&place, program);
		view(spec, host, hierarchy->mount, &place, program);
		link_names(hierarchy->controllers, base, program);
	}
}

void md_compile_cgroup_mounts(const struct md_spec *spec, const struct md_host *host,
			      struct md_program *program)
{
	enum md_slot base;

	if (host->cgroup_kind == MD_CGROUP_NONE)
		return;
	md_program_op(program, MD_OP_CGROUP_MOUNT, NULL);
	if (host->cgroup_kind == MD_CGROUP_V2) {
		view(spec, host, host->v2_mount, &(const struct place){MD_SLOT_ROOT, BASE},
		     program);
		return;
	}
	base = make_base(host, program);
	view_v1(spec, host, base, program);
	if (host->v2_mount[0]) {
		const struct place place = {base, "unified"};

		make_place(&place, program);
		view(spec, host, host->v2_mount, &place, program);
	}
	seal_base(host, base, program);
}
