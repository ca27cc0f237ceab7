/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ps_row.h - one container as `ps` shows it.
 */
#ifndef MD_CLI_PS_ROW_H
#define MD_CLI_PS_ROW_H

#include "cli/list.h"
#include "containers/lifecycle.h"

/* Everything about a container that a row may be made of. */
struct md_ps_source {
	struct md_engine *engine;
	const struct md_summary *summary;
	const struct md_record *record; /* NULL: not loaded, because no field needs it */
	int64_t now_ns;
	bool is_long; /* --no-trunc */
	bool has_size;
	unsigned int fields; /* md_ps_row_fields() of the list */
};

extern const struct md_list_kind md_ps_kind;
extern const struct md_list_kind md_ps_kind_with_size;

/* The fields that a list shows, as bits: asked once, because there may be 10,000 rows. */
unsigned int md_ps_row_fields(const struct md_list *list);

/* True if one of them is known to the record only. */
bool md_ps_row_needs_record(unsigned int fields);

/* The fields that `list` shows; the caller frees it. NULL: the size could not be found. */
struct md_json *md_ps_row(const struct md_ps_source *source, const struct md_list *list,
			  struct md_error *err);

/* {"Label": {...}} for {{.Label "key"}}; NULL when no label is asked for. */
struct md_json *md_ps_row_methods(const struct md_ps_source *source, const struct md_list *list);

#endif
