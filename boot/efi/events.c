/* SPDX-License-Identifier: BSD-2-Clause */
/* The EFI environment's events, timers and priorities (UEFI 2.10, 7.1). */
#include "arch.h"
#include "environment.h"

#define TIME_UNITS 10000000ULL /* of timers, in a second */
#define MILLION	   1000000ULL

/* As many ticks of the counter, rounded up; what is absurdly long is very long. */
static uint64_t ticks(uint64_t time, uint64_t units)
{
	uint64_t frequency = arch_counter_frequency(), seconds = time / units;

	if (!frequency)
		frequency = 1 << 26;
	if (seconds > UINT32_MAX)
		return UINT64_MAX / 2;
	return seconds * frequency + (time % units * frequency + units - 1) / units;
}

/* At a priority that keeps notification functions of others out. */
static void call_notified(uint64_t tpl)
{
	struct efi_environment *env = efi_environment;
	struct efi_event *event;

	while ((event = efi_events_take(&env->events, tpl))) {
		env->tpl = event->tpl;
		event->notify(event, event->context);
	}
	env->tpl = tpl;
}

void efi_poll(void)
{
	struct efi_environment *env = efi_environment;

	if (env->tpl >= EFI_TPL_HIGH)
		return;
	efi_events_pass(&env->events, arch_counter());
	call_notified(env->tpl);
}

uint64_t efi_raise_tpl(uint64_t tpl)
{
	uint64_t old = efi_environment->tpl;

	if (tpl > old)
		efi_environment->tpl = tpl;
	return old;
}

void efi_restore_tpl(uint64_t tpl)
{
	if (tpl > efi_environment->tpl)
		return;
	efi_environment->tpl = tpl;
	efi_poll();
}

static bool is_event(uint32_t type, uint64_t tpl, void (*notify)(void *, void *))
{
	bool notified = type & (EFI_EVENT_NOTIFY_WAIT | EFI_EVENT_NOTIFY_SIGNAL);

	if (type & EFI_EVENT_NOTIFY_WAIT && type & EFI_EVENT_NOTIFY_SIGNAL)
		return false;
	return !notified || (notify && tpl > EFI_TPL_APPLICATION && tpl < EFI_TPL_HIGH);
}

efi_status efi_create_event(uint32_t type, uint64_t tpl, void (*notify)(void *, void *),
			    void *context, void **event)
{
	const struct efi_event new = {
		.type = type, .tpl = tpl, .notify = notify, .context = context};

	if (!event || !is_event(type, tpl, notify))
		return EFI_INVALID_PARAMETER;
	*event = efi_event_add(&efi_environment->events, &new);
	return *event ? EFI_SUCCESS : EFI_OUT_OF_RESOURCES;
}

/* Groups of events are those that have a type as well. */
efi_status efi_create_event_ex(uint32_t type, uint64_t tpl, void (*notify)(void *, void *),
			       void *context, const struct efi_guid *group, void **event)
{
	static const struct efi_guid at_exit = {
		0x27abf055, 0xb1b8, 0x4c26, {0x80, 0x48, 0x74, 0x8f, 0x37, 0xba, 0xa2, 0xdf}};

	if (group && efi_same_guid(group, &at_exit))
		type = EFI_EVENT_AT_EXIT;
	else if (type == EFI_EVENT_AT_EXIT || type == EFI_EVENT_AT_ADDRESSES)
		return EFI_INVALID_PARAMETER;
	return efi_create_event(type, tpl, notify, context, event);
}

efi_status efi_set_timer(void *event, uint32_t timer, uint64_t time)
{
	struct efi_event *at = efi_event_of(&efi_environment->events, event);

	if (!at || !(at->type & EFI_EVENT_TIMER) || timer > EFI_TIMER_RELATIVE)
		return EFI_INVALID_PARAMETER;
	efi_event_set_timer(at, timer, arch_counter(), ticks(time, TIME_UNITS));
	return EFI_SUCCESS;
}

efi_status efi_signal_event(void *event)
{
	struct efi_event *at = efi_event_of(&efi_environment->events, event);

	if (!at)
		return EFI_INVALID_PARAMETER;
	efi_event_signal(at);
	efi_poll();
	return EFI_SUCCESS;
}

efi_status efi_close_event(void *event)
{
	struct efi_event *at = efi_event_of(&efi_environment->events, event);

	if (!at)
		return EFI_INVALID_PARAMETER;
	at->used = false;
	return EFI_SUCCESS;
}

/* What waits is asked for; what has happened has happened once. */
static bool has_happened(struct efi_event *event)
{
	bool happened;

	if (!event->signalled && event->type & EFI_EVENT_NOTIFY_WAIT && event->notify)
		event->notify(event, event->context);
	happened = event->signalled || (event->key && efi_key_waits());
	event->signalled = false;
	return happened;
}

efi_status efi_check_event(void *event)
{
	struct efi_event *at = efi_event_of(&efi_environment->events, event);

	if (!at || at->type & EFI_EVENT_NOTIFY_SIGNAL)
		return EFI_INVALID_PARAMETER;
	efi_poll();
	return has_happened(at) ? EFI_SUCCESS : EFI_NOT_READY;
}

/* Whether one of the events can still happen: without that nobody waits for ever. */
static bool may_happen(uint64_t count, void **event)
{
	struct efi_events *events = &efi_environment->events;

	for (unsigned int i = 0; i < EFI_EVENTS; i++)
		if (events->event[i].used && events->event[i].running)
			return true;
	for (uint64_t i = 0; i < count; i++) {
		const struct efi_event *at = event[i];

		if ((at->key && efi_keys_possible()) || at->type & EFI_EVENT_NOTIFY_WAIT)
			return true;
	}
	return false;
}

static efi_status find_happened(uint64_t count, void **event, uint64_t *index)
{
	for (*index = 0; *index < count; ++*index) {
		struct efi_event *at = efi_event_of(&efi_environment->events, event[*index]);

		if (!at || at->type & EFI_EVENT_NOTIFY_SIGNAL)
			return EFI_INVALID_PARAMETER;
		if (has_happened(at))
			return EFI_SUCCESS;
	}
	return EFI_NOT_READY;
}

efi_status efi_wait_for_event(uint64_t count, void **event, uint64_t *index)
{
	efi_status status;

	if (!count || !event || !index)
		return EFI_INVALID_PARAMETER;
	if (efi_environment->tpl != EFI_TPL_APPLICATION)
		return EFI_UNSUPPORTED;
	for (;;) {
		efi_poll();
		status = find_happened(count, event, index);
		if (status != EFI_NOT_READY)
			return status;
		if (!may_happen(count, event))
			return EFI_UNSUPPORTED;
		arch_yield();
	}
}

efi_status efi_stall(uint64_t microseconds)
{
	uint64_t since = arch_counter(), wait = ticks(microseconds, MILLION);

	do
		efi_poll();
	while (arch_counter() - since < wait);
	return EFI_SUCCESS;
}

void efi_events_at_exit(void)
{
	struct efi_events *events = &efi_environment->events;

	for (unsigned int i = 0; i < EFI_EVENTS; i++) {
		struct efi_event *event = &events->event[i];

		event->running = false;
		if (event->used && event->type == EFI_EVENT_AT_EXIT)
			efi_event_signal(event);
	}
	call_notified(efi_environment->tpl);
}
