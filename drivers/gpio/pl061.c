/* SPDX-License-Identifier: BSD-2-Clause */
/* A line of a PL061 (DDI 0190): what it does, it does when it becomes active. */
#include "drivers/gpio.h"
#include "mmio.h"

#define GPIODATA(pin) (4U << (pin)) /* address bits 9:2 say which bits an access is about */
#define GPIODIR	      0x400	    /* 1: output */
#define GPIO_PINS     8

void gpio_assert(const struct monitor_gpio *line)
{
	uintptr_t base = (uintptr_t)line->base;
	uint32_t bit = 1U << (line->pin % GPIO_PINS);
	uint32_t idle = line->active_low ? bit : 0;

	if (!base || line->pin >= GPIO_PINS)
		return;
	/* An output starts idle: data of an input does not count, and may get lost. */
	mmio_write32(base + GPIODATA(line->pin), idle);
	mmio_write32(base + GPIODIR, mmio_read32(base + GPIODIR) | bit);
	mmio_write32(base + GPIODATA(line->pin), idle);
	mmio_write32(base + GPIODATA(line->pin), idle ^ bit);
}
