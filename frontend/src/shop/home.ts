/** The shop's window: products by category or search, a page at a time. */

import { html, type TemplateResult } from "lit";

import { money } from "../shared/format";
import { picture } from "../shared/picture";
import type { Paged, ProductCard } from "../shared/types";
import { products } from "./api";
import { Page, pager } from "./page";

type Listing = Paged & { products: ProductCard[] };

export class ShopHome extends Page {
  private listing: Listing | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    window.addEventListener("popstate", () => void this.load());
    document.addEventListener("click", this.onClick);
    document.addEventListener("submit", this.onSubmit);
    void this.load();
  }

  private get query(): URLSearchParams {
    return new URLSearchParams(location.search);
  }

  private async load(): Promise<void> {
    this.listing = undefined;
    this.requestUpdate();
    const wanted = location.search;
    const title = this.query.get("category") ?? "";
    await this.attempt(async () => {
      void this.name(title).catch(() => undefined);
      const listing = await products(this.query);
      if (wanted === location.search) this.listing = listing;
    });
  }

  private go(address: string): void {
    history.pushState(null, "", address);
    window.dispatchEvent(new Event("shop:browse"));
    scrollTo({ top: 0 });
    void this.load();
  }

  /** Categories are links; on this page they change the list without loading the page again. */
  private readonly onClick = (event: MouseEvent): void => {
    const link = (event.target as Element).closest<HTMLAnchorElement>(".categories a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    this.go(link.pathname + link.search);
  };

  private readonly onSubmit = (event: SubmitEvent): void => {
    const form = event.target as HTMLFormElement;
    if (!form.matches(".search")) return;
    event.preventDefault();
    const words = String(new FormData(form).get("q") ?? "").trim();
    this.go(words ? `/?${new URLSearchParams({ q: words })}` : "/");
  };

  private page(page: number): void {
    const query = this.query;
    query.set("page", String(page));
    this.go(`/?${query}`);
  }

  protected override render(): TemplateResult {
    if (this.failure) return html`${this.renderFailure(() => void this.load())}`;
    const words = this.query.get("q");
    const category = this.query.get("category");
    return html`<h1>${words ? `Results for “${words}”` : (category ?? "Everything in the shop")}</h1>
      <p class="quiet" role="status" data-testid="count">${this.count()}</p>
      ${this.renderList(words ?? category)}`;
  }

  private count(): string {
    if (!this.listing) return "Loading…";
    const { total } = this.listing;
    return total === 1 ? "1 product" : `${total} products`;
  }

  private renderList(filter: string | null): TemplateResult {
    const listing = this.listing;
    if (!listing) {
      return html`<div class="grid" aria-hidden="true">
        ${Array.from({ length: 8 }, () => html`<div class="tile-card"><div class="picture bone"></div><div class="bone line-bone"></div><div class="bone short-bone"></div></div>`)}
      </div>`;
    }
    if (!listing.total) return filter ? this.renderNoMatch() : this.renderNoProducts();
    return html`<ul class="grid" data-testid="products">
        ${listing.products.map((product, index) => tile(product, index < 8))}
      </ul>
      ${pager(listing.page, Math.ceil(listing.total / listing.page_size), (page) => this.page(page))}`;
  }

  private renderNoMatch(): TemplateResult {
    return html`<div class="message" data-testid="no-match">
      <h2>Nothing matches</h2>
      <p>Try other words, or look at everything there is.</p>
      <a class="button" href="/">All products</a>
    </div>`;
  }

  private renderNoProducts(): TemplateResult {
    return html`<div class="message" data-testid="no-products">
      <h2>This shop has no products yet</h2>
      <p>Import them from a CSV file, for example an export from Shopify:</p>
      <pre tabindex="0"><code>.venv/bin/python -m ingest products --in FILE.csv</code></pre>
    </div>`;
  }
}

function tile(product: ProductCard, eager: boolean): TemplateResult {
  const reduced = product.compare_at !== null && product.compare_at > product.price;
  return html`<li>
    <a class="tile-card" href="/products/${encodeURIComponent(product.handle)}" data-testid="product">
      ${picture(product.image_url, product.title, eager)}
      <span class="tile-title">${product.title}</span>
      <span class="tile-price">
        ${money(product.price, product.currency)}
        ${reduced ? html`<s class="quiet"><span class="hidden">instead of </span>${money(product.compare_at ?? 0, product.currency)}</s>` : ""}
        ${product.in_stock ? "" : html`<span class="chip quiet">Out of stock</span>`}
      </span>
    </a>
  </li>`;
}
