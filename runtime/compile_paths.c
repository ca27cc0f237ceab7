/* SPDX-License-Identifier: Apache-2.0 */
/* What is hidden and what is read-only in /proc and /sys. */
#include "runtime/compile.h"

#include <fcntl.h>
#include <linux/mount.h>

/* Without the mount API there is no empty directory to show: each gets a tmpfs of its own. */
static void mask(const struct md_spec *spec, const struct md_host *host, struct md_program *program)
{
	md_program_op(program, MD_OP_MASK_PATHS, NULL);
	/* Our own /dev, made a few ops ago: no image can have put another file there. */
	md_emit_to(program, MD_SLOT_NULL_DEVICE, MD_CALL_ROOT_OPEN, MD_FD(MD_SLOT_ROOT),
		   MD_TEXT("dev/null"), MD_INT(O_PATH | O_NOFOLLOW));
	if (host->has_mount_api) {
		md_emit_to(program, MD_SLOT_FS, MD_CALL_FSOPEN, MD_TEXT("tmpfs"));
		md_emit(program, MD_CALL_FSCONFIG_STRING, MD_FD(MD_SLOT_FS), MD_TEXT("size"),
			MD_TEXT("4k"));
		md_emit(program, MD_CALL_FSCONFIG_STRING, MD_FD(MD_SLOT_FS), MD_TEXT("mode"),
			MD_TEXT("555"));
		md_emit(program, MD_CALL_FSCONFIG_CREATE, MD_FD(MD_SLOT_FS));
		md_emit_to(program, MD_SLOT_EMPTY_DIR, MD_CALL_FSMOUNT, MD_FD(MD_SLOT_FS),
			   MD_INT(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				  MOUNT_ATTR_NOEXEC));
	}
	for (size_t i = 0; i < spec->masked_paths.count; i++)
		md_emit(program, MD_CALL_MASK, MD_FD(MD_SLOT_ROOT),
			MD_TEXT(spec->masked_paths.items[i]), MD_FD(MD_SLOT_NULL_DEVICE),
			MD_FD(host->has_mount_api ? MD_SLOT_EMPTY_DIR : MD_SLOT_NONE));
}

void md_compile_paths(const struct md_spec *spec, const struct md_host *host,
		      struct md_program *program)
{
	if (spec->masked_paths.count > 0)
		mask(spec, host, program);
	if (spec->readonly_paths.count == 0)
		return;
	md_program_op(program, MD_OP_READONLY_PATHS, NULL);
	for (size_t i = 0; i < spec->readonly_paths.count; i++)
		md_emit(program, MD_CALL_REMOUNT_PATH, MD_FD(MD_SLOT_ROOT),
			MD_TEXT(spec->readonly_paths.items[i]), MD_INT(MOUNT_ATTR_RDONLY));
}
