/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/init_program.h"

#include "base/alloc.h"
#include "base/cleanup.h"

#include <limits.h>
#include <stdlib.h>

/* Below the directory of our executable: installed, and in the build tree. */
static const char *const places[] = {
	"../libexec/minidock/minidock-init",
	"../runtime/minidock-init",
	"runtime/minidock-init",
	"minidock-init",
};

int md_init_program_find(char **ret, struct md_error *err)
{
	md_auto_free char *directory = realpath("/proc/self/exe", NULL);
	char *slash = directory ? strrchr(directory, '/') : NULL;

	if (!slash)
		return md_fail_errno(err, "--init: find our own executable");
	*slash = '\0';
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		md_auto_free char *path = md_xasprintf("%s/%s", directory, places[i]);
		char *found = access(path, X_OK) == 0 ? realpath(path, NULL) : NULL;

		if (!found)
			continue;
		*ret = found;
		return 0;
	}
	return md_fail(err, MD_ERR_NOT_FOUND,
		       "--init: minidock-init is neither in '%s' nor in '%s/../libexec/minidock'",
		       directory, directory);
}
