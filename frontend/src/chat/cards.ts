/** Orders and products in the conversation. */

import { html, nothing, type TemplateResult } from "lit";

import { capital, day, money, optionsText, statusText, tone } from "../shared/format";
import { picture } from "../shared/picture";
import type { Card, OrderCard, OrderCardLine, ProductCard } from "../shared/types";

export function card(value: Card): TemplateResult {
  switch (value.kind) {
    case "order":
      return html`<div class="card" data-testid="order-card">${order(value)}</div>`;
    case "orders":
      return html`<div class="card divided" data-testid="order-cards">${value.orders.map(orderRow)}</div>`;
    case "product":
      return html`<div class="card" data-testid="product-card">${product(value)}</div>`;
    case "products":
      return html`<div class="card divided" data-testid="product-cards">${value.products.map(product)}</div>`;
  }
}

function chip(status: string): TemplateResult {
  return html`<span class="chip ${tone(status)}">${statusText(status)}</span>`;
}

function orderHead(value: OrderCard): TemplateResult {
  return html`<div class="card-head">
      <strong>Order ${value.number}</strong>
      ${chip(value.state ?? value.status)}
    </div>
    <div class="quiet">${dates(value)}</div>`;
}

const NOT_EXPECTED = new Set(["cancelled", "delivered", "lost", "waiting_for_stock"]);

function dates(value: OrderCard): string {
  const placed = value.placed_at ? `Placed ${day(value.placed_at)}` : "";
  if (NOT_EXPECTED.has(value.state ?? value.status)) return placed;
  const expected = value.expected_on ?? value.promised_on;
  return [placed, expected ? `expected ${day(expected)}` : ""].filter(Boolean).join(" · ");
}

function order(value: OrderCard): TemplateResult {
  return html`${orderHead(value)}
    <ul class="lines">
      ${(value.lines ?? []).map((entry) => line(entry, value.currency))}
    </ul>
    ${(value.parcels ?? []).map(
      (parcel) => html`<div class="parcel">
        <div>
          ${parcel.carrier}
          ${
            parcel.tracking_url
              ? html`<a href=${parcel.tracking_url} target="_blank" rel="noopener noreferrer">${parcel.tracking_number}</a>`
              : parcel.tracking_number
          }
        </div>
        <div class="quiet">${parcel.last_event ? capital(parcel.last_event) : statusText(parcel.status)}</div>
      </div>`,
    )}
    <div class="sum"><span>Total</span><strong>${money(value.total, value.currency)}</strong></div>`;
}

function line(entry: OrderCardLine, currency: string): TemplateResult {
  return html`<li class="line">
    ${picture(entry.image_url, entry.title)}
    <div class="grow">
      <div>${entry.quantity > 1 ? `${entry.quantity} × ` : ""}${entry.title}</div>
      <div class="quiet">${optionsText(entry.options)}</div>
    </div>
    <div class="amount">${money(entry.unit_price * entry.quantity, currency)}</div>
  </li>`;
}

function orderRow(value: OrderCard): TemplateResult {
  const titles = (value.lines ?? []).map((entry) => entry.title).join(", ");
  return html`<div class="row">
    ${orderHead(value)}
    <div class="row-foot">
      <span class="clip">${titles || nothing}</span>
      <span class="amount">${money(value.total, value.currency)}</span>
    </div>
  </div>`;
}

function product(value: ProductCard): TemplateResult {
  const options = Object.values(value.options ?? {})
    .map((values) => values.join(", "))
    .join(" · ");
  return html`<a class="product" href="/products/${encodeURIComponent(value.handle)}">
    ${picture(value.image_url, value.title)}
    <span class="grow">
      <span class="name">${value.title}</span>
      ${options ? html`<span class="quiet clip">${options}</span>` : nothing}
      <span class="price">
        ${money(value.price, value.currency)}
        ${
          value.compare_at && value.compare_at > value.price
            ? html`<s class="quiet"><span class="hidden">instead of </span>${money(value.compare_at, value.currency)}</s>`
            : nothing
        }
        ${value.in_stock ? nothing : html`<span class="chip quiet">Out of stock</span>`}
      </span>
    </span>
  </a>`;
}
