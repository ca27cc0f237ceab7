/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "containers/request.h"

#include <unistd.h>

typedef int parse_fn(const char *text, struct md_mount *ret, struct md_error *err);

/* One line that shows every member that differs from an all-zero mount. */
static char *describe(const struct md_mount *m)
{
	static const char *const propagations[] = {"",       " private", " rslave",
						   " slave", " rshared", " shared"};
	struct md_str out = MD_STR_INIT;

	md_str_add(&out, m->type == MD_MOUNT_TMPFS ? "tmpfs" : m->is_volume ? "volume" : "bind");
	if (m->source)
		md_str_addf(&out, " %s", m->source);
	if (m->volume_name)
		md_str_addf(&out, " <%s>", m->volume_name);
	md_str_addf(&out, " on %s", m->target);
	md_str_add(&out, m->is_readonly ? " ro" : "");
	md_str_add(&out, m->is_readonly_recursive ? " rro" : "");
	md_str_add(&out, m->is_recursive ? " rec" : "");
	md_str_add(&out, m->is_idmapped ? " idmap" : "");
	md_str_add(&out, m->no_exec ? " noexec" : "");
	md_str_add(&out, m->no_suid ? " nosuid" : "");
	md_str_add(&out, m->no_dev ? " nodev" : "");
	md_str_add(&out, propagations[m->propagation]);
	md_str_add(&out, m->volume_no_copy ? " nocopy" : "");
	md_str_add(&out, m->creates_source ? " create" : "");
	if (m->tmpfs_size)
		md_str_addf(&out, " size=%llu", (unsigned long long)m->tmpfs_size);
	if (m->tmpfs_mode)
		md_str_addf(&out, " mode=%o", m->tmpfs_mode);
	return md_str_take(&out);
}

struct good {
	const char *text, *want;
};

static void check_good(parse_fn *parse, const struct good *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct md_error err = MD_ERROR_INIT;
		struct md_mount mount = {.target = NULL};
		md_auto_free char *got = NULL;
		int result = parse(cases[i].text, &mount, &err);

		CHECK(result == 0);
		if (result < 0) {
			printf("# '%s': %s\n", cases[i].text, err.msg);
			continue;
		}
		got = describe(&mount);
		CHECK_STR(got, cases[i].want);
		md_request_mount_fini(&mount);
	}
}

/* `want` is a part of the message; the value itself must be in it too. */
static void check_bad(parse_fn *parse, const struct good *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct md_error err = MD_ERROR_INIT;
		struct md_mount mount = {.target = NULL};
		int result = parse(cases[i].text, &mount, &err);

		CHECK(result == -1 && err.code == MD_ERR_INVALID && !mount.target);
		CHECK(strstr(err.msg, cases[i].want) && strstr(err.msg, cases[i].text));
		if (!strstr(err.msg, cases[i].want))
			printf("# '%s': %s\n", cases[i].text, err.msg);
	}
}

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void a_volume_value_has_up_to_three_parts(void)
{
	static const struct good cases[] = {
		{"/data", "volume on /data rec"},
		{"cache:/data", "volume <cache> on /data rec"},
		{"/srv/a:/data", "bind /srv/a on /data rec create"},
		{"/srv//a/./b/../c/:/data//x/", "bind /srv/a/c on /data/x rec create"},
		{"/:/host:ro", "bind / on /host ro rro rec create"},
		{"/a:/b:rw", "bind /a on /b rec create"},
		{"/a:/b:ro,z,Z,cached,rshared", "bind /a on /b ro rro rec rshared create"},
		{"/a:/b:bind,slave", "bind /a on /b slave create"},
		{"/a:/b:idmap,nosuid,nodev,noexec",
		 "bind /a on /b rec idmap noexec nosuid nodev create"},
		{"v1:/b:nocopy,ro", "volume <v1> on /b ro rro rec nocopy"},
		{"/with space,comma:/b", "bind /with space,comma on /b rec create"},
	};

	check_good(md_parse_volume, cases, COUNT(cases));
}

static void a_relative_source_is_made_absolute(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_mount mount;
	md_auto_free char *cwd = getcwd(NULL, 0);
	md_auto_free char *want = md_xasprintf("%s%sx", cwd, cwd[1] ? "/" : "");

	CHECK(md_parse_volume("./a/../x:/data", &mount, &err) == 0);
	CHECK_STR(mount.source, want);
	md_request_mount_fini(&mount);
	CHECK(md_parse_volume(".:/data", &mount, &err) == 0);
	CHECK_STR(mount.source, cwd);
	md_request_mount_fini(&mount);
}

static void bad_volume_values_are_refused(void)
{
	static const struct good cases[] = {
		{"", "empty part"},
		{":", "empty part"},
		{"/a:", "empty part"},
		{":/b", "empty part"},
		{"/a:/b:", "empty part"},
		{"/a:b", "no absolute path"},
		{"data", "no absolute path"},
		{"/a:/", "container's root"},
		{"/a:/b/..", "container's root"},
		{"/", "container's root"},
		{"a/b:/c", "a path of the host starts with"},
		{"-v:/c", "is not a name"},
		{"..x:/c", "is not a name"},
		{"/a:/b:rx", "unknown option 'rx'"},
		{"/a:/b:ro,,rw", "unknown option ''"},
		{"/a:/b:nocopy", "for volumes only"},
		{"/a:/b:ro:/c", "more than two ':'"},
	};

	check_bad(md_parse_volume, cases, COUNT(cases));
}

static void a_mount_value_is_csv(void)
{
	static const struct good cases[] = {
		{"target=/d", "volume on /d rec"},
		{"type=volume,source=v1,dst=/d,volume-nocopy", "volume <v1> on /d rec nocopy"},
		{"type=bind,src=/s,destination=/d", "bind /s on /d rec"},
		{"type=bind,src=/s,dst=/d,ro", "bind /s on /d ro rro rec"},
		{"type=bind,src=/s,dst=/d,readonly=true", "bind /s on /d ro rro rec"},
		{"type=bind,src=/s,dst=/d,readonly=0", "bind /s on /d rec"},
		{"TYPE=bind,Source=/s,Target=/d", "bind /s on /d rec"},
		{"type=bind,src=/s,dst=/d,bind-propagation=rslave", "bind /s on /d rec rslave"},
		{"type=bind,src=/s,dst=/d,bind-recursive=disabled", "bind /s on /d"},
		{"type=bind,src=/s,dst=/d,bind-recursive=disabled,ro", "bind /s on /d ro"},
		{"type=bind,src=/s,dst=/d,ro,bind-recursive=writable", "bind /s on /d ro rec"},
		{"type=bind,src=/s,dst=/d,ro,bind-recursive=readonly", "bind /s on /d ro rro rec"},
		{"type=bind,src=/s,dst=/d,idmap", "bind /s on /d rec idmap"},
		{"type=bind,\"src=/a,b:\"\"c\"\"\",dst=/d", "bind /a,b:\"c\" on /d rec"},
		{"type=tmpfs,dst=/t", "tmpfs on /t noexec nosuid nodev mode=1777"},
		{"type=tmpfs,dst=/t,tmpfs-size=64m,tmpfs-mode=0700",
		 "tmpfs on /t noexec nosuid nodev size=67108864 mode=700"},
		{"type=tmpfs,dst=/t,ro,consistency=cached",
		 "tmpfs on /t ro noexec nosuid nodev mode=1777"},
	};

	check_good(md_parse_mount, cases, COUNT(cases));
}

static void bad_mount_values_are_refused(void)
{
	static const struct good cases[] = {
		{"", "unknown key ''"},
		{"type=bind", "no target"},
		{"type=bind,dst=/d", "needs source"},
		{"type=npipe,dst=/d", "is not one of: volume, bind, tmpfs"},
		{"type=bind,src=v1,dst=/d", "no path"},
		{"type=volume,src=/s,dst=/d", "type=bind"},
		{"type=tmpfs,src=/s,dst=/d", "source: not for"},
		{"type=tmpfs,dst=/d,volume-nocopy", "volume-nocopy: not for"},
		{"type=tmpfs,dst=/d,bind-recursive=disabled", "bind-recursive: not for"},
		{"type=volume,dst=/d,bind-propagation=shared", "bind-propagation: not for"},
		{"type=bind,src=/s,dst=/d,tmpfs-size=1m", "tmpfs-size and tmpfs-mode: not for"},
		{"type=bind,src=/s,dst=d", "no absolute path"},
		{"type=bind,src=/s,dst=/", "container's root"},
		{"type=bind,src=/s,dst=/d,color=red", "unknown key 'color'"},
		{"type=bind,src=/s,dst=/d,ro=maybe", "is not one of: false, true"},
		{"type=bind,src=/s,dst=/d,ro=", "'ro' has no value"},
		{"type=bind,src=,dst=/d", "'src' has no value"},
		{"type=bind,src=/s,dst=/d,bind-propagation=wide", "is not one of: rprivate"},
		{"type=bind,src=/s,dst=/d,bind-recursive=writable", "needs readonly"},
		{"type=tmpfs,dst=/d,tmpfs-size=0", "tmpfs size"},
		{"type=tmpfs,dst=/d,tmpfs-mode=9", "not octal"},
		{"type=tmpfs,dst=/d,tmpfs-mode=2000", "above 1777"},
		{"type=bind,\"src=/s,dst=/d", "out of place"},
		{"type=bind,src=\"/s\",dst=/d", "out of place"},
		{"type=bind,\"src=/s\"x,dst=/d", "out of place"},
	};

	check_bad(md_parse_mount, cases, COUNT(cases));
}

static void tmpfs_values(void)
{
	static const struct good good[] = {
		{"/t", "tmpfs on /t noexec nosuid nodev mode=1777"},
		{"/t:rw,exec,suid,dev", "tmpfs on /t mode=1777"},
		{"/t:size=1g,mode=755", "tmpfs on /t noexec nosuid nodev size=1073741824 mode=755"},
		{"/t/:ro", "tmpfs on /t ro noexec nosuid nodev mode=1777"},
	};
	static const struct good bad[] = {
		{"", "no absolute path"},        {"t", "no absolute path"},
		{"/", "container's root"},       {"/t:", "unknown option ''"},
		{"/t:sise=1", "unknown option"}, {"/t:size=many", "tmpfs size"},
		{"/t:mode=x", "not octal"},      {"/t:ro:rw", "unknown option"},
	};

	check_good(md_parse_tmpfs, good, COUNT(good));
	check_bad(md_parse_tmpfs, bad, COUNT(bad));
}

int main(void)
{
	RUN(a_volume_value_has_up_to_three_parts);
	RUN(a_relative_source_is_made_absolute);
	RUN(bad_volume_values_are_refused);
	RUN(a_mount_value_is_csv);
	RUN(bad_mount_values_are_refused);
	RUN(tmpfs_values);
	return DONE();
}
