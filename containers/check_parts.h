/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check_parts.h - what check.c and check_places.c share and nobody else may see.
 */
#ifndef MD_CONTAINERS_CHECK_PARTS_H
#define MD_CONTAINERS_CHECK_PARTS_H

#include "containers/check.h"

/* One run of the check. */
struct md_check {
	struct md_engine *engine;
	enum md_check_mode mode;
	struct md_finding *findings;
	size_t count;
};

/* A new finding; takes `what`. Valid until the next one. */
struct md_finding *md_check_add(struct md_check *check, char *what);

/* How its repair went. */
void md_check_settle(struct md_finding *finding, int result, const struct md_error *why);

/* check_places.c: run directories and groups without a container, and the quarantine. */
int md_check_places(struct md_check *check, struct md_error *err);

#endif
