/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store_fixture.h - a store in a directory of its own, with a canary beside it.
 *
 *	int main(void) { fixture_open(); RUN(...); fixture_close(); return DONE(); }
 */
#ifndef MD_TESTS_STORE_FIXTURE_H
#define MD_TESTS_STORE_FIXTURE_H

#include "tests/unit/check.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "containers/store.h"

#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

/* In memory where possible: a store syncs every file that it writes. */
static char base[] = "/dev/shm/md-test-store-XXXXXX";
static char *root;   /* base/root: the store */
static char *canary; /* base/canary: must never change */

static inline struct md_store *open_store(void)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_store *store = md_store_open(root, &err);

	if (!store) {
		printf("Bail out! %s\n", err.msg);
		exit(1);
	}
	return store;
}

MD_DEFINE_AUTO(store, struct md_store *, md_store_close)
#define md_auto_store MD_CLEANUP(md_cleanup_store)

static void shell(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Damage is done from outside, as an accident or an attacker would. */
static inline void shell(const char *fmt, ...)
{
	char command[4096];
	va_list ap;
	pid_t pid;
	int status;

	va_start(ap, fmt);
	(void)vsnprintf(command, sizeof(command), fmt, ap);
	va_end(ap);
	pid = fork();
	if (pid == 0) {
		execl("/bin/sh", "sh", "-ec", command, (char *)NULL);
		_exit(127);
	}
	CHECK(waitpid(pid, &status, 0) == pid && status == 0);
}

static inline int make(struct md_store *store, const char *name, char id[MD_ID_LENGTH + 1],
		       struct md_error *err)
{
	struct md_record record = {.name = md_xstrdup_or_null(name)};
	int result;

	md_run_request_init(&record.request);
	record.request.image = md_xstrdup("busybox");
	md_strv_add(&record.command, "echo");
	md_strv_add(&record.command, "hello");
	result = md_store_create(store, &record, MD_DURABLE_NO, err);
	memcpy(id, record.id, MD_ID_LENGTH + 1);
	md_record_fini(&record);
	return result;
}

/* A container that is there, or the test has failed. */
static inline void must_make(struct md_store *store, const char *name, char id[MD_ID_LENGTH + 1])
{
	struct md_error err = MD_ERROR_INIT;

	CHECK(make(store, name, id, &err) == 0);
	if (err.code)
		printf("# %s\n", err.msg);
}

static inline void must_remove(struct md_store *store, const char *id)
{
	struct md_error err = MD_ERROR_INIT;

	CHECK(md_store_remove(store, id, &err) == 0);
	if (err.code)
		printf("# %s\n", err.msg);
}

/* Whether `prefix`id is there, below the root. */
static inline bool exists(const char *prefix, const char *id)
{
	md_auto_free char *path = md_xasprintf("%s/%s%s", root, prefix, id);
	struct stat st;

	return lstat(path, &st) == 0;
}

static inline void fixture_open(void)
{
	if (!mkdtemp(base)) {
		(void)snprintf(base, sizeof(base), "/tmp/md-test-store-XXXXXX");
		CHECK(mkdtemp(base));
	}
	(void)unsetenv("MINIDOCK_RUN");
	root = md_xasprintf("%s/root", base);
	canary = md_xasprintf("%s/canary", base);
	shell("mkdir %s; echo canary > %s/marker", canary, canary);
}

static inline void fixture_close(void)
{
	shell("rm -rf %s", base);
	free(root);
	free(canary);
}

#endif
