/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/env_pair.h"

#include "base/str.h"

#include <stdlib.h>
#include <string.h>

int md_env_pair_add(struct md_strv *env, const char *text, struct md_error *err)
{
	const char *ours;

	if (text[0] == '\0' || text[0] == '=')
		return md_fail(err, MD_ERR_INVALID, "'%s' is no KEY=VALUE or KEY", text);
	if (strchr(text, '=')) {
		md_strv_add(env, text);
		return 0;
	}
	ours = getenv(text);
	if (ours)
		md_strv_addf(env, "%s=%s", text, ours);
	return 0;
}
