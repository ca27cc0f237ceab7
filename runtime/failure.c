/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/failure.h"

#include "base/cleanup.h"
#include "base/str.h"
#include "runtime/print.h"

#include <errno.h>
#include <stddef.h>

#define ANY_OP (-1)

/* What a user can do; the first row that fits. */
static const struct {
	int op; /* enum md_op_kind or ANY_OP */
	int sys_errno;
	const char *hint;
} hints[] = {
	{MD_OP_CLONE, EPERM, "a container needs root: use sudo"},
	{MD_OP_CLONE, ENOSPC,
	 "too many namespaces: see /proc/sys/user/max_*_namespaces and 'minidock ps -a'"},
	{MD_OP_CLONE, EAGAIN,
	 "too many processes: see ulimit -u and pids.max of this session's group"},
	{MD_OP_CLONE, ENOMEM, "the container to enter has ended, or memory is short"},
	{MD_OP_JOIN_NAMESPACES, ESRCH, "the container has ended"},
	{MD_OP_IDMAPPED_ROOT, EINVAL,
	 "this kernel cannot show other owners on the file system of the state root: ext4, xfs and "
	 "btrfs can since Linux 5.15, tmpfs since 6.3; use --root"},
	{MD_OP_OVERLAY_ROOT, ENODEV, "this kernel has no overlayfs: modprobe overlay"},
	{MD_OP_OVERLAY_ROOT, EINVAL,
	 "the state root must lie on a file system that overlayfs accepts as upper layer: ext4, "
	 "xfs, "
	 "btrfs or tmpfs, not another overlay; use --root"},
	{MD_OP_OVERLAY_ROOT, EBUSY,
	 "another mount uses the container's upper directory: minidock check --repair"},
	{MD_OP_VOLUME, ENOTDIR, "a directory can only be mounted on a directory, a file on a file"},
	{MD_OP_VOLUME, ENOENT, "the source does not exist on the host"},
	{MD_OP_VOLUME, EROFS, "the place for the volume does not exist and the root is read-only"},
	{MD_OP_DEVICE, EPERM, "device nodes cannot be made in a user namespace"},
	{MD_OP_SYSCTL, ENOENT, "this kernel has no such parameter"},
	{MD_OP_SYSCTL, EINVAL, "the kernel refuses this value"},
	{MD_OP_SYSCTL, EPERM, "the parameter does not belong to a namespace of the container"},
	{MD_OP_RLIMITS, EPERM,
	 "a hard limit above the present one needs CAP_SYS_RESOURCE, which this process lacks"},
	{MD_OP_CGROUP_LIMIT, EINVAL, "the kernel refuses this value for the limit"},
	{MD_OP_CGROUP_LIMIT, ERANGE, "the value is out of range"},
	{MD_OP_WORKDIR, ENOENT, "there is no such directory in the container"},
	{MD_OP_WORKDIR, ENOTDIR, "a part of the working directory is a file"},
	{MD_OP_WORKDIR, EROFS, "the working directory does not exist and the root is read-only"},
	{ANY_OP, EXDEV, "the file is not on the file system it should be on; nothing was written"},
	{ANY_OP, EROFS, "the root file system is read-only"},
	{ANY_OP, ENOSPC, "the disk is full"},
	{ANY_OP, EMFILE, "too many open files: raise ulimit -n"},
	{ANY_OP, ELOOP, "a symbolic link of the image lies where none is allowed"},
	{ANY_OP, EPERM, "the engine lacks a privilege: run it as root, outside another container"},
};

static void add_hint(const struct md_op *op, struct md_error *err)
{
	for (size_t i = 0; i < sizeof(hints) / sizeof(hints[0]); i++) {
		if (hints[i].sys_errno != err->sys_errno)
			continue;
		if (hints[i].op != ANY_OP && hints[i].op != op->kind)
			continue;
		(void)md_error_hint(err, "%s", hints[i].hint);
		return;
	}
}

static int describe_exec(const struct md_program *program, const struct md_call *call,
			 const struct md_hs_failure *failure, struct md_error *err)
{
	const char *command = md_call_text(program, call, 0);

	if (failure->text[0])
		return md_fail(err, (enum md_error_code)failure->code,
			       "op 'exec': execve \"%s\": %s", command, failure->text);
	return md_fail(err, MD_ERR_NO_COMMAND,
		       "op 'exec': execve \"%s\": executable file not found in $PATH", command);
}

int md_failure_describe(const struct md_program *program, const struct md_hs_failure *failure,
			struct md_error *err)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;
	const struct md_call *call;
	const struct md_op *op;
	char name[128];

	/* The child is ours, but it may have been tampered with by whoever shares its memory. */
	if (failure->op >= program->op_count || failure->call >= program->call_count ||
	    failure->code <= MD_OK || failure->code > MD_ERR_NO_COMMAND)
		return md_fail(err, MD_ERR_PEER, "the first process sent a malformed report");
	op = &program->ops[failure->op];
	call = &program->calls[failure->call];
	if (failure->code == MD_ERR_NO_COMMAND || failure->code == MD_ERR_NOT_EXECUTABLE)
		if (call->kind == MD_CALL_EXEC &&
		    (failure->text[0] || failure->code == MD_ERR_NO_COMMAND))
			return describe_exec(program, call, failure, err);
	md_op_name(program, op, name, sizeof(name));
	md_print_call(program, call, &text);
	errno = failure->sys_errno;
	(void)md_fail_errno(err, "op '%s': %s", name, md_str_get(&text));
	add_hint(op, err);
	return -1;
}
