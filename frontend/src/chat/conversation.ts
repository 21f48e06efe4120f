/** One customer's conversation: its log, its connection, and what waits to be sent. */

import { announceSession, lasting, onSession, openSession, storedToken, storeToken } from "../shared/session";
import type { ChatEvent, ClientFrame, Receipt, Welcome } from "../shared/types";
import { Connection, type Phase } from "./connection";
import { Outbox } from "./outbox";
import { type Decision, Transcript } from "./transcript";

const SEEN = "storewright.seen";
const TYPING_EVERY = 3_000;
const TYPING_ENDS = 4_000;

export interface ConversationHost {
  /** Something to draw has changed. */
  changed(): void;
  /** A sentence that a screen reader should say. */
  announce(sentence: string): void;
  received(receipt: Receipt): void;
  isOpen(): boolean;
}

export class Conversation {
  transcript = new Transcript();
  welcome: Welcome | undefined;
  phase: Phase = "idle";
  unread = 0;
  /** A problem that belongs to no message. */
  problem = "";

  readonly #connection: Connection;
  readonly #outbox: Outbox;
  #token = "";
  #live = false;
  #typingSent = 0;
  #typingTimer = 0;
  #unsubscribe: (() => void) | undefined;

  constructor(
    server: string,
    private readonly identityToken: () => string,
    private readonly host: ConversationHost,
  ) {
    this.#outbox = new Outbox(
      (frame) => this.#live && this.#connection.send(frame),
      (frame) => this.#fail(frame.client_msg_id, "Not sent: no answer from the shop."),
    );
    this.#connection = new Connection(server, {
      token: async (refused) => (this.#token = await openSession(server, this.identityToken(), refused)),
      shown: () => ({
        last_seq: this.transcript.lastSeq,
        conversation_id: this.welcome?.conversation_id ?? null,
      }),
      onEvent: (event) => this.#take(event),
      onPhase: (phase) => this.#enter(phase),
    });
    this.#showWaiting();
  }

  start(): void {
    this.#unsubscribe ??= onSession(this.#sessionChanged);
    this.#connection.start();
  }

  stop(): void {
    this.#unsubscribe?.();
    this.#unsubscribe = undefined;
    this.#connection.stop();
  }

  reconnect(): void {
    this.#connection.retryNow();
  }

  send(text: string): void {
    const frame: ClientFrame = { type: "message", client_msg_id: crypto.randomUUID(), text };
    this.problem = "";
    this.transcript.addMine(frame.client_msg_id, text, "queued");
    this.typing(false);
    this.#outbox.add(frame);
    this.host.changed();
  }

  decide(proposalId: string, decision: Decision): void {
    const item = this.transcript.proposal(proposalId);
    if (!item || item.chosen) return;
    item.chosen = decision;
    item.problem = "";
    this.#outbox.add({
      type: "resume",
      client_msg_id: crypto.randomUUID(),
      resume: [{ interruptId: proposalId, status: "resolved", payload: { decision } }],
    });
    this.host.changed();
  }

  retry(clientId: string): void {
    const mine = this.transcript.mine(clientId);
    if (!mine) return;
    mine.state = "queued";
    mine.problem = "";
    this.#outbox.add({ type: "message", client_msg_id: clientId, text: mine.text });
    this.host.changed();
  }

  stopAnswer(): void {
    this.#connection.send({ type: "stop" });
  }

  typing(on: boolean): void {
    clearTimeout(this.#typingTimer);
    if (!on) {
      if (this.#typingSent) this.#connection.send({ type: "typing", on: false });
      this.#typingSent = 0;
      return;
    }
    if (Date.now() - this.#typingSent > TYPING_EVERY && this.#connection.send({ type: "typing", on: true })) {
      this.#typingSent = Date.now();
    }
    this.#typingTimer = window.setTimeout(() => this.typing(false), TYPING_ENDS);
  }

  /** Forget this session and its conversation, and begin a new one. */
  startOver(): void {
    this.#outbox.clear();
    storeToken(null);
  }

  markSeen(): void {
    this.unread = 0;
    if (this.welcome) lasting.set(SEEN, `${this.welcome.conversation_id} ${this.transcript.lastSeq}`);
  }

  #take(event: ChatEvent): void {
    const stale = event.seq !== undefined && event.seq <= this.transcript.lastSeq;
    if (stale) return;
    const heard = this.transcript.apply(event);
    if (heard && this.#live) this.host.announce(heard);
    if (event.type === "CUSTOM") this.#custom(event);
    this.#count(event);
    this.host.changed();
  }

  #custom(event: ChatEvent & { type: "CUSTOM" }): void {
    switch (event.name) {
      case "welcome":
        this.#greet(event.value);
        break;
      case "ready":
        this.#becomeLive();
        break;
      case "user_message":
      case "ack":
        this.#outbox.acknowledge(event.value.client_msg_id);
        break;
      case "proposal":
        this.#proposalChanged(event.value.id);
        break;
      case "receipt":
        if (this.#live) this.host.received(event.value);
        break;
      case "signed_in":
        if (this.welcome) this.welcome.customer = event.value;
        if (this.#live) announceSession();
        break;
      case "error":
        this.#refused(event.value);
    }
  }

  #greet(welcome: Welcome): void {
    const other = this.welcome && this.welcome.conversation_id !== welcome.conversation_id;
    this.welcome = welcome;
    if (!other) return;
    const replayed = this.transcript.lastSeq === 0;
    this.#reset();
    // The server resumed another conversation after a sequence that was never its own.
    if (!replayed) this.#restart();
  }

  #becomeLive(): void {
    if (this.welcome) this.transcript.settle(this.welcome);
    this.#live = true;
  }

  #enter(phase: Phase): void {
    this.phase = phase;
    if (phase === "online") this.#outbox.flush();
    else this.#live = false;
    this.host.changed();
  }

  readonly #sessionChanged = (): void => {
    if (storedToken() === this.#token) return;
    this.#reset();
    this.welcome = undefined;
    this.#restart();
  };

  #restart(): void {
    this.#connection.stop();
    this.#connection.start();
  }

  #reset(): void {
    this.transcript = new Transcript();
    this.unread = 0;
    this.problem = "";
    this.#showWaiting();
  }

  #showWaiting(): void {
    for (const frame of this.#outbox.waiting) {
      if (frame.type === "message") this.transcript.addMine(frame.client_msg_id, frame.text, "queued");
    }
  }

  #proposalChanged(id: string): void {
    for (const frame of this.#outbox.waiting) {
      if (frame.type === "resume" && frame.resume.some((entry) => entry.interruptId === id)) {
        this.#outbox.acknowledge(frame.client_msg_id);
      }
    }
  }

  #refused(error: { code: string; message: string; client_msg_id?: string }): void {
    this.host.announce(error.message);
    if (error.client_msg_id) this.#fail(error.client_msg_id, error.message);
    else this.problem = error.message;
  }

  #fail(clientId: string, problem: string): void {
    const mine = this.transcript.mine(clientId);
    const frame = this.#outbox.find(clientId);
    const proposal =
      frame?.type === "resume" ? this.transcript.proposal(frame.resume[0]?.interruptId ?? "") : undefined;
    this.#outbox.acknowledge(clientId);
    if (mine) Object.assign(mine, { state: "failed", problem });
    if (proposal) Object.assign(proposal, { chosen: "", problem });
    this.host.changed();
  }

  #count(event: ChatEvent): void {
    if (this.host.isOpen()) {
      this.markSeen();
      return;
    }
    const speaks =
      event.type === "TEXT_MESSAGE_END" ||
      (event.type === "RUN_FINISHED" && event.outcome?.type === "interrupt") ||
      event.type === "RUN_ERROR";
    if (speaks && (event.seq ?? Infinity) > this.#seen()) this.unread += 1;
  }

  #seen(): number {
    const [conversation, seq] = (lasting.get(SEEN) ?? "").split(" ");
    return conversation === this.welcome?.conversation_id ? Number(seq) : 0;
  }
}
