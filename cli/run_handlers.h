/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_handlers.h - one set function per kind of value that a container's flags take.
 *
 * All have the signature of md_option.set; `flags` is a struct md_run_flags. Those that keep
 * their value in one member do it at option->offset, the others name the member they fill.
 */
#ifndef MD_CLI_RUN_HANDLERS_H
#define MD_CLI_RUN_HANDLERS_H

#include "cli/options.h"

#define MD_RUN_HANDLER(name)                                                     \
	int name(const struct md_option *option, const char *value, void *flags, \
		 struct md_error *err)

/* run_limits.c */
MD_RUN_HANDLER(md_run_set_bytes);       /* int64_t, at least 1 */
MD_RUN_HANDLER(md_run_set_swap);        /* int64_t, -1 unlimited */
MD_RUN_HANDLER(md_run_set_shm_size);    /* uint64_t, at least 1 */
MD_RUN_HANDLER(md_run_set_cpus);        /* uint64_t, quota in microseconds */
MD_RUN_HANDLER(md_run_set_cpu_percent); /* the same from percents of one core */
MD_RUN_HANDLER(md_run_set_cpu_time);    /* uint64_t, 1000 to 1000000 microseconds */
MD_RUN_HANDLER(md_run_set_cpu_quota);   /* uint64_t, at least 1000 microseconds */
MD_RUN_HANDLER(md_run_set_cpu_shares);  /* uint64_t, 2 to 262144 */
MD_RUN_HANDLER(md_run_set_cpu_list);    /* char *, cpuset(7) list */
MD_RUN_HANDLER(md_run_set_pids);        /* int64_t, 0 and -1 unlimited */
MD_RUN_HANDLER(md_run_set_blkio);       /* uint16_t, 10 to 1000 */
MD_RUN_HANDLER(md_run_set_oom_score);   /* request.oom_score_adj */
MD_RUN_HANDLER(md_run_set_ulimit);      /* request.rlimits */

/* run_files.c */
MD_RUN_HANDLER(md_run_set_volume); /* request.mounts */
MD_RUN_HANDLER(md_run_set_mount);  /* request.mounts */
MD_RUN_HANDLER(md_run_set_tmpfs);  /* request.mounts */
MD_RUN_HANDLER(md_run_set_rootfs); /* request.rootfs */
MD_RUN_HANDLER(md_run_set_root_via);
MD_RUN_HANDLER(md_run_set_device); /* request.devices */
MD_RUN_HANDLER(md_run_set_log_driver);
MD_RUN_HANDLER(md_run_set_log_opt); /* request.log_max_size, log_max_files */

/* run_security.c */
MD_RUN_HANDLER(md_run_set_capability);   /* struct md_strv */
MD_RUN_HANDLER(md_run_set_security_opt); /* seccomp, no_new_privs, unmask */
MD_RUN_HANDLER(md_run_set_profile);
MD_RUN_HANDLER(md_run_set_sysctl);    /* struct md_strv of KEY=VALUE */
MD_RUN_HANDLER(md_run_set_namespace); /* char *: the words that --<name> takes */

/* run_identity.c */
MD_RUN_HANDLER(md_run_set_name);
MD_RUN_HANDLER(md_run_set_hostname);
MD_RUN_HANDLER(md_run_set_workdir); /* char *, absolute */
MD_RUN_HANDLER(md_run_set_entrypoint);
MD_RUN_HANDLER(md_run_set_env);      /* md_run_flags.env */
MD_RUN_HANDLER(md_run_set_label);    /* md_run_flags.labels */
MD_RUN_HANDLER(md_run_set_add_host); /* struct md_strv */
MD_RUN_HANDLER(md_run_set_dns);      /* struct md_strv of addresses */
MD_RUN_HANDLER(md_run_set_signal);   /* char * */

/* Known to Docker's users, not possible here yet: fails with option->help as the reason. */
MD_RUN_HANDLER(md_run_refuse);

/* The same, except for the values that ask for what happens anyway: "no"; "missing", "never". */
MD_RUN_HANDLER(md_run_set_restart);
MD_RUN_HANDLER(md_run_set_pull);

/* Accepted without any effect. */
MD_RUN_HANDLER(md_run_ignore);

#endif
