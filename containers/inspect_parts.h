/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspect_parts.h - the members of md_inspect_container(). Internal to containers/inspect*.c.
 */
#ifndef MD_CONTAINERS_INSPECT_PARTS_H
#define MD_CONTAINERS_INSPECT_PARTS_H

#include "containers/inspect.h"

struct md_inspect_source {
	struct md_engine *engine;
	const struct md_record *record;
	const struct md_state *state;
	const struct md_image *image; /* NULL: with --rootfs, or gone */
};

/* "Config": what the process gets. */
struct md_json *md_inspect_config(const struct md_inspect_source *source);

/* "HostConfig": limits and isolation. */
struct md_json *md_inspect_host_config(const struct md_inspect_source *source);

/* "Mounts": one entry per volume, bind and tmpfs. */
struct md_json *md_inspect_mounts(const struct md_inspect_source *source);

/* {"key": "value"} of a KEY=VALUE list. */
struct md_json *md_inspect_pairs(const struct md_strv *pairs);

#endif
