/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes, tmpfs and generated files: what appears inside the root besides the image. */
#include "runtime/compile.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>

/*
 * The tree of mount number i sits in a slot of its own. They are handed out in one block, so that
 * the engine's and the child's ops agree: `first` plus the number of binds before.
 */
static enum md_slot source_slot(const struct md_spec *spec, const struct md_program *program,
				size_t index)
{
	int slot = -1;
	size_t binds = 0;

	for (size_t i = 0; i < program->op_count && slot < 0; i++)
		if (program->ops[i].kind == MD_OP_VOLUME_SOURCE)
			slot = program->calls[program->ops[i].first_call].out;
	for (size_t i = 0; i < index; i++)
		binds += spec->mounts[i].type == MD_MOUNT_BIND;
	return (enum md_slot)(slot + (int)binds);
}

/*
 * What is mounted below the source comes along, except where it could not be made read-only with
 * it: without mount_setattr(2) a recursively read-only volume shows the source's own file system
 * only.
 */
static bool brings_submounts(const struct md_mount *m, const struct md_host *host)
{
	return m->is_recursive && (host->has_mount_setattr || !m->is_readonly_recursive);
}

void md_compile_volume_sources(const struct md_spec *spec, const struct md_host *host,
			       struct md_program *program)
{
	for (size_t i = 0; host->has_mount_api && i < spec->mount_count; i++) {
		const struct md_mount *m = &spec->mounts[i];

		if (m->type != MD_MOUNT_BIND)
			continue;
		md_program_op(program, MD_OP_VOLUME_SOURCE, m->target);
		md_emit_to(
			program, md_program_slot(program), MD_CALL_OPEN_TREE, MD_FD(MD_SLOT_CWD),
			MD_TEXT(m->source),
			MD_INT(OPEN_TREE_CLONE | (brings_submounts(m, host) ? AT_RECURSIVE : 0)));
	}
}

void md_compile_idmapped_volumes(const struct md_spec *spec, const struct md_host *host,
				 struct md_program *program)
{
	for (size_t i = 0; i < spec->mount_count; i++) {
		const struct md_mount *m = &spec->mounts[i];

		if (m->type != MD_MOUNT_BIND || !m->is_idmapped)
			continue;
		md_program_op(program, MD_OP_IDMAPPED_VOLUME, m->target);
		if (!host->has_mount_setattr || !host->has_mount_api) {
			md_program_unmet(program,
					 "id-mapped volumes need mount_setattr(2), Linux 5.12");
			continue;
		}
		md_emit(program, MD_CALL_MOUNT_SETATTR, MD_FD(source_slot(spec, program, i)),
			MD_INT(m->is_recursive ? AT_RECURSIVE : 0), MD_INT(MOUNT_ATTR_IDMAP),
			MD_INT(0), MD_FD(MD_SLOT_USER_NS));
	}
}

static uint64_t attributes(const struct md_mount *m)
{
	return (m->is_readonly || m->is_readonly_recursive ? MOUNT_ATTR_RDONLY : 0U) |
	       (m->no_exec ? MOUNT_ATTR_NOEXEC : 0U) | (m->no_suid ? MOUNT_ATTR_NOSUID : 0U) |
	       (m->no_dev ? MOUNT_ATTR_NODEV : 0U);
}

static uint64_t mount_flags(const struct md_mount *m)
{
	return (m->is_readonly || m->is_readonly_recursive ? MS_RDONLY : 0U) |
	       (m->no_exec ? MS_NOEXEC : 0U) | (m->no_suid ? MS_NOSUID : 0U) |
	       (m->no_dev ? MS_NODEV : 0U);
}

static uint64_t propagation_flags(enum md_propagation propagation)
{
	switch (propagation) {
	case MD_PROPAGATION_PRIVATE:
	case MD_PROPAGATION_RPRIVATE:
		return MS_PRIVATE;
	case MD_PROPAGATION_SLAVE:
	case MD_PROPAGATION_RSLAVE:
		return MS_SLAVE;
	case MD_PROPAGATION_SHARED:
	case MD_PROPAGATION_RSHARED:
		return MS_SHARED;
	}
	return MS_PRIVATE;
}

static bool is_propagation_recursive(enum md_propagation propagation)
{
	return propagation == MD_PROPAGATION_RPRIVATE || propagation == MD_PROPAGATION_RSLAVE ||
	       propagation == MD_PROPAGATION_RSHARED;
}

static void target(const struct md_mount *m, struct md_program *program)
{
	md_emit_to(program, MD_SLOT_DIR,
		   m->type == MD_MOUNT_BIND && m->source_is_file ? MD_CALL_ROOT_TOUCH
								 : MD_CALL_ROOT_MKDIRS,
		   MD_FD(MD_SLOT_ROOT), MD_TEXT(m->target),
		   MD_INT(m->type == MD_MOUNT_BIND && m->source_is_file ? 0644 : 0755));
}

/* Without mount_setattr(2) the attributes come by remounting what was attached. */
static void remount(const struct md_mount *m, struct md_program *program)
{
	md_emit_to(program, MD_SLOT_DIR, MD_CALL_ROOT_OPEN, MD_FD(MD_SLOT_ROOT), MD_TEXT(m->target),
		   MD_INT(O_PATH));
	if (mount_flags(m))
		md_emit(program, MD_CALL_MOUNT_ON, MD_TEXT(""), MD_FD(MD_SLOT_DIR), MD_TEXT(""),
			MD_INT(MS_REMOUNT | MS_BIND | mount_flags(m)), MD_TEXT(""));
	md_emit(program, MD_CALL_MOUNT_ON, MD_TEXT(""), MD_FD(MD_SLOT_DIR), MD_TEXT(""),
		MD_INT(propagation_flags(m->propagation) |
		       (is_propagation_recursive(m->propagation) ? MS_REC : 0U)),
		MD_TEXT(""));
}

static void bind_by_api(const struct md_spec *spec, const struct md_host *host, size_t index,
			struct md_program *program)
{
	const struct md_mount *m = &spec->mounts[index];
	enum md_slot tree = source_slot(spec, program, index);

	if (host->has_mount_setattr && attributes(m))
		md_emit(program, MD_CALL_MOUNT_SETATTR, MD_FD(tree),
			MD_INT(m->is_readonly_recursive ? AT_RECURSIVE : 0), MD_INT(attributes(m)),
			MD_INT(0), MD_FD(MD_SLOT_NONE));
	if (host->has_mount_setattr)
		md_emit(program, MD_CALL_MOUNT_SETATTR, MD_FD(tree),
			MD_INT(is_propagation_recursive(m->propagation) ? AT_RECURSIVE : 0),
			MD_INT(0), MD_INT(propagation_flags(m->propagation)), MD_FD(MD_SLOT_NONE));
	target(m, program);
	md_emit(program, MD_CALL_MOVE_MOUNT, MD_FD(tree), MD_FD(MD_SLOT_DIR));
	md_emit(program, MD_CALL_CLOSE, MD_FD(tree));
	if (!host->has_mount_setattr)
		remount(m, program);
}

static void bind_by_mount(const struct md_mount *m, const struct md_host *host,
			  struct md_program *program)
{
	target(m, program);
	md_emit(program, MD_CALL_MOUNT_ON, MD_TEXT(m->source), MD_FD(MD_SLOT_DIR), MD_TEXT(""),
		MD_INT(MS_BIND | (brings_submounts(m, host) ? MS_REC : 0U)), MD_TEXT(""));
	remount(m, program);
}

static void tmpfs_by_api(const struct md_mount *m, const char *size, const char *mode,
			 struct md_program *program)
{
	md_emit_to(program, MD_SLOT_FS, MD_CALL_FSOPEN, MD_TEXT("tmpfs"));
	if (m->tmpfs_size)
		md_emit(program, MD_CALL_FSCONFIG_STRING, MD_FD(MD_SLOT_FS), MD_TEXT("size"),
			MD_TEXT(size));
	md_emit(program, MD_CALL_FSCONFIG_STRING, MD_FD(MD_SLOT_FS), MD_TEXT("mode"),
		MD_TEXT(mode));
	md_emit(program, MD_CALL_FSCONFIG_CREATE, MD_FD(MD_SLOT_FS));
	md_emit_to(program, MD_SLOT_TREE, MD_CALL_FSMOUNT, MD_FD(MD_SLOT_FS),
		   MD_INT(attributes(m)));
	target(m, program);
	md_emit(program, MD_CALL_MOVE_MOUNT, MD_FD(MD_SLOT_TREE), MD_FD(MD_SLOT_DIR));
}

static void tmpfs(const struct md_mount *m, const struct md_host *host, struct md_program *program)
{
	char size[32], mode[16], options[64];

	(void)snprintf(size, sizeof(size), "%" PRIu64, m->tmpfs_size);
	(void)snprintf(mode, sizeof(mode), "%o",
		       (unsigned int)(m->tmpfs_mode ? m->tmpfs_mode : 01777));
	md_program_op(program, MD_OP_TMPFS, m->target);
	if (host->has_mount_api) {
		tmpfs_by_api(m, size, mode, program);
		return;
	}
	(void)snprintf(options, sizeof(options), "mode=%s%s%s", mode, m->tmpfs_size ? ",size=" : "",
		       m->tmpfs_size ? size : "");
	target(m, program);
	md_emit(program, MD_CALL_MOUNT_ON, MD_TEXT("tmpfs"), MD_FD(MD_SLOT_DIR), MD_TEXT("tmpfs"),
		MD_INT(mount_flags(m)), MD_TEXT(options));
}

/* Mounting there would hide what the engine itself relies on while it sets the container up. */
static void check_target(const struct md_mount *m, struct md_program *program)
{
	static const char *const forbidden[] = {"/proc", "/sys", "/dev", "/"};

	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		if (strcmp(m->target, forbidden[i]) == 0)
			md_program_unmet(
				program,
				"nothing can be mounted on %s: the container needs its own",
				forbidden[i]);
	if (strncmp(m->target, "/proc/", 6) == 0)
		md_program_unmet(program,
				 "nothing can be mounted below /proc: it would hide or fake what "
				 "the kernel says there");
}

void md_compile_volumes(const struct md_spec *spec, const struct md_host *host,
			struct md_program *program)
{
	for (size_t i = 0; i < spec->mount_count; i++) {
		const struct md_mount *m = &spec->mounts[i];

		if (m->type == MD_MOUNT_TMPFS) {
			tmpfs(m, host, program);
		} else {
			md_program_op(program, m->is_generated ? MD_OP_ETC_FILE : MD_OP_VOLUME,
				      m->target);
			if (host->has_mount_api)
				bind_by_api(spec, host, i, program);
			else
				bind_by_mount(m, host, program);
		}
		check_target(m, program);
	}
}
