/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"
#include "tests/unit/scratch_dir.h"

#include "base/alloc.h"
#include "containers/spec_build.h"

#include <linux/capability.h>
#include <stdlib.h>
#include <sys/resource.h>

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

/* An image with one layer in a scratch directory, and a request for it. */
struct fixture {
	struct scratch dir;
	struct md_run_request request;
	struct md_image image;
	struct md_host host;
	struct md_spec_source source;
	struct md_spec spec;
	void *filter;
	struct md_error err;
};

static void write_file(int dirfd, const char *path, const char *text)
{
	struct md_error err = MD_ERROR_INIT;

	CHECK(md_fs_write(dirfd, path, text, strlen(text), MD_DURABLE_NO, &err) == 0);
}

static struct fixture open_fixture(void)
{
	struct fixture f = {.dir = scratch_open()};

	md_run_request_init(&f.request);
	md_spec_init(&f.spec);
	f.request.image = md_xstrdup("image");
	CHECK(mkdirat(f.dir.fd, "etc", 0755) == 0);
	write_file(f.dir.fd, "etc/passwd",
		   "root:x:0:0:root:/root:/bin/sh\nweb:x:33:34:web:/srv/web:/bin/sh\n");
	write_file(f.dir.fd, "etc/group", "root:x:0:\nweb:x:34:\nlogs:x:44:web\n");
	md_strv_add(&f.image.layers, f.dir.path);
	md_strv_add(&f.image.config.cmd, "sh");
	f.host.last_cap = CAP_LAST_CAP;
	f.host.bounding_caps = (1ULL << (CAP_LAST_CAP + 1)) - 1;
	f.host.nofile_hard = 20000;
	f.host.has_seccomp = true;
	return f;
}

static int build(struct fixture *f)
{
	f->source = (struct md_spec_source){
		.id = ID,
		.request = &f->request,
		.image = &f->image,
		.host = &f->host,
		.directory = "/nowhere/containers/" ID,
		.volumes = "/nowhere/volumes",
		.userns_base = 1000000,
	};
	return md_spec_build(&f->source, &f->spec, &f->filter, &f->err);
}

static void close_fixture(struct fixture *f)
{
	md_spec_fini(&f->spec);
	free(f->filter);
	md_run_request_fini(&f->request);
	md_strv_fini(&f->image.layers);
	md_strv_fini(&f->image.config.cmd);
	md_strv_fini(&f->image.config.entrypoint);
	md_strv_fini(&f->image.config.env);
	free(f->image.config.user);
	free(f->image.config.working_dir);
	scratch_close(&f->dir);
}

#define FIXTURE(name) MD_CLEANUP(close_fixture) struct fixture name = open_fixture()

static const char *command(const char *entrypoint, const char *arg)
{
	static char text[128];
	struct md_run_request request;
	struct md_image_config config = {.user = NULL};
	struct md_error err = MD_ERROR_INIT;
	struct md_strv got = MD_STRV_INIT;
	char *joined;

	md_run_request_init(&request);
	md_strv_add(&config.entrypoint, "entry");
	md_strv_add(&config.entrypoint, "-e");
	md_strv_add(&config.cmd, "cmd");
	request.has_entrypoint = entrypoint != NULL;
	request.entrypoint = entrypoint ? md_xstrdup(entrypoint) : NULL;
	if (arg)
		md_strv_add(&request.args, arg);
	if (md_spec_command(&request, &config, &got, &err) < 0)
		md_strv_add(&got, "(refused)");
	joined = md_strv_join(&got, " ");
	(void)snprintf(text, sizeof(text), "%s", joined);
	free(joined);
	md_strv_fini(&got);
	md_strv_fini(&config.entrypoint);
	md_strv_fini(&config.cmd);
	md_run_request_fini(&request);
	return text;
}

static void entrypoint_and_command_follow_dockers_rule(void)
{
	CHECK_STR(command(NULL, NULL), "entry -e cmd");
	CHECK_STR(command(NULL, "arg"), "entry -e arg");
	CHECK_STR(command("other", "arg"), "other arg");
	/* --entrypoint also takes the image's command away */
	CHECK_STR(command("other", NULL), "other");
	CHECK_STR(command("", "arg"), "arg");
	CHECK_STR(command("", NULL), "(refused)");
}

static void the_environment_is_path_hostname_image_request_home(void)
{
	FIXTURE(f);
	char *joined;

	f.request.has_terminal = true;
	md_strv_add(&f.image.config.env, "PATH=/image/bin");
	md_strv_add(&f.image.config.env, "A=image");
	md_strv_add(&f.image.config.env, "GONE=1");
	md_strv_add(&f.request.env, "A=request");
	md_strv_add(&f.request.env, "GONE");
	md_strv_add(&f.request.env, "B=a=b");
	CHECK(build(&f) == 0);
	joined = md_strv_join(&f.spec.process.env, "|");
	CHECK_STR(joined, "PATH=/image/bin|HOSTNAME=0123456789ab|TERM=xterm|A=request|B=a=b|"
			  "HOME=/root");
	free(joined);
}

static void home_that_was_asked_for_stays(void)
{
	FIXTURE(f);

	md_strv_add(&f.request.env, "HOME=/mine");
	CHECK(build(&f) == 0);
	CHECK_STR(md_strv_value(&f.spec.process.env, "HOME"), "/mine");
}

static void the_user_comes_from_the_image_s_own_passwd(void)
{
	FIXTURE(f);

	f.image.config.user = md_xstrdup("web");
	CHECK(build(&f) == 0);
	CHECK(f.spec.process.uid == 33 && f.spec.process.gid == 34);
	CHECK(f.spec.process.group_count == 2 && f.spec.process.groups[1] == 44);
	CHECK(f.spec.process.caps.effective == 0 && f.spec.process.caps.permitted == 0);
	CHECK_STR(md_strv_value(&f.spec.process.env, "HOME"), "/srv/web");
}

static void a_user_that_passwd_does_not_know_is_refused(void)
{
	FIXTURE(f);

	f.request.user = md_xstrdup("nobody-here");
	CHECK(build(&f) < 0 && f.err.code == MD_ERR_INVALID);
}

static void what_was_written_in_the_container_counts_for_its_users(void)
{
	FIXTURE(f);
	MD_CLEANUP(scratch_close) struct scratch upper = scratch_open();
	struct md_exec_request exec = {.user = md_xstrdup("added")};
	struct md_process process = {.cwd = NULL};

	CHECK(build(&f) == 0);
	CHECK(mkdirat(upper.fd, "etc", 0755) == 0);
	write_file(upper.fd, "etc/passwd", "added:x:77:77::/home/added:/bin/sh\n");
	free(f.spec.root.upper);
	f.spec.root.upper = md_xstrdup(upper.path);
	md_strv_add(&exec.args, "id");
	CHECK(md_spec_build_exec(&f.source, &f.spec, &exec, &process, &f.err) == 0);
	CHECK(process.uid == 77);
	md_process_fini(&process);
	md_exec_request_fini(&exec);
}

static void exec_keeps_environment_and_directory_and_changes_home_with_the_user(void)
{
	FIXTURE(f);
	struct md_exec_request exec = {.user = md_xstrdup("33:0")};
	struct md_process process = {.cwd = NULL};

	md_strv_add(&f.request.env, "A=1");
	f.request.workdir = md_xstrdup("/srv");
	CHECK(build(&f) == 0);
	md_strv_add(&exec.args, "id");
	md_strv_add(&exec.env, "B=2");
	CHECK(md_spec_build_exec(&f.source, &f.spec, &exec, &process, &f.err) == 0);
	CHECK(process.uid == 33 && process.gid == 0);
	CHECK_STR(process.cwd, "/srv");
	CHECK_STR(md_strv_value(&process.env, "A"), "1");
	CHECK_STR(md_strv_value(&process.env, "B"), "2");
	CHECK_STR(md_strv_value(&process.env, "HOME"), "/srv/web");
	CHECK(process.caps.effective == 0 && process.no_new_privs);
	md_process_fini(&process);
	md_exec_request_fini(&exec);
}

static uint64_t soft_limit(const struct md_process *process, int resource, uint64_t *hard)
{
	for (size_t i = 0; i < process->rlimit_count; i++) {
		if (process->rlimits[i].resource != resource)
			continue;
		*hard = process->rlimits[i].hard;
		return process->rlimits[i].soft;
	}
	return UINT64_MAX;
}

static void defaults_are_those_of_the_strict_profile(void)
{
	FIXTURE(f);
	uint64_t hard = 1;

	CHECK(build(&f) == 0);
	CHECK(f.spec.resources.pids == 4096 && f.spec.shm_size == 64 << 20);
	CHECK(soft_limit(&f.spec.process, RLIMIT_NOFILE, &hard) == 1024 && hard == 20000);
	CHECK(soft_limit(&f.spec.process, RLIMIT_CORE, &hard) == 0 && hard == 0);
	CHECK(f.spec.process.no_new_privs && f.spec.process.seccomp_length > 0);
	CHECK(__builtin_popcountll(f.spec.process.caps.bounding) == 9);
	CHECK(f.spec.process.caps.inheritable == 0 && f.spec.process.caps.ambient == 0);
	CHECK(f.spec.process.oom_score_adj == 200 && f.spec.masked_paths.count > 10);
	CHECK(f.spec.user_ns == MD_NS_HOST && f.spec.network_ns == MD_NS_PRIVATE);
	CHECK_STR(f.spec.cgroup_parent, "minidock");
	CHECK_STR(f.spec.hostname, "0123456789ab");
}

static void the_docker_profile_gives_dockers_rights(void)
{
	FIXTURE(f);

	f.request.profile = MD_PROFILE_DOCKER;
	CHECK(build(&f) == 0);
	CHECK(__builtin_popcountll(f.spec.process.caps.bounding) == 14);
	CHECK(!f.spec.process.no_new_privs && !f.spec.process.has_oom_score_adj);
}

static void a_privileged_container_is_not_confined(void)
{
	FIXTURE(f);

	f.request.is_privileged = true;
	CHECK(build(&f) == 0);
	CHECK(f.spec.process.caps.effective == f.host.bounding_caps);
	CHECK(!f.spec.process.seccomp && !f.spec.process.no_new_privs);
	CHECK(f.spec.masked_paths.count == 0 && f.spec.is_privileged);
	CHECK(f.spec.device_rule_count == 1 && f.spec.device_rules[0].type == 'a');
}

static void privileged_and_a_private_user_namespace_exclude_each_other(void)
{
	FIXTURE(f);

	f.request.is_privileged = true;
	f.request.userns = md_xstrdup("private");
	CHECK(build(&f) < 0 && f.err.code == MD_ERR_INVALID);
}

static void a_private_user_namespace_maps_65536_ids(void)
{
	FIXTURE(f);

	f.request.userns = md_xstrdup("private");
	CHECK(build(&f) == 0);
	CHECK(f.spec.uid_map.outside == 1000000 && f.spec.uid_map.count == 65536);
	CHECK(f.spec.gid_map.outside == 1000000 && f.spec.gid_map.inside == 0);
}

static int try_sysctl(const char *text, const char *ipc, const char *network)
{
	FIXTURE(f);

	md_strv_add(&f.request.sysctls, text);
	f.request.ipc = md_xstrdup_or_null(ipc);
	f.request.network = md_xstrdup_or_null(network);
	return build(&f);
}

static void only_sysctls_of_the_containers_own_namespaces_are_allowed(void)
{
	static const char *const bad[] = {"kernel.core_pattern=x",
					  "vm.swappiness=1",
					  "kernel.hostname=x",
					  "net/../kernel/core_pattern=x",
					  "net..ipv4=1",
					  "net.ipv4.=1",
					  "net=1",
					  ".net.x=1",
					  "kernel.shmmax2=1",
					  "net.x",
					  "net.x/y=1",
					  "=1",
					  "net.ipv4.conf.$(x)=1",
					  "kernel.core_pattern+net.x=1"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(try_sysctl(bad[i], NULL, NULL) < 0);
	CHECK(try_sysctl("net.ipv4.ip_forward=1", NULL, NULL) == 0);
	CHECK(try_sysctl("kernel.shmmax=1", NULL, NULL) == 0);
	CHECK(try_sysctl("fs.mqueue.msg_max=9", NULL, NULL) == 0);
	CHECK(try_sysctl("kernel.shmmax=1", "host", NULL) < 0);
	CHECK(try_sysctl("net.ipv4.ip_forward=1", NULL, "host") < 0);
}

static void a_sysctl_that_was_asked_for_replaces_the_default(void)
{
	FIXTURE(f);
	size_t seen = 0;

	md_strv_add(&f.request.sysctls, "net.ipv4.ping_group_range=5 6");
	CHECK(build(&f) == 0);
	for (size_t i = 0; i < f.spec.sysctl_count; i++) {
		if (strcmp(f.spec.sysctls[i].key, "net.ipv4.ping_group_range") != 0)
			continue;
		seen++;
		CHECK_STR(f.spec.sysctls[i].value, "5 6");
	}
	CHECK(seen == 1);
}

static int try_network(const char *network, enum md_error_code *code)
{
	FIXTURE(f);

	f.request.network = md_xstrdup(network);
	if (build(&f) == 0)
		return 0;
	*code = f.err.code;
	return -1;
}

static void a_network_that_is_not_there_yet_is_said_so(void)
{
	enum md_error_code code = MD_OK;

	CHECK(try_network("bridge", &code) < 0 && code == MD_ERR_UNSUPPORTED);
	CHECK(try_network("mine", &code) < 0 && code == MD_ERR_INVALID);
	CHECK(try_network("none", &code) == 0 && try_network("host", &code) == 0);
}

static void namespaces_of_one_other_container_can_be_joined(void)
{
	struct md_run_request request;
	struct md_error err = MD_ERROR_INIT;
	const char *target = NULL;

	md_run_request_init(&request);
	CHECK(md_spec_join_target(&request, &target, &err) == 0 && !target);
	request.pid = md_xstrdup("container:a");
	request.ipc = md_xstrdup("container:a");
	CHECK(md_spec_join_target(&request, &target, &err) == 0);
	CHECK_STR(target, "a");
	request.network = md_xstrdup("container:b");
	CHECK(md_spec_join_target(&request, &target, &err) < 0 && err.code == MD_ERR_UNSUPPORTED);
	md_run_request_fini(&request);
}

static void add_mount(struct fixture *f, struct md_mount mount)
{
	f->request.mounts =
		md_xreallocarray(f->request.mounts, f->request.mount_count + 1, sizeof(mount));
	f->request.mounts[f->request.mount_count++] = mount;
}

static void mounts_are_made_from_shallow_to_deep(void)
{
	FIXTURE(f);

	add_mount(&f, (struct md_mount){.type = MD_MOUNT_TMPFS, .target = md_xstrdup("/a/b/c")});
	add_mount(&f, (struct md_mount){.type = MD_MOUNT_TMPFS, .target = md_xstrdup("/a")});
	add_mount(&f, (struct md_mount){.type = MD_MOUNT_TMPFS, .target = md_xstrdup("/etc")});
	CHECK(build(&f) == 0);
	CHECK_STR(f.spec.mounts[0].target, "/a");
	CHECK_STR(f.spec.mounts[1].target, "/etc");
	CHECK_STR(f.spec.mounts[2].target, "/etc/hostname");
	CHECK_STR(f.spec.mounts[f.spec.mount_count - 1].target, "/a/b/c");
}

static void a_file_of_ones_own_replaces_the_generated_one(void)
{
	FIXTURE(f);

	add_mount(&f, (struct md_mount){.source = md_xasprintf("%s/etc/passwd", f.dir.path),
					.target = md_xstrdup("/etc/hosts")});
	CHECK(build(&f) == 0);
	CHECK(f.spec.mount_count == 3);
	for (size_t i = 0; i < f.spec.mount_count; i++)
		if (strcmp(f.spec.mounts[i].target, "/etc/hosts") == 0)
			CHECK(f.spec.mounts[i].source_is_file && !f.spec.mounts[i].is_generated);
}

static void a_bind_source_must_exist(void)
{
	FIXTURE(f);

	add_mount(&f, (struct md_mount){.source = md_xstrdup("/nowhere/at/all"),
					.target = md_xstrdup("/x")});
	CHECK(build(&f) < 0 && f.err.code == MD_ERR_NOT_FOUND);
}

static void a_bind_source_s_links_are_resolved_here(void)
{
	FIXTURE(f);
	char *real = md_xasprintf("%s/etc", f.dir.path);

	CHECK(symlinkat("etc", f.dir.fd, "link") == 0);
	add_mount(&f, (struct md_mount){.source = md_xasprintf("%s/link", f.dir.path),
					.target = md_xstrdup("/x")});
	CHECK(build(&f) == 0);
	CHECK_STR(f.spec.mounts[0].source, real);
	CHECK(!f.spec.mounts[0].source_is_file);
	free(real);
}

static int try_parent(const char *parent)
{
	FIXTURE(f);

	f.request.cgroup_parent = md_xstrdup(parent);
	return build(&f);
}

static void a_cgroup_parent_cannot_lead_out_of_the_hierarchy(void)
{
	static const char *const bad[] = {"..", "a/../b", "../a", "a//b", "a/", "./a", "/../a", ""};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(try_parent(bad[i]) < 0);
	CHECK(try_parent("/a/b") == 0);
}

static void unmasking_a_path_leaves_the_others(void)
{
	FIXTURE(f);

	md_strv_add(&f.request.unmask, "/proc/kcore");
	CHECK(build(&f) == 0);
	CHECK(!md_strv_has(&f.spec.masked_paths, "/proc/kcore"));
	CHECK(md_strv_has(&f.spec.masked_paths, "/proc/keys"));
}

int main(void)
{
	RUN(entrypoint_and_command_follow_dockers_rule);
	RUN(the_environment_is_path_hostname_image_request_home);
	RUN(home_that_was_asked_for_stays);
	RUN(the_user_comes_from_the_image_s_own_passwd);
	RUN(a_user_that_passwd_does_not_know_is_refused);
	RUN(what_was_written_in_the_container_counts_for_its_users);
	RUN(exec_keeps_environment_and_directory_and_changes_home_with_the_user);
	RUN(defaults_are_those_of_the_strict_profile);
	RUN(the_docker_profile_gives_dockers_rights);
	RUN(a_privileged_container_is_not_confined);
	RUN(privileged_and_a_private_user_namespace_exclude_each_other);
	RUN(a_private_user_namespace_maps_65536_ids);
	RUN(only_sysctls_of_the_containers_own_namespaces_are_allowed);
	RUN(a_sysctl_that_was_asked_for_replaces_the_default);
	RUN(a_network_that_is_not_there_yet_is_said_so);
	RUN(namespaces_of_one_other_container_can_be_joined);
	RUN(mounts_are_made_from_shallow_to_deep);
	RUN(a_file_of_ones_own_replaces_the_generated_one);
	RUN(a_bind_source_must_exist);
	RUN(a_bind_source_s_links_are_resolved_here);
	RUN(a_cgroup_parent_cannot_lead_out_of_the_hierarchy);
	RUN(unmasking_a_path_leaves_the_others);
	return DONE();
}
