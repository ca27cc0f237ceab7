/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/alloc.h"
#include "base/json.h"
#include "containers/spec_build.h"

static void exec_requests_survive_json(void)
{
	struct md_exec_request exec = {.workdir = md_xstrdup("/w"), .is_privileged = true};
	struct md_exec_request got;
	struct md_error err = MD_ERROR_INIT;
	md_auto_json struct md_json *json = NULL;

	md_strv_add(&exec.args, "a b");
	exec.window = (struct md_window){24, 80};
	json = md_exec_request_to_json(&exec);
	CHECK(md_exec_request_from_json(json, &got, &err) == 0);
	CHECK_STR(got.args.items[0], "a b");
	CHECK_STR(got.workdir, "/w");
	CHECK(!got.user && got.is_privileged && !got.is_detached && got.window.columns == 80);
	md_exec_request_fini(&exec);
	md_exec_request_fini(&got);
}

static void hostile_exec_requests_are_refused(void)
{
	static const char *const bad[] = {"{}", "{\"args\":[]}", "{\"args\":[\"\"]}",
					  "{\"args\":[\"x\"],\"rows\":65536}",
					  "{\"args\":[\"x\"],\"columns\":-1}"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct md_error err = MD_ERROR_INIT;
		struct md_exec_request got;
		md_auto_json struct md_json *json = md_json_parse(bad[i], strlen(bad[i]), &err);

		CHECK(md_exec_request_from_json(json, &got, &err) < 0);
	}
}

int main(void)
{
	RUN(exec_requests_survive_json);
	RUN(hostile_exec_requests_are_refused);
	return DONE();
}
