/** A change that waits for the customer's word, and the receipt of one that was made. */

import { html, nothing, type TemplateResult } from "lit";

import { capital, clock, day, money } from "../shared/format";
import { alertIcon, checkIcon } from "../shared/icons";
import type { Change, DateEffect, Effect, ItemEffect, MoneyEffect, PartReceipt, Receipt } from "../shared/types";
import type { Decision, ProposalItem } from "./transcript";
import { isSwap, OUTCOMES, verbs } from "./words";

// The server is the judge of an expiry; a customer's clock may be a little wrong.
const EXPIRY_GRACE = 5 * 60_000;

function status(item: ProposalItem): ProposalItem["status"] {
  const over = Date.parse(item.proposal.expires_at) + EXPIRY_GRACE < Date.now();
  return item.status === "open" && over && !item.chosen ? "expired" : item.status;
}

export function proposalCard(
  item: ProposalItem,
  shopCurrency: string,
  decide: (decision: Decision) => void,
): TemplateResult {
  const { proposal } = item;
  const now = status(item);
  const heading = `proposal-${item.id}`;
  const [first] = proposal.parts;
  const single = proposal.parts.length === 1;
  const waits = now === "open" || now === "awaiting_approval";
  const contents = html`${proposal.parts.map((part) => effect(part, single, shopCurrency))}
    ${
      proposal.refused.length
        ? html`<div class="refused">
          <strong>Not possible</strong>
          <ul>
            ${proposal.refused.map((reason) => html`<li>${reason}</li>`)}
          </ul>
        </div>`
        : nothing
    }`;
  return html`<div role="group"
    class="card proposal ${now}"
    aria-labelledby=${heading}
    data-testid="proposal-card"
    data-proposal=${item.id}
    data-status=${now}
  >
    <h3 id=${heading}>${single ? first?.title : waits ? "Please confirm these changes" : `${proposal.parts.length} changes`}</h3>
    ${waits ? contents : nothing}
    ${item.problem ? html`<p class="problem" role="alert">${item.problem}</p>` : nothing}
    ${now === "open" ? buttons(item, decide) : outcome(now)}
    ${waits ? nothing : html`<details><summary>Details</summary>${contents}</details>`}
  </div>`;
}

function effect(part: Effect, single: boolean, shopCurrency: string): TemplateResult {
  const currency = part.money[0]?.currency ?? shopCurrency;
  const items = isSwap(part.kind) ? [] : part.items;
  return html`<div class="part">
    ${single ? nothing : html`<h4>${part.title}</h4>`}
    ${items.length ? html`<ul class="lines">${items.map((item) => itemLine(item, currency))}</ul>` : nothing}
    ${changeLines(part.changes)} ${dateLines(part.dates)}
    ${part.kind === "return_items" && part.money.length ? html`<div class="quiet later">When it has arrived</div>` : nothing}
    ${moneyLines(part.money)}
    ${
      part.keeps.length
        ? html`<div class="keeps">
          <span class="quiet">Stays as it is</span>
          <ul>
            ${part.keeps.map((kept) => html`<li>${kept}</li>`)}
          </ul>
        </div>`
        : nothing
    }
    <p class=${items.length || part.changes.length ? "quiet in-words" : ""}>${part.sentence}</p>
  </div>`;
}

function itemLine(item: ItemEffect, currency: string): TemplateResult {
  return html`<li class="line">
    <div class="grow">
      <div>${item.quantity > 1 ? `${item.quantity} × ` : ""}${item.title}</div>
      ${item.options ? html`<div class="quiet">${item.options}</div>` : nothing}
    </div>
    ${item.amount ? html`<div class="amount">${money(item.amount, currency)}</div>` : nothing}
  </li>`;
}

function changeLines(changes: Change[]): TemplateResult | typeof nothing {
  if (!changes.length) return nothing;
  return html`<dl class="changes">
    ${changes.map(
      ({ label, before, after }) => html`<div>
        <dt>${label}</dt>
        ${before ? html`<dd class="before"><span class="hidden">before: </span><s>${capital(before)}</s></dd>` : nothing}
        <dd class="after">${before ? html`<span class="hidden">after: </span>` : nothing}${capital(after)}</dd>
      </div>`,
    )}
  </dl>`;
}

const SIDES: Record<MoneyEffect["direction"], string> = {
  refund: "back to",
  charge: "charged to",
  fee: "fee, taken from",
};

function moneyLines(lines: MoneyEffect[]): TemplateResult | typeof nothing {
  if (!lines.length) return nothing;
  return html`<ul class="money">
    ${lines.map(
      (entry) => html`<li class=${entry.direction}>
        <strong>${money(entry.amount, entry.currency)}</strong>
        ${entry.method ? `${SIDES[entry.direction]} ${entry.method}` : { refund: "back", charge: "to pay", fee: "fee" }[entry.direction]}${
          entry.when ? `, ${entry.when}` : ""
        }
      </li>`,
    )}
  </ul>`;
}

function dateLines(dates: DateEffect[]): TemplateResult | typeof nothing {
  if (!dates.length) return nothing;
  return html`<dl class="dates">
    ${dates.map((entry) => html`<div><dt>${entry.label}</dt><dd>${day(entry.on)}</dd></div>`)}
  </dl>`;
}

function buttons(item: ProposalItem, decide: (decision: Decision) => void): TemplateResult {
  const { yes, no } = verbs(item.proposal.parts.map((part) => part.kind));
  const expires = new Date(item.proposal.expires_at);
  const today = expires.toDateString() === new Date().toDateString();
  const label = (decision: Decision, text: string) =>
    item.chosen === decision ? html`<span class="spinner"></span>${text}` : text;
  return html`<div class="decision">
      <button
        class="button primary"
        data-testid="confirm"
        aria-disabled=${item.chosen !== ""}
        aria-busy=${item.chosen === "confirm"}
        @click=${() => decide("confirm")}
      >
        ${label("confirm", yes)}
      </button>
      <button
        class="button"
        data-testid="decline"
        aria-disabled=${item.chosen !== ""}
        aria-busy=${item.chosen === "decline"}
        @click=${() => decide("decline")}
      >
        ${label("decline", no)}
      </button>
    </div>
    <div class="quiet expiry">Valid until ${today ? "" : `${day(item.proposal.expires_at)}, `}${clock(expires)}</div>`;
}

function outcome(now: ProposalItem["status"]): TemplateResult {
  return html`<div class="outcome ${now}" data-testid="proposal-outcome">
    ${now === "committed" ? checkIcon : nothing}${OUTCOMES[now]}
  </div>`;
}

export function receiptCard(receipt: Receipt): TemplateResult {
  const done = receipt.parts.every((part) => part.done);
  return html`<div role="group" class="card receipt ${done ? "done" : "partly"}" aria-label="Receipt" data-testid="receipt">
    ${done ? checkIcon : alertIcon}
    <div class="grow">
      ${receipt.parts.map(part)}
      <div class="quiet">${clock(new Date(receipt.at))}</div>
    </div>
  </div>`;
}

function part(value: PartReceipt): TemplateResult {
  return html`<div class=${value.done ? "" : "undone"}>
    <div>${value.sentence}</div>
    ${value.reference ? html`<div class="quiet">Reference <span class="reference">${value.reference}</span></div>` : nothing}
  </div>`;
}
