/* SPDX-License-Identifier: Apache-2.0 */
/* What was parsed is written and parsed again: the same text, and never deeper than promised. */
#include "tests/fuzz/fuzz.h"

#include "base/json.h"

static int depth(const struct md_json *value)
{
	const struct md_json *child;
	int deepest = 0;

	for (child = md_json_first(value); child; child = md_json_next(child)) {
		int below = depth(child);

		deepest = below > deepest ? below : deepest;
	}
	return deepest + 1;
}

static void check_getters(const struct md_json *root)
{
	struct md_error err = MD_ERROR_INIT;
	MD_CLEANUP(md_strv_fini) struct md_strv items = MD_STRV_INIT;
	const char *text;
	int64_t number;

	(void)md_json_get_bool(root, "a", true);
	md_json_get_strings(root, "a", &items);
	(void)fuzz_result(md_json_need_string(root, "a", &text, &err), &err);
	if (fuzz_result(md_json_need_number(root, "a", &number, &err), &err) == 0)
		ALWAYS(number == md_json_get_number(root, "a", number + (number < 0 ? 1 : -1)));
}

static void check_round(const struct md_json *root, char *(*print)(const struct md_json *))
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_free char *first = print(root);
	md_auto_json struct md_json *again = md_json_parse(first, strlen(first), &err);
	md_auto_free char *second = again ? print(again) : NULL;

	ALWAYS(second && strcmp(first, second) == 0);
}

FUZZ(data, size)
{
	struct md_error err = MD_ERROR_INIT;
	md_auto_json struct md_json *root = md_json_parse((const char *)data, size, &err);

	(void)fuzz_result(root ? 0 : -1, &err);
	if (!root)
		return 0;
	ALWAYS(depth(root) <= 65);
	check_getters(root);
	check_round(root, md_json_compact);
	check_round(root, md_json_pretty);
	return 0;
}
