/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include "cli/facts_output.h"
#include "containers/lifecycle.h"
#include "runtime/host_probe.h"

#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

struct flags {
	const char *format;
};

static const struct md_option options[] = {
	{"format", 'f', "FORMAT", "json, or a template: '{{.CgroupVersion}}'", md_option_set_text,
	 offsetof(struct flags, format)},
	MD_OPTIONS_END,
};

static int add_containers(struct md_engine *engine, struct md_json *facts, struct md_error *err)
{
	struct md_summary *list = NULL;
	size_t count = 0, running = 0, paused = 0;

	if (md_store_list(engine->store, &list, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		running += list[i].state.status == MD_STATUS_RUNNING;
		paused += list[i].state.status == MD_STATUS_PAUSED;
	}
	md_summaries_free(list, count);
	md_json_set_number(facts, "Containers", (int64_t)count);
	md_json_set_number(facts, "ContainersRunning", (int64_t)running);
	md_json_set_number(facts, "ContainersPaused", (int64_t)paused);
	md_json_set_number(facts, "ContainersStopped", (int64_t)(count - running - paused));
	return 0;
}

static int add_images(struct md_engine *engine, struct md_json *facts, struct md_error *err)
{
	struct md_image *images = NULL;
	size_t count = 0;

	if (md_image_list(engine->images, &images, &count, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		md_image_fini(&images[i]);
	free(images);
	md_json_set_number(facts, "Images", (int64_t)count);
	return 0;
}

/* What decides which limits and mounts are possible here; names that a template can select. */
static struct md_json *features(const struct md_host *host)
{
	const struct {
		const char *name;
		bool has;
	} rows[] = {
		{"Openat2", host->has_openat2},
		{"Clone3", host->has_clone3},
		{"MountAPI", host->has_mount_api},
		{"MountSetattr", host->has_mount_setattr},
		{"Overlay", host->has_overlay},
		{"CloseRange", host->has_close_range},
		{"UserNamespaces", host->has_user_ns},
		{"CgroupNamespaces", host->has_cgroup_ns},
		{"CgroupKill", host->has_cgroup_kill},
		{"SwapAccounting", host->has_swap_accounting},
		{"Seccomp", host->has_seccomp},
	};
	struct md_json *json = md_json_object();

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		md_json_set_bool(json, rows[i].name, rows[i].has);
	return json;
}

static int add_host(struct md_json *facts, struct md_error *err)
{
	struct md_host host = {0};
	struct utsname names;
	struct sysinfo memory;

	if (md_host_probe(&host, err) < 0)
		return -1;
	if (uname(&names) < 0 || sysinfo(&memory) < 0)
		return md_fail_errno(err, "uname or sysinfo");
	md_json_set_string(facts, "Name", names.nodename);
	md_json_set_string(facts, "OSType", "linux");
	md_json_set_string(facts, "Architecture", names.machine);
	md_json_set_string(facts, "KernelVersion", names.release);
	md_json_set_number(facts, "NCPU", sysconf(_SC_NPROCESSORS_ONLN));
	md_json_set_number(facts, "MemTotal", (int64_t)(memory.totalram * memory.mem_unit));
	md_json_set_string(facts, "CgroupVersion", md_cgroup_kind_name(host.cgroup_kind));
	md_json_set(facts, "Kernel", features(&host));
	return 0;
}

static int run(struct md_invocation *in, struct md_error *err)
{
	MD_CLEANUP(md_engine_close) struct md_engine engine = {0};
	md_auto_json struct md_json *facts = md_json_object();
	struct flags flags = {0};

	if (md_options_apply(in, &flags, err) < 0 || md_engine_open(in->root, &engine, err) < 0 ||
	    add_containers(&engine, facts, err) < 0 || add_images(&engine, facts, err) < 0)
		return -1;
	md_json_set_string(facts, "ServerVersion", MD_VERSION);
	md_json_set_string(facts, "DockerRootDir", md_store_root(engine.store));
	md_json_set_string(facts, "Driver", "overlay2");
	md_json_set_string(facts, "LoggingDriver", "json-file");
	md_json_set_string(facts, "CgroupDriver", "cgroupfs");
	if (add_host(facts, err) < 0)
		return -1;
	return md_facts_print(facts, flags.format, err);
}

const struct md_command md_cmd_info = {
	.name = "info",
	.group = MD_GROUP_SYSTEM,
	.operands = "",
	.summary = "count containers and images, and say what this host can do",
	.options = options,
	.run = run,
};
