/** The list of messages, and what stands at its end. */

import { html, nothing, type TemplateResult } from "lit";

import { moment } from "../shared/format";
import { card } from "./cards";
import type { Conversation } from "./conversation";
import { prose } from "./markdown";
import { proposalCard, receiptCard } from "./proposal";
import type { AssistantItem, Item, UserItem } from "./transcript";

const PAUSE = 30 * 60_000;

export function log(conversation: Conversation, submit: (text: string) => void): TemplateResult {
  const { transcript, welcome } = conversation;
  if (!transcript.items.length) return emptyState(conversation, submit);
  let before: number | undefined;
  const shown = transcript.items.map((item) => {
    const separate = item.at !== undefined && (before === undefined || item.at - before > PAUSE);
    before = item.at ?? before;
    return html`${separate ? html`<div class="time">${moment(item.at ?? 0)}</div>` : nothing}
    ${one(item, conversation, welcome?.shop.currency ?? "USD")}`;
  });
  return html`${shown} ${tail(conversation, submit)}`;
}

function one(item: Item, conversation: Conversation, currency: string): TemplateResult {
  switch (item.kind) {
    case "user":
      return mine(item, conversation);
    case "assistant":
      return theirs(item);
    case "card":
      return card(item.card);
    case "proposal":
      return proposalCard(item, currency, (decision) => conversation.decide(item.id, decision));
    case "receipt":
      return receiptCard(item.receipt);
    case "notice":
      return html`<div class="notice ${item.error ? "error" : ""}" data-testid=${item.error ? "error" : "notice"}>${item.text}</div>`;
  }
}

function mine(item: UserItem, conversation: Conversation): TemplateResult {
  return html`<div class="mine ${item.state}" data-testid="user-message" data-state=${item.state}>
    <span class="hidden">You: </span>
    <div class="bubble">${item.text}</div>
    ${
      item.state === "failed"
        ? html`<div class="problem">
          ${item.problem}
          <button class="link" data-testid="retry" @click=${() => conversation.retry(item.clientId)}>Send again</button>
        </div>`
        : nothing
    }
    ${
      item.state === "queued" && conversation.phase !== "online"
        ? html`<div class="quiet">Sent when you are connected</div>`
        : nothing
    }
  </div>`;
}

const rendered = new WeakMap<AssistantItem, { text: string; drawn: ReturnType<typeof prose> }>();

function theirs(item: AssistantItem): TemplateResult {
  let cached = rendered.get(item);
  if (cached?.text !== item.text) {
    cached = { text: item.text, drawn: prose(item.text) };
    rendered.set(item, cached);
  }
  return html`<div class="theirs" data-testid="assistant-message" data-done=${item.done}>
    ${item.name ? html`<div class="quiet">${item.name}</div>` : html`<span class="hidden">Assistant: </span>`}
    <div class="prose">${cached.drawn}</div>
  </div>`;
}

function tail(conversation: Conversation, submit: (text: string) => void): TemplateResult {
  const { transcript } = conversation;
  const last = transcript.items.at(-1);
  const streaming = last?.kind === "assistant" && !last.done && !transcript.activity;
  const failed = last?.kind === "notice" && last.error && !transcript.running && transcript.lastUserText;
  return html`${
    transcript.running
      ? html`<div class="activity" data-testid="activity">
        ${
          streaming
            ? nothing
            : html`<span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>
              <span>${transcript.activity || "One moment…"}</span>`
        }
        <button class="link stop" data-testid="stop" @click=${() => conversation.stopAnswer()}>Stop</button>
      </div>`
      : nothing
  }
  ${
    transcript.colleagueTyping
      ? html`<div class="activity"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span><span>A colleague is writing…</span></div>`
      : nothing
  }
  ${
    failed
      ? html`<div class="replies">
        <button class="reply" data-testid="ask-again" @click=${() => submit(transcript.lastUserText)}>Try again</button>
      </div>`
      : nothing
  }
  ${conversation.problem ? html`<div class="notice error" data-testid="problem">${conversation.problem}</div>` : nothing}
  ${transcript.running ? nothing : replies(transcript.replies, "quick-reply", submit)}`;
}

function replies(texts: string[], hook: string, submit: (text: string) => void): TemplateResult | typeof nothing {
  if (!texts.length) return nothing;
  return html`<div class="replies" role="group" aria-label="Suggestions">
    ${texts.map((text) => html`<button class="reply" data-testid=${hook} @click=${() => submit(text)}>${text}</button>`)}
  </div>`;
}

function emptyState(conversation: Conversation, submit: (text: string) => void): TemplateResult {
  const { welcome, phase } = conversation;
  if (!welcome) return phase === "offline" || phase === "refused" ? unreachable() : html``;
  const name = welcome.customer?.first_name;
  return html`<div class="empty" data-testid="greeting">
    <p class="hello">${name ? `Hi ${name}, how can we help?` : "Hi, how can we help?"}</p>
    <p class="quiet">Ask about an order, a delivery, a return, or anything in the shop. You confirm every change before it is made.</p>
    ${replies(welcome.suggestions, "suggestion", submit)}
    ${welcome.support.text ? html`<p class="quiet">${welcome.support.text}</p>` : nothing}
  </div>`;
}

function unreachable(): TemplateResult {
  return html`<div class="empty" data-testid="unreachable">
    <p class="hello">The chat is not there right now</p>
    <p class="quiet">We keep trying. Write your message all the same: it is sent as soon as the chat is back, while this page is open.</p>
  </div>`;
}
