/** Signing in as one of the demo shop's customers. */

import { html, type TemplateResult } from "lit";

import { ApiError, type DemoCustomer, demoCustomers, demoSignIn, shop } from "./api";
import { Page } from "./page";

export class ShopSignIn extends Page {
  private customers: DemoCustomer[] | null | undefined;
  private pending = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    await this.attempt(async () => {
      void this.name("Sign in").catch(() => undefined);
      this.customers = (await shop()).demo ? await demoCustomers() : null;
    });
  }

  private async enter(customer: DemoCustomer): Promise<void> {
    this.pending = customer.id;
    this.requestUpdate();
    try {
      await demoSignIn(customer.id);
      location.assign("/account");
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failure = error;
      this.pending = "";
    }
  }

  protected override render(): TemplateResult {
    if (this.failure) return html`${this.renderFailure(() => void this.load())}`;
    if (this.customers === undefined)
      return html`<p class="hidden" role="status">Loading…</p><div class="bone row-bone"></div>`;
    if (this.customers === null) {
      return html`<div class="message" data-testid="no-demo">
        <h1>Sign in through your shop</h1>
        <p>This page signs in only the customers of the demo shop. In a real shop, the shop’s own page vouches for its customer with an identity token.</p>
        <a class="button" href="/">To the shop</a>
      </div>`;
    }
    return html`<h1>Sign in</h1>
      <p class="quiet">This is a demo shop. Choose whose eyes you want to see it with; each has a different story.</p>
      <ul class="people">
        ${this.customers.map((customer) => this.renderCustomer(customer))}
      </ul>`;
  }

  private renderCustomer(customer: DemoCustomer): TemplateResult {
    const initials = customer.name
      .split(" ")
      .map((word) => word.charAt(0))
      .slice(0, 2)
      .join("");
    return html`<li>
      <button class="person" data-testid="demo-customer" data-customer=${customer.id} ?disabled=${this.pending !== ""} @click=${() => void this.enter(customer)}>
        <span class="face" aria-hidden="true">${initials}</span>
        <span><strong>${customer.name}</strong><span class="quiet">${customer.note}</span></span>
      </button>
    </li>`;
  }
}
