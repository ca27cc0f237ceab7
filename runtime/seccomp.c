/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/seccomp.h"

#include "runtime/seccomp_embedded.h"
#include "runtime/seccomp_plan.h"
#include "runtime/seccomp_table.h"

#include "base/cleanup.h"

#include <linux/filter.h>

#define md_auto_plan MD_CLEANUP(md_seccomp_plan_fini)

const struct sock_filter *md_seccomp_default(enum md_profile profile, uint64_t caps,
					     size_t *ret_count)
{
	uint64_t relevant = caps & md_seccomp_relevant_caps(profile);

	for (size_t i = 0; i < sizeof(embedded) / sizeof(embedded[0]); i++) {
		if (embedded[i].profile != profile || embedded[i].caps != relevant)
			continue;
		*ret_count = embedded[i].count;
		return embedded[i].code;
	}
	return NULL;
}

int md_seccomp_compile(enum md_profile profile, uint64_t caps, struct md_seccomp_code *ret,
		       struct md_error *err)
{
	md_auto_plan struct md_seccomp_plan plan = {0};

	md_seccomp_plan_profile(profile, caps, md_seccomp_arch_native(), &plan);
	return md_seccomp_filter_build(&plan, &ret->filter, &ret->count, err);
}
