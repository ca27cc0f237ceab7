/* SPDX-License-Identifier: Apache-2.0 */
/* -u and --group-add against an image's passwd and group. The three parts end with a form feed. */
#include "tests/fuzz/fuzz.h"

#include "containers/user.h"

static void check_user(const struct md_user *user)
{
	bool has_gid = false;

	ALWAYS(user->uid <= MD_USER_ID_MAX && user->gid <= MD_USER_ID_MAX);
	ALWAYS(user->home && *user->home);
	for (size_t i = 0; i < user->group_count; i++) {
		ALWAYS(user->groups[i] <= MD_USER_ID_MAX);
		ALWAYS(i == 0 || user->groups[i - 1] < user->groups[i]);
		has_gid = has_gid || user->groups[i] == user->gid;
	}
	ALWAYS(has_gid);
}

FUZZ(data, size)
{
	md_auto_free char *text = fuzz_text(data, size);
	MD_CLEANUP(md_strv_fini) struct md_strv parts = MD_STRV_INIT;
	MD_CLEANUP(md_strv_fini) struct md_strv words = MD_STRV_INIT;
	MD_CLEANUP(md_strv_fini) struct md_strv group_add = MD_STRV_INIT;
	struct md_user_files files = {0};
	struct md_error err = MD_ERROR_INIT;
	struct md_user user = {0};

	md_strv_split(&parts, text, '\f');
	md_strv_split(&words, parts.items[0], '\n');
	for (size_t i = 1; i < words.count; i++)
		md_strv_add(&group_add, words.items[i]);
	files.passwd = parts.count > 1 ? parts.items[1] : NULL;
	files.group = parts.count > 2 ? parts.items[2] : NULL;
	if (fuzz_result(md_user_resolve(words.items[0], &files, &group_add, &user, &err), &err) ==
	    0) {
		check_user(&user);
		md_user_fini(&user);
	}
	return 0;
}
