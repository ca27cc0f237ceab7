/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "runtime/seccomp.h"
#include "runtime/seccomp_eval.h"
#include "runtime/seccomp_filter.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdlib.h>

#define ALLOWED       SECCOMP_RET_ALLOW
#define FAILS(number) (SECCOMP_RET_ERRNO | (number))
#define SYS_ADMIN     (UINT64_C(1) << CAP_SYS_ADMIN)

static void free_code(struct md_seccomp_code *code)
{
	free(code->filter);
}

/* Compile `json` and ask it; the answer of a profile that does not compile is 0xdead. */
static uint32_t ask(const char *json, uint64_t caps, const char *name, uint64_t arg0, uint64_t arg1)
{
	struct seccomp_data call = {.arch = md_seccomp_arch_native(), .args = {arg0, arg1}};
	MD_CLEANUP(free_code) struct md_seccomp_code code = {0};
	struct md_error err = MD_ERROR_INIT;
	uint32_t action = 0xdead;

	call.nr = (int)md_seccomp_syscall_number(call.arch, name);
	if (md_seccomp_compile_profile(json, strlen(json), caps, &code, &err) < 0) {
		printf("# %s\n", err.msg);
		return action;
	}
	CHECK(md_seccomp_eval(code.filter, code.count, &call, &action, &err) == 0);
	return action;
}

/* The message of a profile that must not compile, valid until the next call. */
static const char *refusal(const char *json, struct md_error *err)
{
	MD_CLEANUP(free_code) struct md_seccomp_code code = {0};

	*err = (struct md_error)MD_ERROR_INIT;
	CHECK(md_seccomp_compile_profile(json, strlen(json), 0, &code, err) == -1);
	return err->msg;
}

static void a_deny_list_denies_what_it_lists(void)
{
	static const char profile[] =
		"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":["
		"{\"names\":[\"mkdir\",\"mkdirat\"],\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":30},"
		"{\"names\":[\"chmod\"],\"action\":\"SCMP_ACT_KILL_PROCESS\"},"
		"{\"name\":\"fchmod\",\"action\":\"SCMP_ACT_ERRNO\"}]}";

	CHECK(ask(profile, 0, "mkdirat", 0, 0) == FAILS(30));
	CHECK(ask(profile, 0, "fchmod", 0, 0) == FAILS(EPERM));
	CHECK(ask(profile, 0, "getpid", 0, 0) == ALLOWED);
#ifdef __x86_64__
	CHECK(ask(profile, 0, "chmod", 0, 0) == SECCOMP_RET_KILL_PROCESS);
#endif
}

static void newer_calls_than_the_profile_get_enosys(void)
{
	static const char profile[] =
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":["
		"{\"names\":[\"read\",\"openat2\"],\"action\":\"SCMP_ACT_ALLOW\"}]}";
	static const char with_mseal[] =
		"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"defaultErrnoRet\":13,\"syscalls\":["
		"{\"names\":[\"mseal\",\"no_such_call\"],\"action\":\"SCMP_ACT_ALLOW\"}]}";

	CHECK(ask(profile, 0, "read", 0, 0) == ALLOWED);
	CHECK(ask(profile, 0, "write", 0, 0) == FAILS(EPERM));
	CHECK(ask(profile, 0, "mseal", 0, 0) == FAILS(ENOSYS));
	CHECK(ask(with_mseal, 0, "mseal", 0, 0) == ALLOWED);
	CHECK(ask(with_mseal, 0, "statmount", 0, 0) == FAILS(EACCES));
	CHECK(ask(with_mseal, 0, "removexattrat", 0, 0) == FAILS(ENOSYS));
}

static void comparisons_mean_what_the_specification_says(void)
{
	static const struct {
		const char *args;
		uint64_t arg0, arg1;
		bool holds;
	} cases[] = {
		{"{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_EQ\"}", 5, 0, true},
		{"{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_EQ\"}", 6, 0, false},
		{"{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_NE\"}", 6, 0, true},
		{"{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_NE\"}", 5, 0, false},
		{"{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_LT\"}", 4, 0, true},
		{"{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_LT\"}", 5, 0, false},
		{"{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_LE\"}", 5, 0, true},
		{"{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_LE\"}", 6, 0, false},
		{"{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_GT\"}", 6, 0, true},
		{"{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_GT\"}", 5, 0, false},
		{"{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_GE\"}", 5, 0, true},
		{"{\"index\":0,\"value\":5,\"op\":\"SCMP_CMP_GE\"}", 4, 0, false},
		{"{\"index\":0,\"value\":255,\"valueTwo\":4,\"op\":\"SCMP_CMP_MASKED_EQ\"}", 0xf04,
		 0, true},
		{"{\"index\":0,\"value\":255,\"valueTwo\":4,\"op\":\"SCMP_CMP_MASKED_EQ\"}", 0x05,
		 0, false},
		/* Two arguments: both; one argument twice: either. */
		{"{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},"
		 "{\"index\":1,\"value\":2,\"op\":\"SCMP_CMP_EQ\"}",
		 1, 2, true},
		{"{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},"
		 "{\"index\":1,\"value\":2,\"op\":\"SCMP_CMP_EQ\"}",
		 1, 3, false},
		{"{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},"
		 "{\"index\":0,\"value\":2,\"op\":\"SCMP_CMP_EQ\"}",
		 2, 0, true},
		{"{\"index\":0,\"value\":1,\"op\":\"SCMP_CMP_EQ\"},"
		 "{\"index\":0,\"value\":2,\"op\":\"SCMP_CMP_EQ\"}",
		 3, 0, false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char profile[512];

		(void)snprintf(profile, sizeof(profile),
			       "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":"
			       "[\"socket\"],\"action\":\"SCMP_ACT_ALLOW\",\"args\":[%s]}]}",
			       cases[i].args);
		CHECK((ask(profile, 0, "socket", cases[i].arg0, cases[i].arg1) == ALLOWED) ==
		      cases[i].holds);
	}
}

static void includes_and_excludes_choose_entries(void)
{
	static const char with_caps[] = "{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":["
					"{\"names\":[\"mount\"],\"action\":\"SCMP_ACT_ALLOW\","
					"\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}},"
					"{\"names\":[\"read\"],\"action\":\"SCMP_ACT_ALLOW\","
					"\"excludes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}},"
					"{\"names\":[\"write\"],\"action\":\"SCMP_ACT_ALLOW\","
					"\"includes\":{\"minKernel\":\"4.8\"}},"
					"{\"names\":[\"close\"],\"action\":\"SCMP_ACT_ALLOW\","
					"\"includes\":{\"minKernel\":\"999.1\"}},"
					"{\"names\":[\"dup\"],\"action\":\"SCMP_ACT_ALLOW\","
					"\"includes\":{\"arches\":[\"s390x\"]}},"
					"{\"names\":[\"fstat\"],\"action\":\"SCMP_ACT_ALLOW\","
					"\"includes\":{\"arches\":[\"amd64\",\"arm64\"]}},"
					"{\"names\":[\"lseek\"],\"action\":\"SCMP_ACT_ALLOW\","
					"\"excludes\":{\"arches\":[\"amd64\",\"arm64\"]}}]}";

	CHECK(ask(with_caps, SYS_ADMIN, "mount", 0, 0) == ALLOWED);
	CHECK(ask(with_caps, 0, "mount", 0, 0) == FAILS(EPERM));
	CHECK(ask(with_caps, SYS_ADMIN, "read", 0, 0) == FAILS(EPERM));
	CHECK(ask(with_caps, 0, "read", 0, 0) == ALLOWED);
	CHECK(ask(with_caps, 0, "write", 0, 0) == ALLOWED);
	CHECK(ask(with_caps, 0, "close", 0, 0) == FAILS(EPERM));
	CHECK(ask(with_caps, 0, "dup", 0, 0) == FAILS(EPERM));
	CHECK(ask(with_caps, 0, "fstat", 0, 0) == ALLOWED);
	CHECK(ask(with_caps, 0, "lseek", 0, 0) == FAILS(EPERM));
}

#ifdef __x86_64__
static uint32_t ask_i386(const char *json, uint32_t number)
{
	struct seccomp_data call = {.nr = (int)number, .arch = md_seccomp_arch_parse("x86")};
	MD_CLEANUP(free_code) struct md_seccomp_code code = {0};
	struct md_error err = MD_ERROR_INIT;
	uint32_t action = 0;

	CHECK(md_seccomp_compile_profile(json, strlen(json), 0, &code, &err) == 0);
	CHECK(md_seccomp_eval(code.filter, code.count, &call, &action, &err) == 0);
	return action;
}

static void architectures_are_those_of_the_file(void)
{
	static const char rules[] = "\"syscalls\":[{\"names\":[\"getpid\"],\"action\":"
				    "\"SCMP_ACT_ALLOW\"}]}";
	static const char head[] = "{\"defaultAction\":\"SCMP_ACT_ERRNO\",";
	char with_map[512], with_list[512], plain[512];

	(void)snprintf(plain, sizeof(plain), "%s%s", head, rules);
	(void)snprintf(with_list, sizeof(with_list),
		       "%s\"architectures\":[\"SCMP_ARCH_X86_64\",\"SCMP_ARCH_X86\"],%s", head,
		       rules);
	(void)snprintf(with_map, sizeof(with_map),
		       "%s\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\",\"subArchitectures\":"
		       "[\"SCMP_ARCH_X86\"]},{\"architecture\":\"SCMP_ARCH_AARCH64\","
		       "\"subArchitectures\":[\"SCMP_ARCH_ARM\"]},{\"architecture\":"
		       "\"SCMP_ARCH_OF_2040\",\"subArchitectures\":null}],%s",
		       head, rules);
	CHECK(ask_i386(plain, 20) == SECCOMP_RET_KILL_PROCESS);
	CHECK(ask_i386(with_list, 20) == ALLOWED);
	CHECK(ask_i386(with_map, 20) == ALLOWED);
	CHECK(ask_i386(with_map, 21) == FAILS(EPERM));
}
#endif

static void errors_name_the_element(void)
{
	static const struct {
		const char *json, *message;
	} cases[] = {
		{"{}",
		 "seccomp profile: defaultAction '' is no action (SCMP_ACT_ALLOW, _ERRNO, ...)"},
		{"[]", "seccomp profile: must be an object"},
		{"{\"defaultActon\":\"x\"}", "seccomp profile: unknown key 'defaultActon'"},
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":7}",
		 "seccomp profile: syscalls must be a list"},
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[7]}",
		 "seccomp profile: syscalls holds an item of the wrong type"},
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"action\":"
		 "\"SCMP_ACT_ERRNO\"}]}",
		 "seccomp profile: syscalls[0]: names is missing or empty"},
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"read\"],"
		 "\"action\":\"SCMP_ACT_ERRNO\",\"errnoRet\":70000}]}",
		 "seccomp profile: syscalls[0]: errnoRet must be a whole number from 0 to 4095"},
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"read\"],"
		 "\"action\":\"SCMP_ACT_ERRNO\",\"args\":[{\"index\":0,\"value\":1,\"op\":"
		 "\"SCMP_CMP_EQ\"},{\"index\":1,\"value\":1,\"op\":\"EQ\"}]}]}",
		 "seccomp profile: syscalls[0]: args[1]: op 'EQ' is no comparison (SCMP_CMP_EQ, "
		 "...)"},
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"read\"],"
		 "\"action\":\"SCMP_ACT_ERRNO\",\"args\":[{\"index\":6,\"value\":1,\"op\":"
		 "\"SCMP_CMP_EQ\"}]}]}",
		 "seccomp profile: syscalls[0]: args[0]: index must be a whole number from 0 to 5"},
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"read\"],"
		 "\"action\":\"SCMP_ACT_NOTIFY\"}]}",
		 "seccomp profile: syscalls[0]: action 'SCMP_ACT_NOTIFY' needs a program that "
		 "answers; there is none"},
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_Z80\"]}",
		 "seccomp profile: architectures: unknown architecture 'SCMP_ARCH_Z80'"},
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":[\"read\"],"
		 "\"action\":\"SCMP_ACT_ERRNO\",\"includes\":{\"minKernel\":\"4\"}}]}",
		 "seccomp profile: syscalls[0]: includes: minKernel '4' must look like '4.8' "
		 "(major.minor)"},
	};
	struct md_error err;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_STR(refusal(cases[i].json, &err), cases[i].message);
	CHECK(strstr(refusal("{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[{\"names\":"
			     "[\"read\"],\"action\":\"SCMP_ACT_ERRNO\",\"includes\":{\"caps\":"
			     "[\"CAP_X\"]}}]}",
			     &err),
		     "syscalls[0]: includes: caps: unknown capability 'CAP_X'"));
	CHECK(strstr(refusal("{\"defaultAction\":", &err), "seccomp profile: "));
}

int main(void)
{
	RUN(a_deny_list_denies_what_it_lists);
	RUN(newer_calls_than_the_profile_get_enosys);
	RUN(comparisons_mean_what_the_specification_says);
	RUN(includes_and_excludes_choose_entries);
#ifdef __x86_64__
	RUN(architectures_are_those_of_the_file);
#endif
	RUN(errors_name_the_element);
	return DONE();
}
