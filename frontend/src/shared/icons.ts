/** Line icons, 24 × 24. */

import { html, svg, type SVGTemplateResult, type TemplateResult } from "lit";

function icon(shape: SVGTemplateResult): TemplateResult {
  return html`<svg
    class="icon"
    viewBox="0 0 24 24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.75"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${shape}
  </svg>`;
}

export const chatIcon = icon(
  svg`<path d="M4 5.5h16a1 1 0 0 1 1 1v10a1 1 0 0 1-1 1h-8.5l-4.5 3.5v-3.5H4a1 1 0 0 1-1-1v-10a1 1 0 0 1 1-1Z"/><path d="M8 10h8M8 13.5h5"/>`,
);
export const minimiseIcon = icon(svg`<path d="m6 9 6 6 6-6"/>`);
export const moreIcon = icon(svg`<path d="M5 12h.01M12 12h.01M19 12h.01" stroke-width="2.6"/>`);
export const sendIcon = icon(svg`<path d="M12 19V5M6 11l6-6 6 6"/>`);
export const checkIcon = icon(svg`<path d="m5 12.5 4.5 4.5L19 7.5"/>`);
export const alertIcon = icon(svg`<path d="M12 8v5M12 16.5h.01M12 3.5 2.5 20h19L12 3.5Z"/>`);
export const searchIcon = icon(svg`<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>`);
export const personIcon = icon(svg`<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5a7.5 7.5 0 0 1 15 0"/>`);
