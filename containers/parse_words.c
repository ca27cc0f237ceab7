/* SPDX-License-Identifier: Apache-2.0 */
/* Values of --device, --cap-add, --cap-drop and --add-host. */
#include "containers/request.h"

#include "base/alloc.h"
#include "base/cleanup.h"
#include "containers/parse_path.h"
#include "runtime/caps.h"

#include <arpa/inet.h>
#include <string.h>

#define HOST_NAME_CHARS      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
#define HOST_NAME_MAX_LENGTH 253

int md_parse_capability(const char *text, char **ret, struct md_error *err)
{
	int cap;

	if (strcasecmp(text, "ALL") == 0) {
		*ret = md_xstrdup("ALL");
		return 0;
	}
	if (md_caps_parse(text, &cap, err) < 0)
		return -1;
	*ret = md_xstrdup(md_cap_name(cap));
	return 0;
}

/* One to three different letters of "rwm". */
static bool is_permissions(const char *text)
{
	size_t length = strlen(text);

	if (length < 1 || length > 3 || strspn(text, "rwm") != length)
		return false;
	return !strchr(text + 1, text[0]) && (length < 3 || text[1] != text[2]);
}

static int fill_device(const struct md_strv *parts, struct md_request_device *device,
		       struct md_error *err)
{
	const char *host = parts->items[0];
	const char *inside = host;
	const char *permissions = "rwm";

	if (parts->count == 3)
		permissions = parts->items[2];
	if (parts->count == 2 && is_permissions(parts->items[1]))
		permissions = parts->items[1];
	else if (parts->count >= 2)
		inside = parts->items[1];
	if (parts->count > 3 || !is_permissions(permissions))
		return md_fail(err, MD_ERR_INVALID,
			       "permissions '%s' are not one to three letters of 'rwm'",
			       parts->count > 3 ? parts->items[3] : permissions);
	device->host_path = md_path_clean_target(host, err);
	if (!device->host_path)
		return -1;
	device->container_path = md_path_clean_target(inside, err);
	if (!device->container_path)
		return -1;
	memcpy(device->permissions, permissions, strlen(permissions) + 1);
	return 0;
}

int md_parse_device(const char *text, struct md_request_device *ret, struct md_error *err)
{
	MD_CLEANUP(md_strv_fini) struct md_strv parts = MD_STRV_INIT;
	struct md_request_device device = {.host_path = NULL};

	md_strv_split(&parts, text, ':');
	if (fill_device(&parts, &device, err) < 0) {
		md_request_device_fini(&device);
		(void)md_error_prefix(err, "'%s'", text);
		return md_error_hint(err, "PATH[:PATH_INSIDE][:PERMISSIONS]");
	}
	*ret = device;
	return 0;
}

static bool is_host_name(const char *text, size_t length)
{
	/* It becomes a word of a line of /etc/hosts: nothing that could start another one. */
	return length >= 1 && length <= HOST_NAME_MAX_LENGTH &&
	       strspn(text, HOST_NAME_CHARS) >= length;
}

static bool is_address(const char *text)
{
	unsigned char address[sizeof(struct in6_addr)];
	size_t length = strlen(text);
	md_auto_free char *bare = NULL;

	if (inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1)
		return true;
	if (length < 3 || text[0] != '[' || text[length - 1] != ']')
		return false;
	bare = md_xstrndup(text + 1, length - 2);
	return inet_pton(AF_INET6, bare, address) == 1;
}

int md_parse_add_host(const char *text, struct md_error *err)
{
	/* An address may hold ':', so '=' separates if there is one. */
	const char *separator = strchr(text, '=') ? strchr(text, '=') : strchr(text, ':');

	if (!separator || !is_host_name(text, (size_t)(separator - text)))
		return md_fail(err, MD_ERR_INVALID, "'%s' is not NAME:ADDRESS", text);
	if (strcmp(separator + 1, "host-gateway") == 0)
		return md_fail(err, MD_ERR_UNSUPPORTED,
			       "'%s': host-gateway needs a bridge network, which is not in this "
			       "version (give the address itself)",
			       text);
	if (!is_address(separator + 1))
		return md_fail(err, MD_ERR_INVALID, "'%s': '%s' is no IP address", text,
			       separator + 1);
	return 0;
}
