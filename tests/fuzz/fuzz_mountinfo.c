/* SPDX-License-Identifier: Apache-2.0 */
/* /proc/PID/mountinfo, whose names are chosen by whoever may mount. */
#include "tests/fuzz/fuzz.h"

#include "runtime/mountinfo.h"

FUZZ(data, size)
{
	struct md_mount_table table = MD_MOUNT_TABLE_INIT;
	struct md_error err = MD_ERROR_INIT;

	if (fuzz_result(md_mount_table_parse((const char *)data, size, &table, &err), &err) < 0)
		return 0;
	for (size_t i = 0; i < table.count; i++) {
		const struct md_mountinfo *m = &table.items[i];

		ALWAYS(strlen(m->root) + strlen(m->mount_point) + strlen(m->options) +
			       strlen(m->fs_type) + strlen(m->source) + strlen(m->super_options) <=
		       size);
		(void)md_mount_is_visible(&table, m);
	}
	md_mount_table_fini(&table);
	return 0;
}
