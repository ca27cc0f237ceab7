/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime/host.h"

#include <string.h>

bool md_host_lists(const char *list, char separator, const char *word)
{
	size_t length = strlen(word);

	while (*list) {
		size_t item = strcspn(list, (const char[]){separator, '\0'});

		if (item == length && strncmp(list, word, length) == 0)
			return true;
		list += item + (list[item] == separator);
	}
	return false;
}

const struct md_cgroup_v1 *md_host_v1(const struct md_host *host, const char *controller)
{
	for (unsigned int i = 0; i < host->v1_count; i++)
		if (md_host_lists(host->v1[i].controllers, ',', controller))
			return &host->v1[i];
	return NULL;
}

bool md_host_v2_has(const struct md_host *host, const char *controller)
{
	return md_host_lists(host->v2_enabled, ' ', controller) ||
	       (!host->v2_is_locked && md_host_lists(host->v2_controllers, ' ', controller));
}

const char *md_cgroup_kind_name(enum md_cgroup_kind kind)
{
	switch (kind) {
	case MD_CGROUP_NONE:
		return "none";
	case MD_CGROUP_V1:
		return "v1";
	case MD_CGROUP_HYBRID:
		return "hybrid";
	case MD_CGROUP_V2:
		return "v2";
	}
	return "unknown";
}
