/* SPDX-License-Identifier: Apache-2.0 */
/* The root file system: overlay or directory, attached, switched to, made read-only. */
#include "runtime/compile.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

/* From <sys/mount.h>, which cannot be included beside <linux/mount.h> on Debian 12. */
#define MNT_DETACH 2

#define OVERLAY_ON_IDMAPPED (5U << 16 | 19U << 8)

/* What overlayfs must not do on behalf of attributes that an image brought along. */
static const char *const overlay_options[][2] = {
	{"redirect_dir", "nofollow"}, {"metacopy", "off"}, {"index", "off"}, {"xino", "off"}};

#define OVERLAY_OPTION_COUNT (sizeof(overlay_options) / sizeof(overlay_options[0]))

static void overlay_begin(struct md_program *program)
{
	md_emit_to(program, MD_SLOT_FS, MD_CALL_FSOPEN, MD_TEXT("overlay"));
}

static void overlay_end(struct md_program *program)
{
	for (size_t i = 0; i < OVERLAY_OPTION_COUNT; i++)
		md_emit(program, MD_CALL_FSCONFIG_STRING, MD_FD(MD_SLOT_FS),
			MD_TEXT(overlay_options[i][0]), MD_TEXT(overlay_options[i][1]));
	md_emit(program, MD_CALL_FSCONFIG_CREATE, MD_FD(MD_SLOT_FS));
	md_emit_to(program, MD_SLOT_ROOT, MD_CALL_FSMOUNT, MD_FD(MD_SLOT_FS),
		   MD_INT(MOUNT_ATTR_NODEV));
	md_emit(program, MD_CALL_CLOSE, MD_FD(MD_SLOT_FS));
}

/* Overlayfs takes a backslash off what it reads as an option, also where nothing separates. */
static void add_escaped(struct md_str *out, const char *path, const char *special)
{
	for (; *path; path++) {
		if (strchr(special, *path))
			md_str_addc(out, '\\');
		md_str_addc(out, *path);
	}
}

static void fsconfig_path(struct md_program *program, const char *key, const char *path)
{
	MD_CLEANUP(md_str_fini) struct md_str escaped = MD_STR_INIT;

	add_escaped(&escaped, path, "\\");
	md_emit(program, MD_CALL_FSCONFIG_STRING, MD_FD(MD_SLOT_FS), MD_TEXT(key),
		MD_TEXT(md_str_get(&escaped)));
}

/*
 * Older kernels take all lower layers in one string, where ':' and ',' separate: descriptors as
 * paths keep foreign characters out of it.
 */
static void lower_as_one_string(const struct md_root *root, struct md_program *program)
{
	MD_CLEANUP(md_str_fini) struct md_str joined = MD_STR_INIT;

	for (size_t i = 0; i < root->layers.count; i++) {
		md_str_add(&joined, i ? ":" : "");
		add_escaped(&joined, root->layers.items[i], ":\\");
	}
	if (strchr(md_str_get(&joined), ','))
		md_program_unmet(program,
				 "the path of the state root contains a comma, which overlayfs of "
				 "this kernel cannot take: choose another --root");
	md_emit(program, MD_CALL_FSCONFIG_STRING, MD_FD(MD_SLOT_FS), MD_TEXT("lowerdir"),
		MD_TEXT(md_str_get(&joined)));
}

/* An overlay of layers that are named by path, into MD_SLOT_ROOT. */
static void overlay_by_paths(const struct md_root *root, const struct md_host *host,
			     struct md_program *program)
{
	overlay_begin(program);
	if (!host->has_overlay)
		md_program_unmet(program,
				 "this kernel has no overlayfs: modprobe overlay, or start from "
				 "a directory with --rootfs");
	if (!host->has_lowerdir_append)
		lower_as_one_string(root, program);
	for (size_t i = 0; host->has_lowerdir_append && i < root->layers.count; i++)
		md_emit(program, MD_CALL_FSCONFIG_STRING, MD_FD(MD_SLOT_FS), MD_TEXT("lowerdir+"),
			MD_TEXT(root->layers.items[i]));
	fsconfig_path(program, "upperdir", root->upper);
	fsconfig_path(program, "workdir", root->work);
	overlay_end(program);
}

static void directory_by_api(const struct md_spec *spec, struct md_program *program)
{
	md_program_op(program, MD_OP_DIRECTORY_ROOT, NULL);
	md_emit_to(program, MD_SLOT_ROOT, MD_CALL_OPEN_TREE, MD_FD(MD_SLOT_CWD),
		   MD_TEXT(spec->root.directory), MD_INT(OPEN_TREE_CLONE | AT_RECURSIVE));
}

void md_compile_root_source(const struct md_spec *spec, const struct md_host *host,
			    struct md_program *program)
{
	if (!host->has_mount_api)
		return;
	if (spec->root.kind == MD_ROOT_DIRECTORY)
		directory_by_api(spec, program);
	if (spec->root.kind != MD_ROOT_OVERLAY || spec->user_ns == MD_NS_PRIVATE)
		return;
	md_program_op(program, MD_OP_OVERLAY_ROOT, NULL);
	overlay_by_paths(&spec->root, host, program);
}

static void idmapped_layer(const char *path, enum md_slot slot, struct md_program *program)
{
	md_emit_to(program, slot, MD_CALL_OPEN_TREE, MD_FD(MD_SLOT_CWD), MD_TEXT(path),
		   MD_INT(OPEN_TREE_CLONE));
	md_emit(program, MD_CALL_MOUNT_SETATTR, MD_FD(slot), MD_INT(0), MD_INT(MOUNT_ATTR_IDMAP),
		MD_INT(0), MD_FD(MD_SLOT_USER_NS));
}

/* The directory that holds both the upper and the work directory of a container. */
static char *writable_directory(const struct md_spec *spec)
{
	const char *slash = strrchr(spec->root.upper, '/');

	return md_xstrndup(spec->root.upper, (size_t)(slash - spec->root.upper));
}

static void fsconfig_layer(const char *key, enum md_slot slot, struct md_program *program)
{
	md_emit(program, MD_CALL_FSCONFIG_FD, MD_FD(MD_SLOT_FS), MD_TEXT(key), MD_FD(slot));
}

/* Overlayfs keeps the ids of who mounts it, and the host's root has none in these layers. */
static void begin_as_container_root(const struct md_spec *spec, struct md_program *program)
{
	md_program_op(program, MD_OP_OVERLAY_ROOT, NULL);
	md_emit(program, MD_CALL_SETFSID, MD_INT(spec->uid_map.outside),
		MD_INT(spec->gid_map.outside));
}

static void idmapped_overlay_by_fds(const struct md_spec *spec, struct md_program *program)
{
	md_auto_free char *writable = writable_directory(spec);
	enum md_slot first = md_program_slot(program);
	enum md_slot parent, upper, work;

	for (size_t i = 1; i < spec->root.layers.count; i++)
		(void)md_program_slot(program);
	parent = md_program_slot(program);
	upper = md_program_slot(program);
	work = md_program_slot(program);
	for (size_t i = 0; i < spec->root.layers.count; i++)
		idmapped_layer(spec->root.layers.items[i], (enum md_slot)(first + i), program);
	idmapped_layer(writable, parent, program);
	md_emit_to(program, upper, MD_CALL_OPENAT, MD_FD(parent),
		   MD_TEXT(strrchr(spec->root.upper, '/') + 1), MD_INT(O_PATH | O_DIRECTORY),
		   MD_INT(0));
	md_emit_to(program, work, MD_CALL_OPENAT, MD_FD(parent),
		   MD_TEXT(strrchr(spec->root.work, '/') + 1), MD_INT(O_PATH | O_DIRECTORY),
		   MD_INT(0));
	begin_as_container_root(spec, program);
	overlay_begin(program);
	for (size_t i = 0; i < spec->root.layers.count; i++)
		fsconfig_layer("lowerdir+", (enum md_slot)(first + i), program);
	fsconfig_layer("upperdir", upper, program);
	fsconfig_layer("workdir", work, program);
	overlay_end(program);
	md_emit(program, MD_CALL_SETFSID, MD_INT(0), MD_INT(0));
	for (int slot = first; slot <= (int)work; slot++)
		md_emit(program, MD_CALL_CLOSE, MD_FD(slot));
}

static void attach_idmapped_layer(const char *path, const char *at, struct md_program *program)
{
	idmapped_layer(path, MD_SLOT_TREE, program);
	md_emit(program, MD_CALL_MKDIRAT, MD_FD(MD_SLOT_CWD), MD_TEXT(at), MD_INT(0700));
	md_emit_to(program, MD_SLOT_DIR, MD_CALL_OPENAT, MD_FD(MD_SLOT_CWD), MD_TEXT(at),
		   MD_INT(O_PATH | O_DIRECTORY), MD_INT(0));
	md_emit(program, MD_CALL_MOVE_MOUNT, MD_FD(MD_SLOT_TREE), MD_FD(MD_SLOT_DIR));
}

/*
 * Before Linux 6.13 overlayfs wants layers that are mounted where its caller is. So the engine takes
 * a mount namespace of its own, where a small tmpfs over the mount point holds them as long as the
 * overlay is being made; nothing of it shows on the host.
 */
static void idmapped_overlay_by_paths(const struct md_spec *spec, const struct md_host *host,
				      struct md_program *program)
{
	md_auto_free char *writable = writable_directory(spec);
	md_auto_free char *at = md_xasprintf("%s/writable", spec->root.mount_point);
	struct md_root attached = {
		.upper = md_xasprintf("%s%s", at, strrchr(spec->root.upper, '/')),
		.work = md_xasprintf("%s%s", at, strrchr(spec->root.work, '/')),
	};

	md_emit(program, MD_CALL_UNSHARE, MD_INT(CLONE_NEWNS));
	md_emit(program, MD_CALL_MOUNT, MD_TEXT(""), MD_TEXT("/"), MD_TEXT(""),
		MD_INT(MS_REC | MS_SLAVE), MD_TEXT(""));
	md_emit(program, MD_CALL_MOUNT, MD_TEXT("tmpfs"), MD_TEXT(spec->root.mount_point),
		MD_TEXT("tmpfs"), MD_INT(MS_NOSUID | MS_NODEV | MS_NOEXEC),
		MD_TEXT("size=64k,mode=700"));
	for (size_t i = 0; i < spec->root.layers.count; i++) {
		md_strv_addf(&attached.layers, "%s/%zu", spec->root.mount_point, i);
		attach_idmapped_layer(spec->root.layers.items[i], attached.layers.items[i],
				      program);
	}
	attach_idmapped_layer(writable, at, program);
	begin_as_container_root(spec, program);
	overlay_by_paths(&attached, host, program);
	md_emit(program, MD_CALL_SETFSID, MD_INT(0), MD_INT(0));
	md_emit(program, MD_CALL_UMOUNT2, MD_TEXT(spec->root.mount_point), MD_INT(MNT_DETACH));
	md_strv_fini(&attached.layers);
	free(attached.upper);
	free(attached.work);
}

void md_compile_idmapped_root(const struct md_spec *spec, const struct md_host *host,
			      struct md_program *program)
{
	md_program_op(program, MD_OP_IDMAPPED_ROOT, NULL);
	if (spec->root.kind == MD_ROOT_DIRECTORY) {
		md_emit(program, MD_CALL_MOUNT_SETATTR, MD_FD(MD_SLOT_ROOT), MD_INT(AT_RECURSIVE),
			MD_INT(MOUNT_ATTR_IDMAP), MD_INT(0), MD_FD(MD_SLOT_USER_NS));
	} else {
		if (host->kernel_version < OVERLAY_ON_IDMAPPED)
			md_program_unmet(
				program,
				"--userns=private needs an overlay of id-mapped layers, which "
				"came with Linux 5.19; this is %s",
				host->kernel);
		if (host->has_overlay_layer_fds)
			idmapped_overlay_by_fds(spec, program);
		else
			idmapped_overlay_by_paths(spec, host, program);
	}
	if (!host->has_mount_setattr || !host->has_mount_api)
		md_program_unmet(program,
				 "--userns=private needs id-mapped mounts (mount_setattr, Linux "
				 "5.12), which this kernel does not have");
}

static void private_mounts(struct md_program *program)
{
	md_program_op(program, MD_OP_PRIVATE_MOUNTS, NULL);
	md_emit(program, MD_CALL_MOUNT, MD_TEXT(""), MD_TEXT("/"), MD_TEXT(""),
		MD_INT(MS_REC | MS_SLAVE), MD_TEXT(""));
}

/* Kernels without the mount API: by path, at the mount point made for it. */
static void root_by_mount(const struct md_spec *spec, struct md_program *program)
{
	MD_CLEANUP(md_str_fini) struct md_str options = MD_STR_INIT;
	const char *source = spec->root.directory;

	if (spec->root.kind == MD_ROOT_OVERLAY) {
		md_str_add(&options, "lowerdir=");
		for (size_t i = 0; i < spec->root.layers.count; i++)
			md_str_addf(&options, "%s%s", i ? ":" : "", spec->root.layers.items[i]);
		md_str_addf(&options, ",upperdir=%s,workdir=%s", spec->root.upper, spec->root.work);
		for (size_t i = 0; i < OVERLAY_OPTION_COUNT; i++)
			md_str_addf(&options, ",%s=%s", overlay_options[i][0],
				    overlay_options[i][1]);
		source = "overlay";
	}
	md_emit(program, MD_CALL_MOUNT, MD_TEXT(source), MD_TEXT(spec->root.mount_point),
		MD_TEXT(spec->root.kind == MD_ROOT_OVERLAY ? "overlay" : ""),
		MD_INT(spec->root.kind == MD_ROOT_OVERLAY ? MS_NODEV : MS_BIND | MS_REC),
		MD_TEXT(md_str_get(&options)));
	if (strpbrk(md_str_get(&options) + (options.length ? 9 : 0), "\\"))
		md_program_unmet(program,
				 "the path of the state root contains a backslash: choose another "
				 "--root");
	md_emit_to(program, MD_SLOT_ROOT, MD_CALL_OPENAT, MD_FD(MD_SLOT_CWD),
		   MD_TEXT(spec->root.mount_point), MD_INT(O_PATH | O_DIRECTORY), MD_INT(0));
}

/*
 * The root is attached on top of "/": absolute paths still start below it, at the old root, until
 * pivot_root. So no directory of the host has to serve as mount point.
 */
void md_compile_root(const struct md_spec *spec, const struct md_host *host,
		     struct md_program *program)
{
	private_mounts(program);
	md_program_op(program, MD_OP_ATTACH_ROOT, NULL);
	if (!host->has_mount_api) {
		root_by_mount(spec, program);
		return;
	}
	md_emit_to(program, MD_SLOT_DIR, MD_CALL_OPENAT, MD_FD(MD_SLOT_CWD), MD_TEXT("/"),
		   MD_INT(O_PATH | O_DIRECTORY), MD_INT(0));
	md_emit(program, MD_CALL_MOVE_MOUNT, MD_FD(MD_SLOT_ROOT), MD_FD(MD_SLOT_DIR));
}

static void pivot(struct md_program *program)
{
	md_program_op(program, MD_OP_PIVOT_ROOT, NULL);
	md_emit(program, MD_CALL_FCHDIR, MD_FD(MD_SLOT_ROOT));
	md_emit(program, MD_CALL_PIVOT_ROOT, MD_TEXT("."), MD_TEXT("."));
	md_emit(program, MD_CALL_UMOUNT2, MD_TEXT("."), MD_INT(MNT_DETACH));
	md_emit(program, MD_CALL_CHDIR, MD_TEXT("/"));
}

static void change_root(struct md_program *program)
{
	md_program_op(program, MD_OP_CHROOT, NULL);
	md_emit(program, MD_CALL_FCHDIR, MD_FD(MD_SLOT_ROOT));
	md_emit(program, MD_CALL_CHROOT, MD_TEXT("."));
	md_emit(program, MD_CALL_CHDIR, MD_TEXT("/"));
}

void md_compile_chdir(const char *cwd, struct md_program *program)
{
	md_emit(program, MD_CALL_FCHDIR, MD_FD(MD_SLOT_DIR));
	md_emit(program, MD_CALL_CHECK_CWD, MD_TEXT(cwd));
}

static void make_workdir(const char *cwd, struct md_program *program)
{
	md_program_op(program, MD_OP_WORKDIR, cwd);
	md_emit_to(program, MD_SLOT_DIR, MD_CALL_ROOT_MKDIRS, MD_FD(MD_SLOT_ROOT), MD_TEXT(cwd),
		   MD_INT(0755));
	md_compile_chdir(cwd, program);
}

static void readonly_root(const struct md_host *host, struct md_program *program)
{
	md_program_op(program, MD_OP_READONLY_ROOT, NULL);
	if (host->has_mount_setattr)
		md_emit(program, MD_CALL_MOUNT_SETATTR, MD_FD(MD_SLOT_ROOT), MD_INT(0),
			MD_INT(MOUNT_ATTR_RDONLY), MD_INT(0), MD_FD(MD_SLOT_NONE));
	else
		md_emit(program, MD_CALL_MOUNT, MD_TEXT(""), MD_TEXT("/"), MD_TEXT(""),
			MD_INT(MS_REMOUNT | MS_BIND | MS_NODEV | MS_RDONLY), MD_TEXT(""));
}

void md_compile_switch_root(const struct md_spec *spec, const struct md_host *host,
			    struct md_program *program)
{
	if (spec->root.via == MD_ROOT_VIA_PIVOT)
		pivot(program);
	else
		change_root(program);
	make_workdir(spec->process.cwd, program);
	if (spec->root.is_readonly)
		readonly_root(host, program);
}
