/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtio console over MMIO (VIRTIO 1.2, sections 4.2.2 and 5.3) that is as libkrun's: it can have
 * several ports, has one, and takes nothing from a port before the driver has opened it.
 */
#include <string.h>
#include "vmm.h"

#define MAGIC	0x000
#define VERSION 0x004
#define DEVICE	0x008

#define FEATURES	0x010
#define FEATURES_SELECT 0x014
#define QUEUE		0x030
#define QUEUE_MAX	0x034
#define QUEUE_SIZE	0x038
#define QUEUE_READY	0x044
#define NOTIFY		0x050
#define INTERRUPT	0x060
#define ACKNOWLEDGE	0x064
#define STATUS		0x070
#define RINGS		0x080 /* descriptors, driver's, device's: at 0x10 each, low and high */
#define RINGS_END	0x0b0
#define CONFIG		0x100
#define CONFIG_PORTS	0x104

#define F_MULTIPORT 0x2U
#define F_VERSION_1 0x1U /* in the second word */

#define DESCRIPTORS 32
#define NEXT	    1U

enum { RECEIVE, TRANSMIT, CONTROL_RECEIVE, CONTROL_TRANSMIT, QUEUES };
enum { DEVICE_READY, PORT_ADD, PORT_READY = 3, CONSOLE_PORT, PORT_OPEN = 6 };

struct control {
	uint32_t port;
	uint16_t event, value;
};

struct descriptor {
	uint64_t address;
	uint32_t length;
	uint16_t flags, next;
};

static struct queue {
	uint32_t size, ready, half[6];
	uint16_t seen;
} queue[QUEUES];

static uint32_t selected, features_word, status, interrupts;
static struct control told[8]; /* not yet taken by the driver */
static unsigned int tells;
static bool open;
static uint32_t line_of_console;

static void *ring(const struct queue *q, unsigned int which, uint64_t size)
{
	return guest(q->half[2 * which] | (uint64_t)q->half[2 * which + 1] << 32, size);
}

static void signal_used(void)
{
	interrupts |= 1;
	set_line(line_of_console, true);
}

/* The driver's next chain, or -1. */
static int take(struct queue *q)
{
	volatile uint16_t *driver = ring(q, 1, 4 + 2ULL * q->size);
	uint16_t head;

	if (!q->ready || !q->size || !driver || driver[1] == q->seen)
		return -1;
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	head = driver[2 + q->seen++ % q->size];
	return head < q->size ? head : -1;
}

static void give_back(struct queue *q, int head, uint32_t written)
{
	uint8_t *device = ring(q, 2, 4 + 8ULL * q->size);
	volatile uint16_t *index = (volatile uint16_t *)(device + 2);
	volatile uint32_t *entry;

	if (!device)
		return;
	entry = (volatile uint32_t *)(device + 4 + 8ULL * (*index % q->size));
	entry[0] = (uint32_t)head;
	entry[1] = written;
	__atomic_thread_fence(__ATOMIC_RELEASE);
	*index = (uint16_t)(*index + 1);
	signal_used();
}

/* Calls 'each' for the parts of a chain. */
static void walk(const struct queue *q, int head, void (*each)(void *bytes, uint32_t length))
{
	const struct descriptor *table = ring(q, 0, sizeof(*table) * q->size);
	uint16_t at = (uint16_t)head;

	for (uint32_t i = 0; table && i < q->size && at < q->size; i++) {
		void *bytes = guest(table[at].address, table[at].length);

		if (bytes)
			each(bytes, table[at].length);
		if (!(table[at].flags & NEXT))
			return;
		at = table[at].next;
	}
}

static void print(void *bytes, uint32_t length)
{
	put(bytes, length);
}

static void tell_next(void *bytes, uint32_t length)
{
	if (length >= sizeof(told[0]))
		memcpy(bytes, &told[0], sizeof(told[0]));
}

static void transmit(void)
{
	int head;

	while (open && (head = take(&queue[TRANSMIT])) >= 0) {
		walk(&queue[TRANSMIT], head, print);
		give_back(&queue[TRANSMIT], head, 0);
	}
}

static void tell_all(void)
{
	int head;

	while (tells && (head = take(&queue[CONTROL_RECEIVE])) >= 0) {
		walk(&queue[CONTROL_RECEIVE], head, tell_next);
		give_back(&queue[CONTROL_RECEIVE], head, sizeof(told[0]));
		memmove(told, told + 1, --tells * sizeof(told[0]));
	}
}

static void tell(uint16_t event)
{
	if (tells < sizeof(told) / sizeof(told[0]))
		told[tells++] = (struct control) {0, event, 1};
}

static void hear(void *bytes, uint32_t length)
{
	struct control said;

	if (length < sizeof(said))
		return;
	memcpy(&said, bytes, sizeof(said));
	if (said.event == DEVICE_READY && said.value)
		tell(PORT_ADD);
	else if (said.event == PORT_READY && said.value)
		tell(CONSOLE_PORT);
	else if (said.event == PORT_OPEN)
		open = said.value;
	if (said.event == PORT_READY && said.value)
		tell(PORT_OPEN);
}

static void control(void)
{
	int head;

	while ((head = take(&queue[CONTROL_TRANSMIT])) >= 0) {
		walk(&queue[CONTROL_TRANSMIT], head, hear);
		give_back(&queue[CONTROL_TRANSMIT], head, 0);
	}
	tell_all();
	transmit();
}

static void reset(void)
{
	memset(queue, 0, sizeof(queue));
	selected = features_word = status = interrupts = tells = 0;
	open = false;
	set_line(line_of_console, false);
}

void virtio_reset(uint32_t spi)
{
	line_of_console = spi;
	reset();
}

uint64_t virtio_read(uint64_t offset)
{
	switch (offset) {
	case MAGIC:
		return 0x74726976;
	case VERSION:
		return 2;
	case DEVICE:
		return 3;
	case FEATURES:
		return features_word == 0 ? F_MULTIPORT : features_word == 1 ? F_VERSION_1 : 0;
	case QUEUE_MAX:
		return selected < QUEUES ? DESCRIPTORS : 0;
	case QUEUE_READY:
		return selected < QUEUES ? queue[selected].ready : 0;
	case INTERRUPT:
		return interrupts;
	case STATUS:
		return status;
	case CONFIG_PORTS:
		return 1;
	default:
		return 0;
	}
}

static void set_queue(uint64_t offset, uint32_t value)
{
	struct queue *q = &queue[selected];

	if (selected >= QUEUES)
		return;
	if (offset == QUEUE_SIZE)
		q->size = value <= DESCRIPTORS ? value : 0;
	else if (offset == QUEUE_READY)
		q->ready = value & 1;
	else if (offset >= RINGS && offset < RINGS_END && offset % 16 < 8)
		q->half[2 * ((offset - RINGS) / 16) + offset % 16 / 4] = value;
}

static void notify(uint32_t number)
{
	if (number == CONTROL_RECEIVE)
		tell_all();
	else if (number == CONTROL_TRANSMIT)
		control();
	else if (number == TRANSMIT)
		transmit();
}

void virtio_write(uint64_t offset, uint64_t value)
{
	switch (offset) {
	case FEATURES_SELECT:
		features_word = (uint32_t)value;
		break;
	case QUEUE:
		selected = (uint32_t)value;
		break;
	case NOTIFY:
		notify((uint32_t)value);
		break;
	case ACKNOWLEDGE:
		interrupts &= ~(uint32_t)value;
		set_line(line_of_console, interrupts);
		break;
	case STATUS:
		if (!value)
			reset();
		else
			status = (uint32_t)value;
		break;
	default:
		set_queue(offset, (uint32_t)value);
	}
}
