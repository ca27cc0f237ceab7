/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/cgroup_path.h"

#include "base/alloc.h"

char *md_cgroup_path(const char *mount, const char *parent, const char *id)
{
	return md_xasprintf("%s/%s%s%s", mount, parent, *parent ? "/" : "", id);
}
