/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/run_flags.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/label_file.h"
#include "cli/run_handlers.h"
#include "cli/stop_flags.h"

#include <string.h>

#define AT(member)    offsetof(struct md_run_flags, member)
#define REQ(member)   offsetof(struct md_run_flags, request.member)
#define LIMIT(member) offsetof(struct md_run_flags, request.resources.member)
#define REPEATED      .is_repeatable = true
#define HIDDEN        .is_hidden = true
#define LATER(name, l, reason)                                     \
	{                                                          \
		name, l, "VALUE", reason, md_run_refuse, 0, HIDDEN \
	}
#define LATER_BOOL(name, l, reason)                             \
	{                                                       \
		name, l, NULL, reason, md_run_refuse, 0, HIDDEN \
	}

#define NEEDS_BRIDGE   "bridge networks and published ports are not in this version"
#define NEEDS_HEALTH   "health checks are not in this version"
#define NEEDS_RESTART  "restart policies are not in this version (use 'minidock restart')"
#define NEEDS_REGISTRY "registries are not in this version (use 'minidock image import')"
#define NEEDS_IO       "block device limits are not in this version"
#define NEEDS_VOLUMES \
	"taking over volumes is not in this version (give the same -v NAME:PATH to both)"

const struct md_option md_run_options[] = {
	MD_OPTIONS_TITLE("The process"),
	{"interactive", 'i', NULL, "keep stdin open", md_option_set_bool, REQ(is_interactive)},
	{"tty", 't', NULL, "give it a terminal", md_option_set_bool, REQ(has_terminal)},
	{"entrypoint", 0, "PROGRAM", "run PROGRAM instead of the image's entrypoint; \"\" for none",
	 md_run_set_entrypoint, REQ(entrypoint)},
	{"env", 'e', "KEY[=VALUE]", "set a variable, or pass ours on", md_run_set_env, AT(env),
	 REPEATED},
	{"env-file", 0, "FILE", "set the variables in FILE, one KEY=VALUE a line",
	 md_option_set_list, AT(env_files), REPEATED},
	{"workdir", 'w', "DIR", "start in DIR", md_run_set_workdir, REQ(workdir)},
	{"user", 'u', "USER[:GROUP]", "names of the image or numbers", md_option_set_copy,
	 REQ(user)},
	{"group-add", 0, "GROUP", "also a member of GROUP", md_option_set_list, REQ(group_add),
	 REPEATED},
	{"init", 0, NULL, "pid 1 is a small program that forwards signals and reaps",
	 md_option_set_bool, REQ(use_init)},
	{"stop-signal", 0, "SIGNAL", "what 'stop' sends first (default SIGTERM)", md_run_set_signal,
	 REQ(stop_signal)},
	{"stop-timeout", 0, "SECONDS",
	 "how long 'stop' waits before SIGKILL (default 10, -1 for ever)", md_stop_set_timeout,
	 REQ(stop_timeout_s)},

	MD_OPTIONS_TITLE("The container"),
	{"name", 0, "NAME", "its name (default: two random words)", md_run_set_name, REQ(name)},
	{"rm", 0, NULL, "remove it when it ends", md_option_set_bool, REQ(is_removed)},
	{"quiet", 'q', NULL, "no effect: nothing is pulled that could be reported", md_run_ignore,
	 0},
	{"cidfile", 0, "FILE", "write its id into the new file FILE", md_option_set_copy,
	 REQ(cidfile)},
	{"label", 'l', "KEY[=VALUE]", "attach a label", md_run_set_label, AT(labels), REPEATED},
	{"label-file", 0, "FILE", "attach the labels in FILE", md_option_set_list, AT(label_files),
	 REPEATED},
	{"log-driver", 0, "DRIVER", "json-file (default) or none", md_run_set_log_driver, 0},
	{"log-opt", 0, "KEY=VALUE", "max-size=10m, max-file=3", md_run_set_log_opt, 0, REPEATED},

	MD_OPTIONS_TITLE("Files"),
	{"volume", 'v', "HOST:PATH[:ro]", "show a directory or file of the host at PATH",
	 md_run_set_volume, 0, REPEATED},
	{"mount", 0, "KEY=VALUE,...",
	 "type=bind|tmpfs|volume, source=, target=, readonly and more, without the spaces",
	 md_run_set_mount, 0, REPEATED},
	{"tmpfs", 0, "PATH[:OPTIONS]", "an empty file system in memory", md_run_set_tmpfs, 0,
	 REPEATED},
	{"read-only", 0, NULL, "its root cannot be written", md_option_set_bool, REQ(is_readonly)},
	{"rootfs", 0, "DIR", "use DIR as root instead of an image", md_run_set_rootfs, REQ(rootfs)},
	{"root-via", 0, "WAY", "how the root is changed: pivot (default) or chroot",
	 md_run_set_root_via, 0},
	{"shm-size", 0, "BYTES", "size of /dev/shm (default 64m)", md_run_set_shm_size,
	 REQ(shm_size)},
	{"device", 0, "HOST[:PATH[:rwm]]", "add a device of the host", md_run_set_device, 0,
	 REPEATED},

	MD_OPTIONS_TITLE("Limits"),
	{"memory", 'm', "BYTES", "most memory; beyond it the kernel kills", md_run_set_bytes,
	 LIMIT(memory)},
	{"memory-swap", 0, "BYTES",
	 "memory and swap together (default twice --memory, -1 no limit)", md_run_set_swap,
	 LIMIT(memory_swap)},
	{"memory-reservation", 0, "BYTES", "memory it may keep when the host runs short",
	 md_run_set_bytes, LIMIT(memory_reservation)},
	{"cpus", 0, "NUMBER", "most CPU time, in cores: 1.5", md_run_set_cpus, LIMIT(cpu_quota_us)},
	{"cpu-percent", 0, "PERCENT", "the same in percent of one core", md_run_set_cpu_percent,
	 LIMIT(cpu_quota_us)},
	{"cpu-period", 0, "MICROSECONDS", "length of a CPU period (default 100000)",
	 md_run_set_cpu_time, LIMIT(cpu_period_us)},
	{"cpu-quota", 0, "MICROSECONDS", "CPU time in one period", md_run_set_cpu_quota,
	 LIMIT(cpu_quota_us)},
	{"cpu-shares", 'c', "WEIGHT", "share when CPUs are busy, 2 to 262144 (default 1024)",
	 md_run_set_cpu_shares, LIMIT(cpu_shares)},
	{"cpuset-cpus", 0, "LIST", "only these CPUs: 0-3,5", md_run_set_cpu_list,
	 LIMIT(cpuset_cpus)},
	{"cpuset-mems", 0, "LIST", "only these memory nodes", md_run_set_cpu_list,
	 LIMIT(cpuset_mems)},
	{"pids-limit", 0, "NUMBER", "most processes (default 4096, -1 no limit)", md_run_set_pids,
	 LIMIT(pids)},
	{"blkio-weight", 0, "WEIGHT", "share of block devices, 10 to 1000", md_run_set_blkio,
	 LIMIT(blkio_weight)},
	{"ulimit", 0, "NAME=SOFT[:HARD]", "a limit of setrlimit(2): nofile=1024:4096",
	 md_run_set_ulimit, 0, REPEATED},
	{"oom-score-adj", 0, "NUMBER", "who is killed first when memory ends, -1000 to 1000",
	 md_run_set_oom_score, 0},
	{"cgroup-parent", 0, "PATH", "make its control group below PATH (default minidock)",
	 md_option_set_copy, REQ(cgroup_parent)},

	MD_OPTIONS_TITLE("Sandbox"),
	{"profile", 0, "NAME",
	 "strict (default) or docker: capabilities, system calls, hidden paths", md_run_set_profile,
	 0},
	{"cap-add", 0, "CAPABILITY", "add NET_ADMIN, ... or ALL", md_run_set_capability,
	 REQ(cap_add), REPEATED},
	{"cap-drop", 0, "CAPABILITY", "take CHOWN, ... or ALL away", md_run_set_capability,
	 REQ(cap_drop), REPEATED},
	{"security-opt", 0, "OPTION",
	 "seccomp=FILE|unconfined, no-new-privileges[=false], unmask=PATH|ALL",
	 md_run_set_security_opt, 0, REPEATED},
	{"privileged", 0, NULL, "no sandbox at all: it can take over the host", md_option_set_bool,
	 REQ(is_privileged)},
	{"sysctl", 0, "KEY=VALUE", "a kernel setting of its namespaces", md_run_set_sysctl,
	 REQ(sysctls), REPEATED},

	MD_OPTIONS_TITLE("Namespaces"),
	{"userns", 0, "MODE", "host (default) or private: root inside is nobody outside",
	 md_run_set_namespace, REQ(userns)},
	{"pid", 0, "MODE", "private, host or container:NAME", md_run_set_namespace, REQ(pid)},
	{"ipc", 0, "MODE", "private, host or container:NAME", md_run_set_namespace, REQ(ipc)},
	{"uts", 0, "MODE", "private or host", md_run_set_namespace, REQ(uts)},
	{"cgroupns", 0, "MODE", "private or host", md_run_set_namespace, REQ(cgroupns)},
	{"network", 0, "MODE", "none (default; only lo), host or container:NAME",
	 md_run_set_namespace, REQ(network)},
	{"net", 0, "MODE", "see --network", md_run_set_namespace, REQ(network), HIDDEN},

	MD_OPTIONS_TITLE("Names"),
	{"hostname", 'h', "NAME", "its host name (default: the short id)", md_run_set_hostname,
	 REQ(hostname)},
	{"domainname", 0, "NAME", "its NIS domain name", md_option_set_copy, REQ(domainname)},
	{"add-host", 0, "NAME:ADDRESS", "a line of /etc/hosts", md_run_set_add_host, REQ(add_hosts),
	 REPEATED},
	{"dns", 0, "ADDRESS", "a name server of /etc/resolv.conf", md_run_set_dns, REQ(dns),
	 REPEATED},
	{"dns-search", 0, "DOMAIN", "a search domain", md_option_set_list, REQ(dns_search),
	 REPEATED},
	{"dns-option", 0, "OPTION", "an option of resolv.conf(5)", md_option_set_list,
	 REQ(dns_options), REPEATED},
	{"dns-opt", 0, "OPTION", "see --dns-option", md_option_set_list, REQ(dns_options), HIDDEN},

	LATER("publish", 'p', NEEDS_BRIDGE),
	LATER_BOOL("publish-all", 'P', NEEDS_BRIDGE),
	LATER("expose", 0, NEEDS_BRIDGE),
	LATER("ip", 0, NEEDS_BRIDGE),
	LATER("ip6", 0, NEEDS_BRIDGE),
	LATER("link", 0, NEEDS_BRIDGE),
	LATER("link-local-ip", 0, NEEDS_BRIDGE),
	LATER("mac-address", 0, NEEDS_BRIDGE),
	LATER("network-alias", 0, NEEDS_BRIDGE),
	LATER("net-alias", 0, NEEDS_BRIDGE),
	{"restart", 0, "POLICY", NEEDS_RESTART, md_run_set_restart, 0, HIDDEN},
	LATER("health-cmd", 0, NEEDS_HEALTH),
	LATER("health-interval", 0, NEEDS_HEALTH),
	LATER("health-retries", 0, NEEDS_HEALTH),
	LATER("health-start-interval", 0, NEEDS_HEALTH),
	LATER("health-start-period", 0, NEEDS_HEALTH),
	LATER("health-timeout", 0, NEEDS_HEALTH),
	LATER_BOOL("no-healthcheck", 0, NEEDS_HEALTH),
	{"pull", 0, "WHEN", NEEDS_REGISTRY, md_run_set_pull, 0, HIDDEN},
	LATER("platform", 0, NEEDS_REGISTRY),
	LATER("volumes-from", 0, NEEDS_VOLUMES),
	LATER("volume-driver", 0, "volume drivers are not in this version"),
	LATER("blkio-weight-device", 0, NEEDS_IO),
	LATER("device-read-bps", 0, NEEDS_IO),
	LATER("device-read-iops", 0, NEEDS_IO),
	LATER("device-write-bps", 0, NEEDS_IO),
	LATER("device-write-iops", 0, NEEDS_IO),
	LATER("attach", 'a',
	      "choosing streams is not in this version (all are attached without -d)"),
	LATER("annotation", 0, "annotations are not in this version (use --label)"),
	LATER("cpu-rt-period", 0, "real-time CPU limits are not in this version"),
	LATER("cpu-rt-runtime", 0, "real-time CPU limits are not in this version"),
	LATER("device-cgroup-rule", 0, "rules for devices are not in this version (use --device)"),
	LATER("gpus", 0, "GPU requests are not in this version (use --device)"),
	LATER("memory-swappiness", 0, "swappiness is not in this version (use --memory-swap)"),
	LATER_BOOL("oom-kill-disable", 0, "containers without OOM killer are not in this version"),
	LATER("runtime", 0, "other runtimes are not in this version"),
	LATER("storage-opt", 0, "disk quotas are not in this version"),
	MD_OPTIONS_END,
};

void md_run_flags_init(struct md_run_flags *flags)
{
	*flags = (struct md_run_flags){.proxies_signals = true};
	md_run_request_init(&flags->request);
}

void md_run_flags_fini(struct md_run_flags *flags)
{
	md_run_request_fini(&flags->request);
	md_strv_fini(&flags->env);
	md_strv_fini(&flags->env_files);
	md_strv_fini(&flags->labels);
	md_strv_fini(&flags->label_files);
}

/* Set KEY=VALUE in `to`, replacing an earlier value of the key. */
static void set_pair(struct md_strv *to, const char *pair)
{
	const char *equals = strchr(pair, '=');
	md_auto_free char *key = md_xstrndup(pair, equals ? (size_t)(equals - pair) : strlen(pair));

	md_strv_set(to, key, equals ? equals + 1 : "");
}

static void set_pairs(struct md_strv *to, const struct md_strv *pairs)
{
	for (size_t i = 0; i < pairs->count; i++)
		set_pair(to, pairs->items[i]);
}

static int read_files(const struct md_strv *files, struct md_strv *to,
		      int (*read)(const char *path, struct md_strv *pairs, struct md_error *err),
		      struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv pairs = MD_STRV_INIT;

	for (size_t i = 0; i < files->count; i++)
		if (read(files->items[i], &pairs, err) < 0)
			return -1;
	set_pairs(to, &pairs);
	return 0;
}

static int take_operands(struct md_run_request *request, const struct md_invocation *in,
			 struct md_error *err)
{
	int first = 0;

	if (!request->rootfs) {
		if (in->operand_count == 0)
			return md_fail(err, MD_ERR_INVALID,
				       "'%s' needs an image, or a directory with --rootfs (usage: "
				       "minidock %s [OPTIONS] %s)",
				       in->command->name, in->command->name, in->command->operands);
		request->image = md_xstrdup(in->operands[first++]);
	}
	for (; first < in->operand_count; first++)
		md_strv_add(&request->args, in->operands[first]);
	return 0;
}

/* A period changes what a quota means, but not what --cpus and --cpu-percent promise. */
static int check_cpu_period(const struct md_run_flags *flags, struct md_error *err)
{
	if (!flags->quota_flag || strcmp(flags->quota_flag, "cpu-quota") == 0 ||
	    !flags->request.resources.cpu_period_us)
		return 0;
	return md_fail(err, MD_ERR_INVALID,
		       "--%s and --cpu-period exclude each other (use --cpu-quota with a period)",
		       flags->quota_flag);
}

int md_run_flags_finish(struct md_run_flags *flags, const struct md_invocation *in,
			struct md_error *err)
{
	struct md_run_request *request = &flags->request;

	if (take_operands(request, in, err) < 0 || check_cpu_period(flags, err) < 0)
		return -1;
	if (read_files(&flags->env_files, &request->env, md_parse_env_file, err) < 0)
		return md_error_prefix(err, "--env-file");
	if (read_files(&flags->label_files, &request->labels, md_label_file_read, err) < 0)
		return md_error_prefix(err, "--label-file");
	set_pairs(&request->env, &flags->env);
	set_pairs(&request->labels, &flags->labels);
	return 0;
}
