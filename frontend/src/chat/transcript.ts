/** The conversation as this reader sees it: a projection of the event log. */

import { moment, statusText } from "../shared/format";
import type { Card, ChatEvent, CustomValue, Interrupt, Proposal, ProposalStatus, Receipt } from "../shared/types";
import { toolLine } from "./words";

export type Decision = "confirm" | "decline";

export interface UserItem {
  kind: "user";
  id: string;
  clientId: string;
  text: string;
  state: "queued" | "sent" | "failed";
  problem: string;
  at: number | undefined;
}

export interface AssistantItem {
  kind: "assistant";
  id: string;
  name: string;
  text: string;
  done: boolean;
  at: number | undefined;
}

export interface ProposalItem {
  kind: "proposal";
  id: string;
  proposal: Proposal;
  status: ProposalStatus;
  chosen: Decision | "";
  problem: string;
  at: number | undefined;
}

export type Item =
  | UserItem
  | AssistantItem
  | ProposalItem
  | { kind: "card"; id: string; card: Card; at: number | undefined }
  | { kind: "receipt"; id: string; receipt: Receipt; at: number | undefined }
  | { kind: "notice"; id: string; text: string; error: boolean; at: number | undefined };

type Custom = CustomValue & { seq?: number };

/** Folds events into items. Applying the log twice, or in two pieces, gives the same items. */
export class Transcript {
  items: Item[] = [];
  lastSeq = 0;
  running = false;
  /** What the running answer does at the moment, in words. */
  activity = "";
  replies: string[] = [];
  colleagueTyping = false;
  #runStartedSeq = 0;
  /** Said since the last run that ended. */
  readonly #halfSaid = new Set<Item>();

  /** Take an event; returns what a screen reader should hear of it, mostly nothing. */
  apply(event: ChatEvent): string {
    if (event.seq !== undefined) {
      if (event.seq <= this.lastSeq) return "";
      this.lastSeq = event.seq;
    }
    const at = event.timestamp ?? undefined;
    switch (event.type) {
      case "RUN_STARTED":
        this.#startRun(event.seq ?? 0);
        return "";
      case "RUN_FINISHED":
        this.#halfSaid.clear();
        this.#endRun();
        return event.outcome?.type === "interrupt"
          ? event.outcome.interrupts.map((interrupt) => this.#propose(interrupt, at)).join(" ")
          : "";
      case "RUN_ERROR":
        if (event.seq !== undefined) this.#halfSaid.clear();
        this.#endRun();
        return this.#notice(`error-${event.seq ?? this.items.length}`, event.message, event.code !== "stopped", at);
      case "TOOL_CALL_START":
        this.activity = toolLine(event.toolCallName);
        return "";
      case "TEXT_MESSAGE_START":
        this.activity = "";
        this.#message(event.messageId, at).name = event.name ?? "";
        return "";
      case "TEXT_MESSAGE_CONTENT":
        this.#message(event.messageId, at).text += event.delta;
        return "";
      case "TEXT_MESSAGE_END":
        return this.#endMessage(event.messageId);
      case "CUSTOM":
        return this.#custom(event, at);
      default:
        return "";
    }
  }

  /** The replay is over: what the log left unfinished is finished, unless a run goes on. */
  settle(welcome: { running: boolean; last_seq: number }): void {
    if (!welcome.running && this.#runStartedSeq <= welcome.last_seq) this.#endRun();
  }

  addMine(clientId: string, text: string, state: UserItem["state"]): void {
    this.replies = [];
    const at = Date.now();
    this.items.push({ kind: "user", id: clientId, clientId, text, state, problem: "", at });
  }

  mine(clientId: string): UserItem | undefined {
    return this.items.find((item): item is UserItem => item.kind === "user" && item.clientId === clientId);
  }

  proposal(id: string): ProposalItem | undefined {
    return this.items.find((item): item is ProposalItem => item.kind === "proposal" && item.id === id);
  }

  get lastUserText(): string {
    return this.items.findLast((item) => item.kind === "user")?.text ?? "";
  }

  #custom(event: Custom, at: number | undefined): string {
    switch (event.name) {
      case "user_message":
        this.#userMessage(event.value, at);
        return "";
      case "card":
        this.#say({ kind: "card", id: `card-${event.seq ?? this.items.length}`, card: event.value, at });
        return "";
      case "quick_replies":
        this.replies = event.value.replies;
        return "";
      case "proposal":
        return this.#changeProposal(event.value.id, event.value.status);
      case "receipt":
        return this.#receipt(event.value, at);
      case "signed_in":
        return this.#notice(`in-${event.seq ?? 0}`, `You are signed in as ${event.value.first_name}.`, false, at);
      case "escalated":
        return this.#escalated(event.value, event.seq ?? 0, at);
      case "typing":
        this.colleagueTyping = event.value.on;
        return "";
      default:
        return "";
    }
  }

  #userMessage(value: { message_id: string; text: string; client_msg_id: string }, at: number | undefined): void {
    this.replies = [];
    const mine = value.client_msg_id ? this.mine(value.client_msg_id) : undefined;
    if (mine) {
      this.items = [...this.items.filter((item) => item !== mine), mine];
      mine.text = value.text;
      mine.state = "sent";
      mine.problem = "";
      mine.at = at ?? mine.at;
      return;
    }
    const { message_id: id, text, client_msg_id: clientId } = value;
    this.items.push({ kind: "user", id, clientId, text, state: "sent", problem: "", at });
  }

  /** A run that begins before the one before has ended answers the same message again. */
  #startRun(seq: number): void {
    this.#endRun();
    const byColleague = (item: Item): boolean => item.kind === "assistant" && item.name !== "";
    this.items = this.items.filter((item) => !this.#halfSaid.has(item) || byColleague(item));
    this.#halfSaid.clear();
    this.running = true;
    this.#runStartedSeq = seq;
  }

  #endRun(): void {
    this.running = false;
    this.activity = "";
    for (const item of this.items) if (item.kind === "assistant") item.done = true;
  }

  #message(id: string, at: number | undefined): AssistantItem {
    const found = this.items.find((item): item is AssistantItem => item.kind === "assistant" && item.id === id);
    if (found) return found;
    const item: AssistantItem = { kind: "assistant", id, name: "", text: "", done: false, at };
    this.colleagueTyping = false;
    this.#say(item);
    return item;
  }

  #say(item: Item): void {
    this.items.push(item);
    this.#halfSaid.add(item);
  }

  #endMessage(id: string): string {
    const item = this.#message(id, undefined);
    item.done = true;
    return item.text;
  }

  #propose(interrupt: Interrupt, at: number | undefined): string {
    const { proposal } = interrupt.metadata;
    const known = this.proposal(interrupt.id);
    if (known) {
      known.proposal = proposal;
      return "";
    }
    const status = proposal.status;
    this.items.push({ kind: "proposal", id: interrupt.id, proposal, status, chosen: "", problem: "", at });
    return `Please confirm: ${proposal.sentence || interrupt.message}`;
  }

  #changeProposal(id: string, status: ProposalStatus): string {
    const item = this.proposal(id);
    if (!item || item.status === status) return "";
    item.status = status;
    item.problem = "";
    // What was done is heard from the receipt.
    return status === "committed" ? "" : `Proposal: ${statusText(status)}`;
  }

  #receipt(receipt: Receipt, at: number | undefined): string {
    const id = `receipt-${receipt.id}`;
    if (this.items.some((item) => item.id === id)) return "";
    this.items.push({ kind: "receipt", id, receipt, at });
    return receipt.sentence;
  }

  /** The assistant has said so; the log keeps since when, and until when. */
  #escalated(value: { text: string; due_at: string | null }, seq: number, at: number | undefined): string {
    const until = value.due_at ? `Passed on to a colleague; answer by ${moment(value.due_at)}` : value.text;
    return this.#notice(`escalated-${seq}`, until, false, at);
  }

  #notice(id: string, text: string, error: boolean, at: number | undefined): string {
    this.items.push({ kind: "notice", id, text, error, at });
    return text;
  }
}
