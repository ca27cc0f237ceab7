/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "runtime/caps.h"

#include <linux/capability.h>

#define CAP(name) (UINT64_C(1) << CAP_##name)
#define ALL_41    ((UINT64_C(1) << 41) - 1)

static const struct md_caps_request base_request = {
	.profile = MD_PROFILE_DOCKER,
	.last_cap = 40,
	.bounding_available = ALL_41,
};

/* `add` and `drop` are separated by spaces; the bounding set comes back, 0 and *ret_code if not. */
static struct md_caps compute(const char *add, const char *drop, struct md_caps_request request,
			      enum md_error_code *ret_code)
{
	MD_CLEANUP(md_strv_fini) struct md_strv adds = MD_STRV_INIT, drops = MD_STRV_INIT;
	struct md_error err = MD_ERROR_INIT;
	struct md_caps caps = {0};

	if (*add)
		md_strv_split(&adds, add, ' ');
	if (*drop)
		md_strv_split(&drops, drop, ' ');
	request.add = &adds;
	request.drop = &drops;
	(void)md_caps_compute(&request, &caps, &err);
	*ret_code = err.code;
	return caps;
}

static uint64_t bounding(const char *add, const char *drop)
{
	enum md_error_code code;
	struct md_caps caps = compute(add, drop, base_request, &code);

	CHECK(code == MD_OK);
	return caps.bounding;
}

static void names_are_read_in_every_spelling(void)
{
	static const char *const spellings[] = {"SYS_ADMIN", "sys_admin", "CAP_SYS_ADMIN",
						"cap_sys_admin", "Cap_Sys_Admin"};
	struct md_error err = MD_ERROR_INIT;
	int cap;

	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
		CHECK(md_caps_parse(spellings[i], &cap, &err) == 0 && cap == CAP_SYS_ADMIN);
}

static void what_is_no_name_is_refused(void)
{
	static const char *const bad[] = {
		"",           "CAP_",
		"21",         "cap_21",
		"SYS_ADMIN ", "SYS ADMIN",
		"ADMIN",      "CAP_CAP_CHOWN",
		"CHOWN=p",    "CHOWN,SETUID",
		"all",        "chown_but_far_too_long_to_be_the_name_of_a_capability",
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct md_error err = MD_ERROR_INIT;
		int cap;

		CHECK(md_caps_parse(bad[i], &cap, &err) == -1 && err.code == MD_ERR_INVALID);
	}
}

static void every_number_has_the_name_that_libcap_reads(void)
{
	for (int cap = 0; cap <= CAP_LAST_CAP; cap++) {
		struct md_error err = MD_ERROR_INIT;
		int back = -1;

		CHECK(md_caps_parse(md_cap_name(cap), &back, &err) == 0 && back == cap);
	}
	CHECK_STR(md_cap_name(CAP_CHOWN), "CAP_CHOWN");
	CHECK_STR(md_cap_name(63), "CAP_UNKNOWN");
	CHECK_STR(md_cap_name(-1), "CAP_UNKNOWN");
}

static void defaults_are_nine_and_fourteen(void)
{
	md_auto_free char *strict = md_caps_text(md_caps_default(MD_PROFILE_STRICT));
	uint64_t docker = md_caps_default(MD_PROFILE_DOCKER);

	CHECK_STR(strict, "CAP_CHOWN,CAP_DAC_OVERRIDE,CAP_FOWNER,CAP_FSETID,CAP_KILL,CAP_SETGID,"
			  "CAP_SETUID,CAP_NET_BIND_SERVICE,CAP_SYS_CHROOT");
	CHECK(__builtin_popcountll(docker) == 14);
	/* The number that Docker's containers show as CapBnd. */
	CHECK(docker == 0xa80425fb);
}

static void add_and_drop_change_the_default(void)
{
	uint64_t docker = md_caps_default(MD_PROFILE_DOCKER);

	CHECK(bounding("", "") == docker);
	CHECK(bounding("SYS_ADMIN", "") == (docker | CAP(SYS_ADMIN)));
	CHECK(bounding("", "CHOWN MKNOD") == (docker & ~(CAP(CHOWN) | CAP(MKNOD))));
	CHECK(bounding("CHOWN", "CHOWN") == docker);
}

static void all_means_what_docker_means(void)
{
	CHECK(bounding("ALL", "") == ALL_41);
	CHECK(bounding("all", "CHOWN") == (ALL_41 & ~CAP(CHOWN)));
	CHECK(bounding("", "ALL") == 0);
	CHECK(bounding("KILL", "ALL") == CAP(KILL));
	CHECK(bounding("ALL", "ALL") == ALL_41);
}

static void only_uid_0_holds_what_is_bounded(void)
{
	struct md_caps_request request = base_request;
	enum md_error_code code;
	struct md_caps root = compute("", "", request, &code), user;

	request.uid = 1000;
	user = compute("", "", request, &code);
	CHECK(root.permitted == root.bounding && root.effective == root.bounding);
	CHECK(user.bounding == root.bounding && user.permitted == 0 && user.effective == 0);
	CHECK(!root.inheritable && !root.ambient && !user.inheritable && !user.ambient);
}

static void what_the_host_lacks_is_said_when_asked_for_by_name(void)
{
	struct md_caps_request request = base_request;
	enum md_error_code code;

	request.bounding_available = ALL_41 & ~CAP(SYS_RESOURCE);
	CHECK(compute("ALL", "", request, &code).bounding == request.bounding_available);
	(void)compute("SYS_RESOURCE", "", request, &code);
	CHECK(code == MD_ERR_UNSUPPORTED);
	request.is_privileged = true;
	CHECK(compute("", "ALL", request, &code).bounding == request.bounding_available);
}

static void an_old_kernel_gets_no_capability_that_it_does_not_know(void)
{
	struct md_caps_request request = base_request;
	enum md_error_code code;

	request.last_cap = 37;
	request.bounding_available = UINT64_MAX;
	CHECK(compute("ALL", "", request, &code).bounding == (UINT64_C(1) << 38) - 1);
	(void)compute("BPF", "", request, &code);
	CHECK(code == MD_ERR_UNSUPPORTED);
	request.last_cap = 63;
	CHECK(compute("ALL", "", request, &code).bounding == UINT64_MAX);
}

int main(void)
{
	RUN(names_are_read_in_every_spelling);
	RUN(what_is_no_name_is_refused);
	RUN(every_number_has_the_name_that_libcap_reads);
	RUN(defaults_are_nine_and_fourteen);
	RUN(add_and_drop_change_the_default);
	RUN(all_means_what_docker_means);
	RUN(only_uid_0_holds_what_is_bounded);
	RUN(what_the_host_lacks_is_said_when_asked_for_by_name);
	RUN(an_old_kernel_gets_no_capability_that_it_does_not_know);
	return DONE();
}
