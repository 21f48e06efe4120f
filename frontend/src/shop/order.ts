/** One order: its items, parcels, payments and returns. */

import { html, nothing, type TemplateResult } from "lit";

import { capital, day, moment, money, optionsText, statusText } from "../shared/format";
import { picture } from "../shared/picture";
import type { ActionKind, Line, Options, Order, Parcel, Return } from "../shared/types";
import { signInFirst, waiting } from "./account";
import { addressLines } from "./address";
import { order } from "./api";
import { LivePage } from "./live";
import { ask, chip } from "./page";

export class ShopOrder extends LivePage {
  private order: Order | undefined;

  protected override async refresh(): Promise<void> {
    const number = decodeURIComponent(location.pathname.split("/").pop() ?? "");
    await this.attempt(async () => {
      void this.name(`Order ${number}`).catch(() => undefined);
      this.order = await order(number);
    });
  }

  protected override render(): TemplateResult {
    const refused = this.failure?.status ?? 0;
    if (refused === 401 || refused === 403) return signInFirst();
    if (this.failure && (!this.order || refused === 404)) return html`${this.renderFailure(() => void this.refresh())}`;
    const found = this.order;
    if (!found) return waiting();
    return html`<nav class="trail" aria-label="Breadcrumb"><a href="/account">Your orders</a></nav>
      <div class="page-head">
        <div>
          <h1>Order ${found.number} <span data-testid="order-status" data-status=${found.status}>${chip(found.delivery?.state ?? found.status)}</span></h1>
          <p class="quiet">${headline(found)}</p>
        </div>
        <button class="button primary" data-testid="help" @click=${() => ask(`About my order ${found.number}: `)}>Get help with this order</button>
      </div>
      <div class="order-page">
        <div>${items(found)} ${parcels(found)} ${returns(found)}</div>
        <aside aria-label="Changes, payment and address">${changes(found)} ${sums(found)} ${payments(found)} ${address(found)}</aside>
      </div>`;
  }
}

/** What can be asked for, as a message begun in the chat. `NUMBER` stands for the order's. */
const WISHES: Partial<Record<ActionKind, [string, string]>> = {
  cancel_order: ["Cancel items", "Please cancel from order NUMBER: "],
  change_items: ["Swap an item", "In order NUMBER, please swap the "],
  change_address: ["Change the address", "Please send order NUMBER to "],
  change_payment: ["Change the payment", "Please move order NUMBER to my "],
  return_items: ["Return items", "I would like to return from order NUMBER: "],
  exchange_items: ["Exchange items", "In order NUMBER, please exchange the "],
};

function changes(found: Order): TemplateResult | typeof nothing {
  const open = found.may.flatMap((kind) => (WISHES[kind] ? [WISHES[kind]] : []));
  if (!open.length) return nothing;
  return html`<section class="box" aria-labelledby="changes">
    <h2 id="changes">You can still</h2>
    <div class="wishes" data-testid="wishes">
      ${open.map(([label, draft]) => html`<button class="button" @click=${() => ask(draft.replace("NUMBER", found.number))}>${label}</button>`)}
    </div>
  </section>`;
}

function headline(found: Order): string {
  const parts = found.placed_at ? [`Placed ${day(found.placed_at)}`] : [];
  if (found.cancelled_at) parts.push(`cancelled ${day(found.cancelled_at)}`);
  const delivery = found.delivery;
  const expected = delivery?.expected_on ?? found.promised_on;
  if (expected && !["delivered", "cancelled"].includes(found.status)) parts.push(`expected ${day(expected)}`);
  if (delivery?.days_late) parts.push(`${delivery.days_late} ${delivery.days_late === 1 ? "day" : "days"} late`);
  if (delivery?.reason) parts.push(delivery.reason);
  return parts.join(" · ");
}

function items(found: Order): TemplateResult {
  return html`<section class="box" aria-labelledby="items">
    <h2 id="items">Items</h2>
    <ul class="order-lines" data-testid="lines">
      ${found.lines.map((line) => {
        const going = found.returns.filter((entry) => entry.line_ids.includes(line.id));
        return item(line, found.currency, going);
      })}
    </ul>
  </section>`;
}

function item(line: Line, currency: string, going: Return[]): TemplateResult {
  const gone = line.cancelled === line.quantity;
  const options = optionsText(line.options);
  const title = html`<a href="/products/${encodeURIComponent(line.handle)}">${line.title}</a>`;
  const total = money(line.unit_price * line.quantity, currency);
  return html`<li class=${gone ? "gone" : ""} data-testid="line" data-cancelled=${line.cancelled} data-returned=${line.returned}>
    ${picture(line.image_url, line.title)}
    <div class="grow">
      <div>${gone ? html`<s>${title}</s>` : title}</div>
      <div class="quiet">${[options, `${line.quantity} × ${money(line.unit_price, currency)}`].filter(Boolean).join(" · ")}</div>
      ${marks(line, going)}
    </div>
    <div class="amount">${gone ? html`<s>${total}</s>` : total}</div>
  </li>`;
}

function marks(line: Line, going: Return[]): TemplateResult | typeof nothing {
  const many = (count: number): string => (line.quantity > 1 ? ` ${count} of ${line.quantity}` : "");
  const found: [string, string][] = [];
  if (line.cancelled) found.push(["quiet", `Cancelled${many(line.cancelled)}`]);
  const open = going.find((entry) => entry.status === "requested");
  const word = open ? { return: "Going back", exchange: "Being exchanged" }[open.kind] : "Returned";
  if (line.returned) found.push([open ? "info" : "quiet", `${word}${many(line.returned)}`]);
  if (line.short)
    found.push([
      "warn",
      `Not in stock${many(line.short)}${line.restock_on ? `, expected ${day(line.restock_on)}` : ""}`,
    ]);
  if (!found.length) return nothing;
  return html`<div class="marks">${found.map(([kind, text]) => html`<span class="chip ${kind}">${text}</span>`)}</div>`;
}

function parcels(found: Order): TemplateResult | typeof nothing {
  if (!found.parcels.length) return nothing;
  return html`<section class="box" aria-labelledby="parcels">
    <h2 id="parcels">${found.parcels.length > 1 ? "Parcels" : "Parcel"}</h2>
    ${found.parcels.map(parcel)}
  </section>`;
}

function parcel(value: Parcel): TemplateResult {
  const arrives = value.estimated_on ?? value.promised_on;
  return html`<div class="parcel" data-testid="parcel">
    <div class="order-head"><strong>${value.carrier}</strong> ${chip(value.status)}</div>
    <div>
      ${
        value.tracking_url
          ? html`<a href=${value.tracking_url} target="_blank" rel="noopener noreferrer">${value.tracking_number}</a>`
          : value.tracking_number
      }
    </div>
    <div class="quiet">
      ${value.delivered_at ? [`Delivered ${moment(value.delivered_at)}`, value.last_place].filter(Boolean).join(", ") : arrives ? `Expected ${day(arrives)}` : nothing}
      ${value.delay_reason ? ` · delayed: ${value.delay_reason.replaceAll("_", " ")}` : nothing}
    </div>
    ${
      value.last_event && !value.delivered_at
        ? html`<div class="quiet">${[capital(value.last_event), value.last_place, value.last_event_at ? moment(value.last_event_at) : ""].filter(Boolean).join(", ")}</div>`
        : nothing
    }
  </div>`;
}

function returns(found: Order): TemplateResult | typeof nothing {
  if (!found.returns.length) return nothing;
  const kinds = new Set(found.returns.map((entry) => entry.kind));
  const title = kinds.size > 1 ? "Returns and exchanges" : kinds.has("exchange") ? "Exchanges" : "Returns";
  return html`<section class="box" aria-labelledby="returns">
    <h2 id="returns">${title}</h2>
    ${found.returns.map(
      (entry) => html`<div class="parcel" data-testid="return" data-kind=${entry.kind}>
        <div class="order-head"><strong>${entry.number}</strong> ${chip(entry.status)}</div>
        <div>${entry.line_ids
          .map((id) => found.lines.find((line) => line.id === id))
          .map((line) => line && named(line))
          .filter(Boolean)
          .join(", ")}</div>
        ${entry.new_items.length ? html`<div>→ ${entry.new_items.map((item) => `${item.quantity > 1 ? `${item.quantity} × ` : ""}${named(item)}`).join(", ")}</div>` : nothing}
        <div class="quiet">${[settled(entry, found.currency), entry.due_on && entry.status === "requested" ? `send it by ${day(entry.due_on)}` : ""].filter(Boolean).join(" · ")}</div>
      </div>`,
    )}
  </section>`;
}

function named(item: { title: string; options: Options }): string {
  const options = optionsText(item.options);
  return options ? `${item.title} (${options})` : item.title;
}

/** What a return or an exchange does to the customer's money. */
function settled(entry: Return, currency: string): string {
  const method = entry.method ? ` to ${entry.method}` : "";
  if (entry.difference > 0) return `${money(entry.difference, currency)} charged${method}`;
  if (entry.refund_amount) return `${money(entry.refund_amount, currency)} back${method}`;
  return entry.kind === "exchange" ? "No difference in price" : "";
}

function sums(found: Order): TemplateResult {
  const rows: [string, number][] = [
    ["Subtotal", found.subtotal],
    ["Discount", -found.discount],
    ["Shipping", found.shipping],
    ["Tax", found.tax],
  ];
  return html`<section class="box" aria-labelledby="sums">
    <h2 id="sums">Summary</h2>
    <dl class="sums">
      ${rows.filter(([name, amount]) => amount || name === "Shipping").map(([name, amount]) => html`<div><dt>${name}</dt><dd>${amount ? money(amount, found.currency) : "Free"}</dd></div>`)}
      <div class="total"><dt>Total</dt><dd>${money(found.total, found.currency)}</dd></div>
    </dl>
  </section>`;
}

function payments(found: Order): TemplateResult | typeof nothing {
  if (!found.payments.length) return nothing;
  return html`<section class="box" aria-labelledby="payments">
    <h2 id="payments">Paid with</h2>
    <dl class="sums" data-testid="payments">
      ${found.payments.map(
        (payment) => html`<div><dt>${payment.method}</dt><dd>${money(payment.amount, found.currency)}</dd></div>
          ${
            payment.refunded
              ? html`<div class="refunded"><dt>Refunded to ${payment.method}</dt><dd>${money(-payment.refunded, found.currency)}</dd></div>`
              : nothing
          }`,
      )}
    </dl>
    ${found.cancel_reason ? html`<p class="quiet">Cancelled: ${statusText(found.cancel_reason).toLowerCase()}</p>` : nothing}
  </section>`;
}

function address(found: Order): TemplateResult {
  return html`<section class="box" aria-labelledby="address">
    <h2 id="address">Ship to</h2>
    ${addressLines(found.ship_to)}
  </section>`;
}
