// A scripted server for work on the pages without the real one: `npm run dev`, then http://127.0.0.1:5173.
// In the chat, "order", "orders", "products", "cancel", "error", "slow" and "long" each play a scene.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, normalize } from "node:path";
import { WebSocketServer } from "ws";

import { address, cards, catalogue, delivery, orders, people, product, proposal, receipt, shop } from "./data.mjs";

const STATIC = new URL("../../web/static", import.meta.url).pathname;
const PORT = Number(process.env.PORT ?? 5173);
const PAGE_SIZE = 12;
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'";

const sessions = new Map();
const conversations = new Map();

function open(customer) {
  const token = randomUUID();
  sessions.set(token, customer);
  const first_name = customer?.name.split(" ")[0];
  return { token, expires_at: new Date(Date.now() + 3_600_000), customer: customer ? { first_name } : null };
}

function listProducts(query) {
  const words = (query.get("q") ?? "").toLowerCase();
  const page = Number(query.get("page") ?? 1);
  const found = catalogue
    .map((each) => each.card)
    .filter((card) => !query.get("category") || card.category === query.get("category"))
    .filter((card) => card.title.toLowerCase().includes(words));
  return {
    products: found.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE),
    total: found.length,
    page,
    page_size: PAGE_SIZE,
  };
}

async function bodyOf(request) {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text ? JSON.parse(text) : {};
}

async function api(request, path, query) {
  const customer = sessions.get((request.headers.authorization ?? "").replace("Bearer ", ""));
  if (path === "sessions") return [201, open(null)];
  if (path === "session" && request.method === "DELETE") return [204];
  if (path === "session") {
    const [first_name, last_name] = customer?.name.split(" ") ?? [];
    return [
      200,
      { customer: customer ? { first_name, last_name, email: "ann@example.com", address } : null, expires_at: new Date() },
    ];
  }
  if (path === "shop") return [200, shop];
  if (path === "products") return [200, listProducts(query)];
  if (path.startsWith("products/")) return found(product(path.split("/")[1]));
  if (path === "demo/customers") return [200, { customers: people }];
  if (path === "demo/sign-in") {
    const { customer_id } = await bodyOf(request);
    return [201, open(people.find((person) => person.id === customer_id))];
  }
  if (path.startsWith("account/") && !customer)
    return [401, { error: { code: "not_signed_in", message: "Please sign in." } }];
  if (path === "account/orders") return [200, { orders, total: orders.length, page: 1, page_size: 10 }];
  if (path.startsWith("account/orders/")) {
    const order = orders.find((each) => each.number === path.split("/")[2]);
    return found(order && { ...order, delivery: delivery(order) });
  }
  return found(undefined);
}

const found = (value) =>
  value ? [200, value] : [404, { error: { code: "not_found", message: "There is no such thing here." } }];

function pageFor(path) {
  if (path === "/") return "home";
  if (path.startsWith("/products/")) return "product";
  if (path.startsWith("/account/orders/")) return "order";
  return { "/account": "account", "/sign-in": "sign-in" }[path];
}

const server = createServer(async (request, response) => {
  const url = new URL(request.url, "http://localhost");
  response.setHeader("Content-Security-Policy", POLICY);
  if (url.pathname.startsWith("/api/")) {
    const [status, body] = await api(request, decodeURIComponent(url.pathname.slice(5)), url.searchParams);
    response.writeHead(status, { "Content-Type": "application/json" }).end(body && JSON.stringify(body));
    return;
  }
  const page = pageFor(url.pathname);
  const file = page ? `/pages/${page}.html` : normalize(url.pathname).replace(/^\/static/, "");
  try {
    const content = await readFile(STATIC + file);
    response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" }).end(content);
  } catch {
    response.writeHead(404).end();
  }
});

class Talk {
  log = [];
  stopped = false;
  socket;

  store(event) {
    const stored = { ...event, seq: this.log.length + 1, timestamp: Date.now() };
    this.log.push(stored);
    this.send(stored);
  }

  send(event) {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(event));
  }

  custom(name, value) {
    this.store({ type: "CUSTOM", name, value });
  }

  async say(text, pace = 28) {
    const messageId = randomUUID();
    this.store({ type: "TEXT_MESSAGE_START", messageId, role: "assistant", name: null });
    for (const delta of text.match(/\S+\s*/g)) {
      if (this.stopped) break;
      this.store({ type: "TEXT_MESSAGE_CONTENT", messageId, delta });
      await wait(pace);
    }
    this.store({ type: "TEXT_MESSAGE_END", messageId });
  }

  async use(toolCallName, time = 500) {
    const toolCallId = randomUUID();
    this.store({ type: "TOOL_CALL_START", toolCallId, toolCallName });
    await wait(time);
    this.store({ type: "TOOL_CALL_END", toolCallId });
  }

  async run(scene) {
    const ids = { threadId: "t", runId: randomUUID() };
    this.stopped = false;
    this.store({ type: "RUN_STARTED", ...ids });
    const interrupt = await scene(this);
    if (this.stopped) this.store({ type: "RUN_ERROR", message: "Stopped.", code: "stopped" });
    else if (interrupt === "failed")
      this.store({
        type: "RUN_ERROR",
        message: "I cannot think straight at the moment. Nothing was changed.",
        code: "model_unavailable",
      });
    else
      this.store({
        type: "RUN_FINISHED",
        ...ids,
        outcome: interrupt ? { type: "interrupt", interrupts: [interrupt] } : { type: "success" },
      });
  }
}

const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

const SCENES = {
  orders: async (talk) => {
    await talk.use("list_orders");
    await talk.say("You have three orders. Which one is it about?");
    talk.custom("card", cards.orders());
    talk.custom("quick_replies", { replies: ["SW-104233", "SW-104102", "A different one"] });
  },
  order: async (talk) => {
    await talk.use("track_order");
    await talk.say(
      "Order **SW-104102** is held up by snow in Spokane.\n\n- It was promised for Friday.\n- UPS now expects it **tomorrow**.\n\nSee our [delivery promise](https://example.com/promise).",
    );
    talk.custom("card", cards.order());
  },
  products: async (talk) => {
    await talk.use("find_products");
    await talk.say("These three fit what you describe:");
    talk.custom("card", cards.products());
  },
  cancel: async (talk) => {
    await talk.use("get_order");
    await talk.use("propose_cancellation");
    const id = `prp_${randomUUID()}`;
    await talk.say("I can do that. Please look at this:");
    const made = proposal(id);
    return {
      id,
      reason: "confirmation",
      message: made.sentence,
      expiresAt: made.expires_at,
      metadata: { proposal: made },
    };
  },
  error: async () => "failed",
  slow: async (talk) => {
    await talk.use("list_orders", 4000);
    await talk.say(
      "Here I am again, one word after the other, so that there is time to look at the stop button while the text is still coming in.",
      300,
    );
  },
  long: (talk) => talk.say("A paragraph of some length that says very little. ".repeat(30), 10),
};

async function answer(talk, frame) {
  if (talk.log.some((event) => event.client_id === frame.client_msg_id)) return;
  talk.store({
    type: "CUSTOM",
    name: "user_message",
    client_id: frame.client_msg_id,
    value: { message_id: randomUUID(), text: frame.text, client_msg_id: frame.client_msg_id },
  });
  const scene = Object.keys(SCENES).find((name) => new RegExp(`\\b${name}\\b`, "i").test(frame.text));
  await wait(300);
  await talk.run(
    SCENES[scene] ?? ((each) => each.say("I understand orders, products and cancellations in this scripted shop.")),
  );
}

async function decided(talk, { interruptId: id, payload }) {
  await wait(800);
  if (payload.decision === "decline") {
    talk.custom("proposal", { id, status: "withdrawn" });
    await talk.run((each) => each.say("Understood, everything stays as it is."));
    return;
  }
  talk.custom("proposal", { id, status: "committed" });
  talk.custom("receipt", receipt(id));
  await talk.run((each) => each.say("Done. The money is on its way; the tent and the headlamp come as planned."));
}

function greet(talk, customer, lastSeq) {
  const value = {
    conversation_id: talk.id,
    last_seq: talk.log.length,
    customer: customer ? { first_name: customer.name.split(" ")[0] } : null,
    shop: { name: shop.name, currency: shop.currency },
    suggestions: ["Where is my order?", "I want to return something", "Cancel an item", "Find me a tent"],
    support: shop.support,
    running: false,
  };
  talk.send({ type: "CUSTOM", name: "welcome", value });
  for (const event of talk.log) if (event.seq > lastSeq) talk.send(event);
  talk.send({ type: "CUSTOM", name: "ready", value: { last_seq: talk.log.length } });
}

new WebSocketServer({ server, path: "/ws/chat" }).on("connection", (socket) => {
  let talk;
  socket.on("message", async (data) => {
    const frame = JSON.parse(data);
    if (frame.type === "hello") {
      if (!sessions.has(frame.token)) return socket.close(4401);
      talk = conversations.get(frame.token) ?? Object.assign(new Talk(), { id: randomUUID() });
      conversations.set(frame.token, talk);
      talk.socket = socket;
      greet(talk, sessions.get(frame.token), frame.last_seq);
    } else if (frame.type === "ping") talk.send({ type: "CUSTOM", name: "pong", value: {} });
    else if (frame.type === "stop") talk.stopped = true;
    else if (frame.type === "message") await answer(talk, frame);
    else if (frame.type === "resume") {
      talk.send({ type: "CUSTOM", name: "ack", value: { client_msg_id: frame.client_msg_id, seq: talk.log.length } });
      await decided(talk, frame.resume[0]);
    }
  });
});

server.listen(PORT, "127.0.0.1", () => console.log(`http://127.0.0.1:${PORT}`));
