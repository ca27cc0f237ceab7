/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "runtime/caps.h"
#include "runtime/seccomp.h"
#include "runtime/seccomp_eval.h"
#include "runtime/seccomp_numbers.h"
#include "runtime/seccomp_plan.h"
#include "runtime/seccomp_table.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/ioctl.h>

#define CAP(name)       (UINT64_C(1) << CAP_##name)
#define ALLOWED         SECCOMP_RET_ALLOW
#define FAILS(number)   (SECCOMP_RET_ERRNO | (number))
#define NUMBERS_TESTED  600
#define RANDOM_VARIANTS 16

struct filter {
	const struct sock_filter *code;
	size_t count;
	uint32_t arch;
};

static uint32_t answer(const struct filter *filter, uint32_t number, const uint64_t args[6])
{
	struct seccomp_data call = {.nr = (int)number, .arch = filter->arch};
	struct md_error err = MD_ERROR_INIT;
	uint32_t action = 0;

	memcpy(call.args, args, sizeof(call.args));
	CHECK(md_seccomp_eval(filter->code, filter->count, &call, &action, &err) == 0);
	return action;
}

static uint32_t answer_by_name(const struct filter *filter, const char *name, uint64_t arg0,
			       uint64_t arg1, uint64_t arg2)
{
	int64_t number = md_seccomp_syscall_number(filter->arch, name);

	CHECK(number >= 0);
	return answer(filter, (uint32_t)number, (uint64_t[6]){arg0, arg1, arg2});
}

/* Reproducible: xorshift with a fixed seed. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Values around which the rules decide, with anything in the upper half. */
static void random_args(uint64_t *state, uint64_t args[6])
{
	static const uint32_t interesting[] = {
		0,  1,  2,      4,      8,       9,       10,         15,         16,
		17, 40, 0x5412, 0x541c, 0x20000, 0x20008, 0x10000000, 0x7e020000, UINT32_MAX};

	for (int i = 0; i < 6; i++) {
		uint64_t r = next_random(state);

		args[i] = interesting[r % (sizeof(interesting) / sizeof(interesting[0]))];
		if (r & (1 << 20))
			args[i] |= next_random(state) << 32;
	}
}

/* A number without a name: newer than us, between the assigned ones, or one that Linux retired. */
static uint32_t expected_without_name(uint32_t arch, uint32_t number)
{
	uint32_t first, last;

	md_seccomp_gap(arch, &first, &last);
	if (number > MD_SECCOMP_NEWEST || (number >= first && number <= last && last))
		return FAILS(ENOSYS);
	return FAILS(EPERM);
}

static void compare_with_table(const struct filter *filter, enum md_profile profile, uint64_t caps)
{
	static uint64_t state = 42; /* goes on, so that every filter gets other arguments */
	uint64_t args[6] = {0};

	for (uint32_t number = 0; number < NUMBERS_TESTED; number++) {
		char name[MD_SECCOMP_NAME_MAX] = "";
		bool exists = md_seccomp_syscall_name(filter->arch, number, name);

		for (int i = 0; i < RANDOM_VARIANTS; i++) {
			uint32_t want, got;

			random_args(&state, args);
			want = exists ? md_seccomp_expect(profile, caps, name, args)
				      : expected_without_name(filter->arch, number);
			got = answer(filter, number, args);
			if (got != want)
				printf("# %s (%u) 0x%lx 0x%lx 0x%lx: got 0x%x, want 0x%x\n", name,
				       number, args[0], args[1], args[2], got, want);
			CHECK(got == want);
		}
	}
}

static void embedded_filters_answer_as_the_table_says(void)
{
	static const enum md_profile profiles[] = {MD_PROFILE_STRICT, MD_PROFILE_DOCKER};

	for (int i = 0; i < 2; i++) {
		struct filter filter = {.arch = md_seccomp_arch_native()};
		uint64_t caps = md_caps_default(profiles[i]);

		filter.code = md_seccomp_default(profiles[i], caps, &filter.count);
		CHECK(filter.code != NULL);
		if (filter.code)
			compare_with_table(&filter, profiles[i], caps);
		filter.code = md_seccomp_default(profiles[i], 0, &filter.count);
		CHECK(filter.code != NULL);
		if (filter.code)
			compare_with_table(&filter, profiles[i], 0);
	}
}

static void filters_for_added_capabilities_answer_as_the_table_says(void)
{
	static const uint64_t sets[] = {
		CAP(SYS_ADMIN),   CAP(SYS_PTRACE),
		CAP(NET_ADMIN),   CAP(NET_RAW) | CAP(SYS_CHROOT),
		CAP(AUDIT_WRITE), CAP(SYSLOG) | CAP(BPF) | CAP(PERFMON),
		UINT64_MAX,
	};

	for (size_t i = 0; i < sizeof(sets) / sizeof(sets[0]); i++) {
		for (int profile = 0; profile < 2; profile++) {
			struct md_error err = MD_ERROR_INIT;
			struct filter filter = {.arch = md_seccomp_arch_native()};
			struct md_seccomp_code code = {0};

			CHECK(md_seccomp_compile((enum md_profile)profile, sets[i], &code, &err) ==
			      0);
			filter.code = code.filter;
			filter.count = code.count;
			compare_with_table(&filter, (enum md_profile)profile, sets[i]);
			free(code.filter);
		}
	}
}

static void unusual_capabilities_are_not_embedded(void)
{
	size_t count;

	CHECK(!md_seccomp_default(MD_PROFILE_STRICT, CAP(SYS_ADMIN), &count));
	CHECK(!md_seccomp_default(MD_PROFILE_STRICT, CAP(NET_RAW), &count));
	/* Docker's filter does not depend on it. */
	CHECK(md_seccomp_default(MD_PROFILE_DOCKER, CAP(NET_RAW), &count) != NULL);
}

static struct filter strict_filter(void)
{
	struct filter filter = {.arch = md_seccomp_arch_native()};

	filter.code = md_seccomp_default(MD_PROFILE_STRICT, md_caps_default(MD_PROFILE_STRICT),
					 &filter.count);
	return filter;
}

static struct filter docker_filter(void)
{
	struct filter filter = {.arch = md_seccomp_arch_native()};

	filter.code = md_seccomp_default(MD_PROFILE_DOCKER, md_caps_default(MD_PROFILE_DOCKER),
					 &filter.count);
	return filter;
}

/* The facts that matter most, spelled out: the table itself could be wrong. */
static void strict_refuses_what_opens_the_kernel(void)
{
	static const char *const refused[] = {
		"mount",
		"umount2",
		"unshare",
		"setns",
		"pivot_root",
		"bpf",
		"perf_event_open",
		"io_uring_setup",
		"userfaultfd",
		"ptrace",
		"process_vm_readv",
		"kexec_load",
		"init_module",
		"add_key",
		"keyctl",
		"request_key",
		"open_by_handle_at",
		"name_to_handle_at",
		"reboot",
		"swapon",
		"fsopen",
		"move_mount",
		"syslog",
		"settimeofday",
		"sethostname",
		"vmsplice",
		"kcmp",
		"acct",
		"quotactl",
	};
	struct filter filter = strict_filter();

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		CHECK(answer_by_name(&filter, refused[i], 0, 0, 0) == FAILS(EPERM));
	CHECK(answer_by_name(&filter, "clone3", 0, 0, 0) == FAILS(ENOSYS));
	CHECK(answer_by_name(&filter, "statmount", 0, 0, 0) == FAILS(ENOSYS));
	CHECK(answer_by_name(&filter, "openat2", 0, 0, 0) == ALLOWED);
	CHECK(answer_by_name(&filter, "mseal", 0, 0, 0) == ALLOWED);
	CHECK(answer_by_name(&filter, "fchmodat2", 0, 0, 0) == ALLOWED);
}

static void the_upper_half_of_an_argument_changes_nothing(void)
{
	const uint64_t high = UINT64_C(0xdeadbeef) << 32;
	struct filter strict = strict_filter(), docker = docker_filter();

	for (uint64_t upper = 0;; upper = high) {
		CHECK(answer_by_name(&strict, "ioctl", 0, upper | TIOCSTI, 0) == FAILS(EPERM));
		CHECK(answer_by_name(&strict, "ioctl", 0, upper | TIOCLINUX, 0) == FAILS(EPERM));
		CHECK(answer_by_name(&strict, "ioctl", 0, upper | TIOCGWINSZ, 0) == ALLOWED);
		CHECK(answer_by_name(&strict, "clone", upper | CLONE_NEWUSER, 0, 0) ==
		      FAILS(EPERM));
		CHECK(answer_by_name(&strict, "clone", upper | CLONE_VM, 0, 0) == ALLOWED);
		CHECK(answer_by_name(&strict, "socket", upper | 2, 0, 0) == ALLOWED);
		CHECK(answer_by_name(&strict, "socket", upper | 40, 0, 0) == FAILS(EPERM));
		CHECK(answer_by_name(&strict, "socket", upper | 16, 0, upper | 9) == FAILS(EINVAL));
		CHECK(answer_by_name(&docker, "socket", upper | 40, 0, 0) == FAILS(EPERM));
		CHECK(answer_by_name(&docker, "socket", upper | 38, 0, 0) == ALLOWED);
		CHECK(answer_by_name(&strict, "personality", upper | 1, 0, 0) == FAILS(EPERM));
		if (upper)
			break;
	}
}

static void strict_opens_four_socket_families(void)
{
	struct filter filter = strict_filter();

	for (uint64_t family = 0; family <= 60; family++) {
		bool is_open = family == 1 || family == 2 || family == 10 || family == 16;

		CHECK((answer_by_name(&filter, "socket", family, 2, 0) == ALLOWED) == is_open);
	}
}

#ifdef __x86_64__
static void strict_kills_foreign_architectures_and_knows_no_x32(void)
{
	struct filter filter = strict_filter();
	const uint64_t args[6] = {0};

	CHECK(answer(&filter, MD_SECCOMP_X32_BIT, args) == FAILS(ENOSYS));
	CHECK(answer(&filter, MD_SECCOMP_X32_BIT | 39, args) == FAILS(ENOSYS));
	CHECK(answer(&filter, UINT32_MAX, args) == FAILS(ENOSYS));
	filter.arch = MD_SECCOMP_X86;
	for (uint32_t number = 0; number < NUMBERS_TESTED; number++)
		CHECK(answer(&filter, number, args) == SECCOMP_RET_KILL_PROCESS);
	filter.arch = MD_SECCOMP_AARCH64;
	CHECK(answer(&filter, 0, args) == SECCOMP_RET_KILL_PROCESS);
}

static void docker_serves_32_bit_programs_by_the_same_table(void)
{
	struct filter filter = docker_filter();
	const uint64_t vsock[6] = {40}, none[6] = {0};

	filter.arch = MD_SECCOMP_X86;
	compare_with_table(&(struct filter){filter.code, filter.count, MD_SECCOMP_X86},
			   MD_PROFILE_DOCKER, md_caps_default(MD_PROFILE_DOCKER));
	CHECK(answer(&filter, 359, vsock) == FAILS(EPERM));
	CHECK(answer(&filter, 102, none) == ALLOWED); /* socketcall */
	filter.arch = MD_SECCOMP_X86_64;
	CHECK(answer(&filter, MD_SECCOMP_X32_BIT | 39, none) == ALLOWED); /* getpid */
	CHECK(answer(&filter, MD_SECCOMP_X32_BIT | 41, vsock) == FAILS(EPERM));
	CHECK(answer(&filter, MD_SECCOMP_X32_BIT | 462, none) == ALLOWED); /* mseal */
	CHECK(answer(&filter, MD_SECCOMP_X32_BIT | 514, none) == ALLOWED); /* ioctl */
	CHECK(answer(&filter, MD_SECCOMP_X32_BIT | 470, none) == FAILS(ENOSYS));
	CHECK(answer(&filter, MD_SECCOMP_X32_BIT | 165, none) == FAILS(EPERM)); /* mount */
}
#endif

static void the_other_architecture_compiles_to_the_same_answers(void)
{
	uint32_t other = md_seccomp_arch_native() == MD_SECCOMP_X86_64 ? MD_SECCOMP_AARCH64
								       : MD_SECCOMP_X86_64;
	uint64_t caps = md_caps_default(MD_PROFILE_STRICT);
	MD_CLEANUP(md_seccomp_plan_fini) struct md_seccomp_plan plan = {0};
	md_auto_free struct sock_filter *code = NULL;
	struct filter filter = {.arch = other};
	struct md_error err = MD_ERROR_INIT;

	md_seccomp_plan_profile(MD_PROFILE_STRICT, caps, other, &plan);
	CHECK(md_seccomp_filter_build(&plan, &code, &filter.count, &err) == 0);
	filter.code = code;
	CHECK(answer_by_name(&filter, "openat", 0, 0, 0) == ALLOWED);
	CHECK(answer_by_name(&filter, "mount", 0, 0, 0) == FAILS(EPERM));
	CHECK(answer_by_name(&filter, "mseal", 0, 0, 0) == ALLOWED);
	CHECK(answer_by_name(&filter, "socket", 17, 0, 0) == FAILS(EPERM));
	CHECK(answer_by_name(&filter, "ioctl", 0, TIOCSTI, 0) == FAILS(EPERM));
}

static void every_name_in_the_table_is_a_system_call_somewhere(void)
{
	static const uint32_t arches[] = {MD_SECCOMP_X86_64, MD_SECCOMP_X86, MD_SECCOMP_AARCH64,
					  MD_SECCOMP_ARM};
	size_t count;
	const struct md_seccomp_group *groups = md_seccomp_groups(&count);
	char name[MD_SECCOMP_NAME_MAX];

	for (size_t i = 0; i < count; i++) {
		const char *cursor = groups[i].names;

		while (md_seccomp_next_name(&cursor, name)) {
			bool is_known = false;

			for (int a = 0; a < 4; a++)
				is_known |= md_seccomp_syscall_number(arches[a], name) >= 0;
			if (!is_known)
				printf("# %s\n", name);
			CHECK(is_known);
		}
		CHECK(*cursor == '\0');
	}
}

static void broken_programs_are_refused_not_run(void)
{
	static const struct sock_filter programs[][2] = {
		{{BPF_LD | BPF_W | BPF_ABS, 0, 0, 64}, {BPF_RET | BPF_K, 0, 0, 0}},
		{{BPF_LD | BPF_W | BPF_ABS, 0, 0, 0xfffffffc}, {BPF_RET | BPF_K, 0, 0, 0}},
		{{BPF_JMP | BPF_JA, 0, 0, 0xffffffff}, {BPF_RET | BPF_K, 0, 0, 0}},
		{{BPF_JMP | BPF_JEQ | BPF_K, 9, 9, 0}, {BPF_RET | BPF_K, 0, 0, 0}},
		{{BPF_LD | BPF_MEM, 0, 0, BPF_MEMWORDS}, {BPF_RET | BPF_K, 0, 0, 0}},
		{{BPF_ST, 0, 0, BPF_MEMWORDS}, {BPF_RET | BPF_K, 0, 0, 0}},
		{{BPF_ALU | BPF_DIV | BPF_K, 0, 0, 0}, {BPF_RET | BPF_K, 0, 0, 0}},
		{{BPF_LD | BPF_IMM, 0, 0, 0}, {BPF_LD | BPF_IMM, 0, 0, 0}},
	};
	const struct seccomp_data call = {0};

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		struct md_error err = MD_ERROR_INIT;
		uint32_t action;

		CHECK(md_seccomp_eval(programs[i], 2, &call, &action, &err) == -1);
		CHECK(err.code == MD_ERR_CORRUPT);
	}
}

static void actions_have_words(void)
{
	char text[64];

	md_seccomp_action_text(FAILS(EPERM), text, sizeof(text));
	CHECK_STR(text, "errno 1 (Operation not permitted)");
	md_seccomp_action_text(SECCOMP_RET_KILL_PROCESS, text, sizeof(text));
	CHECK_STR(text, "kill process");
	md_seccomp_action_text(ALLOWED, text, sizeof(text));
	CHECK_STR(text, "allow");
}

int main(void)
{
	RUN(embedded_filters_answer_as_the_table_says);
	RUN(filters_for_added_capabilities_answer_as_the_table_says);
	RUN(unusual_capabilities_are_not_embedded);
	RUN(strict_refuses_what_opens_the_kernel);
	RUN(the_upper_half_of_an_argument_changes_nothing);
	RUN(strict_opens_four_socket_families);
#ifdef __x86_64__
	RUN(strict_kills_foreign_architectures_and_knows_no_x32);
	RUN(docker_serves_32_bit_programs_by_the_same_table);
#endif
	RUN(the_other_architecture_compiles_to_the_same_answers);
	RUN(every_name_in_the_table_is_a_system_call_somewhere);
	RUN(broken_programs_are_refused_not_run);
	RUN(actions_have_words);
	return DONE();
}
