/** Frames the server has not acknowledged. They survive a page change in this tab. */

import { ofThisTab } from "../shared/session";
import type { ClientFrame } from "../shared/types";

const KEY = "storewright.outbox";
const ACKNOWLEDGED_WITHIN = 20_000;

export class Outbox {
  #frames: ClientFrame[];
  readonly #timers = new Map<string, number>();

  /** `deliver` says whether the frame could be written; `overdue` hears of one that nobody acknowledged. */
  constructor(
    private readonly deliver: (frame: ClientFrame) => boolean,
    private readonly overdue: (frame: ClientFrame) => void,
  ) {
    this.#frames = JSON.parse(ofThisTab.get(KEY) ?? "[]") as ClientFrame[];
  }

  get waiting(): readonly ClientFrame[] {
    return this.#frames;
  }

  add(frame: ClientFrame): void {
    this.#frames.push(frame);
    this.#save();
    this.#post(frame);
  }

  find(clientId: string): ClientFrame | undefined {
    return this.#frames.find((frame) => frame.client_msg_id === clientId);
  }

  /** Send what waits, oldest first; the server takes each `client_msg_id` once. */
  flush(): void {
    for (const frame of this.#frames) this.#post(frame);
  }

  acknowledge(clientId: string): void {
    this.#frames = this.#frames.filter((frame) => frame.client_msg_id !== clientId);
    this.#disarm(clientId);
    this.#save();
  }

  clear(): void {
    for (const frame of this.#frames) this.#disarm(frame.client_msg_id);
    this.#frames = [];
    this.#save();
  }

  #post(frame: ClientFrame): void {
    this.#disarm(frame.client_msg_id);
    if (!this.deliver(frame)) return;
    this.#timers.set(
      frame.client_msg_id,
      window.setTimeout(() => this.overdue(frame), ACKNOWLEDGED_WITHIN),
    );
  }

  #disarm(clientId: string): void {
    clearTimeout(this.#timers.get(clientId));
    this.#timers.delete(clientId);
  }

  #save(): void {
    ofThisTab.set(KEY, this.#frames.length ? JSON.stringify(this.#frames) : null);
  }
}
