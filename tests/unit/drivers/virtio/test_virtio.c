/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The virtio driver before a device that is played: legacy and modern, slow, absent, and with a
 * used ring that says what cannot be.
 */
#include <string.h>
#include "test.h"

/* The driver is compiled here, and its accesses come here. */
#define mmio_read8	       vio_read8
#define mmio_read16	       vio_read16
#define mmio_read32	       vio_read32
#define mmio_write8	       vio_write8
#define mmio_write16	       vio_write16
#define mmio_write32	       vio_write32
#define arch_probe_read	       vio_probe_read
#define arch_counter	       vio_counter
#define arch_counter_frequency vio_counter_frequency
#define arch_yield	       vio_yield
#define virt_to_phys	       vio_phys
#include "drivers/virtio/mmio.c"
#include "drivers/virtio/virtio.c"
#include "drivers/virtio/rng.c"
#include "drivers/console/virtio_console.c"

#define BASE	  0x0a000000UL
#define SIZE	  0x200
#define FREQUENCY 1000U

#define QUEUES 4

enum lie { TRUTH, WRONG_ID, TOO_LONG, TWO_DONE, INDEX_BACK };

struct played_queue {
	uint16_t max, size;
	uint64_t descriptors, driver, device;
	bool ready;
	uint16_t seen, used; /* requests that were taken, and told to be done */
};

static struct {
	struct virtio_device *driver;
	bool absent, stuck_in_reset, refuses;
	uint32_t version, id;
	uint64_t features, accepted;
	uint32_t features_half, accepted_half, queue_select, page_size, align;
	uint8_t status;
	struct played_queue queue[QUEUES];
	uint8_t config[16];
	enum lie lie;
	bool ignores;
	uint32_t stingy;    /* bytes that it writes at once */
	unsigned int delay; /* looks at the clock until it is done */
	int countdown;
	unsigned int resets, notified;
	uint8_t read[64]; /* what it was given to read */
	size_t read_length;
	uint64_t now;
} device;

static struct virtio_queue queues[2];
static struct virtio_device own;

/* Physical addresses are low ones, as a legacy device needs them. */
#define LOW 0x40000000UL

static uintptr_t high(void)
{
	return page_down((uintptr_t)queues) - LOW;
}

uint64_t vio_phys(const void *pointer)
{
	return (uintptr_t)pointer - high();
}

/* -- the device --------------------------------------------------------------------------------
 */

static struct played_queue *selected(void)
{
	static struct played_queue none;

	return device.queue_select < QUEUES ? &device.queue[device.queue_select] : &none;
}

static void reset_device(void)
{
	device.resets++;
	device.accepted = 0;
	device.page_size = 0;
	for (int i = 0; i < QUEUES; i++)
		device.queue[i] = (struct played_queue) {.max = device.queue[i].max};
	device.countdown = 0;
}

static void set_device_status(uint32_t value)
{
	if (!value)
		reset_device();
	else
		CHECK_EQ(value & device.status, device.status); /* none is taken back */
	if (device.refuses)
		value &= ~8U;
	device.status = (uint8_t)value;
}

/* Reads what is to be read, and writes 'w' where it may: the length it tells, or a lie. */
static uint32_t use_chain(const struct virtio_queue *queue, uint16_t head)
{
	uint32_t written = 0;
	uint16_t at = head;
	bool more = true;

	while (more && CHECK(at < VIRTIO_RING)) {
		uint8_t *memory = (uint8_t *)(high() + queue->descriptor[at].address);
		uint32_t length = queue->descriptor[at].length;

		if (queue->descriptor[at].flags & 2) {
			length = length > device.stingy ? device.stingy : length;
			memset(memory, 'w', length);
			written += length;
		} else {
			memcpy(device.read + device.read_length, memory, length);
			device.read_length += length;
		}
		more = queue->descriptor[at].flags & 1;
		at = queue->descriptor[at].next;
	}
	return written;
}

static void complete(struct played_queue *played)
{
	struct virtio_queue *queue = (struct virtio_queue *)(high() + played->descriptors);
	unsigned int slot = played->used % played->size;
	uint16_t head = queue->driver_ring[played->seen % played->size];

	CHECK_EQ((uint16_t)(played->seen + 1), queue->driver_index);
	CHECK_EQ(queue->driver_flags, 1);
	queue->used.ring[slot].length =
		use_chain(queue, head) + (device.lie == TOO_LONG ? 1000 : 0);
	queue->used.ring[slot].id = head + (device.lie == WRONG_ID ? 3U : 0);
	played->seen++;
	played->used++;
	queue->used.index = (uint16_t)(played->used + (device.lie == TWO_DONE ? 1 : 0) -
				       (device.lie == INDEX_BACK ? 2 : 0));
}

static void notified(uint32_t number)
{
	struct played_queue *played = &device.queue[number];

	device.notified++;
	CHECK(number < QUEUES && played->ready && device.status & 4);
	if (device.ignores)
		return;
	if (device.delay)
		device.countdown = (int)device.delay;
	else
		complete(played);
}

uint64_t vio_counter(void)
{
	if (device.countdown && !--device.countdown)
		complete(&device.queue[0]);
	return device.now += 10;
}

void vio_yield(void)
{
}

uint64_t vio_counter_frequency(void)
{
	return FREQUENCY;
}

bool vio_probe_read(uintptr_t address, uint32_t *value)
{
	if (device.absent)
		return false;
	*value = vio_read32(address);
	return true;
}

uint32_t vio_read32(uintptr_t address)
{
	uintptr_t reg = address - BASE;
	uint32_t word;

	CHECK(reg < SIZE && reg % 4 == 0);
	switch (reg) {
	case MAGIC:
		return 0x74726976;
	case VERSION:
		return device.version;
	case DEVICE_ID:
		return device.id;
	case DEVICE_FEATURES:
		return device.features_half > 1
			       ? 0
			       : (uint32_t)(device.features >> 32 * device.features_half);
	case QUEUE_NUM_MAX:
		return selected()->max;
	case STATUS:
		return device.stuck_in_reset ? 0x40 : device.status;
	}
	CHECK(reg >= CONFIG);
	memcpy(&word, device.config + (reg - CONFIG) % sizeof(device.config), 4);
	return word;
}

uint8_t vio_read8(uintptr_t address)
{
	CHECK(address - BASE >= CONFIG);
	return device.config[(address - BASE - CONFIG) % sizeof(device.config)];
}

uint16_t vio_read16(uintptr_t address)
{
	return (uint16_t)(vio_read8(address) | vio_read8(address + 1) << 8);
}

static void set_half(uint64_t *to, unsigned int high, uint32_t value)
{
	CHECK(device.status & 8); /* after the features are agreed on */
	*to = high ? (uint32_t)*to | (uint64_t)value << 32 : (*to >> 32 << 32) | value;
}

static void set_legacy_place(uint32_t page)
{
	struct played_queue *played = selected();

	CHECK_EQ(device.version, 1);
	CHECK_EQ(device.page_size, 4096);
	CHECK_EQ(device.align, 4096);
	played->descriptors = (uint64_t)page * 4096;
	played->driver = played->descriptors + 16ULL * played->size;
	played->device = (played->driver + 4 + 2ULL * played->size + 4095) / 4096 * 4096;
	played->ready = true;
}

void vio_write32(uintptr_t address, uint32_t value)
{
	uintptr_t reg = address - BASE;

	CHECK(!device.absent);
	switch (reg) {
	case DEVICE_FEATURES_SEL:
		device.features_half = value;
		return;
	case DRIVER_FEATURES_SEL:
		device.accepted_half = value;
		return;
	case DRIVER_FEATURES:
		CHECK(!(device.status & 8));
		device.accepted |= (uint64_t)value << 32 * device.accepted_half;
		return;
	case GUEST_PAGE_SIZE:
		CHECK_EQ(device.version, 1);
		device.page_size = value;
		return;
	case QUEUE_SEL:
		device.queue_select = value;
		return;
	case QUEUE_NUM:
		CHECK(value && value <= selected()->max && !(value & (value - 1)));
		selected()->size = (uint16_t)value;
		return;
	case QUEUE_ALIGN:
		device.align = value;
		return;
	case QUEUE_PFN:
		set_legacy_place(value);
		return;
	case QUEUE_NOTIFY:
		notified(value);
		return;
	case STATUS:
		set_device_status(value);
		return;
	}
	CHECK_EQ(device.version, 2);
	if (reg == QUEUE_READY)
		selected()->ready = value;
	else if (reg / 8 * 8 == QUEUE_DESC)
		set_half(&selected()->descriptors, reg % 8, value);
	else if (reg / 8 * 8 == QUEUE_DRIVER)
		set_half(&selected()->driver, reg % 8, value);
	else if (CHECK_EQ(reg / 8 * 8, QUEUE_DEVICE))
		set_half(&selected()->device, reg % 8, value);
}

void vio_write8(uintptr_t address, uint8_t value)
{
	(void)address;
	(void)value;
	CHECK(!"registers are words");
}

void vio_write16(uintptr_t address, uint16_t value)
{
	vio_write8(address, (uint8_t)value);
}

/* -- tests ------------------------------------------------------------------------------------ */

#define FEATURE 5

static void have_device(uint32_t version)
{
	memset(&device, 0, sizeof(device));
	device.version = version;
	device.id = VIRTIO_BLOCK;
	device.stingy = UINT32_MAX;
	device.features = 1ULL << FEATURE | 1ULL << 6 | 1ULL << 29 | 1ULL << 34 |
			  (version == 2 ? VERSION_1 | ACCESS_PLATFORM : 0);
	device.queue[0].max = device.queue[1].max = 256;
	for (size_t i = 0; i < sizeof(device.config); i++)
		device.config[i] = (uint8_t)(0x10 + i);
	memset(queues, 0xa5, sizeof(queues)); /* as memory is that nobody has cleared */
	queues[0].number = 0;
	queues[1].number = 1;
	memset(&own, 0, sizeof(own));
}

static int open_device(uint32_t version, unsigned int used)
{
	have_device(version);
	if (!CHECK(virtio_mmio_open(&own, BASE, SIZE, VIRTIO_BLOCK)))
		return ERR_NO_DEVICE;
	return virtio_start(&own, 1 << FEATURE | 1 << 7, queues, used);
}

static int ask(uint32_t *written)
{
	static uint8_t in[24];
	static char out[16] = "a request";
	const struct virtio_buffer buffer[] = {
		{vio_phys(out), 9, false}, {vio_phys(in), 20, true}, {vio_phys(in + 20), 1, true}};
	int error;

	memset(in, 0, sizeof(in));
	device.read_length = 0;
	error = virtio_request(&own, &queues[0], buffer, 3, written);
	if (!error) {
		CHECK_EQ(device.read_length, 9);
		CHECK_BYTES(device.read, "a request", 9);
		CHECK_BYTES(in, "wwwwwwwwwwwwwwwwwwwww\0\0\0", 24);
	}
	return error;
}

TEST(virtio_does_requests_by_both_versions)
{
	for (uint32_t version = 1; version <= 2; version++) {
		uint32_t written = 0;

		test_note("version %u", version);
		CHECK_EQ(open_device(version, 1), 0);
		CHECK_EQ(device.status, version == 1 ? 7 : 15);
		CHECK_EQ(device.queue[0].size, VIRTIO_RING);
		for (unsigned int i = 0; i < 70000 && !ask(&written); i++)
			CHECK_EQ(written, 21);
		CHECK_EQ(device.notified, 70000); /* more than the indices count to */
	}
}

/* The places that a modern device is given are those that a legacy one computes. */
TEST(virtio_has_one_layout_for_both_versions)
{
	struct played_queue legacy, modern;

	CHECK_EQ(open_device(1, 1), 0);
	legacy = device.queue[0];
	CHECK_EQ(open_device(2, 1), 0);
	modern = device.queue[0];
	CHECK_EQ(modern.descriptors, legacy.descriptors);
	CHECK_EQ(modern.driver, legacy.driver);
	CHECK_EQ(modern.device, legacy.device);
}

TEST(virtio_agrees_on_features)
{
	CHECK_EQ(open_device(1, 1), 0);
	CHECK_EQ(device.accepted, 1 << FEATURE);
	CHECK_EQ(own.features, 1 << FEATURE);
	CHECK_EQ(open_device(2, 1), 0);
	CHECK_EQ(device.accepted, 1 << FEATURE | VERSION_1 | ACCESS_PLATFORM);
	have_device(2);
	device.refuses = true;
	CHECK(virtio_mmio_open(&own, BASE, SIZE, VIRTIO_BLOCK));
	CHECK_EQ(virtio_start(&own, 0, queues, 1), ERR_UNSUPPORTED);
	CHECK_EQ(device.status, 0);
	have_device(2);
	device.features &= ~VERSION_1;
	CHECK(virtio_mmio_open(&own, BASE, SIZE, VIRTIO_BLOCK));
	CHECK_EQ(virtio_start(&own, 0, queues, 1), ERR_UNSUPPORTED);
	CHECK_EQ(ask(NULL), ERR_NO_DEVICE);
}

TEST(virtio_enables_queues_that_nobody_uses)
{
	CHECK_EQ(open_device(2, 1), 0);
	CHECK(device.queue[0].ready && device.queue[1].ready && !device.queue[2].ready);
	CHECK(device.queue[1].descriptors != device.queue[0].descriptors);
	CHECK_EQ(ask(NULL), 0);
}

TEST(virtio_wants_queues_that_are_large_enough)
{
	static const uint16_t size[] = {0, 1, 3, 4, 7, 8, 9, 0xffff};

	for (size_t i = 0; i < sizeof(size) / sizeof(size[0]); i++) {
		bool fits = size[i] >= VIRTIO_BUFFERS;

		test_note("%u entries", size[i]);
		have_device(1 + i % 2);
		device.queue[0].max = size[i];
		CHECK(virtio_mmio_open(&own, BASE, SIZE, VIRTIO_BLOCK));
		CHECK_EQ(virtio_start(&own, 0, queues, 1), fits ? 0 : ERR_UNSUPPORTED);
		CHECK_EQ(device.status != 0, fits);
		if (fits)
			CHECK_EQ(device.queue[0].size, size[i] < 8 ? 4 : 8);
		for (unsigned int n = 0; fits && n < 20; n++)
			CHECK_EQ(ask(NULL), 0);
		virtio_reset_all();
	}
	CHECK_EQ(open_device(2, 2), 0);
	queues[1].number = 2; /* which is not there */
	CHECK_EQ(virtio_start(&own, 0, queues, 2), ERR_UNSUPPORTED);
}

TEST(virtio_tells_what_is_no_device)
{
	have_device(2);
	CHECK(!virtio_mmio_open(&own, BASE, SIZE, VIRTIO_CONSOLE));
	CHECK(!virtio_mmio_open(&own, BASE, 0xff, VIRTIO_BLOCK));
	device.version = 3;
	CHECK(!virtio_mmio_open(&own, BASE, SIZE, VIRTIO_BLOCK));
	device.version = 0;
	CHECK(!virtio_mmio_open(&own, BASE, SIZE, VIRTIO_BLOCK));
	device.absent = true;
	CHECK(!virtio_mmio_open(&own, BASE, SIZE, VIRTIO_BLOCK));
}

TEST(virtio_waits_for_a_slow_device_and_no_longer)
{
	CHECK_EQ(open_device(2, 1), 0);
	device.delay = 900; /* nine seconds of ten */
	CHECK_EQ(ask(NULL), 0);
	CHECK_EQ(open_device(1, 1), 0);
	own.seconds = 1;
	device.delay = 900;
	CHECK_EQ(ask(NULL), ERR_TIMEOUT);
	CHECK_EQ(device.status, 0); /* it writes nothing any more */
	CHECK_EQ(ask(NULL), ERR_NO_DEVICE);
	CHECK_EQ(open_device(2, 1), 0);
	device.ignores = true;
	CHECK_EQ(ask(NULL), ERR_TIMEOUT);
}

TEST(virtio_gives_up_on_a_reset_that_does_not_end)
{
	have_device(2);
	CHECK(virtio_mmio_open(&own, BASE, SIZE, VIRTIO_BLOCK));
	device.stuck_in_reset = true;
	CHECK_EQ(virtio_start(&own, 0, queues, 1), ERR_TIMEOUT);
	CHECK(device.now < 3 * FREQUENCY);
}

TEST(virtio_believes_no_lies)
{
	static const enum lie lies[] = {WRONG_ID, TOO_LONG, TWO_DONE, INDEX_BACK};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		uint32_t written = 77;

		test_note("lie %u", lies[i]);
		CHECK_EQ(open_device(1 + i % 2, 1), 0);
		CHECK_EQ(ask(&written), 0);
		written = 77;
		device.lie = lies[i];
		CHECK_EQ(ask(&written), ERR_DEVICE);
		CHECK_EQ(written, 77);
		CHECK_EQ(device.status, 0);
		CHECK_EQ(ask(NULL), ERR_NO_DEVICE);
	}
}

/* kvmtool's console tells how much it has read. */
TEST(virtio_asks_no_length_where_nothing_is_written)
{
	const struct virtio_buffer text = {vio_phys("text"), 4, false};
	uint32_t written = 77;

	CHECK_EQ(open_device(2, 1), 0);
	device.lie = TOO_LONG;
	CHECK_EQ(virtio_request(&own, &queues[0], &text, 1, &written), 0);
	CHECK_EQ(written, 0);
	CHECK_BYTES(device.read, "text", 4);
}

TEST(virtio_refuses_chains_that_cannot_be)
{
	struct virtio_buffer buffer[VIRTIO_BUFFERS + 1] = {{0, 1, true}, {0, 1, false}};

	CHECK_EQ(open_device(2, 1), 0);
	CHECK_EQ(virtio_request(&own, &queues[0], buffer, 2, NULL), ERR_FULL);
	CHECK_EQ(virtio_request(&own, &queues[0], buffer, 0, NULL), ERR_FULL);
	CHECK_EQ(virtio_request(&own, &queues[0], buffer, VIRTIO_BUFFERS + 1, NULL), ERR_FULL);
	CHECK_EQ(device.notified, 0);
}

TEST(virtio_reads_the_configuration_in_its_bounds)
{
	CHECK_EQ(open_device(2, 1), 0);
	CHECK_EQ(virtio_config(&own, 4, 4), 0x17161514);
	CHECK_EQ(virtio_config(&own, 8, 8), 0x1f1e1d1c1b1a1918);
	CHECK_EQ(virtio_config(&own, SIZE - CONFIG, 4), 0);
	CHECK_EQ(virtio_config(&own, SIZE - CONFIG - 4, 8), 0);
	CHECK_EQ(virtio_config(&own, UINT32_MAX, 8), 0);
}

TEST(virtio_lets_go_of_all_devices)
{
	CHECK_EQ(open_device(2, 1), 0);
	CHECK_EQ(virtio_start(&own, 0, queues, 1), 0); /* again: once in the list */
	CHECK_EQ(device.status, 15);
	virtio_reset_all();
	CHECK_EQ(device.status, 0);
	device.resets = 0;
	virtio_reset_all();
	virtio_reset(&own);
	CHECK_EQ(device.resets, 0);
}

/* Whoever looks for another device where one is that is in use, has lost that; but it ends. */
TEST(virtio_lets_go_of_devices_that_are_no_more)
{
	CHECK_EQ(open_device(2, 1), 0);
	CHECK(virtio_mmio_open(&own, BASE, SIZE, VIRTIO_BLOCK));
	virtio_reset_all();
	CHECK_EQ(virtio_start(&own, 0, queues, 1), 0);
	virtio_reset_all();
	CHECK_EQ(device.status, 0);
}

/* -- a console --------------------------------------------------------------------------------- */

static bool open_console(uint64_t features, unsigned int count)
{
	struct uart uart = {.base = (uintptr_t)&own};

	have_device(2);
	device.id = VIRTIO_CONSOLE;
	device.features = VERSION_1 | features;
	for (unsigned int i = 0; i < QUEUES; i++)
		device.queue[i].max = i < count ? 64 : 0;
	return CHECK(virtio_mmio_open(&own, BASE, SIZE, VIRTIO_CONSOLE)) &&
	       virtio_console.start(&uart);
}

static bool say(const char *text)
{
	const struct uart uart = {.base = (uintptr_t)&own};

	device.read_length = 0;
	return virtio_console.send(&uart, text, strlen(text));
}

TEST(virtio_console_speaks)
{
	CHECK(open_console(0, 2));
	CHECK(say("an error"));
	CHECK_EQ(device.read_length, 8);
	CHECK_BYTES(device.read, "an error", 8);
	CHECK_EQ(device.queue[1].used, 1);
	CHECK_EQ(device.queue[0].used, 0);
}

/* In the order of 5.3.6.2: the device is ready, the port is, the port is open. */
TEST(virtio_console_opens_its_port)
{
	static const uint8_t words[] = {0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0,
					3, 0, 1, 0, 0, 0, 0, 0, 6, 0, 1, 0};

	CHECK(open_console(F_MULTIPORT, 4));
	CHECK_EQ(device.queue[3].used, 3);
	CHECK_EQ(device.read_length, sizeof(words));
	CHECK_BYTES(device.read, words, sizeof(words));
	CHECK(say("an error"));
	CHECK_EQ(device.queue[1].used, 1);
	CHECK_BYTES(device.read, "an error", 8);
}

TEST(virtio_console_that_is_none)
{
	CHECK(!open_console(0, 1));
	CHECK(!open_console(F_MULTIPORT, 0));
	CHECK_EQ(device.status, 0);
	CHECK(!say("an error"));
}

TEST(virtio_console_that_takes_nothing)
{
	CHECK(open_console(0, 2));
	device.ignores = true;
	CHECK(!say("an error"));
	CHECK(device.now < 3 * FREQUENCY);
	CHECK_EQ(device.status, 0);
	CHECK(!say("an error"));
}

/* -- randomness -------------------------------------------------------------------------------- */

static int draw(uint32_t stingy, enum lie lie, uint8_t *to)
{
	have_device(1);
	device.id = VIRTIO_ENTROPY;
	device.queue[1].max = 0;
	device.stingy = stingy;
	device.lie = lie;
	memset(to, 0, 48);
	CHECK(virtio_mmio_open(&own, BASE, SIZE, VIRTIO_ENTROPY));
	return virtio_rng_read(&own, to, 40);
}

TEST(virtio_rng_fills_what_is_asked_for)
{
	static const uint32_t sizes[] = {UINT32_MAX, 39, 7, 1};
	uint8_t bytes[48];

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		test_note("%u bytes at once", sizes[i]);
		CHECK_EQ(draw(sizes[i], TRUTH, bytes), 0);
		CHECK_BYTES(bytes, "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\0\0\0\0\0\0\0\0", 48);
		CHECK_EQ(device.status, 0); /* it is the guest's again */
	}
}

static uint64_t draw_slowly(unsigned int delay, int expected)
{
	uint8_t bytes[40];

	have_device(1);
	device.id = VIRTIO_ENTROPY;
	device.queue[1].max = 0;
	device.stingy = 1;
	device.delay = delay;
	CHECK(virtio_mmio_open(&own, BASE, SIZE, VIRTIO_ENTROPY));
	CHECK_EQ(virtio_rng_read(&own, bytes, sizeof(bytes)), expected);
	CHECK_EQ(device.status, 0);
	return device.now;
}

TEST(virtio_rng_is_no_source_when_it_is_slow)
{
	CHECK(draw_slowly(2, 0) < 2 * FREQUENCY);
	CHECK(draw_slowly(30, ERR_TIMEOUT) < 3 * FREQUENCY); /* byte by byte */
	CHECK(draw_slowly(190, ERR_TIMEOUT) < 5 * FREQUENCY);
	CHECK(draw_slowly(1000, ERR_TIMEOUT) < 3 * FREQUENCY);
}

TEST(virtio_rng_is_no_source_when_it_lies)
{
	uint8_t bytes[48];

	CHECK_EQ(draw(0, TRUTH, bytes), ERR_DEVICE); /* nothing, again and again */
	CHECK_EQ(draw(5, TOO_LONG, bytes), ERR_DEVICE);
	CHECK_EQ(draw(5, WRONG_ID, bytes), ERR_DEVICE);
	CHECK_EQ(device.status, 0);
}
