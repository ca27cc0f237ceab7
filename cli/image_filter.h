/* SPDX-License-Identifier: Apache-2.0 */
/*
 * image_filter.h - which images a list shows: --filter and the name operand of `image ls`.
 *
 * Values of one key are alternatives, except labels, which must all be there; different keys must
 * all match.
 */
#ifndef MD_CLI_IMAGE_FILTER_H
#define MD_CLI_IMAGE_FILTER_H

#include "base/str.h"
#include "images/image.h"

struct md_image_filter {
	struct md_strv references; /* fnmatch(3) patterns */
	struct md_strv labels;     /* KEY or KEY=VALUE */
	bool has_dangling, is_dangling;
	int64_t before_ns, since_ns; /* 0 none */
};

/* MD_ERR_INVALID names an unknown key or value. `name` is the operand, may be NULL. */
int md_image_filter_parse(struct md_image_filter *filter, struct md_image_store *store,
			  const struct md_strv *texts, const char *name, struct md_error *err);
void md_image_filter_fini(struct md_image_filter *filter);

/* True unless a filter other than that of names rules the image out. */
bool md_image_filter_matches(const struct md_image_filter *filter, const struct md_image *image);

/* True if this name of a matching image is to be shown. */
bool md_image_filter_matches_name(const struct md_image_filter *filter, const char *reference);

/* True if only images with certain names are wanted. */
bool md_image_filter_names(const struct md_image_filter *filter);

#endif
