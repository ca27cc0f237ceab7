/* SPDX-License-Identifier: Apache-2.0 */
/*
 * etc_files.h - the container's own /etc/hosts, /etc/hostname and /etc/resolv.conf.
 *
 * Made anew at each start, in <root>/containers/<id>/etc, and mounted over the image's. Building is
 * text to text; only md_etc_files_write() touches files.
 */
#ifndef MD_CONTAINERS_ETC_FILES_H
#define MD_CONTAINERS_ETC_FILES_H

#include "base/error.h"
#include "containers/request.h"

struct md_etc_source {
	const struct md_run_request *request;
	const char *hostname;   /* what the container will be called */
	const char *host_hosts; /* the host's files; NULL when missing */
	const char *host_resolv_conf;
};

struct md_etc_files {
	char *hosts, *hostname, *resolv_conf;
};

/*
 * hosts: the loopback names and the container's own; with --network host what the host has. Then
 * each --add-host.
 * resolv.conf: --dns, --dns-search and --dns-option replace the host's lines of that kind. Without
 * --dns, servers on a loopback address are left out unless the network is the host's: they are not
 * reachable from another one. No public server is ever put in their place.
 */
void md_etc_files_build(const struct md_etc_source *source, struct md_etc_files *ret);

/* Free what it holds. */
void md_etc_files_fini(struct md_etc_files *files);

/* Build from the host's files as they are now and write "hosts", "hostname", "resolv.conf", 0644.
 */
int md_etc_files_write(int dirfd, const struct md_run_request *request, const char *hostname,
		       struct md_error *err);

#endif
