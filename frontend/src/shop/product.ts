/** A product: its picture, options, price, facts and reviews. */

import { html, nothing, type TemplateResult } from "lit";

import { day, money } from "../shared/format";
import { picture } from "../shared/picture";
import type { Product, Review, Variant } from "../shared/types";
import { product } from "./api";
import { ask, Page } from "./page";

const FEW = 5;

export class ShopProduct extends Page {
  private product: Product | undefined;
  private chosen: Record<string, string> = {};

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    const handle = decodeURIComponent(location.pathname.split("/").pop() ?? "");
    await this.attempt(async () => {
      const found = await product(handle);
      this.product = found;
      this.chosen = { ...(found.variants.find((variant) => variant.in_stock) ?? found.variants[0])?.options };
      void this.name(found.title).catch(() => undefined);
    });
  }

  private get variant(): Variant | undefined {
    return this.product?.variants.find((variant) =>
      Object.entries(this.chosen).every(([name, value]) => variant.options[name] === value),
    );
  }

  protected override render(): TemplateResult {
    if (this.failure) return html`${this.renderFailure(() => void this.load())}`;
    const found = this.product;
    if (!found) return skeleton();
    return html`<nav class="trail" aria-label="Breadcrumb">
        <a href="/">All</a>
        ${found.category ? html`<span aria-hidden="true">/</span><a href="/?category=${encodeURIComponent(found.category)}">${found.category}</a>` : nothing}
      </nav>
      <div class="product-page">
        ${picture(found.image_url, found.title, true)}
        <div class="product-facts">
          ${found.brand ? html`<p class="brand">${found.brand}</p>` : nothing}
          <h1>${found.title}</h1>
          ${this.renderRating(found)} ${this.renderPrice(found)} ${this.renderChoices(found)} ${this.renderStock()}
          <button class="button primary" data-testid="ask" @click=${() => this.askAbout(found)}>Ask about this product</button>
          ${found.description ? html`<div class="description">${paragraphs(found.description)}</div>` : nothing}
          ${attributes(found.attributes)}
        </div>
      </div>
      ${reviews(found)}`;
  }

  private renderRating(found: Product): TemplateResult | typeof nothing {
    const { rating } = found;
    if (!rating?.count) return nothing;
    return html`<a class="rating" href="#reviews">${stars(rating.average ?? 0)} <span>${rating.count} ${rating.count === 1 ? "review" : "reviews"}</span></a>`;
  }

  private renderPrice(found: Product): TemplateResult {
    const variant = this.variant ?? found.variants[0];
    if (!variant) return html`<p class="big-price">Not for sale at the moment</p>`;
    const before = variant.compare_at ?? 0;
    return html`<p class="big-price" data-testid="price">
      ${money(variant.price, found.currency)}
      ${before > variant.price ? html`<s class="quiet"><span class="hidden">instead of </span>${money(before, found.currency)}</s>` : nothing}
    </p>`;
  }

  private renderChoices(found: Product): TemplateResult[] {
    const names = [...new Set(found.variants.flatMap((variant) => Object.keys(variant.options)))];
    return names.map((name) => {
      const values = [...new Set(found.variants.flatMap((variant) => variant.options[name] ?? []))];
      return html`<fieldset class="options">
        <legend>${name}</legend>
        ${values.map((value) => this.renderOption(found, name, value))}
      </fieldset>`;
    });
  }

  private renderOption(found: Product, name: string, value: string): TemplateResult {
    const wanted = { ...this.chosen, [name]: value };
    const match = found.variants.find((variant) =>
      Object.entries(wanted).every(([key, each]) => variant.options[key] === each),
    );
    return html`<label class="option ${match?.in_stock ? "" : "gone"}">
      <input
        type="radio"
        name=${name}
        .checked=${this.chosen[name] === value}
        @change=${() => this.choose(found, name, value, match)}
      />
      <span>${value}${match?.in_stock ? nothing : html`<span class="hidden"> (not available)</span>`}</span>
    </label>`;
  }

  /** A value that does not go with the others brings along the nearest variant that has it. */
  private choose(found: Product, name: string, value: string, match: Variant | undefined): void {
    const variant = match ?? found.variants.find((each) => each.options[name] === value);
    this.chosen = { ...variant?.options };
    this.requestUpdate();
  }

  private renderStock(): TemplateResult | typeof nothing {
    const variant = this.variant;
    if (!variant) return nothing;
    const { available, in_stock: inStock } = variant;
    const few = available !== null && available <= FEW;
    const text = !inStock ? "Out of stock" : few ? `Only ${available} left` : "In stock";
    return html`<p class="stock ${!inStock ? "none" : few ? "few" : "good"}" role="status" data-testid="stock">${text}</p>`;
  }

  private askAbout(found: Product): void {
    const options = Object.values(this.chosen).join(" / ");
    ask(`About the ${found.title}${options && options !== "Default Title" ? ` (${options})` : ""}: `);
  }
}

function paragraphs(text: string): TemplateResult[] {
  return text.split(/\n\s*\n/).map((paragraph) => html`<p>${paragraph}</p>`);
}

function label(name: string): string {
  const plain = name.replaceAll("_", " ");
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}

function attributes(facts: Record<string, unknown>): TemplateResult | typeof nothing {
  const rows = Object.entries(facts).filter(([, value]) => value !== null && value !== "");
  if (!rows.length) return nothing;
  const text = (value: unknown): string =>
    Array.isArray(value) ? value.join(", ") : value === true ? "Yes" : value === false ? "No" : String(value);
  return html`<table class="attributes">
    <caption>Details</caption>
    <tbody>
      ${rows.map(([name, value]) => html`<tr><th scope="row">${label(name)}</th><td>${text(value)}</td></tr>`)}
    </tbody>
  </table>`;
}

function stars(rating: number): TemplateResult {
  const full = Math.round(rating);
  return html`<span class="stars" role="img" aria-label="${rating.toFixed(1)} out of 5">${"★".repeat(full)}<span class="off">${"★".repeat(5 - full)}</span></span>`;
}

function reviews(found: Product): TemplateResult {
  return html`<section class="reviews" id="reviews" aria-labelledby="reviews-title">
    <h2 id="reviews-title">Reviews</h2>
    ${found.reviews.length ? html`<ul>${found.reviews.map(review)}</ul>` : html`<p class="quiet">Nobody has reviewed this yet.</p>`}
  </section>`;
}

function review(value: Review): TemplateResult {
  return html`<li>
    ${stars(value.rating)}
    ${value.title ? html`<h3>${value.title}</h3>` : nothing}
    <p>${value.body}</p>
    <p class="quiet">${value.author ? `${value.author}, ` : ""}${day(value.created_at)}</p>
  </li>`;
}

function skeleton(): TemplateResult {
  return html`<p class="hidden" role="status">Loading…</p>
    <div class="product-page" aria-hidden="true">
      <div class="picture bone"></div>
      <div class="product-facts">
        <div class="bone title-bone"></div>
        <div class="bone short-bone"></div>
        <div class="bone text-bone"></div>
      </div>
    </div>`;
}
