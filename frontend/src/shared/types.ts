/** What comes over the wire: events of a conversation, and the JSON of the HTTP endpoints. */

export type Options = Record<string, string> | string;

export interface ItemEffect {
  order_line_id: string;
  title: string;
  options: string;
  quantity: number;
  amount: number;
}

export interface Change {
  label: string;
  before: string;
  after: string;
}

export interface MoneyEffect {
  direction: "refund" | "charge" | "fee";
  amount: number;
  currency: string;
  payment_method_id: string;
  /** `Visa ending 4242`. */
  method: string;
  when: string;
}

export interface DateEffect {
  label: string;
  on: string;
}

export type ActionKind =
  | "cancel_order"
  | "change_address"
  | "change_default_address"
  | "change_items"
  | "change_payment"
  | "exchange_items"
  | "fill_short_line"
  | "return_items"
  | "wait_for_stock";

export interface Effect {
  kind: ActionKind;
  title: string;
  sentence: string;
  order_number: string;
  items: ItemEffect[];
  changes: Change[];
  money: MoneyEffect[];
  dates: DateEffect[];
  keeps: string[];
  /** Policy clauses it rests on. */
  clauses: string[];
}

export type ProposalStatus =
  "open" | "awaiting_approval" | "committed" | "withdrawn" | "superseded" | "expired" | "declined";

export interface Proposal {
  id: string;
  status: ProposalStatus;
  sentence: string;
  parts: Effect[];
  refused: string[];
  /** Who must agree after the customer, where somebody must. */
  approval_role: string;
  /** Proposals on the same goods that this one has superseded. */
  replaces: string[];
  expires_at: string;
}

export interface PartReceipt {
  kind: ActionKind;
  done: boolean;
  sentence: string;
  order_number: string;
  reference: string;
  items: ItemEffect[];
  money: MoneyEffect[];
  changes: Change[];
  dates: DateEffect[];
  clauses: string[];
}

export interface Receipt {
  id: string;
  proposal_id: string;
  parts: PartReceipt[];
  sentence: string;
  at: string;
}

export interface OrderCardLine {
  title: string;
  options: Options;
  quantity: number;
  unit_price: number;
  image_url: string;
  handle: string;
}

export interface OrderCard {
  number: string;
  status: string;
  placed_at: string | null;
  total: number;
  currency: string;
  promised_on: string | null;
  state?: string;
  expected_on?: string | null;
  lines?: OrderCardLine[];
  parcels?: {
    carrier: string;
    tracking_number: string;
    tracking_url: string;
    status: string;
    last_event: string;
  }[];
}

export interface ProductCard {
  title: string;
  handle: string;
  price: number;
  compare_at: number | null;
  currency: string;
  image_url: string;
  in_stock: boolean;
  options?: Record<string, string[]>;
}

export type Card =
  | ({ kind: "order" } & OrderCard)
  | { kind: "orders"; orders: OrderCard[] }
  | ({ kind: "product" } & ProductCard)
  | { kind: "products"; products: ProductCard[] };

export interface Support {
  open: boolean;
  text: string;
}

export interface Welcome {
  conversation_id: string;
  last_seq: number;
  customer: { first_name: string } | null;
  shop: { name: string; currency: string };
  suggestions: string[];
  support: Support;
  running: boolean;
}

export interface Interrupt {
  id: string;
  message: string;
  expiresAt: string;
  metadata: { proposal: Proposal };
}

/** Every stored event has a `seq`; transient ones have none. */
interface Stored {
  seq?: number;
  timestamp?: number;
}

export type CustomValue =
  | { name: "welcome"; value: Welcome }
  | { name: "ready"; value: { last_seq: number } }
  | { name: "user_message"; value: { message_id: string; text: string; client_msg_id: string } }
  | { name: "ack"; value: { client_msg_id: string; seq: number } }
  | { name: "card"; value: Card }
  | { name: "quick_replies"; value: { replies: string[] } }
  | { name: "proposal"; value: { id: string; status: ProposalStatus } }
  | { name: "receipt"; value: Receipt }
  | { name: "signed_in"; value: { first_name: string } }
  | { name: "escalated"; value: { text: string; due_at: string | null } }
  | { name: "error"; value: { code: string; message: string; client_msg_id?: string } }
  | { name: "typing"; value: { on: boolean } }
  | { name: "pong"; value: object };

export type ChatEvent = Stored &
  (
    | ({ type: "CUSTOM" } & CustomValue)
    | { type: "RUN_STARTED"; runId: string }
    | {
        type: "RUN_FINISHED";
        runId: string;
        outcome?: { type: "success" } | { type: "interrupt"; interrupts: Interrupt[] };
      }
    | { type: "RUN_ERROR"; message: string; code: string }
    | { type: "TEXT_MESSAGE_START"; messageId: string; name?: string }
    | { type: "TEXT_MESSAGE_CONTENT"; messageId: string; delta: string }
    | { type: "TEXT_MESSAGE_END"; messageId: string }
    | { type: "TOOL_CALL_START"; toolCallId: string; toolCallName: string }
    | { type: "TOOL_CALL_END"; toolCallId: string }
    | { type: "STEP_STARTED"; stepName: string }
    | { type: "STEP_FINISHED"; stepName: string }
  );

export type ClientFrame =
  | { type: "message"; client_msg_id: string; text: string }
  | {
      type: "resume";
      client_msg_id: string;
      resume: { interruptId: string; status: "resolved"; payload: { decision: "confirm" | "decline" } }[];
    };

export interface Person {
  first_name: string;
  last_name: string;
  email: string;
  /** The default address; nothing where none is known. */
  address: Address | null;
}

export type Address = Record<string, string>;

export interface ShopInfo {
  name: string;
  currency: string;
  demo: boolean;
  categories: string[];
  support: Support;
}

export interface Paged {
  total: number;
  page: number;
  page_size: number;
}

export interface Variant {
  id: string;
  sku: string;
  title: string;
  options: Record<string, string>;
  price: number;
  compare_at: number | null;
  in_stock: boolean;
  available: number | null;
}

export interface Review {
  rating: number;
  title: string;
  body: string;
  author: string;
  created_at: string;
}

export interface Product {
  title: string;
  handle: string;
  brand: string;
  category: string;
  description: string;
  attributes: Record<string, unknown>;
  image_url: string;
  currency: string;
  rating: { average: number | null; count: number } | null;
  variants: Variant[];
  reviews: Review[];
}

export interface Line {
  id: string;
  product_id: string;
  variant_id: string;
  handle: string;
  title: string;
  options: Options;
  quantity: number;
  unit_price: number;
  cancelled: number;
  short: number;
  shipped: number;
  returned: number;
  restock_on: string | null;
  image_url: string;
}

export interface Parcel {
  id: string;
  carrier: string;
  service: string;
  tracking_number: string;
  tracking_url: string;
  status: string;
  shipped_at: string | null;
  promised_on: string | null;
  estimated_on: string | null;
  delivered_at: string | null;
  delay_reason: string;
  last_event: string;
  last_place: string;
  last_event_at: string | null;
}

export interface OrderSummary {
  id: string;
  number: string;
  status: string;
  placed_at: string | null;
  currency: string;
  total: number;
  promised_on: string | null;
  /** Whether items were swapped for other variants after it was placed. */
  items_changed: boolean;
  /** Kinds of action that its status and the one-time rules leave open. */
  may: ActionKind[];
  lines: Line[];
}

export interface Return {
  number: string;
  kind: "return" | "exchange";
  status: "requested" | "received" | "refunded" | "rejected" | "cancelled";
  refund_amount: number;
  /** Of an exchange: what the new items cost more; negative where less. */
  difference: number;
  method: string;
  due_on: string | null;
  line_ids: string[];
  /** What is sent in exchange. */
  new_items: { variant_id: string; title: string; options: Options; quantity: number }[];
}

export interface Order extends OrderSummary {
  ship_to: Address;
  subtotal: number;
  discount: number;
  shipping: number;
  tax: number;
  parcels: Parcel[];
  payments: { payment_method_id: string; method: string; kind: string; amount: number; refunded: number }[];
  returns: Return[];
  cancel_reason: string;
  cancelled_at: string | null;
  delivery?: {
    state: string;
    promised_on: string | null;
    expected_on: string | null;
    days_late: number;
    reason: string;
  };
}
