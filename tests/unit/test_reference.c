/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"
#include "tests/unit/scratch_dir.h"

#include "base/alloc.h"
#include "images/reference.h"
#include "images/sha256.h"

static char digest_a[MD_DIGEST_TEXT_MAX], digest_b[MD_DIGEST_TEXT_MAX];

static void names_get_their_tag(void)
{
	static const char *const table[][2] = {
		{"busybox", "busybox:latest"},
		{"busybox:1.36", "busybox:1.36"},
		{"a/b/c", "a/b/c:latest"},
		{"localhost:5000/a/b:tag", "localhost:5000/a/b:tag"},
		{"localhost:5000/a", "localhost:5000/a:latest"},
		{"Example.COM/a", "Example.COM/a:latest"},
		{"docker.io/library/busybox", "busybox:latest"},
		{"docker.io/user/x:1", "user/x:1"},
		{"index.docker.io/library/x", "x:latest"},
		{"a.b_c__d-e---f", "a.b_c__d-e---f:latest"},
		{"x:_T.a-g", "x:_T.a-g"},
		{"123", "123:latest"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct md_error err = MD_ERROR_INIT;
		md_auto_free char *got = NULL;

		CHECK(md_reference_normalise(table[i][0], &got, &err) == 0);
		CHECK_STR(got ? got : err.msg, table[i][1]);
	}
}

static void bad_names_are_refused(void)
{
	static const char *const table[] = {
		"",
		":tag",
		"/",
		"a/",
		"/a",
		"a//b",
		"A",
		"a/B",
		"a:",
		"a: ",
		"a:.x",
		"a:-x",
		".a",
		"a.",
		"a..b",
		"a___b",
		"_a",
		"-a",
		"a-",
		"a/../b",
		"..",
		"a b",
		"a\n",
		"a:t:u",
		"a@b",
		"busybox@sha256:00",
		"host.com:/a",
		"host.com:x/a",
		"host.com:123456/a",
		"-x.com/a",
		"x-.com/a",
		"a..com/b",
		"\xc3\xa9",
		"0123456789012345678901234567890123456789012345678901234567890123",
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct md_error err = MD_ERROR_INIT;
		md_auto_free char *got = NULL;

		if (md_reference_normalise(table[i], &got, &err) == 0)
			printf("# accepted: '%s'\n", table[i]);
		CHECK(got == NULL && err.code == MD_ERR_INVALID);
	}
}

static void long_names_and_tags_are_refused(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_error tag_err = MD_ERROR_INIT;
	md_auto_free char *name = md_xasprintf("%0256d", 0);
	md_auto_free char *tag = md_xasprintf("a:%0129d", 0);
	char *got = NULL;

	CHECK(md_reference_normalise(name, &got, &err) == -1 && err.code == MD_ERR_INVALID);
	CHECK(md_reference_normalise(tag, &got, &tag_err) == -1 && tag_err.code == MD_ERR_INVALID);
}

static void an_image_that_loses_its_name_stays_listed(void)
{
	MD_CLEANUP(md_references_fini) struct md_references refs = MD_REFERENCES_INIT;
	MD_CLEANUP(md_strv_fini) struct md_strv names = MD_STRV_INIT;

	md_references_set(&refs, "x:1", digest_a);
	md_references_set(&refs, "x:1", digest_b);
	CHECK(refs.count == 2);
	CHECK_STR(md_references_get(&refs, "x:1"), digest_b);
	CHECK_STR(md_references_get(&refs, digest_a), digest_a);
	md_references_names(&refs, digest_a, &names);
	CHECK(names.count == 0);
}

static void a_new_name_replaces_having_none(void)
{
	MD_CLEANUP(md_references_fini) struct md_references refs = MD_REFERENCES_INIT;

	md_references_set(&refs, NULL, digest_a);
	CHECK(refs.count == 1);
	CHECK_STR(md_references_get(&refs, digest_a), digest_a);
	md_references_set(&refs, "x:1", digest_a);
	CHECK(refs.count == 1 && md_references_get(&refs, digest_a) == NULL);
	md_references_set(&refs, NULL, digest_a);
	CHECK(refs.count == 1);
	md_references_set(&refs, "x:1", digest_a);
	CHECK(refs.count == 1);
	CHECK_STR(md_references_get(&refs, "x:1"), digest_a);
}

static void each_image_is_visited_once(void)
{
	MD_CLEANUP(md_references_fini) struct md_references refs = MD_REFERENCES_INIT;

	md_references_set(&refs, "x:1", digest_a);
	md_references_set(&refs, "y:1", digest_b);
	md_references_set(&refs, "z:1", digest_a);
	CHECK(md_references_is_first(&refs, 0) && md_references_is_first(&refs, 1));
	CHECK(!md_references_is_first(&refs, 2));
}

static void the_list_survives_the_file(void)
{
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	MD_CLEANUP(md_references_fini) struct md_references refs = MD_REFERENCES_INIT;
	MD_CLEANUP(md_references_fini) struct md_references back = MD_REFERENCES_INIT;
	struct md_image_store store = {.fd = dir.fd, .path = dir.path};
	struct md_error err = MD_ERROR_INIT;

	CHECK(md_references_load(&store, &back, &err) == 0 && back.count == 0);
	md_references_set(&refs, "x:1", digest_a);
	md_references_set(&refs, NULL, digest_b);
	CHECK(md_references_save(&store, &refs, &err) == 0);
	CHECK(md_references_load(&store, &back, &err) == 0 && back.count == 2);
	CHECK_STR(md_references_get(&back, "x:1"), digest_a);
}

static void a_damaged_list_is_an_error_and_not_empty(void)
{
	static const char *const table[] = {
		"",
		"{",
		"[]",
		"{\"x:1\": 5}",
		"{\"x:1\": \"sha256:../../etc\"}",
		"{\"x:1\": \"sha256:ABCDEF\"}",
		"{} {}",
	};
	MD_CLEANUP(scratch_close) struct scratch dir = scratch_open();
	struct md_image_store store = {.fd = dir.fd, .path = dir.path};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct md_references refs = MD_REFERENCES_INIT;
		struct md_error err = MD_ERROR_INIT;

		scratch_file(dir.fd, "references.json", table[i]);
		CHECK(md_references_load(&store, &refs, &err) == -1);
		CHECK(err.code == MD_ERR_CORRUPT && strstr(err.msg, "references.json"));
	}
}

int main(void)
{
	md_digest_of("a", 1, digest_a);
	md_digest_of("b", 1, digest_b);
	RUN(names_get_their_tag);
	RUN(bad_names_are_refused);
	RUN(long_names_and_tags_are_refused);
	RUN(an_image_that_loses_its_name_stays_listed);
	RUN(a_new_name_replaces_having_none);
	RUN(each_image_is_visited_once);
	RUN(the_list_survives_the_file);
	RUN(a_damaged_list_is_an_error_and_not_empty);
	return DONE();
}
