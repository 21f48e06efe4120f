/** The looks of cards: orders, products, confirmations, receipts. */

import { css } from "lit";

export const cardStyles = css`
  .card { padding: 13px 14px; border: 1px solid var(--border); border-radius: var(--inner); background: var(--surface); font-size: 14px; }
  .card-head { display: flex; align-items: center; justify-content: space-between; gap: 8px; }
  .card h3 { margin: 0; font-size: 15px; font-weight: 650; line-height: 1.35; text-wrap: balance; }
  .card h4 { margin: 0 0 4px; font-size: 14px; font-weight: 600; }
  .card p { margin: 6px 0 0; }
  .card ul { margin: 0; padding: 0; list-style: none; }
  .card dl, .card dd { margin: 0; }
  .divided { padding: 0 14px; }
  .divided > * + * { border-top: 1px solid var(--border); }
  .row, .divided .product { padding: 12px 0; }
  .row-foot { display: flex; justify-content: space-between; gap: 12px; margin-top: 3px; }
  .amount { font-variant-numeric: tabular-nums; white-space: nowrap; }

  .chip {
    flex: none; padding: 1px 9px; border-radius: 99px; background: color-mix(in srgb, currentColor 12%, transparent);
    color: var(--accent); font-size: 12px; font-weight: 550; line-height: 1.6;
  }
  .chip.good { color: var(--good); }
  .chip.warn { color: var(--warn); }
  .chip.quiet { color: var(--muted); }

  .picture { position: relative; flex: none; display: block; width: 46px; height: 46px; overflow: hidden; border-radius: 8px; background: var(--raised); }
  .picture > * { position: absolute; inset: 0; width: 100%; height: 100%; }
  .picture img { object-fit: cover; opacity: 0; }
  .picture.loaded { background: none; }
  .picture.loaded img { opacity: 1; }
  .picture.loaded .tile { visibility: hidden; }
  .tile text { font: 600 30px var(--font); fill: currentColor; }
  .tile rect { fill: currentColor; fill-opacity: 0.16; }
  .tile circle { fill: currentColor; fill-opacity: 0.1; }
  .tile-0 { color: #3e7a5e; } .tile-1 { color: #7a5a2e; } .tile-2 { color: #3f6a94; }
  .tile-3 { color: #87516b; } .tile-4 { color: #5d6b2f; } .tile-5 { color: #6a5a96; }

  @media (prefers-color-scheme: dark) { .tile { filter: brightness(1.6); } }
  .lines { display: grid; gap: 10px; margin: 10px 0 !important; }
  .line { display: flex; align-items: flex-start; gap: 10px; line-height: 1.4; }
  .parcel { padding: 8px 0; border-top: 1px solid var(--border); }
  .sum { display: flex; justify-content: space-between; padding-top: 9px; border-top: 1px solid var(--border); font-variant-numeric: tabular-nums; }
  .product { display: flex; align-items: center; gap: 12px; color: inherit; text-decoration: none; border-radius: 6px; }
  .product .picture { width: 60px; height: 60px; }
  .product .grow > * { display: block; }
  .product .name { font-weight: 550; line-height: 1.35; }
  .product:hover .name { text-decoration: underline; }
  .product .price { font-variant-numeric: tabular-nums; }
  .product .price s { margin-left: 4px; }

  .proposal { padding: 15px 14px 12px; border-color: var(--border); }
  .proposal.open { border-color: var(--accent); box-shadow: 0 0 0 1px var(--accent); }
  .part + .part { margin-top: 12px; padding-top: 12px; border-top: 1px solid var(--border); }
  h3 + .part { margin-top: 10px; }
  .changes, .dates { display: grid; gap: 8px; margin: 10px 0 0 !important; }
  .changes dt { color: var(--muted); }
  .changes div:not(:has(.before)) { display: flex; justify-content: space-between; gap: 12px; }
  .changes .before { color: var(--muted); }
  .changes .before + .after { position: relative; padding-left: 20px; font-weight: 550; }
  .changes .before + .after::before { content: "→" / ""; position: absolute; left: 0; color: var(--accent); font-weight: 400; }
  .dates > div { display: flex; justify-content: space-between; gap: 12px; }
  .dates dt { color: var(--muted); }
  .money { display: grid; gap: 4px; margin-top: 10px !important; }
  .later { margin-top: 10px; }
  .later + .money { margin-top: 2px !important; }
  .money strong { font-variant-numeric: tabular-nums; }
  .money .refund strong { color: var(--good); }
  .keeps { margin-top: 10px; }
  .refused ul { padding-left: 18px; list-style: disc; }
  .in-words { margin-top: 10px !important; }
  .refused { margin-top: 12px; padding: 9px 12px; border-radius: 8px; background: var(--raised); }
  .decision { display: grid; gap: 8px; margin-top: 14px; }
  .button {
    display: flex; align-items: center; justify-content: center; gap: 8px; min-height: 42px; padding: 8px 14px;
    border: 1px solid var(--border); border-radius: 10px; background: none; font-size: 15px; font-weight: 550;
  }
  .button:hover:not([aria-disabled="true"]) { background: var(--raised); }
  .button.primary { border-color: var(--accent); background: var(--accent); color: var(--on-accent); }
  .button.primary:hover:not([aria-disabled="true"]) { background: var(--accent); filter: brightness(1.08); }
  .button[aria-disabled="true"]:not([aria-busy="true"]) { opacity: 0.5; }
  .expiry { margin-top: 8px; text-align: center; }
  .spinner { width: 14px; height: 14px; border: 2px solid currentColor; border-right-color: transparent; border-radius: 50%; animation: turn 0.8s linear infinite; }
  @keyframes turn { to { transform: rotate(1turn); } }
  .outcome { display: flex; align-items: center; gap: 6px; margin-top: 6px; color: var(--muted); font-weight: 550; }
  details { margin-top: 8px; }
  summary { width: fit-content; border-radius: 4px; color: var(--muted); font-size: 13px; cursor: pointer; }
  .outcome.committed { color: var(--good); }
  .outcome.awaiting_approval { color: var(--warn); }
  .outcome .icon { width: 18px; height: 18px; }

  .receipt { display: flex; gap: 10px; background: var(--raised); border-color: transparent; }
  .receipt > .icon { color: var(--good); }
  .receipt.partly > .icon { color: var(--warn); }
  .receipt .grow > * + * { margin-top: 6px; }
  .undone { color: var(--muted); }
  .reference { color: var(--text); font-weight: 550; font-variant-numeric: tabular-nums; }
`;
