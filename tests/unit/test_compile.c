/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Golden programs: what the compiler makes of one spec for hosts of every kind. The expected text
 * lies in golden/program-<name>.txt; after an intended change, look at the difference and renew it:
 *
 *	MD_GOLDEN_UPDATE=1 ninja -C build test
 */
#include "tests/unit/check.h"
#include "tests/unit/sample_hosts.h"
#include "tests/unit/sample_spec.h"

#include "base/cleanup.h"
#include "base/fs.h"
#include "base/json.h"
#include "runtime/compile.h"
#include "runtime/print.h"
#include "runtime/undo.h"

#include <fcntl.h>

#define GOLDEN_COLUMNS 100

static void compare_with_golden(const char *name, const struct md_program *program)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;
	md_auto_free char *path = md_xasprintf(MD_GOLDEN_DIR "/program-%s.txt", name);
	md_auto_free char *want = NULL;
	struct md_error err = MD_ERROR_INIT;
	size_t length;

	md_print_program(program, GOLDEN_COLUMNS, &text);
	if (getenv("MD_GOLDEN_UPDATE"))
		CHECK(md_fs_write(AT_FDCWD, path, text.data, text.length, MD_DURABLE_NO, &err) ==
		      0);
	CHECK(md_fs_read(AT_FDCWD, path, 1 << 20, &want, &length, &err) == 0);
	CHECK_STR(md_str_get(&text), want ? want : "");
}

/* Compiles twice, because the same input must give the same bytes. */
static void check_start(const char *name, const struct md_spec *spec, const struct md_host *host)
{
	struct md_program program, again;

	md_program_init(&program);
	md_program_init(&again);
	md_compile_start(spec, host, &program);
	md_compile_start(spec, host, &again);
	CHECK(md_program_equal(&program, &again));
	CHECK(program.ops[program.op_count - 1].kind == MD_OP_EXEC);
	compare_with_golden(name, &program);
	md_program_fini(&program);
	md_program_fini(&again);
}

static void check_host(const char *name, const struct md_host *host)
{
	struct md_spec spec;
	struct md_error err = MD_ERROR_INIT;

	sample_spec(&spec);
	CHECK(md_spec_check(&spec, &err) == 0);
	check_start(name, &spec, host);
	md_spec_fini(&spec);
}

static void a_program_for_cgroup_v1(void)
{
	struct md_host host = sample_host_v1();

	check_host("v1", &host);
}

static void a_program_for_pure_cgroup_v2(void)
{
	struct md_host host = sample_host_v2();

	check_host("v2", &host);
}

static void a_program_for_hybrid_cgroups(void)
{
	struct md_host host = sample_host_hybrid();

	check_host("hybrid", &host);
}

static void a_program_without_clone3(void)
{
	struct md_host host = sample_host_hybrid();

	host.has_clone3 = false;
	host.has_clone_into_cgroup = false;
	check_host("no-clone3", &host);
}

static void a_program_without_the_mount_api(void)
{
	struct md_host host = sample_host_hybrid();

	host.has_mount_api = false;
	host.has_mount_setattr = false;
	host.has_lowerdir_append = false;
	check_host("no-mount-api", &host);
}

static void a_program_without_mount_setattr(void)
{
	struct md_host host = sample_host_hybrid();

	host.has_mount_setattr = false;
	host.has_lowerdir_append = false;
	check_host("no-mount-setattr", &host);
}

/* openat2 is a matter of base/safe_path.c: the program is the same, only the primitive walks. */
static void openat2_changes_no_program(void)
{
	struct md_host with = sample_host_hybrid(), without = sample_host_hybrid();
	struct md_program a, b;
	struct md_spec spec;

	without.has_openat2 = false;
	sample_spec(&spec);
	md_program_init(&a);
	md_program_init(&b);
	md_compile_start(&spec, &with, &a);
	md_compile_start(&spec, &without, &b);
	CHECK(md_program_equal(&a, &b));
	check_start("no-openat2", &spec, &without);
	md_program_fini(&a);
	md_program_fini(&b);
	md_spec_fini(&spec);
}

static void a_program_with_a_private_user_namespace(void)
{
	struct md_host host = sample_host_hybrid();
	struct md_spec spec;

	sample_spec(&spec);
	spec.user_ns = MD_NS_PRIVATE;
	spec.uid_map = spec.gid_map = (struct md_id_map){0, 524288, 65536};
	spec.mounts[1].is_idmapped = true;
	check_start("userns", &spec, &host);
	host.has_overlay_layer_fds = false;
	host.has_lowerdir_append = false;
	check_start("userns-before-6.13", &spec, &host);
	md_spec_fini(&spec);
}

static void a_program_with_chroot_and_terminal(void)
{
	struct md_host host = sample_host_v2();
	struct md_spec spec;

	sample_spec(&spec);
	spec.root.via = MD_ROOT_VIA_CHROOT;
	spec.root.is_readonly = true;
	spec.process.has_terminal = true;
	spec.use_init = true;
	spec.init_path = md_xstrdup("/usr/libexec/minidock/minidock-init");
	check_start("chroot", &spec, &host);
	md_spec_fini(&spec);
}

static void exec_is_a_program_too(void)
{
	struct md_host host = sample_host_hybrid();
	struct md_program program;
	struct md_spec spec;

	sample_spec(&spec);
	md_program_init(&program);
	md_compile_exec(&spec, &spec.process, &host, &program);
	compare_with_golden("exec", &program);
	CHECK(program.undo_count == 0);
	md_program_fini(&program);
	md_spec_fini(&spec);
}

static bool has_unmet(const struct md_spec *spec, const struct md_host *host, const char *words)
{
	struct md_program program;
	bool found = false;

	md_program_init(&program);
	md_compile_start(spec, host, &program);
	for (size_t i = 0; i < program.op_count; i++)
		found = found || strstr(md_program_text(&program, program.ops[i].unmet), words);
	md_program_fini(&program);
	return found;
}

static void what_a_host_lacks_is_said_not_dropped(void)
{
	struct md_host host = sample_host_bare();
	struct md_spec spec;

	sample_spec(&spec);
	CHECK(has_unmet(&spec, &host, "memory"));
	host = sample_host_hybrid();
	CHECK(!has_unmet(&spec, &host, "memory"));
	host.has_overlay = false;
	CHECK(has_unmet(&spec, &host, "modprobe overlay"));
	host = sample_host_hybrid();
	host.is_root = false;
	CHECK(has_unmet(&spec, &host, "sudo"));
	host = sample_host_hybrid();
	host.kernel_version = 5 << 16 | 18 << 8;
	spec.user_ns = MD_NS_PRIVATE;
	spec.uid_map = spec.gid_map = (struct md_id_map){0, 524288, 65536};
	CHECK(has_unmet(&spec, &host, "5.19"));
	md_spec_fini(&spec);
}

static void nothing_is_mounted_over_proc(void)
{
	struct md_host host = sample_host_hybrid();
	struct md_spec spec;

	sample_spec(&spec);
	free(spec.mounts[1].target);
	spec.mounts[1].target = md_xstrdup("/proc/self");
	CHECK(has_unmet(&spec, &host, "/proc"));
	md_spec_fini(&spec);
}

/* Each volume is held by a descriptor of its own between the engine's part and the child's. */
static void too_many_volumes_are_refused_not_mixed_up(void)
{
	struct md_host host = sample_host_hybrid();
	struct md_mount mounts[MD_SLOT_MAX];
	struct md_spec spec;
	struct md_mount *old;

	sample_spec(&spec);
	for (int i = 0; i < MD_SLOT_MAX; i++)
		mounts[i] = spec.mounts[1];
	old = spec.mounts;
	spec.mounts = mounts;
	spec.mount_count = 64;
	CHECK(!has_unmet(&spec, &host, "descriptors"));
	spec.mount_count = MD_SLOT_MAX;
	CHECK(has_unmet(&spec, &host, "fewer volumes"));
	spec.mounts = old;
	spec.mount_count = 3;
	md_spec_fini(&spec);
}

/* A directory with the container's id in its name is the container's own group. */
static bool makes_a_group(const struct md_program *program, const struct md_call *call,
			  const char *id)
{
	return call->kind == MD_CALL_MKDIRAT && call->args[0] == MD_SLOT_CWD &&
	       md_str_ends(md_call_text(program, call, 1), id);
}

static void the_undo_list_removes_every_group_that_is_made(void)
{
	struct md_host host = sample_host_hybrid();
	struct md_program program;
	struct md_spec spec;
	int made = 0;

	sample_spec(&spec);
	md_program_init(&program);
	md_compile_start(&spec, &host, &program);
	md_auto_json struct md_json *undo = md_undo_to_json(&program);
	md_auto_free char *text = md_json_compact(undo);

	for (size_t i = 0; i < program.call_count; i++) {
		const struct md_call *call = &program.calls[i];

		if (!makes_a_group(&program, call, spec.id))
			continue;
		made++;
		md_auto_free char *removal =
			md_xasprintf("{\"call\":\"cgroup_remove\",\"args\":[\"%s\"",
				     md_call_text(&program, call, 1));
		CHECK(strstr(text, removal));
	}
	CHECK(made >= 5);
	CHECK(strstr(text, "cgroup_kill"));
	md_program_fini(&program);
	md_spec_fini(&spec);
}

int main(void)
{
	RUN(a_program_for_cgroup_v1);
	RUN(a_program_for_pure_cgroup_v2);
	RUN(a_program_for_hybrid_cgroups);
	RUN(a_program_without_clone3);
	RUN(a_program_without_the_mount_api);
	RUN(a_program_without_mount_setattr);
	RUN(openat2_changes_no_program);
	RUN(a_program_with_a_private_user_namespace);
	RUN(a_program_with_chroot_and_terminal);
	RUN(exec_is_a_program_too);
	RUN(what_a_host_lacks_is_said_not_dropped);
	RUN(nothing_is_mounted_over_proc);
	RUN(too_many_volumes_are_refused_not_mixed_up);
	RUN(the_undo_list_removes_every_group_that_is_made);
	return DONE();
}
