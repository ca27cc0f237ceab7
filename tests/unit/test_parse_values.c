/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "containers/request.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void limits(void)
{
	static const struct {
		const char *text;
		int resource;
		uint64_t soft, hard;
	} good[] = {
		{"nofile=1024", RLIMIT_NOFILE, 1024, 1024},
		{"nofile=1024:2048", RLIMIT_NOFILE, 1024, 2048},
		{"core=0", RLIMIT_CORE, 0, 0},
		{"memlock=-1", RLIMIT_MEMLOCK, RLIM_INFINITY, RLIM_INFINITY},
		{"stack=8192:-1", RLIMIT_STACK, 8192, RLIM_INFINITY},
		{"as=unlimited", RLIMIT_AS, RLIM_INFINITY, RLIM_INFINITY},
	};
	static const char *const bad[] = {"",
					  "nofile",
					  "nofile=",
					  "nofile=1:",
					  "nofile=x",
					  "nofile=2:1",
					  "nofile=-2",
					  "files=1",
					  "=1",
					  "nofile=1:2:3",
					  "nofile=-1:5",
					  "NOFILE=1",
					  "nofile= 1",
					  "nofile=9223372036854775808"};

	for (size_t i = 0; i < COUNT(good); i++) {
		struct md_error err = MD_ERROR_INIT;
		struct md_rlimit limit;

		CHECK(md_parse_ulimit(good[i].text, &limit, &err) == 0);
		CHECK(limit.resource == good[i].resource && limit.soft == good[i].soft &&
		      limit.hard == good[i].hard);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct md_error err = MD_ERROR_INIT;
		struct md_rlimit limit;

		CHECK(md_parse_ulimit(bad[i], &limit, &err) == -1 && err.code == MD_ERR_INVALID);
	}
}

static void an_unknown_limit_lists_the_known_ones(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_rlimit limit;

	CHECK(md_parse_ulimit("files=1", &limit, &err) == -1);
	CHECK(strstr(err.msg, "unknown limit 'files' (known: as, core, cpu"));
}

static void cpus(void)
{
	static const struct {
		const char *text;
		int64_t quota; /* -1: refused */
	} cases[] = {
		{"1", 100000},
		{"0.5", 50000},
		{"1.5", 150000},
		{"2.25", 225000},
		{"0.01", 1000},
		{"0", 0},
		{"0.0", 0},
		{"0.123456789", 12345},
		{"0.009", -1},
		{"", -1},
		{"-1", -1},
		{"1,5", -1},
		{"1e3", -1},
		{"99999999", -1},
		{" 1", -1},
		{"1 ", -1},
		{".", -1},
		{"0x1", -1},
		{"inf", -1},
		{"nan", -1},
		{"18446744073709551617", -1},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct md_error err = MD_ERROR_INIT;
		uint64_t quota = 7;
		int result = md_parse_cpus(cases[i].text, &quota, &err);

		CHECK((result == 0) == (cases[i].quota >= 0));
		CHECK(quota == (cases[i].quota >= 0 ? (uint64_t)cases[i].quota : 7));
		if ((result == 0) != (cases[i].quota >= 0))
			printf("# %s\n", cases[i].text);
	}
}

static void cpu_lists(void)
{
	static const char *const good[] = {"0", "0-3", "0-2,5", "1,3,8191", "5-5"};
	static const char *const bad[] = {"",    ",", "0,",   "0-",    "-1",  "3-1", "0-8192",
					  "0 1", "a", "0--1", "0-1-2", "1:2", "0\n"};

	for (size_t i = 0; i < COUNT(good); i++) {
		struct md_error err = MD_ERROR_INIT;

		CHECK(md_parse_cpu_list(good[i], &err) == 0);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct md_error err = MD_ERROR_INIT;

		CHECK(md_parse_cpu_list(bad[i], &err) == -1 && err.code == MD_ERR_INVALID);
	}
}

static void capabilities(void)
{
	static const struct {
		const char *text, *want; /* NULL: refused */
	} cases[] = {
		{"CHOWN", "CAP_CHOWN"},
		{"cap_net_admin", "CAP_NET_ADMIN"},
		{"Cap_Bpf", "CAP_BPF"},
		{"all", "ALL"},
		{"", NULL},
		{"CAP_", NULL},
		{"CAP_ALL", NULL},
		{"CHOWN ", NULL},
		{"CAP_CAP_CHOWN", NULL},
		{"0", NULL},
		{"chown,kill", NULL},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct md_error err = MD_ERROR_INIT;
		md_auto_free char *got = NULL;
		int result = md_parse_capability(cases[i].text, &got, &err);

		CHECK((result == 0) == (cases[i].want != NULL));
		if (result == 0 && cases[i].want)
			CHECK_STR(got, cases[i].want);
	}
}

static void devices(void)
{
	static const struct {
		const char *text, *host, *inside, *permissions; /* host NULL: refused */
	} cases[] = {
		{"/dev/fuse", "/dev/fuse", "/dev/fuse", "rwm"},
		{"/dev/fuse:/dev/x", "/dev/fuse", "/dev/x", "rwm"},
		{"/dev/fuse:r", "/dev/fuse", "/dev/fuse", "r"},
		{"/dev/fuse:/dev/x:rw", "/dev/fuse", "/dev/x", "rw"},
		{"/dev//snd/../fuse", "/dev/fuse", "/dev/fuse", "rwm"},
		{"", NULL, NULL, NULL},
		{"dev/fuse", NULL, NULL, NULL},
		{"/dev/fuse:x", NULL, NULL, NULL},
		{"/dev/fuse:rr", NULL, NULL, NULL},
		{"/dev/fuse:/dev/x:rwx", NULL, NULL, NULL},
		{"/dev/fuse:/dev/x:", NULL, NULL, NULL},
		{"/dev/fuse:/dev/x:rmr", NULL, NULL, NULL},
		{"/dev/fuse:/dev/x:rwm:z", NULL, NULL, NULL},
		{"/dev/fuse:/", NULL, NULL, NULL},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct md_error err = MD_ERROR_INIT;
		struct md_request_device device = {.host_path = NULL};
		int result = md_parse_device(cases[i].text, &device, &err);

		CHECK((result == 0) == (cases[i].host != NULL));
		if (result == 0 && cases[i].host) {
			CHECK_STR(device.host_path, cases[i].host);
			CHECK_STR(device.container_path, cases[i].inside);
			CHECK_STR(device.permissions, cases[i].permissions);
		}
		md_request_device_fini(&device);
	}
}

static void hosts(void)
{
	static const char *const good[] = {"a:1.2.3.4", "a=1.2.3.4", "my_host.lan:::1", "a:[::1]",
					   "a=fe80::1"};
	static const char *const bad[] = {"",
					  "a",
					  "a:",
					  ":1.2.3.4",
					  "a:1.2.3",
					  "a b:1.2.3.4",
					  "a\n:1.2.3.4",
					  "a:1.2.3.4 b",
					  "a:b",
					  "a:1.2.3.4\n6.6.6.6 bank",
					  "a:[::1",
					  "a#:1.2.3.4"};
	struct md_error gateway = MD_ERROR_INIT;

	for (size_t i = 0; i < COUNT(good); i++) {
		struct md_error err = MD_ERROR_INIT;

		CHECK(md_parse_add_host(good[i], &err) == 0);
	}
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct md_error err = MD_ERROR_INIT;

		CHECK(md_parse_add_host(bad[i], &err) == -1 && err.code == MD_ERR_INVALID);
	}
	CHECK(md_parse_add_host("h:host-gateway", &gateway) == -1);
	CHECK(gateway.code == MD_ERR_UNSUPPORTED);
}

static int read_env(const void *text, size_t length, struct md_strv *env, struct md_error *err)
{
	char path[] = "/tmp/md-test-env-XXXXXX";
	md_auto_close int fd = mkstemp(path);
	int result;

	CHECK(fd >= 0 && md_write_all(fd, text, length) == 0);
	result = md_parse_env_file(path, env, err);
	(void)unlink(path);
	return result;
}

static void an_env_file_is_taken_literally(void)
{
	static const char text[] = "\xef\xbb\xbf# comment\n\n  A=1\nB=\"x y\" # no comment \r\n"
				   "C==\nMD_TEST_SET\nMD_TEST_UNSET\nD=last";
	struct md_error err = MD_ERROR_INIT;
	MD_CLEANUP(md_strv_fini) struct md_strv env = MD_STRV_INIT;
	md_auto_free char *joined = NULL;

	CHECK(setenv("MD_TEST_SET", "from here", 1) == 0);
	CHECK(read_env(text, strlen(text), &env, &err) == 0);
	joined = md_strv_join(&env, "|");
	CHECK_STR(joined, "A=1|B=\"x y\" # no comment |C==|MD_TEST_SET=from here|D=last");
}

static void bad_env_files_change_nothing(void)
{
	static const struct {
		const char *text;
		size_t length;
		const char *message;
	} cases[] = {
		{"A=1\n=2\n", 7, "line 2: no name"},
		{"A=1\nB C=2\n", 10, "line 2: the name 'B C'"},
		{"A=1\nB\tC\n", 8, "white space"},
		{"A=1\nB=\0x\n", 9, "NUL"},
	};
	struct md_error missing = MD_ERROR_INIT;

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct md_error err = MD_ERROR_INIT;
		struct md_strv env = MD_STRV_INIT;

		CHECK(read_env(cases[i].text, cases[i].length, &env, &err) == -1);
		CHECK(strstr(err.msg, cases[i].message) && env.count == 0);
	}
	CHECK(md_parse_env_file("/nowhere/env", NULL, &missing) == -1);
	CHECK(strstr(missing.msg, "/nowhere/env"));
}

int main(void)
{
	RUN(limits);
	RUN(an_unknown_limit_lists_the_known_ones);
	RUN(cpus);
	RUN(cpu_lists);
	RUN(capabilities);
	RUN(devices);
	RUN(hosts);
	RUN(an_env_file_is_taken_literally);
	RUN(bad_env_files_change_nothing);
	return DONE();
}
