/* SPDX-License-Identifier: BSD-2-Clause */
/* GPIO lines for power-off and reset, as QEMU's secure=on machine describes them, and not so. */
#include <libfdt.h>
#include "platform/fdt_secure.h"
#include "test.h"

#define CONTROLLER 0x90B0000
#define PHANDLE	   0x8006

static uint8_t fdt[4096];

static void set_status(int node, const char *status, const char *secure)
{
	if (status)
		fdt_setprop_string(fdt, node, "status", status);
	if (secure)
		fdt_setprop_string(fdt, node, "secure-status", secure);
}

static void add_controller(const char *compatible, const char *status, const char *secure)
{
	int node = fdt_add_subnode(fdt, 0, "pl061@90b0000");

	fdt_setprop_string(fdt, node, "compatible", compatible);
	fdt_setprop_u32(fdt, node, "phandle", PHANDLE);
	fdt_setprop_u64(fdt, node, "reg", CONTROLLER);
	fdt_appendprop_u64(fdt, node, "reg", 0x1000);
	set_status(node, status, secure);
}

static void add_line(const char *name, uint32_t phandle, uint32_t pin, uint32_t flags,
		     const char *status, const char *secure)
{
	int node = fdt_add_subnode(fdt, 0, name);

	fdt_setprop_string(fdt, node, "compatible", name);
	fdt_setprop_u32(fdt, node, "gpios", phandle);
	fdt_appendprop_u32(fdt, node, "gpios", pin);
	fdt_appendprop_u32(fdt, node, "gpios", flags);
	set_status(node, status, secure);
}

static void start(void)
{
	fdt_create_empty_tree(fdt, sizeof(fdt));
	fdt_setprop_u32(fdt, 0, "#address-cells", 2);
	fdt_setprop_u32(fdt, 0, "#size-cells", 2);
}

static struct monitor_gpio find(const char *name)
{
	struct platform_secure secure = {.off = {1, 1, 1}, .reset = {1, 1, 1}};

	platform_secure(fdt, &secure);
	return strcmp(name, "gpio-restart") == 0 ? secure.reset : secure.off;
}

TEST(lines_of_qemu)
{
	struct monitor_gpio line;

	start();
	add_controller("arm,pl061", "disabled", "okay");
	add_line("gpio-restart", PHANDLE, 1, 0, "disabled", "okay");
	add_line("gpio-poweroff", PHANDLE, 0, 0, "disabled", "okay");
	line = find("gpio-restart");
	CHECK_EQ(line.base, CONTROLLER);
	CHECK_EQ(line.pin, 1);
	CHECK_EQ(line.active_low, 0);
	CHECK_EQ(find("gpio-poweroff").pin, 0);
	CHECK_EQ(find("gpio-poweroff").base, CONTROLLER);
}

TEST(lines_for_everybody_and_active_low)
{
	start();
	add_controller("arm,pl061", NULL, NULL);
	add_line("gpio-poweroff", PHANDLE, 7, 1, "ok", NULL);
	CHECK_EQ(find("gpio-poweroff").base, CONTROLLER);
	CHECK_EQ(find("gpio-poweroff").pin, 7);
	CHECK_EQ(find("gpio-poweroff").active_low, 1);
}

TEST(lines_that_are_not_there)
{
	start();
	CHECK_EQ(find("gpio-poweroff").base, 0);
	add_controller("arm,pl061", NULL, NULL);
	add_line("gpio-restart", PHANDLE, 1, 0, NULL, NULL);
	CHECK_EQ(find("gpio-poweroff").base, 0);
}

static uint64_t found(const char *controller, const char *status, uint32_t phandle, uint32_t pin,
		      const char *line_status)
{
	start();
	add_controller(controller, status, NULL);
	add_line("gpio-poweroff", phandle, pin, 0, line_status, NULL);
	return find("gpio-poweroff").base;
}

TEST(lines_that_cannot_be_used)
{
	CHECK_EQ(found("arm,pl061", "okay", PHANDLE, 7, "okay"), CONTROLLER);
	CHECK_EQ(found("arm,pl061", "okay", PHANDLE, 8, "okay"), 0);
	CHECK_EQ(found("arm,pl061", "okay", PHANDLE + 1, 7, "okay"), 0);
	CHECK_EQ(found("arm,pl061", "disabled", PHANDLE, 7, "okay"), 0);
	CHECK_EQ(found("arm,pl061", "okay", PHANDLE, 7, "disabled"), 0);
	CHECK_EQ(found("acme,gpio", "okay", PHANDLE, 7, "okay"), 0);
}

TEST(lines_with_a_damaged_property)
{
	int node;

	start();
	add_controller("arm,pl061", NULL, NULL);
	add_line("gpio-poweroff", PHANDLE, 0, 0, NULL, NULL);
	node = fdt_path_offset(fdt, "/gpio-poweroff");
	fdt_setprop_u64(fdt, node, "gpios", 0);
	CHECK_EQ(find("gpio-poweroff").base, 0);
	fdt_delprop(fdt, node, "gpios");
	CHECK_EQ(find("gpio-poweroff").base, 0);
	add_line("gpio-restart", PHANDLE, 0, 0, NULL, NULL);
	CHECK_EQ(find("gpio-restart").base, CONTROLLER);
	fdt_delprop(fdt, fdt_path_offset(fdt, "/pl061@90b0000"), "reg");
	CHECK_EQ(find("gpio-restart").base, 0);
}

/* -- RAM -------------------------------------------------------------------------------------- */

static void add_ram(const char *name, uint64_t base, uint64_t size, const char *status,
		    const char *secure)
{
	int node = fdt_add_subnode(fdt, 0, name);

	fdt_setprop_string(fdt, node, "device_type", "memory");
	fdt_setprop_u64(fdt, node, "reg", base);
	fdt_appendprop_u64(fdt, node, "reg", size);
	set_status(node, status, secure);
}

static struct region find_ram(void)
{
	struct platform_secure secure = {.ram = {1, 1}};

	platform_secure(fdt, &secure);
	return secure.ram;
}

TEST(secure_ram_of_qemu)
{
	start();
	add_ram("secram@e000000", 0xe000000, 0x1000000, "disabled", "okay");
	add_ram("memory@40000000", 0x40000000, 0x40000000, NULL, NULL);
	CHECK_EQ(find_ram().base, 0xe000000);
	CHECK_EQ(find_ram().size, 0x1000000);
}

/* RAM that the guest has as well, RAM that nobody may use, and what ends behind all addresses. */
TEST(secure_ram_that_is_none)
{
	start();
	CHECK_EQ(find_ram().size, 0);
	add_ram("memory@1000", 0x1000, 0x1000, NULL, NULL);
	add_ram("memory@2000", 0x2000, 0x1000, "okay", "okay");
	add_ram("memory@3000", 0x3000, 0x1000, "disabled", NULL);
	add_ram("memory@4000", 0x4000, 0x1000, "disabled", "disabled");
	add_ram("memory@5000", 0x5000, 0, "disabled", "okay");
	add_ram("memory@6000", UINT64_MAX - 0xfff, 0x2000, "disabled", "okay");
	CHECK_EQ(find_ram().size, 0);
	add_ram("memory@7000", 0x7000, 0x3000, "disabled", "ok");
	CHECK_EQ(find_ram().base, 0x7000);
	CHECK_EQ(find_ram().size, 0x3000);
}
