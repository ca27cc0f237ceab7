/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(struct md_error) <= PIPE_BUF, "an error must fit in one atomic write");

static const struct {
	int exit_status;
	int http_status;
} statuses[] = {
#define X(name, text, exit_status, http_status) [name] = {exit_status, http_status},
	MD_ERROR_CODES(X)
#undef X
};

/* An error is set once, where it happens. Callers above add context, they do not replace it. */
static void begin(struct md_error *err, enum md_error_code code, int sys_errno)
{
	assert(err != NULL && err->code == MD_OK && code != MD_OK);
	err->code = code;
	err->sys_errno = sys_errno;
}

static void append(struct md_error *err, const char *text)
{
	size_t used = strlen(err->msg);

	(void)snprintf(err->msg + used, sizeof(err->msg) - used, ": %s", text);
}

void md_error_set(struct md_error *err, enum md_error_code code, const char *fmt, ...)
{
	va_list ap;

	begin(err, code, 0);
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
}

void md_error_set_errno(struct md_error *err, const char *fmt, ...)
{
	int sys_errno = errno;
	va_list ap;

	begin(err, MD_ERR_SYSTEM, sys_errno);
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	append(err, strerror(sys_errno));
}

void md_error_put_before(struct md_error *err, const char *fmt, ...)
{
	char old[MD_ERROR_MSG_MAX];
	va_list ap;

	assert(err->code != MD_OK);
	memcpy(old, err->msg, sizeof(old));
	va_start(ap, fmt);
	(void)vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	append(err, old);
}

int md_error_hint(struct md_error *err, const char *fmt, ...)
{
	size_t used = strlen(err->msg);
	char hint[MD_ERROR_MSG_MAX];
	va_list ap;

	assert(err->code != MD_OK);
	va_start(ap, fmt);
	(void)vsnprintf(hint, sizeof(hint), fmt, ap);
	va_end(ap);
	(void)snprintf(err->msg + used, sizeof(err->msg) - used, " (%s)", hint);
	return -1;
}

int md_error_exit_status(enum md_error_code code)
{
	return statuses[code].exit_status;
}

int md_error_http_status(enum md_error_code code)
{
	return statuses[code].http_status;
}
