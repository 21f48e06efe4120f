// What the scripted shop sells and who has bought what.

const day = (offset) => new Date(Date.now() + offset * 86_400_000);
const date = (offset) => day(offset).toISOString().slice(0, 10);

export const shop = {
  name: "Fernhill Outfitters",
  currency: "USD",
  demo: true,
  categories: ["Tents", "Sleeping", "Packs", "Kitchen", "Clothing", "Lighting"],
  support: { open: true, text: "People answer until 18:00" },
};

const TITLES = {
  Tents: ["Ridgeline Tent", "Creekside Family Tent with an Extra Long Name", "Solo Bivy"],
  Sleeping: ["Cloudbed Mat", "Hollow Pine Quilt", "Ember 20 Sleeping Bag", "Camp Pillow"],
  Packs: ["Switchback 45", "Daytrip 18", "Ferry Duffel"],
  Kitchen: ["Kettle & Cup Set", "Two Flame Stove", "Stacking Pots", "Fireside Grill"],
  Clothing: ["Merino Base Layer", "Rain Shell", "Trail Socks", "Wool Beanie", "Down Vest"],
  Lighting: ["Lantern No. 3", "Headlamp 400", "String Lights"],
};

const slug = (title) =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/-$/, "");

export const catalogue = Object.entries(TITLES).flatMap(([category, titles]) =>
  titles.map((title, index) => {
    const price = 1900 + ((title.length * 1709) % 24000);
    const clothing = category === "Clothing";
    const options = clothing ? { Color: ["Moss", "Navy"], Size: ["S", "M", "L", "XL"] } : { Color: ["Blue", "Sand"] };
    return {
      card: {
        kind: "product",
        title,
        handle: slug(title),
        category,
        price,
        compare_at: index === 1 ? Math.round(price * 1.25) : null,
        currency: "USD",
        image_url: index === 2 ? "/static/missing.jpg" : "",
        in_stock: index !== 3,
        options,
      },
    };
  }),
);

export function product(handle) {
  const card = catalogue.find((each) => each.card.handle === handle)?.card;
  if (!card) return undefined;
  const combine = ([[name, values], ...rest]) =>
    name === undefined
      ? [{}]
      : values.flatMap((value) => combine(rest.length ? rest : [[]]).map((other) => ({ [name]: value, ...other })));
  const variants = combine(Object.entries(card.options)).map((options, index) => ({
    id: `var_${index}`,
    sku: `${handle}-${index}`,
    title: Object.values(options).join(" / "),
    options,
    price: card.price,
    compare_at: card.compare_at,
    in_stock: card.in_stock && index !== 1,
    available: index === 0 ? 3 : 24,
  }));
  return {
    ...card,
    brand: "Fernhill",
    description:
      "A freestanding shelter for two that goes up in four minutes and stays quiet in the wind.\n\nThe fly reaches the ground on three sides; the fourth opens wide enough to cook under.",
    attributes: { material: "ripstop nylon, 30 denier", capacity: "2 people", weight: "1.9 kg", waterproof: true },
    rating: { average: 4.4, count: 2 },
    variants,
    reviews: [
      {
        rating: 5,
        title: "Dry through a storm",
        body: "Two nights of rain above the lake and not a drop inside.",
        author: "Ines K.",
        created_at: day(-20),
      },
      {
        rating: 4,
        title: "",
        body: "Light and roomy. I would like longer guy lines.",
        author: "",
        created_at: day(-400),
      },
    ],
  };
}

const line = (id, title, quantity, unit_price, more = {}) => ({
  id,
  product_id: "p",
  variant_id: "v",
  handle: slug(title),
  title,
  options: { Color: "Blue" },
  category: "",
  quantity,
  unit_price,
  cancelled: 0,
  short: 0,
  shipped: 0,
  returned: 0,
  restock_on: null,
  image_url: "",
  ...more,
});

export const address = {
  address1: "12 Alder Street",
  address2: "",
  city: "Portland",
  state: "OR",
  zip: "97205",
  country: "US",
};

const order = (number, status, placed, lines, more = {}) => {
  const subtotal = lines.reduce((sum, each) => sum + each.quantity * each.unit_price, 0);
  return {
    id: `ord_${number}`,
    number,
    status,
    placed_at: day(-placed),
    currency: "USD",
    subtotal,
    discount: 0,
    shipping: 0,
    tax: Math.round(subtotal * 0.08),
    total: Math.round(subtotal * 1.08),
    promised_on: date(4 - placed),
    items_changed: false,
    may: {
      pending: ["cancel_order", "change_address", "change_payment", "change_items"],
      partly_shipped: ["return_items", "exchange_items"],
      delivered: ["return_items", "exchange_items"],
    }[status] ?? [],
    lines,
    customer_id: "cus_1",
    ship_to: { name: "Ann Becker", ...address },
    parcels: [],
    payments: [
      {
        payment_method_id: "pm",
        method: "Visa ending 4242",
        kind: "card",
        amount: Math.round(subtotal * 1.08),
        refunded: 0,
      },
    ],
    returns: [],
    cancel_reason: "",
    cancelled_at: null,
    ...more,
  };
};

export const orders = [
  order("SW-104233", "pending", 1, [
    line("l1", "Ridgeline Tent", 1, 24900),
    line("l2", "Cloudbed Mat", 2, 6450),
    line("l3", "Headlamp 400", 1, 3900, { short: 1, restock_on: date(12) }),
  ]),
  order(
    "SW-104102",
    "partly_shipped",
    9,
    [
      line("l4", "Rain Shell", 2, 12900, { shipped: 2, returned: 1 }),
      line("l5", "Creekside Family Tent with an Extra Long Name", 1, 45900, { cancelled: 1 }),
    ],
    {
      discount: 2000,
      shipping: 900,
      parcels: [
        {
          id: "shp",
          carrier: "UPS",
          service: "ground",
          tracking_number: "1Z999AA10123456784",
          tracking_url: "https://example.com/track",
          status: "exception",
          shipped_at: day(-7),
          promised_on: date(-2),
          estimated_on: date(1),
          delivered_at: null,
          delay_reason: "weather",
          last_event: "Held at the depot because of snow",
          last_place: "Spokane, WA",
          last_event_at: day(-1),
        },
      ],
      returns: [
        {
          number: "R-20410077",
          kind: "exchange",
          status: "requested",
          refund_amount: 0,
          difference: 900,
          method: "Visa ending 4242",
          due_on: date(14),
          line_ids: ["l4"],
          new_items: [{ variant_id: "v2", title: "Rain Shell", options: { Color: "Moss", Size: "L" }, quantity: 1 }],
        },
      ],
    },
  ),
  order("SW-103877", "delivered", 31, [line("l6", "Kettle & Cup Set", 1, 5400, { shipped: 1 })]),
  order("SW-103512", "cancelled", 60, [line("l7", "Wool Beanie", 1, 3200, { cancelled: 1 })], {
    cancelled_at: day(-59),
    cancel_reason: "ordered_by_mistake",
  }),
];
orders[1].payments[0].refunded = 45900;

export const delivery = (found) => ({
  number: found.number,
  status: found.status,
  state: { pending: "waiting_for_stock", partly_shipped: "late" }[found.status] ?? found.status,
  promised_on: found.promised_on,
  expected_on: found.parcels[0]?.estimated_on ?? found.promised_on,
  days_late: found.parcels.length ? 3 : 0,
  reason: found.parcels.length ? "snow on the route" : "",
});

export const people = [
  { id: "cus_1", name: "Ann Becker", note: "has an order that can still be changed, and a parcel that is late" },
  { id: "cus_2", name: "Tomás Rivera", note: "wants to return a jacket after 28 days" },
  { id: "cus_3", name: "Grace Lindqvist-Oyelaran", note: "ordered five things, one of which is not in stock" },
];

export const cards = {
  order: () => {
    const found = orders[1];
    return { kind: "order", ...pick(found), state: "late", expected_on: date(1), parcels: found.parcels };
  },
  orders: () => ({ kind: "orders", orders: orders.slice(0, 3).map(pick) }),
  products: () => ({ kind: "products", products: catalogue.slice(0, 3).map((each) => each.card) }),
};

const pick = ({ number, status, placed_at, total, currency, promised_on, lines, parcels }) => ({
  number,
  status,
  placed_at,
  total,
  currency,
  promised_on,
  lines,
  parcels,
});

export function proposal(id) {
  return {
    id,
    status: "open",
    sentence: "I cancel 2 Cloudbed Mats of order SW-104233 and refund $139.32 to your Visa ending 4242.",
    approval_role: "",
    expires_at: new Date(Date.now() + 15 * 60_000),
    refused: ["The Rain Shell of order SW-104102 has shipped and cannot be cancelled. You can return it until Dec 9."],
    parts: [
      {
        kind: "cancel_order",
        title: "Cancel 2 items of order SW-104233",
        sentence: "I cancel 2 Cloudbed Mats and refund $139.32 to your Visa ending 4242.",
        order_number: "SW-104233",
        items: [{ order_line_id: "l2", title: "Cloudbed Mat", options: "Blue", quantity: 2, amount: 12900 }],
        changes: [{ label: "Order total", before: "$451.44", after: "$312.12" }],
        money: [
          {
            direction: "refund",
            amount: 13932,
            currency: "USD",
            method: "Visa ending 4242",
            when: "within 5 to 7 business days",
          },
        ],
        stock: [],
        dates: [{ label: "Delivery", on: date(3) }],
        keeps: ["Ridgeline Tent and Headlamp 400", "The delivery address"],
        clauses: [],
      },
    ],
  };
}

export function receipt(id) {
  const [part] = proposal(id).parts;
  const sentence = "2 Cloudbed Mats of order SW-104233 are cancelled. $139.32 goes back to your Visa ending 4242.";
  return {
    id: `rct_${id}`,
    proposal_id: id,
    customer_id: "cus_1",
    sentence,
    at: new Date(),
    parts: [{ ...part, done: true, sentence, reference: "RF-88120" }],
  };
}
