/** One order: its items, parcels, payments and returns. */

import { html, nothing, type TemplateResult } from "lit";

import { day, moment, money, optionsText, statusText } from "../shared/format";
import { picture } from "../shared/picture";
import type { Line, Order, Parcel } from "../shared/types";
import { order } from "./api";
import { signInFirst, waiting } from "./account";
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
        <aside aria-label="Payment and address">${sums(found)} ${payments(found)} ${address(found)}</aside>
      </div>`;
  }
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
      ${found.lines.map((line) => item(line, found.currency))}
    </ul>
  </section>`;
}

function item(line: Line, currency: string): TemplateResult {
  const gone = line.cancelled === line.quantity;
  const options = optionsText(line.options);
  const title = html`<a href="/products/${encodeURIComponent(line.handle)}">${line.title}</a>`;
  const total = money(line.unit_price * line.quantity, currency);
  return html`<li class=${gone ? "gone" : ""} data-testid="line" data-cancelled=${line.cancelled} data-returned=${line.returned}>
    ${picture(line.image_url, line.title)}
    <div class="grow">
      <div>${gone ? html`<s>${title}</s>` : title}</div>
      <div class="quiet">${[options, `${line.quantity} × ${money(line.unit_price, currency)}`].filter(Boolean).join(" · ")}</div>
      ${marks(line)}
    </div>
    <div class="amount">${gone ? html`<s>${total}</s>` : total}</div>
  </li>`;
}

function marks(line: Line): TemplateResult | typeof nothing {
  const many = (count: number): string => (line.quantity > 1 ? ` ${count} of ${line.quantity}` : "");
  const found: [string, string][] = [];
  if (line.cancelled) found.push(["quiet", `Cancelled${many(line.cancelled)}`]);
  if (line.returned) found.push(["quiet", `Returned${many(line.returned)}`]);
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
      ${value.delivered_at ? `Delivered ${moment(value.delivered_at)}` : arrives ? `Expected ${day(arrives)}` : nothing}
      ${value.delay_reason ? ` · delayed: ${value.delay_reason.replaceAll("_", " ")}` : nothing}
    </div>
    ${
      value.last_event
        ? html`<div class="quiet">${[value.last_event, value.last_place, value.last_event_at ? moment(value.last_event_at) : ""].filter(Boolean).join(", ")}</div>`
        : nothing
    }
  </div>`;
}

function returns(found: Order): TemplateResult | typeof nothing {
  if (!found.returns.length) return nothing;
  const titles = new Map(found.lines.map((line) => [line.id, line.title]));
  return html`<section class="box" aria-labelledby="returns">
    <h2 id="returns">Returns</h2>
    ${found.returns.map(
      (entry) => html`<div class="parcel" data-testid="return">
        <div class="order-head"><strong>${entry.number}</strong> ${chip(entry.status)}</div>
        <div>${entry.line_ids
          .map((id) => titles.get(id))
          .filter(Boolean)
          .join(", ")}</div>
        <div class="quiet">${money(entry.refund_amount, found.currency)} back${entry.method ? ` to ${entry.method}` : ""}${entry.due_on ? ` · send it by ${day(entry.due_on)}` : ""}</div>
      </div>`,
    )}
  </section>`;
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

const ADDRESS = ["name", "company", "address1", "address2", "city", "state", "zip", "country"];

function address(found: Order): TemplateResult {
  const known = ADDRESS.filter((field) => found.ship_to[field]);
  const rest = Object.keys(found.ship_to).filter((field) => !ADDRESS.includes(field) && found.ship_to[field]);
  const line = (fields: string[]): string =>
    fields
      .filter((field) => known.includes(field))
      .map((field) => found.ship_to[field])
      .join(", ");
  const place = [line(["city"]), [found.ship_to.state, found.ship_to.zip].filter(Boolean).join(" ")]
    .filter(Boolean)
    .join(", ");
  const lines = [
    line(["name"]),
    line(["company"]),
    line(["address1"]),
    line(["address2"]),
    place,
    line(["country"]),
    ...rest.map((field) => found.ship_to[field]),
  ];
  return html`<section class="box" aria-labelledby="address">
    <h2 id="address">Ship to</h2>
    <address data-testid="address">${lines.filter(Boolean).map((text) => html`<div>${text}</div>`)}</address>
  </section>`;
}
