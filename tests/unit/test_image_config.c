/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/check.h"

#include "base/cleanup.h"
#include "base/json.h"
#include "images/changes.h"
#include "images/config.h"
#include "images/manifest.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static int parse(const char *text, struct md_image *image, struct md_error *err)
{
	md_auto_json struct md_json *root = md_json_parse(text, strlen(text), err);

	return root ? md_image_config_parse(root, image, err) : -1;
}

static void what_an_image_says_is_read(void)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_error err = MD_ERROR_INIT;

	CHECK(parse("{\"created\":\"2026-01-02T03:04:05Z\",\"architecture\":\"amd64\",\"os\":"
		    "\"linux\","
		    "\"config\":{\"User\":\"alice\",\"Env\":[\"A=1\",\"B=\"],\"Cmd\":[\"sh\",\"-"
		    "l\"],"
		    "\"Entrypoint\":[\"/init\"],\"WorkingDir\":\"/srv\",\"StopSignal\":\"SIGINT\","
		    "\"Volumes\":{\"/data\":{}},\"ExposedPorts\":{\"80/tcp\":{}},"
		    "\"Labels\":{\"k\":\"v\"}},"
		    "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:" HEX "\"]}}",
		    &image, &err) == 0);
	CHECK_STR(image.config.user, "alice");
	CHECK(image.config.env.count == 2 && md_strv_has(&image.config.env, "B="));
	CHECK(image.config.cmd.count == 2 && image.config.entrypoint.count == 1);
	CHECK_STR(image.config.working_dir, "/srv");
	CHECK_STR(image.config.stop_signal, "SIGINT");
	CHECK(md_strv_has(&image.config.volumes, "/data"));
	CHECK(md_strv_has(&image.config.exposed_ports, "80/tcp"));
	CHECK(md_strv_has(&image.config.labels, "k=v"));
	CHECK(image.diff_ids.count == 1 && image.created_ns == 1767323045000000000);
}

static void an_image_without_anything_is_fine(void)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_error err = MD_ERROR_INIT;

	CHECK(parse("{}", &image, &err) == 0);
	CHECK(!image.config.user && image.config.env.count == 0 && image.diff_ids.count == 0);
}

/* CVE-2026-57231: an entry without "=" took the value of the host's environment. */
static void environment_entries_must_be_name_and_value(void)
{
	static const char *const bad[] = {"HOME", "*",    "PATH*", "A\nB=C",    "",
					  "=x",   "1A=x", "A-B=x", "\xc3\xa9=1"};
	static const char *const good[] = {"A=", "_=1", "a_B9=x=y", "A=\nB=C"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!md_env_entry_is_valid(bad[i]));
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK(md_env_entry_is_valid(good[i]));
}

static void bad_environment_entries_are_dropped(void)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_error err = MD_ERROR_INIT;

	CHECK(parse("{\"config\":{\"Env\":[\"HOME\",\"*\",7,null,\"A\\nB=C\",\"\",\"OK=1\"]}}",
		    &image, &err) == 0);
	CHECK(image.config.env.count == 1 && md_strv_has(&image.config.env, "OK=1"));
}

/* CVE-2026-53488: a label of an image was obeyed by the engine. */
static void labels_of_the_engine_are_dropped(void)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_error err = MD_ERROR_INIT;

	CHECK(parse("{\"config\":{\"Labels\":{\"minidock.x\":\"1\",\"io.minidock.y\":\"1\","
		    "\"com.docker.z\":\"1\",\"a=b\":\"1\",\"\":\"1\",\"n\":5,\"mine\":\"1\"}}}",
		    &image, &err) == 0);
	CHECK(image.config.labels.count == 1 && md_strv_has(&image.config.labels, "mine=1"));
}

static void wrong_types_are_as_good_as_absent(void)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_error err = MD_ERROR_INIT;

	CHECK(parse("{\"config\":{\"User\":7,\"Env\":{},\"Cmd\":\"sh\",\"Volumes\":[\"/x\"],"
		    "\"ExposedPorts\":[\"80\"],\"Labels\":[1],\"WorkingDir\":[]},\"created\":1}",
		    &image, &err) == 0);
	CHECK(!image.config.user && !image.config.working_dir && image.config.cmd.count == 0);
	CHECK(image.config.volumes.count == 0 && image.config.exposed_ports.count == 0);
	CHECK(image.config.labels.count == 0 && image.created_ns == 0);
}

static void volumes_must_be_absolute_and_stay_inside(void)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	struct md_error err = MD_ERROR_INIT;

	CHECK(parse("{\"config\":{\"Volumes\":{\"/ok\":{},\"rel\":{},\"/\":{},\"/a/../b\":{},"
		    "\"/a/..\":{}}}}",
		    &image, &err) == 0);
	CHECK(image.config.volumes.count == 1 && md_strv_has(&image.config.volumes, "/ok"));
}

static void a_diff_id_that_is_no_digest_is_refused(void)
{
	static const char *const table[] = {
		"\"sha256:../../x\"", "\"sha512:" HEX "\"",  "5",   "null",
		"\"SHA256:" HEX "\"", "\"sha256:" HEX "0\"", "\"\""};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		MD_CLEANUP(md_image_fini) struct md_image image = {0};
		struct md_error err = MD_ERROR_INIT;
		char text[256];

		(void)snprintf(text, sizeof(text), "{\"rootfs\":{\"diff_ids\":[%s]}}", table[i]);
		CHECK(parse(text, &image, &err) == -1 && err.code == MD_ERR_CORRUPT);
	}
}

static void ports_have_a_grammar(void)
{
	static const char *const good[] = {"80", "80/tcp", "53/udp", "1-65535/sctp", "0"};
	static const char *const bad[] = {"",   "/tcp", "80/", "80/icmp", "65536",
					  "-1", "1-",   "a",   "80 ",     "1-2-3"};

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK(md_exposed_port_is_valid(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!md_exposed_port_is_valid(bad[i]));
}

static void what_is_written_is_read_back(void)
{
	MD_CLEANUP(md_image_fini) struct md_image image = {0};
	MD_CLEANUP(md_image_fini) struct md_image back = {0};
	md_auto_json struct md_json *root = NULL;
	struct md_error err = MD_ERROR_INIT;

	CHECK(parse("{\"created\":\"2026-01-02T03:04:05.5Z\",\"os\":\"linux\",\"config\":"
		    "{\"Env\":[\"A=1\"],\"Cmd\":[\"x\"],\"Labels\":{\"k\":\"v=w\"},"
		    "\"ExposedPorts\":{\"80\":{}},\"Volumes\":{\"/v\":{}},\"User\":\"1:2\"},"
		    "\"history\":[{\"comment\":\"hi\"}],"
		    "\"rootfs\":{\"diff_ids\":[\"sha256:" HEX "\"]}}",
		    &image, &err) == 0);
	root = md_image_config_format(&image, "a test");
	CHECK(md_image_config_parse(root, &back, &err) == 0);
	CHECK(back.created_ns == image.created_ns && md_strv_has(&back.config.env, "A=1"));
	CHECK(md_strv_has(&back.config.labels, "k=v=w") && md_strv_has(&back.config.volumes, "/v"));
	CHECK_STR(back.config.user, "1:2");
	CHECK_STR(back.comment, "hi");
	CHECK_STR(back.diff_ids.items[0], "sha256:" HEX);
}

static int parse_manifest(const char *text, struct md_manifest *ret, struct md_error *err)
{
	md_auto_json struct md_json *root = md_json_parse(text, strlen(text), err);

	return root ? md_manifest_parse(root, ret, err) : -1;
}

#define DESCRIPTOR(size) "{\"digest\":\"sha256:" HEX "\",\"size\":" size "}"

static void a_manifest_is_read(void)
{
	struct md_manifest manifest = {0};
	struct md_error err = MD_ERROR_INIT;

	CHECK(parse_manifest(
		      "{\"schemaVersion\":2,\"config\":" DESCRIPTOR("7") ",\"layers\":[" DESCRIPTOR(
			      "10") "," DESCRIPTOR("20") "]}",
		      &manifest, &err) == 0);
	CHECK(manifest.layer_count == 2 && manifest.layer_bytes == 30);
}

/* CVE-2021-41190: one body, a manifest to one reader and an index to another. */
static void ambiguous_and_broken_manifests_are_refused(void)
{
	static const char *const table[] = {
		"[]",
		"{}",
		"{\"schemaVersion\":1,\"config\":" DESCRIPTOR("1") ",\"layers\":[]}",
		"{\"schemaVersion\":2,\"config\":" DESCRIPTOR("1") "}",
		"{\"schemaVersion\":2,\"config\":" DESCRIPTOR(
			"1") ",\"layers\":[],\"manifests\":[]}",
		"{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
		"\"config\":" DESCRIPTOR("1") ",\"layers\":[]}",
		"{\"schemaVersion\":2,\"config\":" DESCRIPTOR("-1") ",\"layers\":[]}",
		"{\"schemaVersion\":2,\"config\":{\"digest\":\"x\",\"size\":1},\"layers\":[]}",
		"{\"schemaVersion\":2,\"config\":" DESCRIPTOR("1") ",\"layers\":[{}]}",
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct md_manifest manifest = {0};
		struct md_error err = MD_ERROR_INIT;

		CHECK(parse_manifest(table[i], &manifest, &err) == -1 &&
		      err.code == MD_ERR_CORRUPT);
	}
}

static void changes_set_what_they_name(void)
{
	static const char *const lines[] = {
		"CMD [\"sh\", \"-c\"]",
		"entrypoint /init --now",
		"ENV A=1 B=\"two words\"",
		"ENV C  the rest",
		"EXPOSE 80 53/udp",
		"LABEL k='v w' l=m",
		"STOPSIGNAL SIGINT",
		"USER 1:2",
		"VOLUME /a /b",
		"VOLUME [\"/c\"]",
		"WORKDIR /x",
		"WORKDIR y",
	};
	struct md_image_config config = {0};
	struct md_error err = MD_ERROR_INIT;

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		CHECK(md_image_change_apply(&config, lines[i], &err) == 0);
	CHECK(config.cmd.count == 2);
	CHECK(config.entrypoint.count == 3);
	CHECK_STR(config.entrypoint.items[2], "/init --now");
	CHECK_STR(md_strv_value(&config.env, "B"), "two words");
	CHECK_STR(md_strv_value(&config.env, "C"), "the rest");
	CHECK(md_strv_has(&config.exposed_ports, "80/tcp"));
	CHECK_STR(md_strv_value(&config.labels, "k"), "v w");
	CHECK(config.volumes.count == 3);
	CHECK_STR(config.working_dir, "/x/y");
	md_image_config_fini(&config);
}

static void bad_changes_name_the_line(void)
{
	static const char *const lines[] = {
		"",
		"RUN x",
		"CMD",
		"ENV",
		"ENV =x",
		"ENV A-B=1",
		"ENV A=1 B",
		"ENV A=\"open",
		"EXPOSE http",
		"LABEL minidock.x=1",
		"STOPSIGNAL SIGNOTHING",
		"USER a b",
		"VOLUME rel",
		"VOLUME /a/../b",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct md_image_config config = {0};
		struct md_error err = MD_ERROR_INIT;

		if (md_image_change_apply(&config, lines[i], &err) == 0)
			printf("# accepted: '%s'\n", lines[i]);
		CHECK(err.code == MD_ERR_INVALID && strstr(err.msg, lines[i]) != NULL);
		md_image_config_fini(&config);
	}
}

int main(void)
{
	RUN(what_an_image_says_is_read);
	RUN(an_image_without_anything_is_fine);
	RUN(environment_entries_must_be_name_and_value);
	RUN(bad_environment_entries_are_dropped);
	RUN(labels_of_the_engine_are_dropped);
	RUN(wrong_types_are_as_good_as_absent);
	RUN(volumes_must_be_absolute_and_stay_inside);
	RUN(a_diff_id_that_is_no_digest_is_refused);
	RUN(ports_have_a_grammar);
	RUN(what_is_written_is_read_back);
	RUN(a_manifest_is_read);
	RUN(ambiguous_and_broken_manifests_are_refused);
	RUN(changes_set_what_they_name);
	RUN(bad_changes_name_the_line);
	return DONE();
}
