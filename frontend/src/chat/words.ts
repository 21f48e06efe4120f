/** The widget's own words for tools and changes. */

import type { ProposalStatus } from "../shared/types";

const TOOLS: Record<string, string> = {
  list_orders: "Looking up your orders…",
  get_order: "Looking up your order…",
  item_options: "Looking at what there is…",
  my_details: "Looking at your account…",
  track_order: "Checking where your parcel is…",
  find_policy: "Checking our policy…",
  find_products: "Searching the shop…",
  product_details: "Checking the product…",
  short_line_options: "Looking for a way to get it to you…",
  talk_to_person: "Finding a colleague…",
  verify_customer: "Checking your details…",
};

/** What a running tool does, for the customer. */
export function toolLine(name: string): string {
  if (name.startsWith("propose_")) return "Working out what is possible…";
  return TOOLS[name] ?? "One moment…";
}

interface Verbs {
  yes: string;
  no: string;
}

const VERBS: [RegExp, Verbs][] = [
  [/^cancel/, { yes: "Yes, cancel", no: "No, keep it" }],
  [/return/, { yes: "Start the return", no: "No, keep it" }],
  [/exchange/, { yes: "Start the exchange", no: "Keep what I have" }],
  [/^change_items/, { yes: "Make the swap", no: "Leave it as it is" }],
  [/address/, { yes: "Change the address", no: "Keep the old one" }],
  [/payment/, { yes: "Change the payment", no: "Keep the old one" }],
  [/short/, { yes: "Yes, send it that way", no: "No, don’t" }],
  [/wait/, { yes: "I’ll wait", no: "No, I won’t wait" }],
];

/** Whether units are swapped for others: what changes then says all there is to say of the items. */
export const isSwap = (kind: string): boolean => kind === "change_items" || kind === "exchange_items";

/** The two buttons of a confirmation, in the words of the change. */
export function verbs(kinds: string[]): Verbs {
  const [first = ""] = kinds;
  if (kinds.some((kind) => kind !== first)) return { yes: "Yes, do all of this", no: "No, change nothing" };
  return VERBS.find(([pattern]) => pattern.test(first))?.[1] ?? { yes: "Yes, do it", no: "No, keep it" };
}

/** What became of a proposal. */
export const OUTCOMES: Record<ProposalStatus, string> = {
  open: "",
  committed: "Done",
  declined: "Not approved; nothing was changed",
  withdrawn: "Not done; everything stays as it was",
  expired: "Expired; nothing was changed",
  superseded: "Replaced by a newer proposal",
  awaiting_approval: "Waiting for a colleague’s approval",
};
