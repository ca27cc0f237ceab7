/* SPDX-License-Identifier: Apache-2.0 */
/*
 * exec_diagnose.h - why execve(2) refused a file, in words.
 *
 * The kernel's answer names the wrong thing: ENOENT for a script whose interpreter is missing,
 * EACCES for a directory and for a noexec mount alike. This looks at the file itself, inside the
 * container, with the rights of the process that tried. (async-signal-safe)
 */
#ifndef MD_RUNTIME_EXEC_DIAGNOSE_H
#define MD_RUNTIME_EXEC_DIAGNOSE_H

#include <stddef.h>

/*
 * Write one sentence about `path`, for which execve failed with `error`, into `out`. Returns the
 * code that decides the exit status: MD_ERR_NO_COMMAND (127) for ENOENT, whichever file is missing,
 * and MD_ERR_NOT_EXECUTABLE (126) for the rest.
 */
int md_exec_diagnose(const char *path, int error, char *out, size_t size);

#endif
