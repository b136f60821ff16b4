/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Xen's consoles, for domains without a UART (Xen's public interface, io/console.h): a ring in
 * memory that the toolstack's daemon empties, and the hypervisor's own log. Output only.
 */
#include <stddef.h>
#include "arch.h"
#include "boot/core/console.h"
#include "types.h"

/* Hypercalls, and what is asked of them. */
#define CONSOLE_IO	18
#define CONSOLE_WRITE	0
#define EVENT_CHANNEL	32
#define EVENT_SEND	4
#define HVM_OP		34
#define HVM_GET_PARAM	1
#define DOMID_SELF	0x7ff0
#define CONSOLE_PFN	17
#define CONSOLE_CHANNEL 18

/* SMCCC: the UID of the standard hypervisor service (Arm DEN0028), where Xen has its own. */
#define CALL_UID 0x8500ff01U

#define DISCONNECTED 1

struct parameter {
	uint16_t domain;
	uint32_t index;
	uint64_t value;
};

struct ring {
	char in[1024], out[2048];
	uint32_t in_taken, in_put, out_taken, out_put; /* counts, which wrap around */
	uint8_t connection;
};

static bool is_xen(void)
{
	static const uint32_t rest[] = {0x694398c6, 0xd179cf9a, 0x67e6de8d};
	uint64_t result[3];

	if ((uint32_t)arch_smccc4(CONDUIT_HVC, CALL_UID, 0, result) != 0xdc1218a7)
		return false;
	for (unsigned int i = 0; i < 3; i++)
		if ((uint32_t)result[i] != rest[i])
			return false;
	return true;
}

/* 0 when it has none. */
static uint64_t get_parameter(uint32_t index)
{
	struct parameter parameter = {DOMID_SELF, index, 0};

	if (arch_xen(HVM_OP, HVM_GET_PARAM, (uintptr_t)&parameter, 0))
		return 0;
	return *(volatile uint64_t *)&parameter.value;
}

/* The frame number has 4 KiB pages, whatever ours are; all ones are none, too. */
uint64_t xen_ring(void)
{
	uint64_t frame = is_xen() ? get_parameter(CONSOLE_PFN) : 0;

	return frame < UINT64_MAX / PAGE_SIZE ? frame * PAGE_SIZE : 0;
}

/* -- the ring ----------------------------------------------------------------------------------
 */

static volatile struct ring *ring_of(const struct uart *uart)
{
	return (volatile struct ring *)uart->base;
}

/* Bytes that fit; more than there can be when the counts are impossible. */
static uint32_t ring_room(const volatile struct ring *ring)
{
	uint32_t held = (uint32_t)((1ULL << 32) + ring->out_put - ring->out_taken);

	return held <= sizeof(ring->out) ? (uint32_t)sizeof(ring->out) - held : UINT32_MAX;
}

/* Where nobody is going to empty it, what is in it is lost. */
static bool start_ring(struct uart *uart)
{
	uint32_t word;

	return arch_probe_read(uart->base + offsetof(struct ring, out_put), &word) &&
	       ring_room(ring_of(uart)) != UINT32_MAX && ring_of(uart)->connection != DISCONNECTED;
}

static bool tell_daemon(void)
{
	const uint32_t port = (uint32_t)get_parameter(CONSOLE_CHANNEL);

	return arch_xen(EVENT_CHANNEL, EVENT_SEND, (uintptr_t)&port, 0) == 0;
}

/* Waits until it takes something; 0 if that is too long. */
static uint32_t wait_for_ring(const volatile struct ring *ring)
{
	uint32_t room = ring_room(ring);
	uint64_t since;

	if (room)
		return room;
	since = arch_counter();
	while (!room && !arch_second_since(since)) {
		arch_yield();
		room = ring_room(ring);
	}
	return room;
}

/* The daemon sees bytes before it sees that they are there. */
static void put_all(volatile struct ring *ring, const char *text, uint32_t length)
{
	uint32_t put = ring->out_put;

	for (uint32_t i = 0; i < length; i++)
		ring->out[((uint64_t)put + i) % sizeof(ring->out)] = text[i];
	arch_map_sync();
	ring->out_put = (uint32_t)((uint64_t)put + length);
	arch_map_sync();
}

static bool send_ring(const struct uart *uart, const char *text, size_t length)
{
	volatile struct ring *ring = ring_of(uart);

	while (length) {
		uint32_t part = wait_for_ring(ring);

		if (!part || part == UINT32_MAX)
			return false;
		if (part > length)
			part = (uint32_t)length;
		put_all(ring, text, part);
		if (!tell_daemon())
			return false;
		text += part;
		length -= part;
	}
	return true;
}

/* -- the log -----------------------------------------------------------------------------------
 */

static bool start_log(struct uart *uart)
{
	(void)uart;
	return is_xen();
}

/* Xen reads from our addresses, and says if this is not ours to do. */
static bool send_log(const struct uart *uart, const char *text, size_t length)
{
	(void)uart;
	return arch_xen(CONSOLE_IO, CONSOLE_WRITE, length, (uintptr_t)text) == 0;
}

const struct uart_driver xen_ring_console = {"xen,ring", start_ring, send_ring, NULL};
const struct uart_driver xen_log_console = {"xen,log", start_log, send_log, NULL};
