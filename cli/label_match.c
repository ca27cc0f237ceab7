/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/label_match.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/str.h"

#include <string.h>

static bool matches(const struct md_strv *labels, const char *wanted)
{
	const char *equals = strchr(wanted, '=');
	md_auto_free char *key =
		md_xstrndup(wanted, equals ? (size_t)(equals - wanted) : strlen(wanted));
	const char *value = md_strv_value(labels, key);

	return value && (!equals || strcmp(value, equals + 1) == 0);
}

bool md_label_match_all(const struct md_strv *labels, const struct md_strv *wanted)
{
	for (size_t i = 0; i < wanted->count; i++)
		if (!matches(labels, wanted->items[i]))
			return false;
	return true;
}
