/** The shop's name, its categories, the search and the account, at the top of every page. */

import { html, nothing, type TemplateResult } from "lit";

import { personIcon, searchIcon } from "../shared/icons";
import { onSession } from "../shared/session";
import type { Person, ShopInfo } from "../shared/types";
import { ApiError, person, shop } from "./api";
import { Page } from "./page";

export class ShopHeader extends Page {
  private shop: ShopInfo | undefined;
  private person: Person | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
    onSession(() => void this.loadPerson());
    window.addEventListener("popstate", () => this.requestUpdate());
    window.addEventListener("shop:browse", () => this.requestUpdate());
  }

  private async load(): Promise<void> {
    await Promise.all([this.attempt(async () => void (this.shop = await shop())), this.loadPerson()]);
    if (this.shop && !document.title) document.title = this.shop.name;
  }

  private async loadPerson(): Promise<void> {
    this.person = await person();
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const here = new URLSearchParams(location.search);
    const home = location.pathname === "/";
    return html`<header class="top">
      <a class="skip" href="#main">Skip to the content</a>
      <div class="wrap top-row">
        <a class="shop-name" href="/" data-testid="shop-name">${this.shop?.name ?? html`<span class="bone name-bone"></span>`}</a>
        <form class="search" role="search" action="/" data-testid="search">
          <label class="hidden" for="q">Search the shop</label>
          ${searchIcon}
          <input id="q" name="q" type="search" placeholder="Search" maxlength="200" autocomplete="off" .value=${home ? (here.get("q") ?? "") : ""} />
        </form>
        <a class="account" href=${this.person ? "/account" : "/sign-in"} data-testid="account-link">
          ${personIcon}<span>${this.person ? this.person.first_name || "Account" : "Sign in"}</span>
        </a>
      </div>
      <nav class="wrap categories" aria-label="Categories">
        ${this.shop ? this.renderCategories(this.shop.categories, home ? (here.get("category") ?? "") : null) : nothing}
      </nav>
    </header>`;
  }

  private renderCategories(categories: string[], current: string | null): TemplateResult[] {
    return ["", ...categories].map((category) => {
      const address = category ? `/?category=${encodeURIComponent(category)}` : "/";
      return html`<a href=${address} aria-current=${current === category ? "page" : nothing}>${category || "All"}</a>`;
    });
  }
}

export class ShopFooter extends Page {
  private shop: ShopInfo | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    void shop().then(
      (info) => {
        this.shop = info;
        this.requestUpdate();
      },
      (error: unknown) => {
        if (!(error instanceof ApiError)) throw error;
      },
    );
  }

  protected override render(): TemplateResult {
    return html`<footer>
      <div class="wrap">
        <span>${this.shop?.name}</span>
        <span>${this.shop ? `Questions? Ask in the chat. ${this.shop.support.text}` : ""}</span>
      </div>
    </footer>`;
  }
}
