/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "base/str.h"
#include "runtime/print.h"
#include "runtime/program.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <linux/sched.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static void every_call_and_op_describes_itself(void)
{
	for (int kind = 0; kind < MD_CALL_COUNT; kind++) {
		const char *name = md_call_info((enum md_call_kind)kind)->name;

		CHECK(name && *name);
		CHECK(md_call_find(name) == (enum md_call_kind)kind);
		CHECK(md_call_arg_count((enum md_call_kind)kind) <= MD_CALL_ARGS_MAX);
	}
	CHECK(md_call_find("fork_bomb") == MD_CALL_COUNT);
	for (int kind = 0; kind < MD_OP_COUNT; kind++) {
		const struct md_op_info *info = md_op_info((enum md_op_kind)kind);

		CHECK(strlen(info->why) > 40 && strchr(info->manual, '('));
		CHECK(info->changes != 0);
	}
}

static void what_goes_into_a_program_comes_out(void)
{
	static const unsigned char blob[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
	struct md_program program;
	const struct md_call *call;
	size_t length = 0;

	md_program_init(&program);
	md_program_op(&program, MD_OP_SYSCTL, "net.ipv4.ip_forward");
	(void)md_emit(&program, MD_CALL_WRITE_FILE, MD_FD(MD_SLOT_CWD), MD_TEXT("/a/b"),
		      MD_BYTES(blob, sizeof(blob)));
	call = &program.calls[0];
	CHECK(call->args[0] == MD_SLOT_CWD && call->out == MD_SLOT_NONE);
	CHECK_STR(md_call_text(&program, call, 1), "/a/b");
	CHECK(memcmp(md_call_bytes(&program, call, 2, &length), blob, sizeof(blob)) == 0);
	CHECK(length == sizeof(blob));
	md_program_fini(&program);
}

static void programs_differ_when_one_byte_differs(void)
{
	struct md_program a, b;

	md_program_init(&a);
	md_program_init(&b);
	CHECK(md_program_equal(&a, &b));
	md_program_op(&a, MD_OP_HOSTNAME, NULL);
	md_program_op(&b, MD_OP_HOSTNAME, NULL);
	(void)md_emit(&a, MD_CALL_SETHOSTNAME, MD_TEXT("web"));
	(void)md_emit(&b, MD_CALL_SETHOSTNAME, MD_TEXT("wed"));
	CHECK(!md_program_equal(&a, &b));
	md_program_fini(&a);
	md_program_fini(&b);
}

static void undo_runs_backwards(void)
{
	struct md_program program;

	md_program_init(&program);
	md_program_op(&program, MD_OP_CGROUP_CREATE, NULL);
	(void)md_emit_undo(&program, MD_CALL_CGROUP_REMOVE, MD_TEXT("/made/first"));
	(void)md_emit_undo(&program, MD_CALL_CGROUP_REMOVE, MD_TEXT("/made/last"));
	CHECK(program.undo_count == 2);
	CHECK_STR(md_call_text(&program, &program.undo[0], 0), "/made/last");
	CHECK_STR(md_call_text(&program, &program.undo[1], 0), "/made/first");
	md_program_fini(&program);
}

static void the_first_reason_against_an_op_counts(void)
{
	struct md_program program;

	md_program_init(&program);
	md_program_op(&program, MD_OP_CLONE, NULL);
	md_program_unmet(&program, "first %d", 1);
	md_program_unmet(&program, "second");
	CHECK_STR(md_program_text(&program, program.ops[0].unmet), "first 1");
	md_program_fini(&program);
}

static void the_last_turn_comes_before_the_filter(void)
{
	struct md_program program;

	md_program_init(&program);
	md_program_op(&program, MD_OP_CLONE, NULL);
	md_program_op(&program, MD_OP_EXEC, NULL);
	CHECK(md_program_last_turn(&program) == 1);
	md_program_fini(&program);
	md_program_init(&program);
	md_program_op(&program, MD_OP_CLONE, NULL);
	md_program_op(&program, MD_OP_SECCOMP, NULL);
	md_program_op(&program, MD_OP_EXEC, NULL);
	CHECK(md_program_last_turn(&program) == 1);
	md_program_fini(&program);
}

/* Prints the only call of a program that `fill` makes. */
static void check_print(void (*fill)(struct md_program *program), const char *want)
{
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;
	struct md_program program;

	md_program_init(&program);
	md_program_op(&program, MD_OP_DEV, NULL);
	fill(&program);
	md_print_call(&program, &program.calls[0], &text);
	CHECK_STR(md_str_get(&text), want);
	md_program_fini(&program);
}

static void fill_mknod(struct md_program *p)
{
	(void)md_emit(p, MD_CALL_MKNODAT, MD_FD(MD_SLOT_DEV), MD_TEXT("null"),
		      MD_INT(S_IFCHR | 0666), MD_INT(makedev(1, 3)));
}

static void fill_open(struct md_program *p)
{
	(void)md_emit_to(p, MD_SLOT_DIR, MD_CALL_OPENAT, MD_FD(MD_SLOT_CWD), MD_TEXT("/a\"b\n\x01"),
			 MD_INT(O_RDONLY | O_DIRECTORY), MD_INT(0));
}

static void fill_clone(struct md_program *p)
{
	(void)md_emit(p, MD_CALL_CLONE, MD_INT(CLONE_NEWNS | CLONE_NEWPID | 1),
		      MD_FD(MD_SLOT_CGROUP));
}

static void fill_rlimit(struct md_program *p)
{
	(void)md_emit(p, MD_CALL_PRLIMIT, MD_INT(RLIMIT_NOFILE), MD_INT(1024), MD_INT(UINT64_MAX));
}

static void fill_caps(struct md_program *p)
{
	(void)md_emit(p, MD_CALL_CAPSET, MD_INT(1), MD_INT(1 << 10 | 1), MD_INT(0));
}

static void fill_setattr(struct md_program *p)
{
	(void)md_emit(p, MD_CALL_MOUNT_SETATTR, MD_FD(MD_SLOT_TREE), MD_INT(AT_RECURSIVE),
		      MD_INT(MOUNT_ATTR_RDONLY), MD_INT(MS_SLAVE), MD_FD(MD_SLOT_NONE));
}

static void calls_print_as_strace_would(void)
{
	check_print(fill_mknod, "mknodat(<dev>, \"null\", 020666, makedev(1, 3))");
	check_print(fill_open,
		    "openat(AT_FDCWD, \"/a\\\"b\\n\\001\", O_RDONLY|O_DIRECTORY, 0) = <target>");
	check_print(fill_clone, "clone3(CLONE_NEWNS|CLONE_NEWPID|0x1, <cgroup>)");
	check_print(fill_rlimit, "prlimit64(RLIMIT_NOFILE, 1024, 18446744073709551615)");
	check_print(fill_caps, "capset(CAP_CHOWN, CAP_CHOWN|CAP_NET_BIND_SERVICE, 0)");
	check_print(fill_setattr,
		    "mount_setattr(<mount>, AT_RECURSIVE, MOUNT_ATTR_RDONLY, MS_SLAVE, -1)");
}

int main(void)
{
	RUN(every_call_and_op_describes_itself);
	RUN(what_goes_into_a_program_comes_out);
	RUN(programs_differ_when_one_byte_differs);
	RUN(undo_runs_backwards);
	RUN(the_first_reason_against_an_op_counts);
	RUN(the_last_turn_comes_before_the_filter);
	RUN(calls_print_as_strace_would);
	return DONE();
}
