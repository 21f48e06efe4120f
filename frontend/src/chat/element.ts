/** `<storewright-chat>`: the launcher and the panel. */

import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from "lit";

import { chatIcon, minimiseIcon, moreIcon, sendIcon } from "../shared/icons";
import { ofThisTab, storedToken } from "../shared/session";
import type { Receipt } from "../shared/types";
import { Conversation, type ConversationHost } from "./conversation";
import { log } from "./log";
import { styles } from "./styles";

const OPEN = "storewright.open";
const LONGEST = 4000;
const COUNT_FROM = 3600;
const NEAR_BOTTOM = 48;
const SCRIPT_ORIGIN = new URL(import.meta.url).origin;

const isPhone = (): boolean => matchMedia("(max-width: 480px)").matches;

export class StorewrightChat extends LitElement implements ConversationHost {
  static override styles = styles;

  static override properties = {
    server: {},
    identityToken: { attribute: "identity-token" },
    theme: { reflect: true },
    opened: { state: true },
    menu: { state: true },
    draft: { state: true },
    behind: { state: true },
  };

  /** Where the server is; by default where this script came from. */
  server = SCRIPT_ORIGIN;
  /** A signed token by which the host page vouches for its customer. */
  identityToken = "";
  /** By default what the customer's system prefers. */
  theme: "light" | "dark" | undefined;

  private opened = false;
  private menu = false;
  private draft = "";
  private behind = false;
  #conversation: Conversation | undefined;
  #hadFocus = false;

  override connectedCallback(): void {
    super.connectedCallback();
    window.visualViewport?.addEventListener("resize", this.#fitKeyboard);
    window.visualViewport?.addEventListener("scroll", this.#fitKeyboard);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    window.visualViewport?.removeEventListener("resize", this.#fitKeyboard);
    window.visualViewport?.removeEventListener("scroll", this.#fitKeyboard);
    this.#conversation?.stop();
  }

  get #panel(): HTMLElement | null {
    return this.renderRoot.querySelector(".panel");
  }

  get #logBox(): HTMLElement | null {
    return this.renderRoot.querySelector(".log");
  }

  get #field(): HTMLTextAreaElement | null {
    return this.renderRoot.querySelector("textarea");
  }

  /** Open the panel, with a message begun for the customer. */
  open(draft = ""): void {
    this.opened = true;
    if (draft) this.draft = draft;
    ofThisTab.set(OPEN, isPhone() ? null : "1");
    this.#conversation?.start();
    this.#conversation?.markSeen();
    void this.updateComplete.then(() => {
      this.#toEnd();
      this.#focusHome();
    });
  }

  /** Put the panel away; the conversation goes on. */
  minimise(): void {
    this.opened = false;
    this.menu = false;
    ofThisTab.set(OPEN, null);
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(".launcher")?.focus());
  }

  isOpen(): boolean {
    return this.opened;
  }

  changed(): void {
    this.requestUpdate();
  }

  announce(sentence: string): void {
    const line = document.createElement("p");
    line.textContent = sentence.replace(/[*_`#>]+|\[([^\]]*)\]\([^)]*\)/g, "$1");
    this.renderRoot.querySelector(".spoken")?.append(line);
  }

  received(receipt: Receipt): void {
    this.dispatchEvent(new CustomEvent("storewright-receipt", { bubbles: true, composed: true, detail: receipt }));
  }

  protected override firstUpdated(): void {
    this.#begin();
    if (ofThisTab.get(OPEN) && !isPhone()) {
      this.opened = true;
      this.#conversation?.start();
    } else if (storedToken()) this.#conversation?.start();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    this.#hadFocus = this.shadowRoot?.activeElement != null;
    this.behind = this.behind && this.opened;
    if (this.hasUpdated && (changed.has("server") || changed.has("identityToken"))) this.#begin();
  }

  protected override updated(): void {
    if (this.opened && this.#hadFocus && this.shadowRoot?.activeElement == null) this.#focusHome();
    if (!this.behind) this.#toEnd();
    this.#growField();
  }

  #begin(): void {
    const running = this.#conversation !== undefined;
    this.#conversation?.stop();
    this.#conversation = new Conversation(this.server.replace(/\/$/, ""), () => this.identityToken, this);
    if (running && (this.opened || storedToken())) this.#conversation.start();
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const name = this.#conversation?.welcome?.shop.name ?? "the shop";
    return html`<section class="frame" aria-label="Chat with ${name}">
        ${this.#renderLauncher()} ${this.opened ? this.#renderPanel(name) : nothing}
      </section>
      <div class="spoken hidden" aria-live="polite" data-testid="announcements"></div>`;
  }

  #renderLauncher(): TemplateResult {
    const unread = this.#conversation?.unread ?? 0;
    return html`<button
      class="launcher"
      data-testid="launcher"
      aria-expanded=${this.opened}
      aria-label=${unread ? `Open chat, ${unread} unread` : "Open chat"}
      ?hidden=${this.opened}
      @click=${() => this.open()}
    >
      ${chatIcon}
      ${unread ? html`<span class="badge" data-testid="unread" aria-hidden="true">${unread > 9 ? "9+" : unread}</span>` : nothing}
    </button>`;
  }

  #renderPanel(name: string): TemplateResult {
    const conversation = this.#conversation;
    return html`<div
      class="panel"
      role="dialog"
      aria-labelledby="title"
      tabindex="-1"
      data-testid="panel"
      data-phase=${conversation?.phase ?? "idle"}
      @keydown=${this.#onPanelKey}
    >
      ${this.#renderHeader(name)} ${this.#renderBanner()}
      <div class="log" role="log" aria-live="off" aria-label="Messages" tabindex="0" data-testid="log" @scroll=${this.#onScroll}>
        ${conversation ? log(conversation, (text) => this.#submit(text)) : nothing}
      </div>
      ${
        this.behind
          ? html`<button class="to-end" data-testid="to-end" @click=${() => this.#toEnd()}>Newest messages</button>`
          : nothing
      }
      ${this.#renderComposer()}
    </div>`;
  }

  #renderHeader(name: string): TemplateResult {
    const welcome = this.#conversation?.welcome;
    const presence = this.#conversation?.transcript.colleagueTyping ? "A colleague is writing…" : "Assistant";
    return html`<header>
      <span class="mark" aria-hidden="true">${welcome ? name.charAt(0).toUpperCase() : chatIcon}</span>
      <div class="grow">
        <h2 id="title">${welcome ? name : "Chat"}</h2>
        <div class="presence" data-testid="presence">
          <span class="dot ${this.#conversation?.phase === "online" ? "on" : ""}"></span>${presence}
        </div>
      </div>
      ${welcome && !welcome.customer && this.#conversation?.transcript.items.length ? this.#renderMenu() : nothing}
      <button class="tool" aria-label="Minimise chat" data-testid="minimise" @click=${() => this.minimise()}>
        ${minimiseIcon}
      </button>
    </header>`;
  }

  #renderMenu(): TemplateResult {
    return html`<div class="menu" @keydown=${this.#onMenuKey} @focusout=${this.#onMenuLeft}>
      <button
        class="tool"
        aria-label="More"
        aria-expanded=${this.menu}
        data-testid="menu"
        @click=${() => (this.menu = !this.menu)}
      >
        ${moreIcon}
      </button>
      ${
        this.menu
          ? html`<div class="menu-list">
            <button data-testid="start-over" @click=${this.#startOver}>Start over</button>
          </div>`
          : nothing
      }
    </div>`;
  }

  #renderBanner(): TemplateResult | typeof nothing {
    const again = html`<button class="link" data-testid="reconnect" @click=${() => this.#conversation?.reconnect()}>Try again</button>`;
    const banners: Partial<Record<string, TemplateResult>> = {
      connecting: html`<div class="banner late" role="status">Connecting…</div>`,
      offline: html`<div class="banner" role="status" data-testid="offline">
        ${navigator.onLine ? "The chat cannot be reached at the moment." : "You are offline."} What you write is sent as soon as it can be. ${again}
      </div>`,
      slowed: html`<div class="banner" role="status">That was a lot at once. The chat is back in half a minute.</div>`,
      refused: html`<div class="banner bad" role="alert" data-testid="refused">The chat cannot connect. ${again}</div>`,
    };
    return banners[this.#conversation?.phase ?? ""] ?? nothing;
  }

  #renderComposer(): TemplateResult {
    const left = LONGEST - this.draft.length;
    return html`<form class="composer" @submit=${this.#onSubmit}>
      <div class="field">
        <textarea
          rows="1"
          aria-label="Your message"
          placeholder="Write a message"
          enterkeyhint="send"
          maxlength=${LONGEST}
          data-testid="composer"
          .value=${this.draft}
          @input=${this.#onInput}
          @keydown=${this.#onFieldKey}
        ></textarea>
        <button class="send" aria-label="Send" data-testid="send" ?disabled=${!this.draft.trim()}>${sendIcon}</button>
      </div>
      ${this.draft.length > COUNT_FROM ? html`<div class="quiet count" role="status">${left} characters left</div>` : nothing}
    </form>`;
  }

  #submit(text: string): void {
    if (!text.trim()) return;
    this.#conversation?.send(text.trim());
    this.draft = "";
    this.#toEnd();
  }

  readonly #startOver = (): void => {
    this.menu = false;
    this.#conversation?.startOver();
    this.#focusHome();
  };

  readonly #onSubmit = (event: Event): void => {
    event.preventDefault();
    this.#submit(this.draft);
    this.#field?.focus();
  };

  readonly #onInput = (event: Event): void => {
    this.draft = (event.target as HTMLTextAreaElement).value;
    this.#conversation?.typing(this.draft !== "");
  };

  readonly #onFieldKey = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit(this.draft);
  };

  readonly #onPanelKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    this.minimise();
  };

  readonly #onMenuKey = (event: KeyboardEvent): void => {
    if (event.key !== "Escape" || !this.menu) return;
    event.stopPropagation();
    this.menu = false;
    this.renderRoot.querySelector<HTMLButtonElement>(".menu .tool")?.focus();
  };

  readonly #onMenuLeft = (event: FocusEvent): void => {
    const menu = event.currentTarget as HTMLElement;
    if (event.relatedTarget && !menu.contains(event.relatedTarget as Node)) this.menu = false;
  };

  readonly #onScroll = (): void => {
    const box = this.#logBox;
    if (box) this.behind = box.scrollHeight - box.scrollTop - box.clientHeight > NEAR_BOTTOM;
  };

  #toEnd(): void {
    this.behind = false;
    if (this.#logBox) this.#logBox.scrollTop = this.#logBox.scrollHeight;
  }

  /** On a touch screen the keyboard comes only when it is asked for. */
  #focusHome(): void {
    (matchMedia("(pointer: coarse)").matches ? this.#panel : this.#field)?.focus();
  }

  #growField(): void {
    if (!this.#field) return;
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
  }

  /** Keep the whole panel above a phone's keyboard. */
  readonly #fitKeyboard = (): void => {
    const view = window.visualViewport;
    if (!this.#panel || !view) return;
    const phone = isPhone() && view.scale === 1;
    this.#panel.style.height = phone ? `${view.height}px` : "";
    this.#panel.style.top = phone ? `${view.offsetTop}px` : "";
  };
}
