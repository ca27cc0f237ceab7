/* SPDX-License-Identifier: Apache-2.0 */
/* Which devices may be used (--device and the rules), and the nodes beyond the default ones. */
#include "base/alloc.h"
#include "base/cleanup.h"
#include "runtime/compile.h"
#include "runtime/compile_cgroup.h"
#include "runtime/device_program.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* Device programs for cgroups came with Linux 4.15. */
#define BPF_DEVICE_SINCE (4U << 16 | 15U << 8)

static void write_v1(const struct md_spec *spec, const struct md_cgroup_v1 *hierarchy,
		     const struct md_strv *lines, struct md_program *program)
{
	md_auto_free char *group = md_cgroup_group_of(spec, hierarchy->mount);

	for (size_t i = 0; i < lines->count; i++) {
		const char *line = lines->items[i];
		const char *value = strchr(line, ' ') + 1;

		md_cgroup_emit_write(program, group,
				     *line == 'd' ? "devices.deny" : "devices.allow", "%s", value);
	}
}

static void attach_bpf(const struct md_spec *spec, const struct md_host *host,
		       struct md_program *program)
{
	md_auto_free struct bpf_insn *insns = NULL;
	size_t length;

	if (!host->v2_mount[0] || host->kernel_version < BPF_DEVICE_SINCE) {
		md_program_unmet(
			program,
			"device rules need the cgroup v1 controller 'devices' (files "
			"devices.allow and devices.deny) or a cgroup v2 tree with Linux 4.15 "
			"for an eBPF program, and %s; mount one of them",
			md_host_v1(host, "devices") ? "v1 cannot take back a part of a wider rule"
						    : "neither is here");
		return;
	}
	insns = md_device_rules_to_bpf(spec->device_rules, spec->device_rule_count, &length);
	md_emit(program, MD_CALL_BPF_DEVICE, MD_FD(MD_SLOT_CGROUP),
		MD_BYTES(insns, length * sizeof(*insns)));
}

void md_compile_device_rules(const struct md_spec *spec, const struct md_host *host,
			     struct md_program *program)
{
	MD_CLEANUP(md_strv_fini) struct md_strv lines = MD_STRV_INIT;
	const struct md_cgroup_v1 *hierarchy = md_host_v1(host, "devices");

	if (md_device_rules_allow_all(spec->device_rules, spec->device_rule_count))
		return;
	md_program_op(program, MD_OP_DEVICE_RULES, NULL);
	if (hierarchy && md_device_rules_to_v1(spec->device_rules, spec->device_rule_count, &lines))
		write_v1(spec, hierarchy, &lines, program);
	else
		attach_bpf(spec, host, program);
}

/* "/dev/net/tun" -> "/dev/net" in the slot for directories; returns "tun". */
static const char *open_parent(const char *path, struct md_program *program)
{
	const char *name = strrchr(path, '/') + 1;
	size_t length = (size_t)(name - path) > 1 ? (size_t)(name - path) - 1 : 1;
	md_auto_free char *parent = md_xstrndup(path, length);

	md_emit_to(program, MD_SLOT_DIR, MD_CALL_ROOT_MKDIRS, MD_FD(MD_SLOT_ROOT), MD_TEXT(parent),
		   MD_INT(0755));
	return name;
}

/* What has that name already gives way: --device may replace a default node. */
static void make_node(const struct md_device *device, struct md_program *program)
{
	const char *name = open_parent(device->path, program);
	mode_t kind = device->type == 'b' ? S_IFBLK : S_IFCHR;

	md_emit(program, MD_CALL_UNLINKAT, MD_FD(MD_SLOT_DIR), MD_TEXT(name), MD_INT(0))
		->tolerated = ENOENT;
	md_emit(program, MD_CALL_MKNODAT, MD_FD(MD_SLOT_DIR), MD_TEXT(name),
		MD_INT(kind | (device->mode & 07777)),
		MD_INT(makedev(device->major, device->minor)));
	/* mknodat(2) applies the umask. */
	md_emit(program, MD_CALL_FCHMODAT, MD_FD(MD_SLOT_DIR), MD_TEXT(name),
		MD_INT(device->mode & 07777));
	if (device->uid != 0 || device->gid != 0)
		md_emit(program, MD_CALL_FCHOWNAT, MD_FD(MD_SLOT_DIR), MD_TEXT(name),
			MD_INT(device->uid), MD_INT(device->gid));
}

static void bind_node(const struct md_device *device, const struct md_host *host,
		      struct md_program *program)
{
	if (!device->source) {
		md_program_unmet(
			program,
			"device %s cannot be made here: outside /dev and in a user namespace "
			"a node must come from one of the host; give its path there",
			device->path);
		return;
	}
	md_emit_to(program, MD_SLOT_DIR, MD_CALL_ROOT_TOUCH, MD_FD(MD_SLOT_ROOT),
		   MD_TEXT(device->path), MD_INT(0600));
	if (!host->has_mount_api) {
		md_emit(program, MD_CALL_MOUNT_ON, MD_TEXT(device->source), MD_FD(MD_SLOT_DIR),
			MD_TEXT(""), MD_INT(MS_BIND), MD_TEXT(""));
		return;
	}
	md_emit_to(program, MD_SLOT_TREE, MD_CALL_OPEN_TREE, MD_FD(MD_SLOT_CWD),
		   MD_TEXT(device->source), MD_INT(OPEN_TREE_CLONE));
	md_emit(program, MD_CALL_MOVE_MOUNT, MD_FD(MD_SLOT_TREE), MD_FD(MD_SLOT_DIR));
}

/*
 * Nodes can be made in the container's own /dev. A user namespace may make none, and the root is
 * mounted so that nodes in it do not work: there the host's node is shown instead.
 */
static void add_device(const struct md_spec *spec, const struct md_host *host,
		       const struct md_device *device, struct md_program *program)
{
	if (spec->user_ns != MD_NS_PRIVATE && md_str_starts(device->path, "/dev/"))
		make_node(device, program);
	else
		bind_node(device, host, program);
}

void md_compile_devices(const struct md_spec *spec, const struct md_host *host,
			struct md_program *program)
{
	/* Privileged means hundreds of them: one step, not hundreds. */
	if (spec->is_privileged && spec->device_count > 0)
		md_program_op(program, MD_OP_DEVICE, "all");
	for (size_t i = 0; i < spec->device_count; i++) {
		if (!spec->is_privileged)
			md_program_op(program, MD_OP_DEVICE, spec->devices[i].path);
		add_device(spec, host, &spec->devices[i], program);
	}
}
