/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "cli/options.h"
#include "cli/run_flags.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static struct md_run_flags flags;
static struct md_error error;

static const struct md_command command = {
	.name = "run",
	.operands = "IMAGE [COMMAND] [ARG...]",
	.shared_options = md_run_options,
	.max_operands = -1,
	.stops_at_operand = true,
};

/* Apply a command line; words are separated by '~' because values hold spaces. */
static int parse(const char *line)
{
	MD_CLEANUP(md_strv_fini) struct md_strv words = MD_STRV_INIT;
	MD_CLEANUP(md_invocation_fini) struct md_invocation in = {.command = &command};

	md_run_flags_fini(&flags);
	md_run_flags_init(&flags);
	error = (struct md_error)MD_ERROR_INIT;
	md_strv_split(&words, line, '~');
	if (md_options_scan((int)words.count, words.items, &in, &error) < 0 ||
	    md_options_apply(&in, &flags, &error) < 0)
		return -1;
	return md_run_flags_finish(&flags, &in, &error);
}

/* True if the line fails with a message that begins with `start` and holds `part`. */
static bool fails(const char *line, const char *start, const char *part)
{
	if (parse(line) == 0) {
		printf("# '%s' was accepted\n", line);
		return false;
	}
	if (strncmp(error.msg, start, strlen(start)) == 0 && strstr(error.msg, part))
		return true;
	printf("# '%s' says \"%s\"\n", line, error.msg);
	return false;
}

static void image_and_command_come_from_the_operands(void)
{
	CHECK(parse("-it~busybox~sh~-c~echo -it") == 0);
	CHECK(flags.request.is_interactive && flags.request.has_terminal);
	CHECK_STR(flags.request.image, "busybox");
	CHECK(flags.request.args.count == 3);
	CHECK_STR(flags.request.args.items[2], "echo -it");
}

static void with_rootfs_there_is_no_image(void)
{
	CHECK(parse("--rootfs~/~sh") == 0);
	CHECK(!flags.request.image);
	CHECK_STR(flags.request.rootfs, "/");
	CHECK_STR(flags.request.args.items[0], "sh");
	CHECK(fails("--rm", "'run' needs an image", "--rootfs"));
	CHECK(fails("--rootfs~/nonexistent~sh", "--rootfs: ", "/nonexistent"));
}

static void limits_become_numbers(void)
{
	const struct md_resources *r = &flags.request.resources;

	CHECK(parse("-m~64m~--memory-swap~-1~--memory-reservation=1g~--cpus~0.5~--pids-limit~7~"
		    "--cpu-shares~512~--cpuset-cpus~0-1~--blkio-weight~100~--shm-size~1k~x") == 0);
	CHECK(r->memory == 64 << 20 && r->memory_swap == -1 && r->memory_reservation == 1 << 30);
	CHECK(r->cpu_quota_us == 50000 && r->pids == 7 && r->cpu_shares == 512);
	CHECK_STR(r->cpuset_cpus, "0-1");
	CHECK(r->blkio_weight == 100 && flags.request.shm_size == 1024);
	CHECK(parse("--cpu-percent~75~--pids-limit~0~x") == 0);
	CHECK(r->cpu_quota_us == 75000 && r->pids == -1);
	CHECK(parse("--cpu-percent~2.5~x") == 0 && r->cpu_quota_us == 2500);
	/* As Docker: 0 is as if the flag were not there. */
	CHECK(parse("-m~0~--memory-swap~0~--shm-size~0~--cpu-shares~0~--blkio-weight~0~x") == 0);
	CHECK(r->memory == 0 && r->memory_swap == 0 && r->cpu_shares == 0 && r->blkio_weight == 0);
	CHECK(parse("--oom-score-adj~-5~x") == 0);
	CHECK(flags.request.has_oom_score_adj && flags.request.oom_score_adj == -5);
}

static void bad_limits_name_flag_and_value(void)
{
	CHECK(fails("-m~lots~x", "--memory: ", "'lots'"));
	CHECK(fails("-m~-1~x", "--memory: ", "'-1'"));
	CHECK(fails("-m~99999999999g~x", "--memory: ", "99999999999g"));
	CHECK(fails("--memory-swap~-2~x", "--memory-swap: ", "'-2'"));
	CHECK(fails("--cpus~-1~x", "--cpus: ", "'-1'"));
	CHECK(fails("--cpus~1~--cpu-percent~50~x", "--cpu-percent: ", "--cpus is given too"));
	CHECK(fails("--cpu-quota~5000~--cpus~1~x", "--cpus: ", "--cpu-quota is given too"));
	CHECK(fails("--cpus~1~--cpu-period~50000~x", "--cpus and --cpu-period", "exclude"));
	CHECK(parse("--cpu-quota~5000~--cpu-period~50000~x") == 0);
	CHECK(fails("--cpus~8192~x", "--cpus: ", "as many CPUs as this machine has"));
	CHECK(fails("--cpus~one~x", "--cpus: ", "'one'"));
	CHECK(fails("--cpu-percent~0.5~x", "--cpu-percent: ", "at least 1"));
	CHECK(fails("--cpu-shares~1~x", "--cpu-shares: ", "'1'"));
	CHECK(fails("--cpuset-cpus~3-1~x", "--cpuset-cpus: ", "3-1"));
	CHECK(fails("--pids-limit~-2~x", "--pids-limit: ", "-2"));
	CHECK(fails("--blkio-weight~5~x", "--blkio-weight: ", "5"));
	CHECK(fails("--oom-score-adj~1001~x", "--oom-score-adj: ", "1001"));
	CHECK(fails("--ulimit~nofile~x", "--ulimit: ", "nofile"));
	CHECK(fails("--shm-size~-1~x", "--shm-size: ", "-1"));
	CHECK(fails("--stop-timeout~-2~x", "--stop-timeout: ", "-2"));
}

static void a_later_ulimit_replaces_an_earlier_one(void)
{
	CHECK(parse("--ulimit~nofile=10~--ulimit~core=0~--ulimit~nofile=20:30~x") == 0);
	CHECK(flags.request.rlimit_count == 2);
	CHECK(flags.request.rlimits[0].resource == RLIMIT_NOFILE);
	CHECK(flags.request.rlimits[0].soft == 20 && flags.request.rlimits[0].hard == 30);
}

static void variables_come_from_files_then_from_flags(void)
{
	char path[] = "/tmp/minidock-env-XXXXXX";
	char line[128];
	int fd = mkostemp(path, O_CLOEXEC);

	CHECK(fd >= 0 && write(fd, "A=file\n# note\nB=file\n", 21) == 21);
	(void)close(fd);
	(void)setenv("MD_TEST_PASSED_ON", "yes", 1);
	(void)snprintf(line, sizeof(line),
		       "-e~A=flag~--env-file~%s~-e~MD_TEST_PASSED_ON~-e~MD_NOT_SET~x", path);
	CHECK(parse(line) == 0);
	CHECK(flags.request.env.count == 3);
	CHECK_STR(md_strv_value(&flags.request.env, "A"), "flag");
	CHECK_STR(md_strv_value(&flags.request.env, "B"), "file");
	CHECK_STR(md_strv_value(&flags.request.env, "MD_TEST_PASSED_ON"), "yes");
	(void)unlink(path);
	CHECK(fails("-e~=x~x", "--env: ", "'=x'"));
	CHECK(fails("--env-file~/nonexistent~x", "--env-file: ", "/nonexistent"));
}

static void labels_may_lack_a_value(void)
{
	char path[] = "/tmp/minidock-label-XXXXXX";
	char line[128];
	int fd = mkostemp(path, O_CLOEXEC);

	CHECK(fd >= 0 && write(fd, "a=1\n\n  b\n#c\n", 12) == 12);
	(void)close(fd);
	(void)snprintf(line, sizeof(line), "-l~only~--label-file~%s~-l~a=2~x", path);
	CHECK(parse(line) == 0);
	CHECK_STR(md_strv_value(&flags.request.labels, "only"), "");
	CHECK_STR(md_strv_value(&flags.request.labels, "a"), "2");
	CHECK_STR(md_strv_value(&flags.request.labels, "b"), "");
	CHECK(flags.request.labels.count == 3);
	(void)unlink(path);
	CHECK(fails("-l~=v~x", "--label: ", "'=v'"));
}

static void security_options_are_understood(void)
{
	const struct md_run_request *r = &flags.request;

	CHECK(parse("--security-opt~seccomp=unconfined~--security-opt~no-new-privileges=false~"
		    "--security-opt~unmask=/proc/kcore:/proc/keys~--security-opt~"
		    "apparmor=unconfined~x") == 0);
	CHECK_STR(r->seccomp, "unconfined");
	CHECK(r->has_no_new_privs && !r->no_new_privs && r->unmask.count == 2);
	CHECK(parse("--security-opt~no-new-privileges~--security-opt~systempaths=unconfined~x") ==
	      0);
	CHECK(r->has_no_new_privs && r->no_new_privs);
	CHECK_STR(r->unmask.items[0], "ALL");
	CHECK(fails("--security-opt~sekkomp=x~x", "--security-opt: ", "known: seccomp="));
	CHECK(fails("--security-opt~seccomp=/nonexistent~x", "--security-opt: ", "/nonexistent"));
	CHECK(fails("--security-opt~no-new-privileges=maybe~x", "--security-opt: ", "maybe"));
	CHECK(fails("--security-opt~unmask=proc~x", "--security-opt: ", "absolute"));
	CHECK(fails("--security-opt~apparmor=mine~x", "--security-opt: ", "AppArmor"));
}

static void capabilities_and_profiles_are_checked(void)
{
	CHECK(parse("--cap-add~net_admin~--cap-drop~ALL~--profile~docker~x") == 0);
	CHECK_STR(flags.request.cap_add.items[0], "CAP_NET_ADMIN");
	CHECK_STR(flags.request.cap_drop.items[0], "ALL");
	CHECK(flags.request.profile == MD_PROFILE_DOCKER);
	CHECK(fails("--cap-add~FLY~x", "--cap-add: ", "FLY"));
	CHECK(fails("--profile~podman~x", "--profile: ", "'strict' nor 'docker'"));
}

static void namespaces_take_their_words_only(void)
{
	CHECK(parse("--pid~host~--ipc~container:web~--network~none~--userns~private~x") == 0);
	CHECK_STR(flags.request.ipc, "container:web");
	CHECK(parse("--net~host~x") == 0);
	CHECK_STR(flags.request.network, "host");
	CHECK(fails("--pid~mine~x", "--pid: ", "'container:NAME'"));
	CHECK(fails("--pid~container:~x", "--pid: ", "'container:'"));
	CHECK(fails("--uts~container:x~x", "--uts: ", "'private', 'host'"));
	CHECK(fails("--network~bridge~x", "--network: ", "not in this version"));
}

static void what_happens_anyway_may_be_asked_for(void)
{
	CHECK(parse("--restart~no~--pull~missing~-q~x") == 0);
	CHECK(parse("--restart=no~--pull=never~--quiet~x") == 0);
	CHECK(fails("--restart~unless-stopped~x", "--restart: ", "not in this version"));
	CHECK(fails("--pull~sometimes~x", "--pull: ", "not in this version"));
}

static void what_comes_later_says_so(void)
{
	static const char *const lines[] = {
		"-p~80:80~x",         "-P~x",         "--restart~always~x", "--health-cmd~true~x",
		"--no-healthcheck~x", "--gpus~all~x", "--pull~always~x",    "--volumes-from~a~x",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		CHECK(fails(lines[i], "--", "not in this version"));
		CHECK(error.code == MD_ERR_UNSUPPORTED);
	}
}

static void names_and_paths_are_checked(void)
{
	CHECK(parse("--name~web_1~-h~box~-w~/srv~--entrypoint~~--stop-signal~USR1~x") == 0);
	CHECK(flags.request.has_entrypoint);
	CHECK_STR(flags.request.entrypoint, "");
	CHECK_STR(flags.request.hostname, "box");
	CHECK(fails("--name~../x~x", "--name: ", "../x"));
	CHECK(fails("-h~bad_host!~x", "--hostname: ", "bad_host!"));
	CHECK(fails("-w~srv~x", "--workdir: ", "absolute"));
	CHECK(fails("--stop-signal~NOPE~x", "--stop-signal: ", "NOPE"));
	CHECK(fails("--dns~one~x", "--dns: ", "'one'"));
	CHECK(fails("--add-host~x~x", "--add-host: ", "x"));
	CHECK(fails("--sysctl~x~x", "--sysctl: ", "KEY=VALUE"));
	CHECK(fails("--log-opt~max-file=0~x", "--log-opt: ", "'0'"));
	CHECK(fails("--log-opt~foo=1~x", "--log-opt: ", "max-size"));
	CHECK(fails("--log-driver~syslog~x", "--log-driver: ", "json-file"));
	CHECK(fails("--root-via~magic~x", "--root-via: ", "chroot"));
}

static void mounts_keep_their_order(void)
{
	CHECK(parse("-v~/a:/b:ro~--tmpfs~/t~--mount~type=bind,source=/,target=/c~x") == 0);
	CHECK(flags.request.mount_count == 3);
	CHECK_STR(flags.request.mounts[0].target, "/b");
	CHECK(flags.request.mounts[0].is_readonly);
	CHECK(flags.request.mounts[1].type == MD_MOUNT_TMPFS);
	CHECK_STR(flags.request.mounts[2].target, "/c");
	CHECK(fails("-v~/a:b~x", "--volume: ", "b"));
	CHECK(fails("--mount~type=fish,target=/c~x", "--mount: ", "fish"));
}

/* Every flag that takes a value, with hostile ones: an error or a value, never a crash. */
static void no_value_is_too_strange(void)
{
	static const char *const values[] = {
		"",  "=",        ":",    "::",        ",",
		"-", "\xff\xfe", "%n%s", "a=b=c:d,e", "9223372036854775808"};
	char line[256];
	size_t seen = 0;

	md_options_foreach (o, md_run_options) {
		if (!o->name || !o->argument)
			continue;
		for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
			(void)snprintf(line, sizeof(line), "--%s=%s~x", o->name, values[i]);
			seen += parse(line) == 0 || error.code != MD_OK;
		}
	}
	CHECK(seen > 500);
}

int main(void)
{
	md_run_flags_init(&flags);
	RUN(image_and_command_come_from_the_operands);
	RUN(with_rootfs_there_is_no_image);
	RUN(limits_become_numbers);
	RUN(bad_limits_name_flag_and_value);
	RUN(a_later_ulimit_replaces_an_earlier_one);
	RUN(variables_come_from_files_then_from_flags);
	RUN(labels_may_lack_a_value);
	RUN(security_options_are_understood);
	RUN(capabilities_and_profiles_are_checked);
	RUN(namespaces_take_their_words_only);
	RUN(what_happens_anyway_may_be_asked_for);
	RUN(what_comes_later_says_so);
	RUN(names_and_paths_are_checked);
	RUN(mounts_keep_their_order);
	RUN(no_value_is_too_strange);
	md_run_flags_fini(&flags);
	return DONE();
}
