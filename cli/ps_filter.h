/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ps_filter.h - which containers `ps` shows.
 *
 * Values of one key are alternatives, except labels, which must all be there; different keys must
 * all match. What the summary of a container answers is asked first, so that its record is read
 * only when it matters.
 */
#ifndef MD_CLI_PS_FILTER_H
#define MD_CLI_PS_FILTER_H

#include "containers/lifecycle.h"

struct md_ps_filter {
	struct md_strv ids, names; /* extended regular expressions, regex(7) */
	struct md_strv labels, volumes, networks;
	struct md_strv ancestors; /* image ids, and the text as given */
	unsigned int statuses;    /* bits of enum md_status; 0: any */
	struct md_strv exits;     /* exit codes as text */
	int64_t before_ns, since_ns;
};

/* Check every "KEY=VALUE" of --filter. MD_ERR_INVALID names an unknown key or value. */
int md_ps_filter_parse(struct md_ps_filter *filter, struct md_engine *engine,
		       const struct md_strv *texts, struct md_error *err);
void md_ps_filter_fini(struct md_ps_filter *filter);

/* True if containers that do not run are asked for. */
bool md_ps_filter_wants_stopped(const struct md_ps_filter *filter);

/* The part that a summary can answer. */
bool md_ps_filter_matches(const struct md_ps_filter *filter, const struct md_summary *summary);

/* The part that needs the record; first whether there is any. */
bool md_ps_filter_needs_record(const struct md_ps_filter *filter);
bool md_ps_filter_matches_record(const struct md_ps_filter *filter, const struct md_record *record);

#endif
