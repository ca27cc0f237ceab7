/* SPDX-License-Identifier: Apache-2.0 */
#include "containers/etc_files.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fs.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define HOST_FILE_MAX (1 << 20)
#define BLANKS        " \t"

static bool is_host_network(const struct md_run_request *request)
{
	return request->network && strcmp(request->network, "host") == 0;
}

/* "name:1.2.3.4" or "name=[::1]" as a line of hosts(5). */
static void add_extra_host(struct md_str *out, const char *text)
{
	const char *separator = strchr(text, '=') ? strchr(text, '=') : strchr(text, ':');
	const char *address = separator + 1;
	size_t length = strlen(address);

	if (address[0] == '[') {
		address++;
		length -= 2;
	}
	md_str_addf(out, "%.*s\t%.*s\n", (int)length, address, (int)(separator - text), text);
}

static void add_own_name(struct md_str *out, const struct md_etc_source *source)
{
	const char *domain = source->request->domainname;

	if (domain)
		md_str_addf(out, "127.0.0.1\t%s.%s %s\n", source->hostname, domain,
			    source->hostname);
	else
		md_str_addf(out, "127.0.0.1\t%s\n", source->hostname);
}

static char *build_hosts(const struct md_etc_source *source)
{
	const struct md_strv *extra = &source->request->add_hosts;
	struct md_str out = MD_STR_INIT;

	if (is_host_network(source->request) && source->host_hosts) {
		md_str_add(&out, source->host_hosts);
		if (out.length > 0 && out.data[out.length - 1] != '\n')
			md_str_addc(&out, '\n');
	} else {
		md_str_add(&out, "127.0.0.1\tlocalhost\n"
				 "::1\tlocalhost ip6-localhost ip6-loopback\n"
				 "fe00::\tip6-localnet\n"
				 "ff00::\tip6-mcastprefix\n"
				 "ff02::1\tip6-allnodes\n"
				 "ff02::2\tip6-allrouters\n");
		add_own_name(&out, source);
	}
	for (size_t i = 0; i < extra->count; i++)
		add_extra_host(&out, extra->items[i]);
	return md_str_take(&out);
}

/* The value of a resolv.conf(5) line of this keyword, else NULL. */
static const char *value_of(const char *line, const char *keyword)
{
	size_t length = strlen(keyword);

	if (strncmp(line, keyword, length) != 0 || !line[length] || !strchr(BLANKS, line[length]))
		return NULL;
	return line + length + strspn(line + length, BLANKS);
}

static bool is_loopback(const char *address)
{
	md_auto_free char *word = md_xstrndup(address, strcspn(address, BLANKS "%\r"));
	unsigned char bytes[sizeof(struct in6_addr)];
	static const unsigned char one[sizeof(bytes)] = {[15] = 1};

	if (inet_pton(AF_INET, word, bytes) == 1)
		return bytes[0] == 127;
	return inet_pton(AF_INET6, word, bytes) == 1 && memcmp(bytes, one, sizeof(bytes)) == 0;
}

/* Whether a line of the host's file is kept. */
static bool is_kept(const struct md_run_request *request, const char *line)
{
	const char *server = value_of(line, "nameserver");

	if (server)
		return request->dns.count == 0 &&
		       (is_host_network(request) || !is_loopback(server));
	if (value_of(line, "search") || value_of(line, "domain"))
		return request->dns_search.count == 0;
	if (value_of(line, "options"))
		return request->dns_options.count == 0;
	return false;
}

static void add_joined(struct md_str *out, const char *keyword, const struct md_strv *words)
{
	md_auto_free char *joined = md_strv_join(words, " ");

	if (words->count > 0)
		md_str_addf(out, "%s %s\n", keyword, joined);
}

static char *build_resolv_conf(const struct md_etc_source *source)
{
	MD_CLEANUP(md_strv_fini) struct md_strv lines = MD_STRV_INIT;
	const struct md_run_request *request = source->request;
	struct md_str out = MD_STR_INIT;

	md_strv_split(&lines, source->host_resolv_conf ? source->host_resolv_conf : "", '\n');
	for (size_t i = 0; i < lines.count; i++)
		if (is_kept(request, lines.items[i]))
			md_str_addf(&out, "%s\n", lines.items[i]);
	for (size_t i = 0; i < request->dns.count; i++)
		md_str_addf(&out, "nameserver %s\n", request->dns.items[i]);
	/* "." alone is how one asks for no search list. */
	if (request->dns_search.count != 1 || strcmp(request->dns_search.items[0], ".") != 0)
		add_joined(&out, "search", &request->dns_search);
	add_joined(&out, "options", &request->dns_options);
	return md_str_take(&out);
}

void md_etc_files_build(const struct md_etc_source *source, struct md_etc_files *ret)
{
	ret->hosts = build_hosts(source);
	ret->hostname = md_xasprintf("%s\n", source->hostname);
	ret->resolv_conf = build_resolv_conf(source);
}

void md_etc_files_fini(struct md_etc_files *files)
{
	free(files->hosts);
	free(files->hostname);
	free(files->resolv_conf);
	*files = (struct md_etc_files){.hosts = NULL};
}

/* A host without such a file is no reason not to start. */
static char *read_host(const char *path)
{
	struct md_error ignored = MD_ERROR_INIT;
	char *text = NULL;

	(void)md_fs_read(AT_FDCWD, path, HOST_FILE_MAX, &text, NULL, &ignored);
	return text;
}

/* Users of the container read it, whoever they are. */
static int write_file(int dirfd, const char *name, const char *text, struct md_error *err)
{
	if (md_fs_write(dirfd, name, text, strlen(text), MD_DURABLE_NO, err) < 0)
		return -1;
	if (fchmodat(dirfd, name, 0644, 0) < 0)
		return md_fail_errno(err, "chmod '%s'", name);
	return 0;
}

int md_etc_files_write(int dirfd, const struct md_run_request *request, const char *hostname,
		       struct md_error *err)
{
	md_auto_free char *hosts = read_host("/etc/hosts");
	md_auto_free char *resolv_conf = read_host("/etc/resolv.conf");
	struct md_etc_source source = {request, hostname, hosts, resolv_conf};
	MD_CLEANUP(md_etc_files_fini) struct md_etc_files files = {.hosts = NULL};

	md_etc_files_build(&source, &files);
	if (write_file(dirfd, "hosts", files.hosts, err) < 0 ||
	    write_file(dirfd, "hostname", files.hostname, err) < 0)
		return -1;
	return write_file(dirfd, "resolv.conf", files.resolv_conf, err);
}
