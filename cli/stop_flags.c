/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/stop_flags.h"

#include "base/number.h"
#include "cli/options.h"

#include <limits.h>

int md_stop_set_timeout(const struct md_option *option, const char *value, void *flags,
			struct md_error *err)
{
	int64_t seconds = 0;

	if (md_parse_i64(value, -1, INT_MAX / 1000, &seconds, err) < 0)
		return -1;
	*(int *)md_option_member(option, flags) = (int)seconds;
	return 0;
}
