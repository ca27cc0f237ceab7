/* SPDX-License-Identifier: Apache-2.0 */
/* --security-opt seccomp=FILE. */
#include "tests/fuzz/fuzz.h"

#include "runtime/seccomp.h"

FUZZ(data, size)
{
	struct md_error err = MD_ERROR_INIT;
	struct sock_filter *filter = NULL;
	size_t count = 0;

	if (fuzz_result(md_seccomp_compile_profile((const char *)data, size, 0xa80425fb, &filter,
						   &count, &err),
			&err) == 0)
		ALWAYS(filter && count > 0 && count <= 4096);
	free(filter);
	return 0;
}
