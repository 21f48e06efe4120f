/** A product's picture over a drawn tile, which stays when the picture is missing or does not load. */

import { html, svg, type TemplateResult } from "lit";

const TILES = 6;

function initials(title: string): string {
  return title
    .split(/\s+/)
    .filter((word) => /^\p{L}|\p{N}/u.test(word))
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join("");
}

function tileOf(title: string): number {
  let sum = 0;
  for (const char of title) sum = (sum * 31 + (char.codePointAt(0) ?? 0)) % 9973;
  return sum % TILES;
}

function settle(event: Event, loaded: boolean): void {
  (event.currentTarget as Element).closest(".picture")?.classList.toggle("loaded", loaded);
}

export function picture(url: string, title: string, eager = false): TemplateResult {
  return html`<span class="picture">
    <svg class="tile tile-${tileOf(title)}" viewBox="0 0 100 100" aria-hidden="true">
      <rect width="100" height="100"></rect>
      ${svg`<circle cx="82" cy="16" r="38"></circle>
        <text x="50" y="51" text-anchor="middle" dominant-baseline="central">${initials(title)}</text>`}
    </svg>
    ${
      url
        ? html`<img
          src=${url}
          alt=""
          loading=${eager ? "eager" : "lazy"}
          decoding="async"
          referrerpolicy="no-referrer"
          @load=${(event: Event) => settle(event, true)}
          @error=${(event: Event) => settle(event, false)}
        />`
        : null
    }
  </span>`;
}
