/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sealed_exe.h - our own executable in a form that nobody can write to through /proc/PID/exe.
 *
 * A process that enters a container, or is the parent of one, can be seen from inside at some
 * moment, and a link to its executable lets root in the container replace the runtime of the host
 * (CVE-2019-5736). Every long-lived process of ours is therefore executed through a detached,
 * read-only clone of the mount that holds the file, or, where the kernel has no
 * mount_setattr(2), through a sealed memfd copy.
 */
#ifndef MD_CONTAINERS_SEALED_EXE_H
#define MD_CONTAINERS_SEALED_EXE_H

#include "base/error.h"

/*
 * A descriptor for execveat(fd, "", argv, envp, AT_EMPTY_PATH), close-on-exec, the caller's to
 * close. Needs CAP_SYS_ADMIN for the mount; otherwise makes the copy.
 */
int md_sealed_exe_open(struct md_error *err);

#endif
