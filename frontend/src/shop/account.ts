/** A customer's orders, with what is true of them now. */

import { html, type TemplateResult } from "lit";

import { day, money, optionsText } from "../shared/format";
import { picture } from "../shared/picture";
import type { Address, OrderSummary, Paged, Person } from "../shared/types";
import { addressLines } from "./address";
import { orders, person, signOut } from "./api";
import { LivePage } from "./live";
import { ask, chip, pager } from "./page";

export class ShopAccount extends LivePage {
  private person: Person | null | undefined;
  private listing: (Paged & { orders: OrderSummary[] }) | undefined;

  protected override async refresh(): Promise<void> {
    await this.attempt(async () => {
      void this.name("Your orders").catch(() => undefined);
      this.person = await person();
      const page = Number(new URLSearchParams(location.search).get("page")) || 1;
      this.listing = this.person ? await orders(page) : undefined;
    });
  }

  protected override render(): TemplateResult {
    if (this.failure && !this.listing) return html`${this.renderFailure(() => void this.refresh())}`;
    if (this.person === undefined) return waiting();
    if (this.person === null) return signInFirst();
    const { first_name: first, last_name: last, email } = this.person;
    return html`<div class="page-head">
        <div>
          <h1>Your orders</h1>
          <p class="quiet">${first} ${last}${email ? html`, ${email}` : ""}</p>
        </div>
        <button class="button" data-testid="sign-out" @click=${this.leave}>Sign out</button>
      </div>
      ${this.renderOrders()} ${this.renderAddress(this.person.address)}`;
  }

  private renderAddress(known: Address | null): TemplateResult {
    return html`<section class="box default-address" aria-labelledby="default-address">
      <h2 id="default-address">Default address</h2>
      ${known ? addressLines(known) : html`<p class="quiet">None yet.</p>`}
      <button class="button" data-testid="change-address" @click=${() => ask("Please change my default address to ")}>${known ? "Change it" : "Add one"}</button>
    </section>`;
  }

  private renderOrders(): TemplateResult {
    const listing = this.listing;
    if (!listing) return waiting();
    if (!listing.total) {
      return html`<div class="message"><h2>No orders yet</h2><p>What you buy appears here.</p><a class="button" href="/">To the shop</a></div>`;
    }
    return html`<ul class="orders" data-testid="orders">
        ${listing.orders.map(row)}
      </ul>
      ${pager(listing.page, Math.ceil(listing.total / listing.page_size), (page) => {
        history.pushState(null, "", `?page=${page}`);
        scrollTo({ top: 0 });
        void this.refresh();
      })}`;
  }

  private readonly leave = async (): Promise<void> => {
    await signOut();
    location.assign("/");
  };
}

function row(order: OrderSummary): TemplateResult {
  const open = !["delivered", "cancelled"].includes(order.status);
  return html`<li>
    <a class="order-row" href="/account/orders/${encodeURIComponent(order.number)}" data-testid="order" data-number=${order.number} data-status=${order.status}>
      <span class="thumbs">${order.lines.slice(0, 3).map((line) => picture(line.image_url, line.title))}</span>
      <span class="order-what">
        <span class="order-head"><strong>${order.number}</strong> ${chip(order.status)}</span>
        <span class="order-titles">
          ${order.lines.map((line, index) => {
            const all = line.cancelled === line.quantity;
            const text = `${line.title}${optionsText(line.options) ? ` (${optionsText(line.options)})` : ""}`;
            return html`${index ? ", " : ""}${all ? html`<s>${text}</s>` : text}`;
          })}
        </span>
        <span class="quiet">
          ${[order.placed_at ? day(order.placed_at) : "", open && order.promised_on ? `expected ${day(order.promised_on)}` : ""].filter(Boolean).join(" · ")}
        </span>
      </span>
      <span class="order-total">${money(order.total, order.currency)}</span>
    </a>
  </li>`;
}

export function waiting(): TemplateResult {
  return html`<p class="hidden" role="status">Loading…</p>
    <div class="orders" aria-hidden="true">${Array.from({ length: 3 }, () => html`<div class="bone row-bone"></div>`)}</div>`;
}

export function signInFirst(): TemplateResult {
  return html`<div class="message" data-testid="sign-in-first">
    <h1>Please sign in</h1>
    <p>Then you see your orders here, and the chat knows them too.</p>
    <a class="button primary" href="/sign-in">Sign in</a>
  </div>`;
}
