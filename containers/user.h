/* SPDX-License-Identifier: Apache-2.0 */
/*
 * user.h - who "-u TEXT" is, by the passwd(5) and group(5) texts of the image.
 *
 *	USER         passwd's uid, gid and home; every group that lists the user
 *	USER:GROUP   the same uid and home; GROUP and nothing else
 *
 * Rule: what consists of digits is a number and never a name, at most 2147483647; a number that is
 * too large is an error, so that no text can wrap round to root. Both texts come from an image and
 * are hostile: lines that make no sense are skipped.
 */
#ifndef MD_CONTAINERS_USER_H
#define MD_CONTAINERS_USER_H

#include "base/error.h"
#include "base/str.h"

#include <stddef.h>
#include <stdint.h>

#define MD_USER_ID_MAX 2147483647

struct md_user {
	uint32_t uid, gid;
	uint32_t *groups; /* ascending, each once; gid is one of them */
	size_t group_count;
	char *home; /* "/" when passwd does not know the uid */
	char *name; /* NULL then */
};

/* Free what it holds and empty it. */
void md_user_fini(struct md_user *user);

/* The texts of the image; NULL where it has no such file. */
struct md_user_files {
	const char *passwd, *group;
};

/*
 * Resolve `text` (NULL or "": uid 0) and the names or numbers of --group-add. A uid
 * that passwd does not know gets gid 0, as in Docker. MD_ERR_INVALID names the text.
 */
int md_user_resolve(const char *text, const struct md_user_files *files,
		    const struct md_strv *group_add, struct md_user *ret, struct md_error *err);

#endif
