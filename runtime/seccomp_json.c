/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/seccomp_json.h"

#include <stdio.h>
#include <string.h>

int md_seccomp_json_keys(const struct md_json *object, const char *known, struct md_error *err)
{
	char wanted[64];

	if (md_json_type(object) != MD_JSON_OBJECT)
		return md_fail(err, MD_ERR_INVALID, "must be an object");
	for (const struct md_json *m = md_json_first(object); m; m = md_json_next(m)) {
		(void)snprintf(wanted, sizeof(wanted), " %s ", md_json_key(m));
		if (!strstr(known, wanted))
			return md_fail(err, MD_ERR_INVALID, "unknown key '%.60s'", md_json_key(m));
	}
	return 0;
}

int md_seccomp_json_list(const struct md_json *object, const char *key, enum md_json_type items,
			 struct md_error *err)
{
	const struct md_json *list = md_json_get(object, key);

	if (md_json_type(list) == MD_JSON_NULL)
		return 0;
	if (md_json_type(list) != MD_JSON_ARRAY)
		return md_fail(err, MD_ERR_INVALID, "%s must be a list", key);
	for (const struct md_json *item = md_json_first(list); item; item = md_json_next(item)) {
		if (md_json_type(item) != items)
			return md_fail(err, MD_ERR_INVALID, "%s holds an item of the wrong type",
				       key);
	}
	return 0;
}

int md_seccomp_json_whole(const struct md_json *object, const char *key, double max, uint64_t *ret,
			  struct md_error *err)
{
	const struct md_json *value = md_json_get(object, key);
	double d = md_json_as_double(value, 0);

	if (md_json_type(value) == MD_JSON_NULL) {
		*ret = 0;
		return 0;
	}
	if (md_json_type(value) != MD_JSON_NUMBER || d < 0 || d > max || d != (double)(uint64_t)d)
		return md_fail(err, MD_ERR_INVALID, "%s must be a whole number from 0 to %.0f", key,
			       max);
	*ret = (uint64_t)d;
	return 0;
}
