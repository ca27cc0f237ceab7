/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print_flags.h - numbers of system calls by the names that their manual pages use.
 */
#ifndef MD_RUNTIME_PRINT_FLAGS_H
#define MD_RUNTIME_PRINT_FLAGS_H

#include "base/str.h"
#include "runtime/call.h"

#include <stdint.h>

/*
 * Append the value of a flag-like argument: names joined by '|', what has no name in hexadecimal,
 * "0" for none. Types without a table print as a decimal number.
 */
void md_print_flags(enum md_arg_type type, uint64_t value, struct md_str *out);

#endif
