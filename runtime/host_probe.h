/* SPDX-License-Identifier: Apache-2.0 */
/*
 * host_probe.h - looks at this machine and fills in a struct md_host.
 *
 * Done once per command. Nothing is changed and nothing needs a privilege: a call that may be
 * missing is probed with arguments that no kernel accepts.
 */
#ifndef MD_RUNTIME_HOST_PROBE_H
#define MD_RUNTIME_HOST_PROBE_H

#include "base/error.h"
#include "runtime/host.h"

/*
 * Fill all of *host. What cannot be found out is "not there"; only an unreadable mount table is a
 * failure.
 */
int md_host_probe(struct md_host *host, struct md_error *err);

#endif
