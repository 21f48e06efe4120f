/** What the pages have in common: they render into the page itself and load something first. */

import { html, LitElement, nothing, type TemplateResult } from "lit";

import { tone, statusText } from "../shared/format";
import { ApiError, shop } from "./api";

export abstract class Page extends LitElement {
  static override properties = { failure: { state: true } };

  protected failure: ApiError | undefined;

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  /** Run a request; what fails is shown instead of the page. */
  protected async attempt(request: () => Promise<void>): Promise<void> {
    try {
      await request();
      this.failure = undefined;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failure = error;
    }
    this.requestUpdate();
  }

  protected async name(title: string): Promise<void> {
    const { name } = await shop();
    document.title = title ? `${title} – ${name}` : name;
  }

  protected renderFailure(again: () => void): TemplateResult | typeof nothing {
    const failure = this.failure;
    if (!failure) return nothing;
    const missing = failure.status === 404;
    return html`<div class="message" role="alert" data-testid="page-error">
      <h1>${missing ? "Not found" : "That did not work"}</h1>
      <p>${failure.message}</p>
      ${
        missing
          ? html`<a class="button" href="/">Back to the shop</a>`
          : html`<button class="button" @click=${again}>Try again</button>`
      }
    </div>`;
  }
}

export function chip(status: string): TemplateResult {
  return html`<span class="chip ${tone(status)}">${statusText(status)}</span>`;
}

export function pager(page: number, pages: number, go: (page: number) => void): TemplateResult | typeof nothing {
  if (pages < 2) return nothing;
  return html`<nav class="pager" aria-label="Pages">
    <button class="button" ?disabled=${page <= 1} @click=${() => go(page - 1)} data-testid="previous">Previous</button>
    <span>Page ${page} of ${pages}</span>
    <button class="button" ?disabled=${page >= pages} @click=${() => go(page + 1)} data-testid="next">Next</button>
  </nav>`;
}

/** Open the chat with a question begun. */
export function ask(question: string): void {
  document.querySelector<HTMLElement & { open(draft: string): void }>("storewright-chat")?.open(question);
}
