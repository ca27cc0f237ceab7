/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/image_filter.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "cli/label_match.h"
#include "cli/options.h"

#include <fnmatch.h>
#include <string.h>

struct context {
	struct md_image_filter *filter;
	struct md_image_store *store;
};

static int set_reference(struct context *c, const char *value, struct md_error *err)
{
	(void)err;
	md_strv_add(&c->filter->references, value);
	return 0;
}

static int set_label(struct context *c, const char *value, struct md_error *err)
{
	(void)err;
	md_strv_add(&c->filter->labels, value);
	return 0;
}

static int set_dangling(struct context *c, const char *value, struct md_error *err)
{
	c->filter->has_dangling = true;
	return md_parse_bool(value, &c->filter->is_dangling, err);
}

static int find_time(struct context *c, const char *value, int64_t *ret, struct md_error *err)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};

	if (md_image_find(c->store, value, &image, err) < 0)
		return -1;
	*ret = image.created_ns;
	return 0;
}

static int set_before(struct context *c, const char *value, struct md_error *err)
{
	return find_time(c, value, &c->filter->before_ns, err);
}

static int set_since(struct context *c, const char *value, struct md_error *err)
{
	return find_time(c, value, &c->filter->since_ns, err);
}

static int set(struct context *c, const char *text, struct md_error *err)
{
	static const struct {
		const char *key;
		int (*set)(struct context *c, const char *value, struct md_error *err);
	} keys[] = {
		{"reference", set_reference}, {"label", set_label}, {"dangling", set_dangling},
		{"before", set_before},       {"since", set_since},
	};
	size_t length = strcspn(text, "=");

	if (text[length] == '\0')
		return md_fail(err, MD_ERR_INVALID, "'%s' is no KEY=VALUE", text);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strlen(keys[i].key) == length && memcmp(keys[i].key, text, length) == 0)
			return keys[i].set(c, text + length + 1, err);
	return md_fail(err, MD_ERR_INVALID,
		       "unknown key in '%s' (known: before, dangling, label, reference, since)",
		       text);
}

int md_image_filter_parse(struct md_image_filter *filter, struct md_image_store *store,
			  const struct md_strv *texts, const char *name, struct md_error *err)
{
	struct context context = {filter, store};

	for (size_t i = 0; i < texts->count; i++)
		if (set(&context, texts->items[i], err) < 0)
			return md_error_prefix(err, "--filter");
	if (name)
		md_strv_add(&filter->references, name);
	return 0;
}

void md_image_filter_fini(struct md_image_filter *filter)
{
	md_strv_fini(&filter->references);
	md_strv_fini(&filter->labels);
}

bool md_image_filter_names(const struct md_image_filter *filter)
{
	return filter->references.count > 0;
}

/* "busybox" means every tag of it; patterns match the name with or without its tag. */
bool md_image_filter_matches_name(const struct md_image_filter *filter, const char *reference)
{
	const char *colon = strrchr(reference, ':');
	md_auto_free char *name =
		md_xstrndup(reference, colon ? (size_t)(colon - reference) : strlen(reference));

	for (size_t i = 0; i < filter->references.count; i++)
		if (fnmatch(filter->references.items[i], reference, FNM_PATHNAME) == 0 ||
		    fnmatch(filter->references.items[i], name, FNM_PATHNAME) == 0)
			return true;
	return filter->references.count == 0;
}

bool md_image_filter_matches(const struct md_image_filter *filter, const struct md_image *image)
{
	if (filter->has_dangling && filter->is_dangling != (image->references.count == 0))
		return false;
	if (filter->before_ns && image->created_ns >= filter->before_ns)
		return false;
	if (filter->since_ns && image->created_ns <= filter->since_ns)
		return false;
	return md_label_match_all(&image->config.labels, &filter->labels);
}
