/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sanitizer.h - MD_HAS_ASAN: whether this is an AddressSanitizer build, which needs terabytes of
 * address space and its options in the environment.
 */
#ifndef MD_IMAGES_SANITIZER_H
#define MD_IMAGES_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__)
#define MD_HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define MD_HAS_ASAN 1
#endif
#endif

#ifndef MD_HAS_ASAN
#define MD_HAS_ASAN 0
#endif

#endif
