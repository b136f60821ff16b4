/* SPDX-License-Identifier: BSD-2-Clause */
/* The DSDT of each VMM's machine, and of machines at the model's limits. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tables/acpi/build.h"
#include "aml_reader.h"
#include "error.h"
#include "le.h"
#include "test.h"
#include "trees.h"

#define ROOM 0x20000

static struct platform p;
static struct platform_details d;
static uint8_t dsdt[ROOM];
static size_t used;
static struct aml_tree tree;

static void build(void)
{
	memset(dsdt, 0xa5, sizeof(dsdt));
	CHECK_EQ(dsdt_build(&p, &d, dsdt, sizeof(dsdt), &used), 0);
	CHECK(aml_read(dsdt, used, &tree));
}

static void empty(void)
{
	platform_init(&p);
	memset(&d, 0, sizeof(d));
}

static void *load(const char *name)
{
	size_t size;
	void *fdt = tree_load(name, &size);

	memset(&d, 0, sizeof(d));
	CHECK_EQ(platform_from_fdt(&p, fdt, size), 0);
	return fdt;
}

/* As QEMU's hosts have it: four interrupts that rotate over device and pin. */
static void rotate_routes(struct platform_pcie_details *host)
{
	host->device_mask = 3;
	host->routes = 16;
	for (unsigned int i = 0; i < 16; i++)
		host->route[i] = (struct platform_route) {(uint8_t)(i / 4),
							  (uint8_t)(i % 4 + 1),
							  {35 + (i / 4 + i) % 4, false, false}};
}

static void make_button(void)
{
	d.button = (struct platform_button) {true, {0x9030000, 0x1000}, {39, false, false}, 3};
}

/* -- what the tests look for --------------------------------------------------------------------
 */

static bool exists(const char *path)
{
	return aml_find(&tree, path) != NULL;
}

static void check_number(const char *path, uint64_t expected)
{
	const struct aml_object *object = aml_find(&tree, path);
	uint64_t value;

	test_note("%s", path);
	REQUIRE(CHECK(object != NULL));
	CHECK(aml_number(object->data, object->size, &value));
	CHECK_EQ(value, expected);
}

static void check_text(const char *path, const char *expected)
{
	const struct aml_object *object = aml_find(&tree, path);

	test_note("%s", path);
	REQUIRE(CHECK(object != NULL));
	CHECK_EQ(object->data[0], 0x0d);
	CHECK_TEXT((const char *)object->data + 1, expected);
}

/* EISA IDs of products that begin with PNP. */
static void check_pnp(const char *path, uint16_t product)
{
	check_number(path, 0xd041 | (uint32_t)(product >> 8 | (product & 0xff) << 8) << 16);
}

static void check_resources_of(const char *path, const uint8_t *expected, size_t size)
{
	const struct aml_object *object = aml_find(&tree, path);
	const uint8_t *data;
	size_t length;

	test_note("%s", path);
	REQUIRE(CHECK(object != NULL));
	REQUIRE(CHECK(aml_buffer(object->data, object->size, &data, &length)));
	REQUIRE(CHECK_EQ(length, size));
	CHECK_BYTES(data, expected, size);
}

#define U16(n)	    (uint8_t)(n), (uint8_t)((n) >> 8)
#define U32(n)	    U16((uint32_t)(n)), U16((uint32_t)(n) >> 16)
#define U64(n)	    U32((uint64_t)(n)), U32((uint64_t)(n) >> 32)
#define MEM32(b, s) 0x86, 9, 0, 1, U32(b), U32(s)
#define IRQ(n, f)   0x89, 6, 0, f, 1, U32(n)
#define LEVEL	    1
#define EDGE	    3
#define END	    0x79, 0
#define QWORD(type, flags, special, base, size, offset)                                            \
	0x8a, 43, 0, type, flags, special, U64(0), U64(base), U64((base) + (size)-1), U64(offset), \
		U64(size)
#define DWORD(type, flags, special, base, size, offset)                                            \
	0x87, 23, 0, type, flags, special, U32(0), U32(base), U32((base) + (size)-1), U32(offset), \
		U32(size)
#define BUSES(first, count)                                                                        \
	0x88, 13, 0, 2, 0x0c, 0, U16(0), U16(first), U16((first) + (count)-1), U16(0), U16(count)

#define check_resources(path, ...)                                                                 \
	check_resources_of(path, (const uint8_t[]) {__VA_ARGS__},                                  \
			   sizeof((const uint8_t[]) {__VA_ARGS__}))

/* -- whole machines -----------------------------------------------------------------------------
 */

TEST(dsdt_of_nothing_is_an_empty_scope)
{
	empty();
	build();
	CHECK_EQ(tree.objects, 1);
	CHECK(exists("_SB_"));
	CHECK_EQ(used, 36 + 1 + 3 + 5);
	CHECK_BYTES(dsdt, "DSDT", 4);
	CHECK_EQ(dsdt[8], 2);
	CHECK_BYTES(dsdt + 10, "FOREARFOREARM \1\0\0\0FARM\1\0\0\0", 26);
}

static void check_qemu_virtio(unsigned int i)
{
	char path[32];

	snprintf(path, sizeof(path), "_SB_.VR%02X._UID", i);
	check_number(path, i);
	memcpy(strrchr(path, '.'), "._HID", 5);
	check_text(path, "LNRO0005");
	memcpy(strrchr(path, '.'), "._CCA", 5);
	check_number(path, 1);
	memcpy(strrchr(path, '.'), "._CRS", 5);
	check_resources(path, MEM32(0xa000000 + 0x200 * i, 0x200), IRQ(48 + i, EDGE), END);
}

TEST(dsdt_of_qemu)
{
	void *fdt = load("qemu-gicv3");

	rotate_routes(&d.pcie[0]);
	make_button();
	build();
	check_text("_SB_.C000._HID", "ACPI0007");
	check_number("_SB_.C000._UID", 0);
	check_number("_SB_.C001._UID", 1);
	check_text("_SB_.COM0._HID", "ARMH0011");
	check_number("_SB_.COM0._UID", 0);
	check_resources("_SB_.COM0._CRS", MEM32(0x9000000, 0x1000), IRQ(33, LEVEL), END);
	check_text("_SB_.RTC0._HID", "LNRO0013");
	check_resources("_SB_.RTC0._CRS", MEM32(0x9010000, 0x1000), IRQ(34, LEVEL), END);
	check_text("_SB_.FWCF._HID", "QEMU0002");
	check_number("_SB_.FWCF._STA", 0xb);
	check_number("_SB_.FWCF._CCA", 1);
	check_resources("_SB_.FWCF._CRS", MEM32(0x9020000, 0x18), END);
	for (unsigned int i = 0; i < 32; i++)
		check_qemu_virtio(i);
	check_pnp("_SB_.RES0._HID", 0x0c02);
	check_resources("_SB_.RES0._CRS", QWORD(0, 0xd, 1, 0x4010000000, 0x10000000, 0), END);
	check_pnp("_SB_.PWRB._HID", 0x0c0c);
	/* scope, CPUs, UART, RTC, fw_cfg, virtio, reservation, PCI host, GPIO, button */
	CHECK_EQ(tree.objects, 1 + 2 * 3 + 4 + 4 + 6 + 32 * 5 + 4 + 10 + 6 + 3);
	CHECK(used < 5400);
	free(fdt);
}

TEST(dsdt_of_qemu_has_its_pci_host)
{
	void *fdt = load("qemu-gicv3");

	rotate_routes(&d.pcie[0]);
	d.pcie[0].coherent = true;
	build();
	check_pnp("_SB_.PCI0._HID", 0x0a08);
	check_pnp("_SB_.PCI0._CID", 0x0a03);
	check_number("_SB_.PCI0._UID", 0);
	check_number("_SB_.PCI0._SEG", 0);
	check_number("_SB_.PCI0._BBN", 0);
	check_number("_SB_.PCI0._CCA", 1);
	check_resources("_SB_.PCI0._CRS", BUSES(0, 256),
			DWORD(1, 0xc, 0x13, 0, 0x10000, 0x3eff0000),
			DWORD(0, 0xc, 1, 0x10000000, 0x2eff0000, 0),
			QWORD(0, 0xc, 1, 0x8000000000, 0x8000000000, 0), END);
	CHECK(exists("_SB_.PCI0._OSC"));
	CHECK(!exists("_SB_.PCI0._DSM"));
	free(fdt);
}

/* Every device of the model that has registers is there, once, with these. */
static unsigned int devices_with(const struct region *region, const char *path)
{
	const struct aml_object *object = aml_find(&tree, path);
	const uint8_t *data;
	size_t length;

	if (!object || !aml_buffer(object->data, object->size, &data, &length) || length < 12)
		return 0;
	return data[0] == 0x86 && le32(data + 4) == region->base && le32(data + 8) == region->size;
}

static void check_fixture(const char *name, const void *fdt, size_t size)
{
	unsigned int hosts = 0;
	char path[32];

	CHECK_EQ(platform_from_fdt(&p, fdt, size), 0);
	memset(&d, 0, sizeof(d));
	build();
	test_note("%s", name);
	CHECK_EQ(aml_count(&tree, "._UID"), p.cpus + p.uarts + p.num_virtio + exists("_SB_.RTC0") +
						    exists("_SB_.FWCF") + exists("_SB_.RES0") +
						    aml_count(&tree, "._SEG"));
	for (unsigned int i = 0; i < p.num_virtio; i++) {
		snprintf(path, sizeof(path), "_SB_.VR%02X._CRS", i);
		CHECK_EQ(devices_with(&p.virtio[i].region, path), 1);
	}
	if (p.console >= 0)
		CHECK_EQ(devices_with(&p.uart[p.console].region, "_SB_.COM0._CRS"), 1);
	CHECK_EQ(exists("_SB_.RTC0"), p.rtc.region.size != 0);
	CHECK_EQ(exists("_SB_.FWCF"), p.fw_cfg.size != 0);
	for (unsigned int i = 0; i < p.num_pcie; i++)
		hosts += p.pcie[i].ecam;
	CHECK_EQ(aml_count(&tree, "._SEG"), hosts);
	CHECK_EQ(exists("_SB_.RES0"), hosts != 0);
	CHECK(!exists("_SB_.GPO0") && !exists("_SB_.PWRB"));
}

TEST(dsdt_of_every_fixture)
{
	tree_each(check_fixture);
}

TEST(dsdt_of_cloud_hypervisor_has_two_segments)
{
	void *fdt = load("cloud-hypervisor");

	build();
	check_number("_SB_.PCI0._SEG", 0);
	check_number("_SB_.PCI1._SEG", 1);
	check_number("_SB_.PCI1._UID", 1);
	CHECK(!exists("_SB_.PCI0._DSM"));
	CHECK(exists("_SB_.PCI1._DSM"));
	CHECK(!exists("_SB_.PCI0._PRT"));
	check_resources("_SB_.RES0._CRS", DWORD(0, 0xd, 1, 0x30000000, 0x100000, 0),
			DWORD(0, 0xd, 1, 0x30100000, 0x100000, 0), END);
	check_resources("_SB_.PCI1._CRS", BUSES(0, 1),
			QWORD(0, 0xc, 1, 0x10000000000, 0x8000000000, 0), END);
	free(fdt);
}

TEST(dsdt_of_crosvm_has_no_host_but_uarts_at_small_addresses)
{
	void *fdt = load("crosvm");

	build();
	CHECK(!exists("_SB_.PCI0") && !exists("_SB_.RES0"));
	check_pnp("_SB_.COM0._HID", 0x0501);
	check_resources("_SB_.COM0._CRS", MEM32(0x3f8, 8), IRQ(32, EDGE), END);
	check_resources("_SB_.COM1._CRS", MEM32(0x2f8, 8), IRQ(34, EDGE), END);
	free(fdt);
}

TEST(dsdt_of_xen_has_the_sbsa_uart)
{
	void *fdt = load("xen");

	build();
	check_text("_SB_.COM0._HID", "ARMHB000");
	free(fdt);
}

/* -- devices ------------------------------------------------------------------------------------
 */

static void add_uart(enum uart_type type, uint64_t base)
{
	struct platform_uart *uart = &p.uart[p.uarts++];

	memset(uart, 0, sizeof(*uart));
	uart->type = type;
	uart->region = (struct region) {base, 0x1000};
	uart->interrupt.intid = 40;
}

TEST(dsdt_has_16550s_of_bytes_only)
{
	empty();
	for (unsigned int i = 0; i < 3; i++)
		add_uart(UART_NS16550, 0x1000 * (i + 1));
	p.uart[0].io_width = p.uart[1].io_width = p.uart[2].io_width = 1;
	p.uart[1].reg_shift = 2;
	p.uart[2].reg_offset = 0x100;
	p.console = -1;
	build();
	CHECK(exists("_SB_.COM0._CRS"));
	CHECK(!exists("_SB_.COM1._CRS") && !exists("_SB_.COM2._CRS"));
}

TEST(dsdt_console_is_the_first_uart)
{
	empty();
	for (unsigned int i = 0; i < 4; i++)
		add_uart(UART_PL011, 0x1000 * (i + 1));
	p.console = 2;
	build();
	for (unsigned int i = 0; i < 4; i++) {
		static const uint32_t base[] = {0x3000, 0x1000, 0x2000, 0x4000};
		char path[] = "_SB_.COM0._UID";

		path[8] = (char)('0' + i);
		check_number(path, i);
		memcpy(path + 10, "_CRS", 4);
		check_resources(path, MEM32(base[i], 0x1000), IRQ(40, LEVEL), END);
	}
	p.console = -1;
	build();
	check_resources("_SB_.COM2._CRS", MEM32(0x3000, 0x1000), IRQ(40, LEVEL), END);
	p.console = 0;
	build();
	check_resources("_SB_.COM2._CRS", MEM32(0x3000, 0x1000), IRQ(40, LEVEL), END);
}

TEST(dsdt_leaves_out_devices_without_registers)
{
	empty();
	add_uart(UART_NONE, 0x1000);
	add_uart(UART_PL011, 0x2000);
	add_uart(UART_PL011, UINT64_MAX - 0xffe); /* wraps by one byte */
	add_uart(UART_PL011, UINT64_MAX - 0xfff); /* does not */
	p.uart[1].region.size = 0;
	p.num_virtio = 1;
	memset(p.virtio, 0, sizeof(p.virtio));
	p.virtio[0].region.base = 0x1000;
	p.virtio[0].interrupt.intid = 40;
	p.rtc.region.base = 0x1000;
	p.fw_cfg.base = 0x1000;
	d.button.present = true;
	build();
	CHECK_EQ(aml_count(&tree, "._HID"), 1);
	check_resources("_SB_.COM3._CRS", QWORD(0, 0xd, 1, UINT64_MAX - 0xfff, 0x1000ULL, 0),
			IRQ(40, LEVEL), END);
}

static void one_virtio(uint64_t base, uint32_t intid, bool edge, bool low, bool coherent)
{
	empty();
	p.num_virtio = 1;
	p.virtio[0] = (struct platform_virtio) {{base, 0x200}, {intid, edge, low}, coherent, 0};
	build();
	check_text("_SB_.VR00._HID", "LNRO0005");
	check_number("_SB_.VR00._UID", 0);
	check_number("_SB_.VR00._CCA", coherent);
}

TEST(dsdt_virtio_variants)
{
	one_virtio(0x1000, 40, true, true, false);
	check_resources("_SB_.VR00._CRS", MEM32(0x1000, 0x200), IRQ(40, 7), END);
	one_virtio(0x1000, 0x12345678, false, true, true);
	check_resources("_SB_.VR00._CRS", MEM32(0x1000, 0x200), IRQ(0x12345678, 5), END);
	one_virtio(0x1000, 40, false, false, true);
	check_resources("_SB_.VR00._CRS", MEM32(0x1000, 0x200), IRQ(40, 1), END);
	one_virtio(0x1000, 0, false, false, false);
	check_resources("_SB_.VR00._CRS", MEM32(0x1000, 0x200), END);
	one_virtio(0xffffff00, 40, true, false, true);
	check_resources("_SB_.VR00._CRS", QWORD(0, 0xd, 1, 0xffffff00ULL, 0x200, 0), IRQ(40, 3),
			END);
	one_virtio(0x8000000000, 40, true, false, false);
	check_resources("_SB_.VR00._CRS", QWORD(0, 0xd, 1, 0x8000000000, 0x200, 0), IRQ(40, 3),
			END);
}

TEST(dsdt_button)
{
	static const uint8_t method[] = {0, 0x86, 'P', 'W', 'R', 'B', 0x0a, 0x80};
	const struct aml_object *event;

	empty();
	make_button();
	build();
	check_text("_SB_.GPO0._HID", "ARMH0061");
	check_resources("_SB_.GPO0._CRS", MEM32(0x9030000, 0x1000), IRQ(39, LEVEL), END);
	check_resources("_SB_.GPO0._AEI", 0x8c, 32, 0, 1, 0, U16(1), U16(1), 1, U16(0), U16(0),
			U16(23), 0, U16(25), U16(35), U16(0), U16(3), '\\', '_', 'S', 'B', '.', 'G',
			'P', 'O', '0', 0, END);
	check_pnp("_SB_.PWRB._HID", 0x0c0c);
	event = aml_find(&tree, "_SB_.GPO0._E03");
	REQUIRE(CHECK(event != NULL));
	CHECK_EQ(event->op, 0x14);
	REQUIRE(CHECK_EQ(event->size, sizeof(method)));
	CHECK_BYTES(event->data, method, sizeof(method));
	d.button.pin = 0xb;
	build();
	CHECK(exists("_SB_.GPO0._E0B") && !exists("_SB_.GPO0._E03"));
}

/* -- PCI hosts ----------------------------------------------------------------------------------
 */

static struct platform_pcie *one_host(void)
{
	empty();
	p.num_pcie = 1;
	p.pcie[0] = (struct platform_pcie) {
		.config = {0x40000000, 0x1000000}, .ecam = true, .bus_last = 15};
	return &p.pcie[0];
}

TEST(dsdt_host_buses_end_where_the_window_does)
{
	struct platform_pcie *host = one_host();

	build();
	check_resources("_SB_.PCI0._CRS", BUSES(0, 16), END);
	CHECK_EQ(acpi_pcie_buses(host), 16);
	host->config.size = 0x2fffff;
	build();
	check_resources("_SB_.PCI0._CRS", BUSES(0, 2), END);
	CHECK_EQ(acpi_pcie_buses(host), 2);
	host->bus_first = host->bus_last = 255;
	build();
	check_resources("_SB_.PCI0._CRS", BUSES(255, 1), END);
	check_number("_SB_.PCI0._BBN", 255);
	host->config.size = UINT64_MAX - 0x40000000;
	CHECK_EQ(acpi_pcie_buses(host), 1);
}

static void check_no_host(void)
{
	CHECK_EQ(acpi_pcie_buses(&p.pcie[0]), 0);
	build();
	CHECK_EQ(tree.objects, 1);
}

TEST(dsdt_leaves_out_hosts_that_acpi_cannot_describe)
{
	one_host()->ecam = false;
	check_no_host();
	one_host()->segment = 0x10000;
	check_no_host();
	one_host()->config.size = 0xfffff;
	check_no_host();
	one_host()->config.size = 0;
	check_no_host();
	one_host()->config.base = UINT64_MAX - 0xffffe;
	check_no_host();
	one_host()->bus_first = 16;
	check_no_host();
	one_host()->bus_first = 1;
	p.pcie[0].bus_last = 0;
	check_no_host();
	one_host()->bus_first = 2; /* bus 0 would be below address 0 */
	p.pcie[0].config.base = 0x100000;
	check_no_host();
	one_host()->segment = 0xffff;
	build();
	check_number("_SB_.PCI0._SEG", 0xffff);
}

TEST(dsdt_numbers_hosts_as_the_model_does)
{
	one_host();
	p.num_pcie = 3;
	p.pcie[1] = p.pcie[2] = p.pcie[0];
	p.pcie[1].ecam = false;
	p.pcie[2].segment = 2;
	d.pcie[2].coherent = true;
	build();
	CHECK(!exists("_SB_.PCI1"));
	check_number("_SB_.PCI0._CCA", 0);
	check_number("_SB_.PCI2._CCA", 1);
	check_number("_SB_.PCI2._UID", 2);
}

TEST(dsdt_windows_are_translated)
{
	struct platform_pcie *host = one_host();

	host->io = (struct region) {0x100000000, 0x10000};
	host->io_bus = 0x1000;
	host->mem32 = (struct region) {0x8000000000, 0x40000000};
	host->mem32_bus = 0x80000000;
	host->mem64 = (struct region) {0x10000000, 0x1000};
	host->mem64_bus = 0x20000000; /* the offset is negative */
	build();
	check_resources("_SB_.PCI0._CRS", BUSES(0, 16),
			QWORD(1, 0xc, 0x13, 0x1000, 0x10000, 0xfffff000),
			QWORD(0, 0xc, 1, 0x80000000ULL, 0x40000000, 0x7f80000000),
			QWORD(0, 0xc, 1, 0x20000000, 0x1000, 0xfffffffff0000000), END);
}

TEST(dsdt_leaves_out_windows_that_wrap)
{
	struct platform_pcie *host = one_host();

	host->io = (struct region) {UINT64_MAX, 2};
	host->mem32 = (struct region) {0x1000, 2};
	host->mem32_bus = UINT64_MAX;
	host->mem64 = (struct region) {0x1000, 1};
	host->mem64_bus = UINT64_MAX;
	build();
	check_resources("_SB_.PCI0._CRS", BUSES(0, 16),
			QWORD(0, 0xc, 1, UINT64_MAX, 1ULL, 0x1001ULL), END);
}

TEST(dsdt_keeps_addresses_only_where_asked)
{
	struct platform_pcie *host = one_host();

	build();
	CHECK(exists("_SB_.PCI0._OSC") && !exists("_SB_.PCI0._DSM"));
	host->probe_only = true;
	build();
	CHECK(exists("_SB_.PCI0._OSC") && exists("_SB_.PCI0._DSM"));
}

/* -- interrupts of PCI devices ------------------------------------------------------------------
 */

static uint32_t routed[32][4]; /* what the table says, 0 for nothing */

/* One entry: device with function 0xffff, pin, no link, GSI. */
static bool read_entry(const uint8_t *at, const uint8_t *end)
{
	uint64_t value[4];

	if (*at != 0x12 || !aml_length((++at, &at), end) || *at++ != 4)
		return false;
	for (int i = 0; i < 4; i++) {
		size_t size = aml_data_size(at, end);

		if (!aml_number(at, size, &value[i]))
			return false;
		at += size;
	}
	if (at != end || (value[0] & 0xffff) != 0xffff || value[0] >> 16 > 31 || value[1] > 3 ||
	    value[2] || !value[3] || value[3] > UINT32_MAX || routed[value[0] >> 16][value[1]])
		return false;
	routed[value[0] >> 16][value[1]] = (uint32_t)value[3];
	return true;
}

/* Fills 'routed' from the first host; returns how many entries there are. */
static unsigned int read_routing(void)
{
	const struct aml_object *object;
	const uint8_t *at, *end;
	unsigned int count = 0, declared;

	build();
	memset(routed, 0, sizeof(routed));
	object = aml_find(&tree, "_SB_.PCI0._PRT");
	if (!object)
		return 0;
	at = object->data + 1;
	end = aml_length(&at, object->data + object->size);
	if (!CHECK(object->data[0] == 0x12 && end))
		return 0;
	for (declared = *at++; at < end; count++) {
		size_t size = aml_data_size(at, end);

		if (!CHECK(size && read_entry(at, at + size)))
			return 0;
		at += size;
	}
	CHECK_EQ(count, declared);
	return count;
}

/* What each device should have: the first line of the map that serves it. */
static uint32_t expected_route(const struct platform_pcie_details *host, unsigned int device,
			       unsigned int pin)
{
	unsigned int number = host->any_device ? 0 : device & host->device_mask;

	for (unsigned int i = 0; i < host->routes; i++)
		if (host->route[i].device == number && host->route[i].pin == pin + 1 &&
		    host->route[i].interrupt.intid)
			return host->route[i].interrupt.intid;
	return 0;
}

static unsigned int check_routing(void)
{
	unsigned int count = read_routing();

	for (unsigned int device = 0; device < 32; device++)
		for (unsigned int pin = 0; pin < 4; pin++)
			CHECK_EQ(routed[device][pin], expected_route(&d.pcie[0], device, pin));
	return count;
}

TEST(dsdt_routes_of_qemu)
{
	one_host();
	rotate_routes(&d.pcie[0]);
	CHECK_EQ(check_routing(), 128);
	CHECK_EQ(routed[0][0], 35);
	CHECK_EQ(routed[31][3], 35 + (3 + 3) % 4);
}

static void one_route(uint8_t device, uint8_t pin, uint32_t intid, unsigned int mask, bool any)
{
	struct platform_pcie_details *host = &d.pcie[0];

	one_host();
	host->routes = 1;
	host->route[0] = (struct platform_route) {device, pin, {intid, false, false}};
	host->device_mask = mask;
	host->any_device = any;
}

TEST(dsdt_routes_of_one_line)
{
	one_route(0, 1, 37, 0, true);
	CHECK_EQ(check_routing(), 32);
	one_route(0, 1, 37, 31, true);
	CHECK_EQ(check_routing(), 32);
	one_route(0, 4, 37, 0, false);
	CHECK_EQ(check_routing(), 32);
	one_route(31, 2, 0xffffffff, 31, false);
	CHECK_EQ(check_routing(), 1);
	CHECK_EQ(routed[31][1], 0xffffffff);
	one_route(0x10, 2, 37, 0x10, false);
	CHECK_EQ(check_routing(), 16);
}

TEST(dsdt_leaves_out_routes_that_serve_nobody)
{
	one_route(1, 1, 37, 0, true);
	CHECK_EQ(check_routing(), 0);
	one_route(4, 1, 37, 3, false);
	CHECK_EQ(check_routing(), 0);
	one_route(32, 1, 37, 31, false);
	CHECK_EQ(check_routing(), 0);
	one_route(0, 0, 37, 31, false);
	CHECK_EQ(check_routing(), 0);
	one_route(0, 5, 37, 31, false);
	CHECK_EQ(check_routing(), 0);
	one_route(0, 255, 37, 31, false);
	CHECK_EQ(check_routing(), 0);
	one_route(0, 1, 0, 31, false);
	CHECK_EQ(check_routing(), 0);
	CHECK(!exists("_SB_.PCI0._PRT"));
	one_route(32, 1, 37, 0xff, false);
	CHECK_EQ(read_routing(), 0);
}

TEST(dsdt_random_routes)
{
	for (int round = 0; round < 300; round++) {
		struct platform_pcie_details *host = &d.pcie[0];

		one_host();
		host->any_device = test_between(0, 3) == 0;
		host->device_mask = (unsigned int)test_between(0, 31);
		host->routes = (unsigned int)test_between(0, PLATFORM_ROUTES);
		for (unsigned int i = 0; i < host->routes; i++)
			host->route[i] = (struct platform_route) {
				(uint8_t)(test_between(0, 33) & host->device_mask),
				(uint8_t)test_between(0, 5),
				{(uint32_t)test_between(0, 1019), false, false}};
		test_note("round %d", round);
		CHECK(check_routing() <= 128);
	}
}

/* -- room ---------------------------------------------------------------------------------------
 */

TEST(dsdt_never_writes_behind_its_room)
{
	void *fdt = load("qemu-gicv3");

	rotate_routes(&d.pcie[0]);
	make_button();
	p.pcie[0].probe_only = true;
	p.virtio[1].region.base = 0x8000000000;
	build();
	for (size_t room = 0; room <= used; room++) {
		uint8_t *block = malloc(room ? room : 1);
		size_t size = 0;

		test_note("room %zu of %zu", room, used);
		CHECK_EQ(dsdt_build(&p, &d, block, room, &size), room < used ? ERR_FULL : 0);
		if (room == used) {
			CHECK_EQ(size, used);
			CHECK_BYTES(block, dsdt, used);
		}
		free(block);
	}
	free(fdt);
}

/* As much as the model can hold. */
static void fill(void)
{
	one_host();
	p.cpus = PLATFORM_CPUS;
	p.num_pcie = PLATFORM_PCIE;
	p.num_virtio = PLATFORM_VIRTIO;
	for (unsigned int i = 0; i < PLATFORM_UARTS; i++)
		add_uart(UART_PL011, 0x100000000 + 0x1000 * i);
	p.console = PLATFORM_UARTS - 1;
	for (unsigned int i = 0; i < PLATFORM_VIRTIO; i++)
		p.virtio[i] = (struct platform_virtio) {
			{0x200000000, 0x200}, {40, false, false}, true, 0};
	p.rtc.region = p.fw_cfg = (struct region) {0x300000000, 0x1000};
	make_button();
	for (unsigned int i = 0; i < PLATFORM_PCIE; i++) {
		p.pcie[i] = p.pcie[0];
		p.pcie[i].probe_only = true;
		p.pcie[i].io = p.pcie[i].mem32 = p.pcie[i].mem64 =
			(struct region) {0x400000000, 0x10000};
		rotate_routes(&d.pcie[i]);
	}
}

TEST(dsdt_of_a_full_model)
{
	fill();
	build();
	CHECK_EQ(aml_count(&tree, "._HID"),
		 PLATFORM_CPUS + PLATFORM_UARTS + PLATFORM_VIRTIO + PLATFORM_PCIE + 5);
	CHECK(exists("_SB_.C1FF") && exists("_SB_.COM7") && exists("_SB_.VR3F") &&
	      exists("_SB_.PCI7"));
	check_number("_SB_.C1FF._UID", 511);
	CHECK(used < ACPI_BUILD_ROOM(PLATFORM_CPUS) / 2);
}

TEST(dsdt_of_a_full_model_is_legal_when_cut)
{
	fill();
	for (p.cpus = 0; p.cpus < PLATFORM_CPUS; p.cpus += 37)
		build();
}
