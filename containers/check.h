/* SPDX-License-Identifier: Apache-2.0 */
/*
 * check.h - `minidock check`: what dead containers left behind, and its repair.
 *
 * Looks at every container, run directory, cgroup below our parent, staging directory and at the
 * quarantine. Looking changes nothing. Repair performs undo lists, writes the true state and
 * removes what has no owner; quarantined files are only ever named.
 */
#ifndef MD_CONTAINERS_CHECK_H
#define MD_CONTAINERS_CHECK_H

#include "base/error.h"
#include "containers/lifecycle.h"

#include <stdbool.h>
#include <stddef.h>

struct md_finding {
	char *what;         /* one line: "container 'web' (0123...): its supervisor is gone" */
	bool is_repaired;   /* with repair: nothing of it is left */
	char *repair_error; /* why the repair failed, NULL */
};

enum md_check_mode {
	MD_CHECK_LOOK,
	MD_CHECK_REPAIR
};

/* Findings in the order they were met; none means that everything is in order. */
int md_check_run(struct md_engine *engine, enum md_check_mode mode, struct md_finding **ret,
		 size_t *ret_count, struct md_error *err);
void md_findings_free(struct md_finding *findings, size_t count);

#endif
