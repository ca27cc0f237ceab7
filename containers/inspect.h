/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect.h - a container in the words of Docker's API: what `inspect` prints.
 *
 * Member names and the meaning of values are Docker's, so that templates and scripts written for it
 * work. What this version does not have is shown as Docker shows its absence (no ports, restart
 * policy "no"). State.Cause and HostConfig.Profile are ours.
 */
#ifndef MD_CONTAINERS_INSPECT_H
#define MD_CONTAINERS_INSPECT_H

#include "base/json.h"
#include "containers/lifecycle.h"

enum md_inspect_size {
	MD_INSPECT_NO_SIZE,
	MD_INSPECT_SIZE, /* also SizeRw and SizeRootFs, which walk the container's files */
};

/* The container `id` as JSON; the caller frees it. An image that is gone is no error. */
struct md_json *md_inspect_container(struct md_engine *engine, const char *id,
				     enum md_inspect_size size, struct md_error *err);

#endif
