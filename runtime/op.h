/* SPDX-License-Identifier: Apache-2.0 */
/*
 * op.h - the steps of a container's start that a lesson would name.
 *
 * One table (runtime/op.c) says for every kind: its name, which process performs it, what it is
 * for in one or two sentences, where to read more, and which kernel state it changes (and no
 * other).
 */
#ifndef MD_RUNTIME_OP_H
#define MD_RUNTIME_OP_H

/*
 * In the order of a start, see runtime/compile.c. What has two places stands at its usual one: a
 * user namespace has its root prepared after the clone and, for exec, becomes root after joining;
 * without no-new-privs the filters come before the capabilities go. Volumes, tmpfs and files in
 * /etc keep the order of the spec.
 */
enum md_op_kind {
	MD_OP_CGROUP_CREATE,
	MD_OP_CGROUP_LIMIT,
	MD_OP_DEVICE_RULES,
	MD_OP_CGROUP_OPEN, /* exec only */
	MD_OP_OVERLAY_ROOT,
	MD_OP_DIRECTORY_ROOT,
	MD_OP_VOLUME_SOURCE,
	MD_OP_INIT,
	MD_OP_STDIO_OWNER,
	MD_OP_JOIN_PID_NS, /* exec, or that of another container */
	MD_OP_CLONE,
	MD_OP_ID_MAP,
	MD_OP_IDMAPPED_ROOT, /* userns: the engine prepares the layers with translated ids */
	MD_OP_IDMAPPED_VOLUME,
	MD_OP_NAMESPACE_ROOT, /* userns: become root inside */
	MD_OP_CGROUP_JOIN,
	MD_OP_SESSION,
	MD_OP_OOM_SCORE,
	MD_OP_JOIN_NAMESPACES, /* as above */
	MD_OP_CGROUP_NAMESPACE,
	MD_OP_PRIVATE_MOUNTS,
	MD_OP_ATTACH_ROOT,
	MD_OP_PROC,
	MD_OP_DEV,
	MD_OP_SHM,
	MD_OP_MQUEUE,
	MD_OP_SYS,
	MD_OP_CGROUP_MOUNT,
	MD_OP_DEVICE,
	MD_OP_VOLUME,
	MD_OP_TMPFS,
	MD_OP_ETC_FILE,
	MD_OP_CONSOLE,
	MD_OP_STDIO,
	MD_OP_HOSTNAME,
	MD_OP_LOOPBACK,
	MD_OP_SYSCTL,
	MD_OP_MASK_PATHS,
	MD_OP_READONLY_PATHS,
	MD_OP_PIVOT_ROOT,
	MD_OP_CHROOT,
	MD_OP_WORKDIR,
	MD_OP_READONLY_ROOT,
	MD_OP_RLIMITS,
	MD_OP_UMASK,
	MD_OP_CLOSE_FDS,
	MD_OP_CAPABILITIES,
	MD_OP_USER,
	MD_OP_NO_NEW_PRIVS,
	MD_OP_LANDLOCK,
	MD_OP_SECCOMP,
	MD_OP_EXEC,
	MD_OP_COUNT,
};

enum md_side {
	MD_SIDE_ENGINE,
	MD_SIDE_CHILD, /* the container's first process, or the process that exec adds */
};

/* Kernel state that an op may change. */
enum md_state_kind {
	MD_STATE_CGROUP = 1 << 0,
	MD_STATE_PROCESS = 1 << 1, /* a new process */
	MD_STATE_NAMESPACES = 1 << 2,
	MD_STATE_IDS = 1 << 3, /* id maps, uid, gid, groups */
	MD_STATE_MOUNTS = 1 << 4,
	MD_STATE_ROOT = 1 << 5, /* root or working directory */
	MD_STATE_HOSTNAME = 1 << 6,
	MD_STATE_SYSCTL = 1 << 7,
	MD_STATE_LIMITS = 1 << 8,
	MD_STATE_CAPS = 1 << 9,
	MD_STATE_SECCOMP = 1 << 10,
	MD_STATE_FDS = 1 << 11,
	MD_STATE_SESSION = 1 << 12, /* session, keyring, terminal */
	MD_STATE_NETWORK = 1 << 13,
	MD_STATE_FILES = 1 << 14, /* files and nodes inside the root */
	MD_STATE_PROGRAM = 1 << 15,
};

struct md_op_info {
	const char *name;
	enum md_side side;
	unsigned int changes; /* enum md_state_kind bits */
	const char *why;      /* one or two sentences for a student */
	const char *manual;   /* "clone(2), namespaces(7)" */
};

/* What the table says about a kind; never NULL. */
const struct md_op_info *md_op_info(enum md_op_kind kind);

#endif
