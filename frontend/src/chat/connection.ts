/** The websocket: hello, heartbeat, and coming back after a loss. */

import type { ChatEvent, ClientFrame } from "../shared/types";

export type Phase = "idle" | "connecting" | "online" | "offline" | "slowed" | "refused";

type Frame =
  | ClientFrame
  | { type: "hello"; token: string; last_seq: number; conversation_id: string | null }
  | { type: "stop" }
  | { type: "ping" }
  | { type: "typing"; on: boolean };

export interface ConnectionHost {
  /** A session's token; `refused` is one the server did not take. */
  token(refused: string): Promise<string>;
  /** What is shown already. */
  shown(): { last_seq: number; conversation_id: string | null };
  onEvent(event: ChatEvent): void;
  onPhase(phase: Phase): void;
}

const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const SLOWED_WAIT = 20_000;
const HEARTBEAT = 25_000;
const ANSWER_WITHIN = 10_000;

export class Connection {
  #socket: WebSocket | undefined;
  #phase: Phase = "idle";
  #attempts = 0;
  #timer = 0;
  #heartbeat = 0;
  #deadline = 0;
  #usedToken = "";
  #refusedToken = "";
  #wanted = false;
  #generation = 0;

  constructor(
    private readonly server: string,
    private readonly host: ConnectionHost,
  ) {}

  start(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    window.addEventListener("online", this.retryNow);
    window.addEventListener("offline", this.#lost);
    void this.#connect();
  }

  stop(): void {
    this.#wanted = false;
    window.removeEventListener("online", this.retryNow);
    window.removeEventListener("offline", this.#lost);
    this.#drop();
    this.#enter("idle");
  }

  /** Try at once instead of waiting, also after a refusal. */
  readonly retryNow = (): void => {
    if (!this.#wanted || this.#phase === "online") return;
    this.#attempts = 0;
    this.#refusedToken = "";
    void this.#connect();
  };

  send(frame: Frame): boolean {
    if (this.#phase !== "online") return false;
    this.#write(frame);
    return true;
  }

  async #connect(): Promise<void> {
    this.#drop();
    const generation = this.#generation;
    this.#enter("connecting");
    try {
      this.#usedToken = await this.host.token(this.#refusedToken);
    } catch {
      if (generation === this.#generation) this.#again();
      return;
    }
    if (generation !== this.#generation) return;
    const socket = new WebSocket(`${this.server.replace(/^http/, "ws")}/ws/chat`);
    this.#socket = socket;
    this.#expectAnswer();
    socket.onopen = () => this.#write({ type: "hello", token: this.#usedToken, ...this.host.shown() });
    socket.onmessage = (message: MessageEvent<string>) => {
      if (this.#socket === socket) this.#take(JSON.parse(message.data) as ChatEvent);
    };
    socket.onclose = (event) => {
      if (this.#socket === socket) this.#closed(event.code);
    };
  }

  #take(event: ChatEvent): void {
    clearTimeout(this.#deadline);
    this.host.onEvent(event);
    if (event.type !== "CUSTOM" || event.name !== "ready") return;
    this.#attempts = 0;
    this.#refusedToken = "";
    clearInterval(this.#heartbeat);
    this.#heartbeat = window.setInterval(this.#beat, HEARTBEAT);
    this.#enter("online");
  }

  #closed(code: number): void {
    this.#drop();
    if (!this.#wanted) return;
    const tokenFailed = code === 4401 || code === 4403;
    if (code === 4400 || (tokenFailed && this.#refusedToken)) this.#enter("refused");
    else if (tokenFailed) {
      this.#refusedToken = this.#usedToken;
      void this.#connect();
    } else if (code === 4429) {
      this.#enter("slowed");
      this.#later(SLOWED_WAIT * (1 + Math.random() / 2));
    } else this.#again();
  }

  #again(): void {
    this.#enter("offline");
    const ceiling = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#later(ceiling * (0.5 + Math.random() / 2));
  }

  #later(wait: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#connect(), wait);
  }

  readonly #beat = (): void => {
    this.#write({ type: "ping" });
    this.#expectAnswer();
  };

  /** A socket that says nothing is a lost one, whatever the browser believes. */
  #expectAnswer(): void {
    clearTimeout(this.#deadline);
    this.#deadline = window.setTimeout(this.#lost, ANSWER_WITHIN);
  }

  readonly #lost = (): void => {
    if (!this.#wanted) return;
    this.#drop();
    this.#again();
  };

  #drop(): void {
    this.#generation += 1;
    clearTimeout(this.#timer);
    clearTimeout(this.#deadline);
    clearInterval(this.#heartbeat);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #enter(phase: Phase): void {
    this.#phase = phase;
    this.host.onPhase(phase);
  }

  #write(frame: Frame): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }
}
