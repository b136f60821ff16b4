/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtio's console (VIRTIO 1.2, section 5.3), for VMMs that have no UART: output only, by its first
 * port. Where there can be several ports, libkrun sends nothing before the driver has opened one.
 */
#include "boot/core/console.h"
#include "boot/core/vm.h"
#include "drivers/virtio.h"

#define F_MULTIPORT (1ULL << 1)

/* Queues: of the first port, and of what is said about ports. */
#define TRANSMIT	 1
#define CONTROL_TRANSMIT 3

/* struct virtio_console_control, 5.3.6.2. */
struct control {
	uint32_t port;
	uint16_t event, value;
};

#define DEVICE_READY 0
#define PORT_READY   3
#define PORT_OPEN    6

#define TEXT_MAX 0x10000 /* bytes of one request, which is more than anybody says */

static struct virtio_queue console_queue[2] __attribute__((section(".noinit")));

static struct virtio_device *device_of(const struct uart *uart)
{
	return (struct virtio_device *)uart->base;
}

static bool give(const struct uart *uart, struct virtio_queue *to, const void *bytes, size_t length)
{
	const struct virtio_buffer buffer = {virt_to_phys(bytes), (uint32_t)length, false};

	return virtio_request(device_of(uart), to, &buffer, 1, NULL) == 0;
}

/* The device's answers go nowhere: it has no buffers for them. */
static bool tell(const struct uart *uart, uint16_t event)
{
	const struct control control = {0, event, 1};

	return give(uart, &console_queue[1], &control, sizeof(control));
}

static bool open_port(const struct uart *uart)
{
	return tell(uart, DEVICE_READY) && tell(uart, PORT_READY) && tell(uart, PORT_OPEN);
}

/* Without several ports there is no queue to speak of them. */
static bool start(struct uart *uart)
{
	struct virtio_device *device = device_of(uart);
	int error;

	console_queue[0].number = TRANSMIT;
	console_queue[1].number = CONTROL_TRANSMIT;
	error = virtio_start(device, F_MULTIPORT, console_queue, 2);
	if (error)
		error = virtio_start(device, 0, console_queue, 1);
	device->seconds = 1;
	return !error && (!(device->features & F_MULTIPORT) || open_port(uart));
}

static bool send(const struct uart *uart, const char *text, size_t length)
{
	while (length) {
		size_t part = length < TEXT_MAX ? length : TEXT_MAX;

		if (!give(uart, &console_queue[0], text, part))
			return false;
		text += part;
		length -= part;
	}
	return true;
}

const struct uart_driver virtio_console = {"virtio,mmio", start, send, NULL};
