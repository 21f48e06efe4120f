/** The widget's looks. Every colour, the radius and the font can be set from the host page. */

import { css, unsafeCSS } from "lit";

import { cardStyles } from "./card-styles";

const DARK = unsafeCSS(`
  --accent: var(--storewright-accent, #63c7ac);
  --on-accent: var(--storewright-on-accent, #06251d);
  --surface: var(--storewright-surface, #17191b);
  --raised: var(--storewright-raised, #222528);
  --text: var(--storewright-text, #eceeef);
  --muted: var(--storewright-muted, #a5abb1);
  --border: var(--storewright-border, #363b40);
  --good: #7fd3a6;
  --warn: #f0b864;
  --bad: #ff9d92;
  color-scheme: dark;
`);

export const styles = [
  css`
    :host {
      all: initial;
      display: block;
      --accent: var(--storewright-accent, #0e6655);
      --on-accent: var(--storewright-on-accent, #ffffff);
      --surface: var(--storewright-surface, #ffffff);
      --raised: var(--storewright-raised, #f3f4f2);
      --text: var(--storewright-text, #1c2021);
      --muted: var(--storewright-muted, #5d6567);
      --border: var(--storewright-border, #dfe2df);
      --good: #17683f;
      --warn: #8a5200;
      --bad: #b3261e;
      --radius: var(--storewright-radius, 16px);
      --inner: calc(var(--radius) * 0.7);
      --font: var(--storewright-font, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif);
      color-scheme: light;
      position: fixed;
      right: calc(20px + env(safe-area-inset-right));
      bottom: calc(20px + env(safe-area-inset-bottom));
      z-index: 2147483000;
      font: 400 15px/1.5 var(--font);
      color: var(--text);
      -webkit-text-size-adjust: 100%;
    }
    @media (prefers-color-scheme: dark) {
      :host(:not([theme="light"])) { ${DARK} }
    }
    :host([theme="dark"]) { ${DARK} }

    *, *::before, *::after { box-sizing: border-box; }
    button, textarea { font: inherit; color: inherit; letter-spacing: inherit; }
    button { cursor: pointer; -webkit-tap-highlight-color: transparent; }
    button:disabled { cursor: default; }
    [hidden] { display: none !important; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    .icon { width: 22px; height: 22px; display: block; flex: none; }
    .grow { flex: 1; min-width: 0; }
    .clip { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
    .quiet { color: var(--muted); font-size: 13px; }
    .hidden {
      position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
      clip-path: inset(50%); white-space: nowrap;
    }

    .launcher {
      position: relative; display: grid; place-items: center; width: 58px; height: 58px; padding: 0; border: 0;
      border-radius: 50%; background: var(--accent); color: var(--on-accent);
      box-shadow: 0 1px 2px rgb(0 0 0 / 0.16), 0 8px 24px rgb(0 0 0 / 0.22); transition: transform 0.15s ease;
    }
    .launcher:hover { transform: translateY(-2px); }
    .launcher:focus-visible { outline-offset: 3px; }
    .launcher .icon { width: 27px; height: 27px; }
    .badge {
      position: absolute; top: -3px; right: -3px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px;
      background: #c0291f; color: #fff; font-size: 12px; font-weight: 650; line-height: 22px; text-align: center;
      box-shadow: 0 0 0 2px var(--surface);
    }

    .panel {
      position: fixed; right: calc(20px + env(safe-area-inset-right)); bottom: calc(20px + env(safe-area-inset-bottom));
      display: flex; flex-direction: column; width: 400px; height: min(720px, calc(100dvh - 40px)); overflow: hidden;
      background: var(--surface); border: 1px solid var(--border); border-radius: var(--radius);
      box-shadow: 0 2px 6px rgb(0 0 0 / 0.1), 0 18px 56px rgb(0 0 0 / 0.26); animation: rise 0.18s ease-out;
    }
    .panel:focus { outline: none; }
    @keyframes rise { from { opacity: 0; transform: translateY(10px); } }

    header { display: flex; align-items: center; gap: 10px; padding: 12px 10px 12px 16px; border-bottom: 1px solid var(--border); }
    h2 { margin: 0; font-size: 16px; font-weight: 650; line-height: 1.3; }
    .mark {
      display: grid; place-items: center; flex: none; width: 38px; height: 38px; border-radius: var(--inner);
      background: var(--accent); color: var(--on-accent); font-size: 18px; font-weight: 650;
    }
    .presence { color: var(--muted); font-size: 13px; line-height: 1.4; }
    .dot { display: inline-block; width: 8px; height: 8px; margin-right: 6px; border-radius: 50%; background: var(--muted); }
    .dot.on { background: var(--good); }
    .tool {
      display: grid; place-items: center; width: 40px; height: 40px; padding: 0; border: 0; border-radius: var(--inner);
      background: none; color: var(--muted);
    }
    .tool:hover { background: var(--raised); color: var(--text); }
    .menu { position: relative; }
    .menu-list {
      position: absolute; top: 42px; right: 0; z-index: 2; min-width: 150px; padding: 4px; background: var(--surface);
      border: 1px solid var(--border); border-radius: var(--inner); box-shadow: 0 8px 24px rgb(0 0 0 / 0.2);
    }
    .menu-list button { width: 100%; padding: 9px 12px; border: 0; border-radius: 6px; background: none; text-align: left; }
    .menu-list button:hover { background: var(--raised); }

    .banner { padding: 8px 16px; background: var(--raised); border-bottom: 1px solid var(--border); font-size: 13px; }
    .banner.bad { color: var(--bad); }
    .banner.late { animation: late 1s step-end; }
    @keyframes late { from { visibility: hidden; } }

    .log {
      flex: 1; display: flex; flex-direction: column; gap: 12px; padding: 16px; overflow-y: auto;
      overscroll-behavior: contain; overflow-wrap: anywhere;
    }
    .log:focus-visible { outline-offset: -3px; }
    .log > :first-child { margin-top: auto; }
    .time { align-self: center; color: var(--muted); font-size: 12px; }
    .mine { display: flex; flex-direction: column; align-items: flex-end; gap: 3px; margin-left: 44px; }
    .bubble {
      max-width: 100%; padding: 9px 14px; border-radius: var(--radius) var(--radius) 4px var(--radius);
      background: var(--accent); color: var(--on-accent); white-space: pre-wrap;
    }
    .mine.failed .bubble { background: none; color: var(--text); box-shadow: inset 0 0 0 1.5px var(--bad); }
    .problem { margin: 0; color: var(--bad); font-size: 13px; }
    .theirs { max-width: 100%; margin-right: 12px; }
    .prose > * { margin: 0 0 8px; }
    .prose > :last-child { margin-bottom: 0; }
    .prose h3 { font-size: 15px; font-weight: 650; }
    .prose :is(ul, ol) { padding-left: 22px; }
    .prose li + li { margin-top: 3px; }
    .prose code { padding: 1px 5px; border-radius: 5px; background: var(--raised); font-size: 13px; }
    .prose pre { padding: 10px 12px; overflow-x: auto; border-radius: var(--inner); background: var(--raised); }
    .prose pre code { padding: 0; background: none; }
    .prose blockquote { padding-left: 12px; border-left: 3px solid var(--border); color: var(--muted); }
    .prose table { display: block; overflow-x: auto; border-collapse: collapse; font-size: 13px; }
    .prose :is(th, td) { padding: 5px 9px; border: 1px solid var(--border); text-align: left; }
    .prose hr { border: 0; border-top: 1px solid var(--border); }
    a { color: var(--accent); text-underline-offset: 2px; }

    .notice {
      align-self: center; max-width: 92%; padding: 5px 12px; border-radius: 99px; background: var(--raised);
      color: var(--muted); font-size: 13px; text-align: center; text-wrap: balance;
    }
    .notice.error { border-radius: var(--inner); background: none; color: var(--bad); box-shadow: inset 0 0 0 1px currentColor; }
    .activity { display: flex; align-items: center; gap: 8px; min-height: 26px; color: var(--muted); font-size: 14px; }
    .stop { margin-left: auto; }
    .link {
      padding: 2px 4px; border: 0; border-radius: 4px; background: none; color: var(--accent); font-size: 13px;
      font-weight: 550; text-decoration: underline; text-underline-offset: 2px;
    }
    .dots { display: inline-flex; gap: 4px; }
    .dots i { width: 6px; height: 6px; border-radius: 50%; background: currentColor; animation: dot 1.2s infinite ease-in-out; }
    .dots i:nth-child(2) { animation-delay: 0.15s; }
    .dots i:nth-child(3) { animation-delay: 0.3s; }
    @keyframes dot { 0%, 60%, 100% { opacity: 0.3; } 30% { opacity: 1; transform: translateY(-2px); } }

    .replies { display: flex; flex-wrap: wrap; gap: 8px; }
    .reply {
      padding: 7px 14px; border: 1px solid var(--accent); border-radius: 99px; background: none; color: var(--accent);
      font-size: 14px; text-align: left;
    }
    .reply:hover { background: var(--accent); color: var(--on-accent); }
    .empty { display: flex; flex-direction: column; gap: 12px; }
    .empty p { margin: 0; }
    .hello { font-size: 22px; font-weight: 650; line-height: 1.25; text-wrap: balance; }

    .to-end {
      align-self: center; margin: -44px 0 10px; padding: 5px 14px; border: 1px solid var(--border); border-radius: 99px;
      background: var(--surface); color: var(--text); font-size: 13px; box-shadow: 0 3px 12px rgb(0 0 0 / 0.18); z-index: 1;
    }
    .composer { padding: 10px 12px calc(12px + env(safe-area-inset-bottom) * var(--whole, 0)); border-top: 1px solid var(--border); }
    .field {
      display: flex; align-items: flex-end; gap: 4px; padding: 4px 4px 4px 14px; background: var(--raised);
      border: 1px solid transparent; border-radius: 23px;
    }
    .field:focus-within { border-color: var(--accent); background: var(--surface); box-shadow: 0 0 0 1px var(--accent); }
    textarea {
      flex: 1; min-width: 0; max-height: 132px; padding: 6px 0; border: 0; outline: 0; background: none; resize: none;
      font-size: 16px; line-height: 24px;
    }
    textarea:focus-visible { outline: 0; }
    textarea::placeholder { color: var(--muted); opacity: 1; }
    .send {
      display: grid; place-items: center; flex: none; width: 36px; height: 36px; padding: 0; border: 0; border-radius: 50%;
      background: var(--accent); color: var(--on-accent);
    }
    .send:disabled { background: none; color: var(--muted); }
    .count { padding: 4px 14px 0; text-align: right; }

    @media (max-width: 480px) {
      .panel {
        --whole: 1; inset: 0; width: auto; height: 100dvh; border: 0; border-radius: 0;
        padding: env(safe-area-inset-top) env(safe-area-inset-right) 0 env(safe-area-inset-left);
      }
    }
    @media (prefers-reduced-motion: reduce) {
      *, *::before, *::after { animation-duration: 0.01ms !important; animation-iteration-count: 1 !important; transition: none !important; }
    }
    @media print { :host { display: none; } }
  `,
  cardStyles,
];
