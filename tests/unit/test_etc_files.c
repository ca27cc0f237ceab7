/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"
#include "containers/etc_files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCALHOST                                         \
	"127.0.0.1\tlocalhost\n"                          \
	"::1\tlocalhost ip6-localhost ip6-loopback\n"     \
	"fe00::\tip6-localnet\nff00::\tip6-mcastprefix\n" \
	"ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n"

static const char host_resolv[] = "# made by a tool\n"
				  "nameserver 127.0.0.53\n"
				  "nameserver\t10.0.0.1\n"
				  "nameserver ::1\n"
				  "nameserver 127.1.2.3\n"
				  "nameserver fe80::1%eth0\n"
				  "search lan example.org\n"
				  "options ndots:2 edns0\n"
				  "sortlist 10.0.0.0";

static struct md_etc_files build(const struct md_run_request *request)
{
	struct md_etc_source source = {request, "web", "127.0.0.1 localhost\n1.1.1.1 hoster",
				       host_resolv};
	struct md_etc_files files;

	md_etc_files_build(&source, &files);
	return files;
}

static void a_container_of_its_own_knows_itself(void)
{
	struct md_run_request request;
	MD_CLEANUP(md_etc_files_fini) struct md_etc_files files = {.hosts = NULL};

	md_run_request_init(&request);
	md_strv_add(&request.add_hosts, "db:10.1.2.3");
	md_strv_add(&request.add_hosts, "six=[fe80::1]");
	md_strv_add(&request.add_hosts, "seven:::1");
	files = build(&request);
	CHECK_STR(files.hosts,
		  LOCALHOST "127.0.0.1\tweb\n10.1.2.3\tdb\nfe80::1\tsix\n::1\tseven\n");
	CHECK_STR(files.hostname, "web\n");
	CHECK_STR(files.resolv_conf, "nameserver\t10.0.0.1\nnameserver fe80::1%eth0\n"
				     "search lan example.org\noptions ndots:2 edns0\n");
	md_run_request_fini(&request);
}

static void a_domain_comes_before_the_short_name(void)
{
	struct md_run_request request;
	MD_CLEANUP(md_etc_files_fini) struct md_etc_files files = {.hosts = NULL};

	md_run_request_init(&request);
	request.domainname = md_xstrdup("example.org");
	files = build(&request);
	CHECK_STR(files.hosts, LOCALHOST "127.0.0.1\tweb.example.org web\n");
	md_run_request_fini(&request);
}

static void the_hosts_network_has_the_hosts_files(void)
{
	struct md_run_request request;
	MD_CLEANUP(md_etc_files_fini) struct md_etc_files files = {.hosts = NULL};

	md_run_request_init(&request);
	request.network = md_xstrdup("host");
	md_strv_add(&request.add_hosts, "db:10.1.2.3");
	files = build(&request);
	CHECK_STR(files.hosts, "127.0.0.1 localhost\n1.1.1.1 hoster\n10.1.2.3\tdb\n");
	CHECK(md_str_starts(files.resolv_conf, "nameserver 127.0.0.53\n"));
	md_run_request_fini(&request);
}

static void flags_replace_lines_of_their_kind(void)
{
	struct md_run_request request;
	MD_CLEANUP(md_etc_files_fini) struct md_etc_files files = {.hosts = NULL};

	md_run_request_init(&request);
	md_strv_add(&request.dns, "9.9.9.9");
	md_strv_add(&request.dns, "127.0.0.1"); /* asked for: kept */
	md_strv_add(&request.dns_search, ".");
	md_strv_add(&request.dns_options, "ndots:1");
	md_strv_add(&request.dns_options, "rotate");
	files = build(&request);
	CHECK_STR(files.resolv_conf,
		  "nameserver 9.9.9.9\nnameserver 127.0.0.1\noptions ndots:1 rotate\n");
	md_run_request_fini(&request);
}

static void a_host_without_files_is_enough(void)
{
	struct md_run_request request;
	struct md_etc_source source = {&request, "web", NULL, NULL};
	MD_CLEANUP(md_etc_files_fini) struct md_etc_files files = {.hosts = NULL};

	md_run_request_init(&request);
	request.network = md_xstrdup("host");
	md_etc_files_build(&source, &files);
	CHECK_STR(files.hosts, LOCALHOST "127.0.0.1\tweb\n");
	CHECK_STR(files.resolv_conf, "");
	md_run_request_fini(&request);
}

static void written_files_are_readable_by_all(void)
{
	char directory[] = "/tmp/md-test-etc-XXXXXX";
	static const char *const names[] = {"hosts", "hostname", "resolv.conf"};
	struct md_error err = MD_ERROR_INIT;
	struct md_run_request request;
	md_auto_close int fd = -1;
	struct stat st;

	CHECK(mkdtemp(directory));
	fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	md_run_request_init(&request);
	CHECK(md_etc_files_write(fd, &request, "web", &err) == 0);
	CHECK(md_etc_files_write(fd, &request, "web", &err) == 0); /* at each start */
	for (size_t i = 0; i < 3; i++) {
		CHECK(fstatat(fd, names[i], &st, 0) == 0 && (st.st_mode & 0777) == 0644);
		CHECK(unlinkat(fd, names[i], 0) == 0);
	}
	CHECK(rmdir(directory) == 0);
}

int main(void)
{
	RUN(a_container_of_its_own_knows_itself);
	RUN(a_domain_comes_before_the_short_name);
	RUN(the_hosts_network_has_the_hosts_files);
	RUN(flags_replace_lines_of_their_kind);
	RUN(a_host_without_files_is_enough);
	RUN(written_files_are_readable_by_all);
	return DONE();
}
