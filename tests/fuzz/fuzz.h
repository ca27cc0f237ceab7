/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz.h - what every fuzzer needs. One file per input, fuzz_<input>.c, with seeds in
 * corpus/<input>/; meson.build lists them with the libraries they link.
 *
 *	FUZZ(data, size)
 *	{
 *		md_auto_free char *text = fuzz_text(data, size);
 *		... parse it; what was accepted must satisfy ALWAYS(...) ...
 *		return 0;
 *	}
 *
 * A fuzzer looks for more than crashes: what goes in and out again must be the same, what is
 * accepted must keep the promise of the header, what is refused must have set the error.
 */
#ifndef MD_TESTS_FUZZ_H
#define MD_TESTS_FUZZ_H

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/error.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUZZ(data, size)                                              \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size); \
	int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)

#define ALWAYS(expr)                                                               \
	do {                                                                       \
		if (!(expr)) {                                                     \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #expr); \
			abort();                                                   \
		}                                                                  \
	} while (0)

/* The input up to its first NUL as a string of just that size: a read behind it is noticed. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	size_t length = strnlen((const char *)data, size);
	char *text = md_xcalloc(length + 1, 1);

	if (length)
		memcpy(text, data, length);
	return text;
}

/* The rule of every function that fails: -1 and an error, or 0 and none. Empties *err. */
static inline int fuzz_result(int result, struct md_error *err)
{
	ALWAYS(result == 0 || result == -1);
	ALWAYS((result < 0) == (err->code != MD_OK));
	ALWAYS(memchr(err->msg, '\0', sizeof(err->msg)));
	ALWAYS(result == 0 || err->msg[0]);
	*err = (struct md_error)MD_ERROR_INIT;
	return result;
}

#endif
