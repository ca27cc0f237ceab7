/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/inspect_parts.h"

#include "base/alloc.h"

static const char *const propagation_names[] = {
	[MD_PROPAGATION_RPRIVATE] = "rprivate", [MD_PROPAGATION_PRIVATE] = "private",
	[MD_PROPAGATION_RSLAVE] = "rslave",     [MD_PROPAGATION_SLAVE] = "slave",
	[MD_PROPAGATION_RSHARED] = "rshared",   [MD_PROPAGATION_SHARED] = "shared",
};

static struct md_json *mount_json(const struct md_inspect_source *source,
				  const struct md_mount *mount)
{
	struct md_json *json = md_json_object();
	bool is_tmpfs = mount->type == MD_MOUNT_TMPFS;
	md_auto_free char *path =
		mount->is_volume
			? md_xasprintf("%s/volumes/%s", md_store_root(source->engine->store),
				       mount->volume_name ? mount->volume_name : "")
			: md_xstrdup(mount->source ? mount->source : "");

	md_json_set_string(json, "Type", is_tmpfs ? "tmpfs" : mount->is_volume ? "volume" : "bind");
	if (mount->is_volume)
		md_json_set_string(json, "Name", mount->volume_name ? mount->volume_name : "");
	md_json_set_string(json, "Source", path);
	md_json_set_string(json, "Destination", mount->target);
	if (mount->is_volume)
		md_json_set_string(json, "Driver", "local");
	md_json_set_string(json, "Mode", "");
	md_json_set_bool(json, "RW", !mount->is_readonly);
	md_json_set_string(json, "Propagation",
			   is_tmpfs || mount->is_volume ? ""
							: propagation_names[mount->propagation]);
	return json;
}

struct md_json *md_inspect_mounts(const struct md_inspect_source *source)
{
	const struct md_run_request *request = &source->record->request;
	struct md_json *list = md_json_array();

	for (size_t i = 0; i < request->mount_count; i++)
		md_json_append(list, mount_json(source, &request->mounts[i]));
	return list;
}
