/* SPDX-License-Identifier: Apache-2.0 */
/* --security-opt seccomp=FILE. */
#include "tests/fuzz/fuzz.h"

#include "runtime/seccomp.h"

FUZZ(data, size)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_seccomp_code code = {0};

	if (fuzz_result(
		    md_seccomp_compile_profile((const char *)data, size, 0xa80425fb, &code, &err),
		    &err) == 0)
		ALWAYS(code.filter && code.count > 0 && code.count <= 4096);
	free(code.filter);
	return 0;
}
