/* SPDX-License-Identifier: Apache-2.0 */
/* /proc, /dev and /sys: the file systems that make a directory tree a system. */
#include "runtime/compile.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/mount.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* A file system of the kernel, and where it goes. */
struct system_mount {
	const char *fs;
	const char *target;        /* relative to the root; a link there is refused */
	const char *options[5][2]; /* key, value; ends with NULL */
	uint64_t attributes;       /* MOUNT_ATTR_* */
};

#define NO_EXTRAS (MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC)

/* MOUNT_ATTR_RDONLY, NOSUID, NODEV and NOEXEC have the values of their MS_ twins. */
_Static_assert(MOUNT_ATTR_RDONLY == MS_RDONLY && MOUNT_ATTR_NOSUID == MS_NOSUID &&
		       MOUNT_ATTR_NODEV == MS_NODEV && MOUNT_ATTR_NOEXEC == MS_NOEXEC,
	       "attributes double as mount flags");

static void mount_by_api(const struct system_mount *m, enum md_slot slot,
			 struct md_program *program)
{
	md_emit_to(program, MD_SLOT_FS, MD_CALL_FSOPEN, MD_TEXT(m->fs));
	for (int i = 0; m->options[i][0]; i++)
		if (m->options[i][1])
			md_emit(program, MD_CALL_FSCONFIG_STRING, MD_FD(MD_SLOT_FS),
				MD_TEXT(m->options[i][0]), MD_TEXT(m->options[i][1]));
		else
			md_emit(program, MD_CALL_FSCONFIG_FLAG, MD_FD(MD_SLOT_FS),
				MD_TEXT(m->options[i][0]));
	md_emit(program, MD_CALL_FSCONFIG_CREATE, MD_FD(MD_SLOT_FS));
	md_emit_to(program, slot, MD_CALL_FSMOUNT, MD_FD(MD_SLOT_FS), MD_INT(m->attributes));
	md_emit_to(program, MD_SLOT_DIR, MD_CALL_ROOT_SYSTEM_DIR, MD_FD(MD_SLOT_ROOT),
		   MD_TEXT(m->target), MD_INT(0755));
	md_emit(program, MD_CALL_MOVE_MOUNT, MD_FD(slot), MD_FD(MD_SLOT_DIR));
}

static void mount_by_path(const struct system_mount *m, enum md_slot slot,
			  struct md_program *program)
{
	MD_CLEANUP(md_str_fini) struct md_str options = MD_STR_INIT;

	for (int i = 0; m->options[i][0]; i++)
		md_str_addf(&options, "%s%s%s%s", i ? "," : "", m->options[i][0],
			    m->options[i][1] ? "=" : "", m->options[i][1] ? m->options[i][1] : "");
	md_emit_to(program, MD_SLOT_DIR, MD_CALL_ROOT_SYSTEM_DIR, MD_FD(MD_SLOT_ROOT),
		   MD_TEXT(m->target), MD_INT(0755));
	md_emit(program, MD_CALL_MOUNT_ON, MD_TEXT(m->fs), MD_FD(MD_SLOT_DIR), MD_TEXT(m->fs),
		MD_INT(m->attributes), MD_TEXT(md_str_get(&options)));
	md_emit_to(program, slot, MD_CALL_ROOT_OPEN, MD_FD(MD_SLOT_ROOT), MD_TEXT(m->target),
		   MD_INT(O_PATH | O_DIRECTORY));
}

static void mount_system(const struct system_mount *m, const struct md_host *host,
			 enum md_slot slot, struct md_program *program)
{
	if (host->has_mount_api)
		mount_by_api(m, slot, program);
	else
		mount_by_path(m, slot, program);
}

/* A second view of a host directory, for what this namespace is not allowed to mount itself. */
static void bind_host(const char *path, uint64_t attributes, struct md_program *program)
{
	md_emit_to(program, MD_SLOT_TREE, MD_CALL_OPEN_TREE, MD_FD(MD_SLOT_CWD), MD_TEXT(path),
		   MD_INT(OPEN_TREE_CLONE | AT_RECURSIVE));
	if (attributes)
		md_emit(program, MD_CALL_MOUNT_SETATTR, MD_FD(MD_SLOT_TREE), MD_INT(AT_RECURSIVE),
			MD_INT(attributes), MD_INT(0), MD_FD(MD_SLOT_NONE));
	md_emit_to(program, MD_SLOT_DIR, MD_CALL_ROOT_SYSTEM_DIR, MD_FD(MD_SLOT_ROOT),
		   MD_TEXT(path + 1), MD_INT(0755));
	md_emit(program, MD_CALL_MOVE_MOUNT, MD_FD(MD_SLOT_TREE), MD_FD(MD_SLOT_DIR));
}

static void proc(const struct md_spec *spec, const struct md_host *host, struct md_program *program)
{
	static const struct system_mount fresh = {"proc", "proc", {{NULL}}, NO_EXTRAS};

	md_program_op(program, MD_OP_PROC, NULL);
	if (spec->user_ns == MD_NS_PRIVATE && spec->pid_ns != MD_NS_PRIVATE)
		bind_host("/proc", 0, program);
	else
		mount_system(&fresh, host, MD_SLOT_TREE, program);
}

static const struct {
	const char *name;
	unsigned int major, minor;
} nodes[] = {
	{"null", 1, 3},   {"zero", 1, 5},    {"full", 1, 7},
	{"random", 1, 8}, {"urandom", 1, 9}, {"tty", 5, 0},
};

static void make_nodes(struct md_program *program)
{
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++)
		md_emit(program, MD_CALL_MKNODAT, MD_FD(MD_SLOT_DEV), MD_TEXT(nodes[i].name),
			MD_INT(S_IFCHR | 0666), MD_INT(makedev(nodes[i].major, nodes[i].minor)));
}

/* mknod(2) is refused in a user namespace, so the host's nodes are shown instead. */
static void bind_nodes(struct md_program *program)
{
	for (size_t i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		char path[32];

		(void)snprintf(path, sizeof(path), "/dev/%s", nodes[i].name);
		md_emit_to(program, MD_SLOT_TREE, MD_CALL_OPEN_TREE, MD_FD(MD_SLOT_CWD),
			   MD_TEXT(path), MD_INT(OPEN_TREE_CLONE));
		md_emit_to(program, MD_SLOT_DIR, MD_CALL_ROOT_TOUCH, MD_FD(MD_SLOT_ROOT),
			   MD_TEXT(path), MD_INT(0666));
		md_emit(program, MD_CALL_MOVE_MOUNT, MD_FD(MD_SLOT_TREE), MD_FD(MD_SLOT_DIR));
	}
}

static void make_links(struct md_program *program)
{
	static const char *const links[][2] = {
		{"/proc/self/fd", "fd"},       {"/proc/self/fd/0", "stdin"},
		{"/proc/self/fd/1", "stdout"}, {"/proc/self/fd/2", "stderr"},
		{"pts/ptmx", "ptmx"},
	};

	for (size_t i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		md_emit(program, MD_CALL_SYMLINKAT, MD_TEXT(links[i][0]), MD_FD(MD_SLOT_DEV),
			MD_TEXT(links[i][1]));
}

static void dev(const struct md_spec *spec, const struct md_host *host, struct md_program *program)
{
	static const struct system_mount memory = {"tmpfs",
						   "dev",
						   {{"size", "65536k"}, {"mode", "755"}},
						   MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC};
	static const struct system_mount terminals = {
		"devpts",
		"dev/pts",
		{{"newinstance", NULL}, {"ptmxmode", "0666"}, {"mode", "0620"}, {"gid", "5"}},
		MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC};

	md_program_op(program, MD_OP_DEV, NULL);
	mount_system(&memory, host, MD_SLOT_DEV, program);
	if (spec->user_ns == MD_NS_PRIVATE)
		bind_nodes(program);
	else
		make_nodes(program);
	make_links(program);
	mount_system(&terminals, host, MD_SLOT_TREE, program);
}

static void shm(const struct md_spec *spec, const struct md_host *host, struct md_program *program)
{
	char size[32];
	struct system_mount memory = {
		"tmpfs", "dev/shm", {{"size", size}, {"mode", "1777"}}, NO_EXTRAS};

	if (spec->ipc_ns == MD_NS_HOST) {
		md_program_op(program, MD_OP_SHM, NULL);
		bind_host("/dev/shm", 0, program);
		return;
	}
	(void)snprintf(size, sizeof(size), "%" PRIu64, spec->shm_size);
	md_program_op(program, MD_OP_SHM, NULL);
	mount_system(&memory, host, MD_SLOT_TREE, program);
}

static void mqueue(const struct md_host *host, struct md_program *program)
{
	static const struct system_mount queues = {"mqueue", "dev/mqueue", {{NULL}}, NO_EXTRAS};

	md_program_op(program, MD_OP_MQUEUE, NULL);
	mount_system(&queues, host, MD_SLOT_TREE, program);
}

/* sysfs shows the network namespace of whoever mounts it, and only its owner may mount it. */
static void sys(const struct md_spec *spec, const struct md_host *host, struct md_program *program)
{
	const uint64_t readonly = spec->is_privileged ? 0 : MOUNT_ATTR_RDONLY;
	struct system_mount fresh = {"sysfs", "sys", {{NULL}}, NO_EXTRAS | readonly};

	md_program_op(program, MD_OP_SYS, NULL);
	if (spec->user_ns == MD_NS_PRIVATE && spec->network_ns != MD_NS_PRIVATE)
		bind_host("/sys", NO_EXTRAS | readonly, program);
	else
		mount_system(&fresh, host, MD_SLOT_TREE, program);
}

void md_compile_system_mounts(const struct md_spec *spec, const struct md_host *host,
			      struct md_program *program)
{
	proc(spec, host, program);
	dev(spec, host, program);
	shm(spec, host, program);
	mqueue(host, program);
	sys(spec, host, program);
}
