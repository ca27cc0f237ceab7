/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"
#include "tests/unit/scratch_dir.h"

#include "base/json.h"
#include "images/blob.h"
#include "images/image.h"
#include "images/layer.h"
#include "images/manifest.h"
#include "images/reference.h"

#include <unistd.h>

struct fixture {
	struct scratch dir;
	struct md_image_store *store;
};

static struct fixture open_fixture(void)
{
	struct fixture fixture = {.dir = scratch_open()};
	struct md_error err = MD_ERROR_INIT;

	fixture.store = md_image_store_open(fixture.dir.fd, fixture.dir.path, &err);
	CHECK(fixture.store != NULL);
	return fixture;
}

static void close_fixture(struct fixture *fixture)
{
	md_image_store_close(fixture->store);
	scratch_close(&fixture->dir);
}

static void add_layer(const struct fixture *fixture, const char *diff_id)
{
	MD_CLEANUP(md_staging_fini) struct md_staging staging = MD_STAGING_INIT;
	struct md_layer layer = {.diff_id = diff_id, .size = 100};
	struct md_error err = MD_ERROR_INIT;

	CHECK(md_staging_create(fixture->store, &staging, &err) == 0);
	CHECK(mkdirat(staging.fd, "fs", 0755) == 0);
	scratch_file(staging.fd, "fs/who", diff_id);
	CHECK(md_layer_install(fixture->store, &staging, &layer, &err) == 0);
}

/* An image with the layer "layer <layer>", whose comment makes its id. Returns the id. */
static const char *add_image(const struct fixture *fixture, const char *name, const char *comment,
			     const char *layer_name)
{
	MD_CLEANUP(md_references_fini) struct md_references refs = MD_REFERENCES_INIT;
	static char id[MD_DIGEST_TEXT_MAX];
	char diff_id[MD_DIGEST_TEXT_MAX], digest[MD_DIGEST_TEXT_MAX];
	struct md_descriptor config = {.digest = id, .size = 1};
	struct md_descriptor layer = {.digest = diff_id, .size = 100};
	md_auto_json struct md_json *manifest = NULL;
	md_auto_free char *text = NULL;
	struct md_error err = MD_ERROR_INIT;
	char json[512];

	md_digest_of(layer_name, strlen(layer_name), diff_id);
	add_layer(fixture, diff_id);
	(void)snprintf(json, sizeof(json),
		       "{\"history\":[{\"comment\":\"%s\"}],\"rootfs\":{\"diff_ids\":[\"%s\"]}}",
		       comment, diff_id);
	CHECK(md_blob_put(fixture->store, json, strlen(json), id, &err) == 0);
	manifest = md_manifest_format(&config, &layer);
	text = md_json_compact(manifest);
	CHECK(md_blob_put(fixture->store, text, strlen(text), digest, &err) == 0);
	CHECK(md_references_load(fixture->store, &refs, &err) == 0);
	md_references_set(&refs, name, digest);
	CHECK(md_references_save(fixture->store, &refs, &err) == 0);
	return id;
}

/* MD_OK, or what finding it ended with. */
static enum md_error_code find(const struct fixture *fixture, const char *text)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_error err = MD_ERROR_INIT;

	(void)md_image_find(fixture->store, text, &image, &err);
	return err.code;
}

static size_t count_images(const struct fixture *fixture)
{
	struct md_error err = MD_ERROR_INIT;
	struct md_image *images = NULL;
	size_t count = 0;

	CHECK(md_image_list(fixture->store, &images, &count, &err) == 0);
	for (size_t i = 0; i < count; i++)
		md_image_fini(&images[i]);
	free(images);
	return count;
}

static enum md_error_code remove_image(const struct fixture *fixture, const char *text,
				       const char *in_use, bool is_forced)
{
	MD_CLEANUP(md_strv_fini) struct md_strv removed = MD_STRV_INIT;
	MD_CLEANUP(md_strv_fini) struct md_strv used = MD_STRV_INIT;
	const struct md_image_removal removal = {
		.in_use = &used, .is_forced = is_forced, .removed = &removed};
	struct md_error err = MD_ERROR_INIT;

	if (in_use)
		md_strv_add(&used, in_use);
	(void)md_image_remove(fixture->store, text, &removal, &err);
	return err.code;
}

static bool has_layer(const struct fixture *fixture, const char *layer_name)
{
	char diff_id[MD_DIGEST_TEXT_MAX];

	md_digest_of(layer_name, strlen(layer_name), diff_id);
	return md_layer_exists(fixture->store, diff_id);
}

static void an_image_is_found_by_name_id_and_prefix(void)
{
	MD_CLEANUP(close_fixture) struct fixture fixture = open_fixture();
	const char *id = add_image(&fixture, "a:1", "one", "x");
	char prefix[MD_DIGEST_TEXT_MAX];

	CHECK(find(&fixture, "a:1") == MD_OK);
	CHECK(find(&fixture, id) == MD_OK);
	CHECK(find(&fixture, md_digest_hex(id)) == MD_OK);
	(void)snprintf(prefix, sizeof(prefix), "%.8s", md_digest_hex(id));
	CHECK(find(&fixture, prefix) == MD_OK);
	CHECK(find(&fixture, "a") == MD_ERR_NOT_FOUND);
	CHECK(find(&fixture, "a:2") == MD_ERR_NOT_FOUND);
	CHECK(find(&fixture, "A") == MD_ERR_INVALID);
	CHECK(find(&fixture, "sha256:../../x") == MD_ERR_INVALID);
}

static void a_found_image_names_its_layers_and_names(void)
{
	MD_CLEANUP(close_fixture) struct fixture fixture = open_fixture();
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	MD_CLEANUP(md_str_fini) struct md_str text = MD_STR_INIT;
	struct md_error err = MD_ERROR_INIT;

	(void)add_image(&fixture, "a:1", "one", "x");
	CHECK(md_image_tag(fixture.store, "a:1", "b", &err) == 0);
	CHECK(md_image_find(fixture.store, "b", &image, &err) == 0);
	CHECK(image.references.count == 2 && md_strv_has(&image.references, "b:latest"));
	CHECK(image.size == 100 && image.layers.count == 1);
	CHECK(md_layers_read(&image.layers, "/who", 100, &text, &err) == 0);
	CHECK_STR(md_str_get(&text), image.diff_ids.items[0]);
}

static void a_prefix_of_two_ids_is_ambiguous(void)
{
	MD_CLEANUP(close_fixture) struct fixture fixture = open_fixture();
	char comment[16];

	/* Of 17 images two have ids that begin with the same digit. */
	for (int i = 0; i < 17; i++) {
		(void)snprintf(comment, sizeof(comment), "%d", i);
		(void)add_image(&fixture, NULL, comment, "x");
	}
	int ambiguous = 0;
	for (const char *digit = "0123456789abcdef"; *digit; digit++) {
		char text[2] = {*digit, '\0'};

		ambiguous += find(&fixture, text) == MD_ERR_INVALID;
	}
	CHECK(ambiguous > 0);
}

static void removing_the_last_name_removes_the_image(void)
{
	MD_CLEANUP(close_fixture) struct fixture fixture = open_fixture();
	struct md_error err = MD_ERROR_INIT;

	(void)add_image(&fixture, "a:1", "one", "x");
	CHECK(md_image_tag(fixture.store, "a:1", "b:1", &err) == 0);
	CHECK(remove_image(&fixture, "a:1", NULL, false) == MD_OK);
	CHECK(find(&fixture, "a:1") == MD_ERR_NOT_FOUND && find(&fixture, "b:1") == MD_OK);
	CHECK(remove_image(&fixture, "b:1", NULL, false) == MD_OK);
	CHECK(count_images(&fixture) == 0 && !has_layer(&fixture, "x"));
	CHECK(remove_image(&fixture, "b:1", NULL, false) == MD_ERR_NOT_FOUND);
}

static void by_id_all_names_go_only_with_force(void)
{
	MD_CLEANUP(close_fixture) struct fixture fixture = open_fixture();
	const char *id = add_image(&fixture, "a:1", "one", "x");
	struct md_error err = MD_ERROR_INIT;

	CHECK(md_image_tag(fixture.store, "a:1", "b:1", &err) == 0);
	CHECK(remove_image(&fixture, id, NULL, false) == MD_ERR_STATE);
	CHECK(remove_image(&fixture, id, NULL, true) == MD_OK);
	CHECK(count_images(&fixture) == 0);
}

static void an_image_in_use_stays_even_with_force(void)
{
	MD_CLEANUP(close_fixture) struct fixture fixture = open_fixture();
	const char *id = add_image(&fixture, "a:1", "one", "x");
	char in_use[MD_DIGEST_TEXT_MAX + 16];

	(void)snprintf(in_use, sizeof(in_use), "%s 0123456789ab", id);
	CHECK(remove_image(&fixture, "a:1", in_use, true) == MD_ERR_STATE);
	CHECK(remove_image(&fixture, "a:1", id, true) == MD_ERR_STATE);
	CHECK(find(&fixture, "a:1") == MD_OK);
}

static void a_shared_layer_goes_with_its_last_image(void)
{
	MD_CLEANUP(close_fixture) struct fixture fixture = open_fixture();

	(void)add_image(&fixture, "a:1", "one", "x");
	(void)add_image(&fixture, "b:1", "two", "x");
	CHECK(remove_image(&fixture, "a:1", NULL, false) == MD_OK);
	CHECK(has_layer(&fixture, "x"));
	CHECK(remove_image(&fixture, "b:1", NULL, false) == MD_OK);
	CHECK(!has_layer(&fixture, "x"));
}

static size_t prune(const struct fixture *fixture, const char *in_use, bool is_all)
{
	MD_CLEANUP(md_strv_fini) struct md_strv removed = MD_STRV_INIT;
	MD_CLEANUP(md_strv_fini) struct md_strv used = MD_STRV_INIT;
	const struct md_image_removal removal = {
		.in_use = &used, .is_all = is_all, .removed = &removed};
	struct md_error err = MD_ERROR_INIT;
	uint64_t bytes = 0;

	if (in_use)
		md_strv_add(&used, in_use);
	CHECK(md_image_prune(fixture->store, &removal, &bytes, &err) == 0);
	return removed.count;
}

static void prune_takes_what_has_no_name_or_all(void)
{
	MD_CLEANUP(close_fixture) struct fixture fixture = open_fixture();
	char used[MD_DIGEST_TEXT_MAX];

	(void)snprintf(used, sizeof(used), "%s", add_image(&fixture, NULL, "used", "u"));
	(void)add_image(&fixture, NULL, "free", "f");
	(void)add_image(&fixture, "a:1", "named", "n");
	CHECK(prune(&fixture, used, false) == 1);
	CHECK(has_layer(&fixture, "u") && !has_layer(&fixture, "f") && has_layer(&fixture, "n"));
	CHECK(prune(&fixture, used, true) == 2);
	CHECK(count_images(&fixture) == 1 && has_layer(&fixture, "u"));
}

static void prune_sweeps_what_a_crash_left(void)
{
	MD_CLEANUP(close_fixture) struct fixture fixture = open_fixture();
	char digest[MD_DIGEST_TEXT_MAX], orphan[MD_DIGEST_TEXT_MAX];
	struct md_error err = MD_ERROR_INIT;

	(void)add_image(&fixture, "a:1", "one", "x");
	md_digest_of("orphan", 6, orphan);
	add_layer(&fixture, orphan);
	CHECK(md_blob_put(fixture.store, "{}", 2, digest, &err) == 0);
	CHECK(prune(&fixture, NULL, false) == 0);
	CHECK(!md_layer_exists(fixture.store, orphan) && find(&fixture, "a:1") == MD_OK);
	CHECK(md_blob_get_json(fixture.store, digest, &err) == NULL &&
	      err.code == MD_ERR_NOT_FOUND);
}

/* Changes one byte of a blob in place. */
static void alter(const struct fixture *fixture, const char *digest)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "images/blobs/sha256/%s", md_digest_hex(digest));
	scratch_file(fixture->dir.fd, path, "{\"rootfs\":{\"diff_ids\":[]}}");
}

static void an_altered_blob_is_refused_but_seen_and_removable(void)
{
	MD_CLEANUP(close_fixture) struct fixture fixture = open_fixture();
	struct md_error err = MD_ERROR_INIT;
	struct md_image *images = NULL;
	size_t count = 0;

	(void)add_image(&fixture, "good:1", "good", "g");
	alter(&fixture, add_image(&fixture, "bad:1", "bad", "b"));
	CHECK(find(&fixture, "bad:1") == MD_ERR_CORRUPT);
	CHECK(find(&fixture, "good:1") == MD_OK);
	CHECK(md_image_list(fixture.store, &images, &count, &err) == 0 && count == 2);
	CHECK((images[0].damage == NULL) != (images[1].damage == NULL));
	for (size_t i = 0; i < count; i++)
		md_image_fini(&images[i]);
	free(images);
	CHECK(prune(&fixture, NULL, false) == 0 && has_layer(&fixture, "b"));
	CHECK(remove_image(&fixture, "bad:1", NULL, false) == MD_OK);
	CHECK(count_images(&fixture) == 1 && !has_layer(&fixture, "b"));
}

static void a_missing_layer_is_named(void)
{
	MD_CLEANUP(close_fixture) struct fixture fixture = open_fixture();
	char diff_id[MD_DIGEST_TEXT_MAX];
	struct md_error err = MD_ERROR_INIT;

	(void)add_image(&fixture, "a:1", "one", "x");
	md_digest_of("x", 1, diff_id);
	CHECK(md_layer_remove(fixture.store, diff_id, &err) == 0);
	CHECK(find(&fixture, "a:1") == MD_ERR_CORRUPT);
}

static void staging_of_the_dead_goes_and_of_the_living_stays(void)
{
	MD_CLEANUP(close_fixture) struct fixture fixture = open_fixture();
	MD_CLEANUP(md_staging_fini) struct md_staging living = MD_STAGING_INIT;
	MD_CLEANUP(md_staging_fini) struct md_staging next = MD_STAGING_INIT;
	struct md_error err = MD_ERROR_INIT;
	struct md_staging dead = MD_STAGING_INIT;

	CHECK(md_staging_create(fixture.store, &dead, &err) == 0);
	CHECK(md_staging_create(fixture.store, &living, &err) == 0);
	CHECK(scratch_exists(dead.parent_fd, dead.name));
	md_close_fd(&dead.fd); /* as when its process died */
	CHECK(md_staging_create(fixture.store, &next, &err) == 0);
	CHECK(!scratch_exists(dead.parent_fd, dead.name));
	CHECK(scratch_exists(dead.parent_fd, living.name));
	md_close_fd(&dead.parent_fd);
}

int main(void)
{
	RUN(an_image_is_found_by_name_id_and_prefix);
	RUN(a_found_image_names_its_layers_and_names);
	RUN(a_prefix_of_two_ids_is_ambiguous);
	RUN(removing_the_last_name_removes_the_image);
	RUN(by_id_all_names_go_only_with_force);
	RUN(an_image_in_use_stays_even_with_force);
	RUN(a_shared_layer_goes_with_its_last_image);
	RUN(prune_takes_what_has_no_name_or_all);
	RUN(prune_sweeps_what_a_crash_left);
	RUN(an_altered_blob_is_refused_but_seen_and_removable);
	RUN(a_missing_layer_is_named);
	RUN(staging_of_the_dead_goes_and_of_the_living_stays);
	return DONE();
}
