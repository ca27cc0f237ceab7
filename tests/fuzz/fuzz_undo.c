/* SPDX-License-Identifier: Apache-2.0 */
/* undo.json as `check` reads it. Looking must be harmless; it is never performed here. */
#include "tests/fuzz/fuzz.h"

#include "base/json.h"
#include "runtime/undo.h"

FUZZ(data, size)
{
	MD_CLEANUP(md_str_fini) struct md_str out = MD_STR_INIT;
	struct md_error err = MD_ERROR_INIT;
	md_auto_json struct md_json *list = md_json_parse((const char *)data, size, &err);

	if (list)
		ALWAYS(md_undo_describe(list, &out) <= md_json_size(list));
	return 0;
}
