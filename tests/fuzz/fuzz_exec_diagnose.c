/* SPDX-License-Identifier: Apache-2.0 */
/* The program that could not be executed comes from the container: script, ELF, or anything. */
#include "tests/fuzz/fuzz.h"

#include "base/fs.h"
#include "runtime/exec_diagnose.h"

#include <sys/mman.h>

FUZZ(data, size)
{
	static const int errors[] = {ENOENT, EACCES, ENOEXEC, ELOOP};
	md_auto_close int fd = memfd_create("program", MFD_CLOEXEC);
	char path[40];
	char out[200];

	ALWAYS(md_write_all(fd, data, size) == 0);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (size_t i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		int code = md_exec_diagnose(path, errors[i], out, sizeof(out));

		ALWAYS(code == MD_ERR_NO_COMMAND || code == MD_ERR_NOT_EXECUTABLE);
		ALWAYS(memchr(out, 0, sizeof(out)));
	}
	return 0;
}
