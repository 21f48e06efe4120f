/** Money, dates and the shop's own words, as people read them. */

import type { Options } from "./types";

const locale = (): string => document.documentElement.lang || "en";

/** `12900, "USD"` → `$129.00`; the amount is in the currency's minor units. */
export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat(locale(), { style: "currency", currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(amount / 10 ** digits);
}

/** A day such as `Tue, Nov 24`. A date without a time is that calendar day everywhere. */
export function day(value: string): string {
  const plain = /^\d{4}-\d\d-\d\d$/.test(value);
  const at = new Date(plain ? `${value}T12:00:00Z` : value);
  return new Intl.DateTimeFormat(locale(), {
    weekday: "short",
    month: "short",
    day: "numeric",
    ...(at.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" }),
    ...(plain ? { timeZone: "UTC" } : {}),
  }).format(at);
}

/** `14:32`, as the reader's locale writes it. */
export function clock(at: Date): string {
  return new Intl.DateTimeFormat(locale(), { hour: "numeric", minute: "2-digit" }).format(at);
}

/** `Today 14:32`, or the day and the time. */
export function moment(value: string | number): string {
  const at = new Date(value);
  const today = at.toDateString() === new Date().toDateString();
  return `${today ? "Today" : day(at.toISOString())}, ${clock(at)}`;
}

/** `{"Color": "Blue", "Size": "L"}` → `Blue / L`. */
export function optionsText(options: Options | undefined): string {
  if (!options) return "";
  return typeof options === "string" ? options : Object.values(options).join(" / ");
}

/** With a capital letter at its start. */
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const WORDS: Record<string, string> = {
  partly_shipped: "Partly shipped",
  label_created: "Label created",
  in_transit: "On its way",
  on_its_way: "On its way",
  exception: "Delayed",
  waiting_for_stock: "Waiting for stock",
};

/** A status as a person says it. */
export function statusText(status: string): string {
  return WORDS[status] ?? capital(status.replaceAll("_", " "));
}

const TONES: Record<string, string> = {
  delivered: "good",
  refunded: "good",
  received: "good",
  cancelled: "quiet",
  returned: "quiet",
  late: "warn",
  lost: "warn",
  exception: "warn",
  waiting_for_stock: "warn",
};

/** The colour family of a status: `good`, `warn`, `quiet` or `info`. */
export function tone(status: string): string {
  return TONES[status] ?? "info";
}
