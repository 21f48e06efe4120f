"""Products, options, orders, payments, reasons and addresses in people's words."""

from __future__ import annotations

import random
from collections.abc import Iterable

from evals.tau.customer.words_data import NAMES, PHRASES, PLURALS, SAYINGS, SIZES, SPECIAL
from evals.tau.customer.world import STATES, Address, Item, Method, Order, User, World

SHOES = frozenset(["Running Shoes", "Hiking Boots", "Sneakers"])


def listed(things: Iterable[str]) -> str:
    """`a, b and c`."""
    all_things = list(things)
    if len(all_things) < 2:
        return "".join(all_things)
    return f"{', '.join(all_things[:-1])} and {all_things[-1]}"


def an(phrase: str) -> str:
    """The phrase with its article."""
    first = phrase.split(" ", maxsplit=1)[0]
    vowel = first[:1].lower() in "aeiou" and not first.lower().startswith(("uni", "usb", "one"))
    return f"{'an' if vowel or first.startswith(('8', '11', '18', 'XL', 'XS', 'LED', 'RGB', 'M')) else 'a'} {phrase}"


class Words:
    """One customer's names for the things in its world."""

    def __init__(self, world: World, user: User, rng: random.Random) -> None:
        self.world = world
        self.user = user
        self.rng = rng
        self._names: dict[str, str] = {}
        self._owned = {item.name for order in world.orders_of(user.user_id) for item in order.items}

    def name(self, item: Item, *, fresh: bool = False) -> str:
        """What the customer calls the product; `fresh` may be another name than before."""
        if fresh or item.name not in self._names:
            names = [name for name in NAMES[item.name] if not self._means_another(name, item.name)]
            self._names[item.name] = self.rng.choice(names or list(NAMES[item.name][:1]))
        return self._names[item.name]

    def _means_another(self, name: str, product: str) -> bool:
        last = name.split()[-1].rstrip("s")
        others = (other.lower() for other in self._owned | {"T-Shirt", "Notebook"} if other != product)
        return any(last in other.replace("-", "") for other in others)

    def phrase(self, item: Item, key: str) -> str:
        """One option in words, marked `a:`, `w:` or `p:` for its place."""
        value = item.options[key]
        if (key, value) in SPECIAL:
            return self.rng.choice(SPECIAL[key, value])
        if key == "size" and item.name in SHOES:
            return self.rng.choice(("p:in size {v}", "p:in a size {v}", "a:size {v}")).format(v=value)
        if key == "size" and value in SIZES:
            word = self.rng.choice(SIZES[value])
            return self.rng.choice(("a:{v}", "p:in {v}", "p:in size {v}")).format(v=word)
        said = self.rng.choice(SAYINGS.get(value, (value,)))
        return self.rng.choice(PHRASES[key]).format(v=said)

    def described(self, item: Item, keys: Iterable[str], noun: str) -> str:
        """The noun with the options of these keys around it, without an article."""
        before: list[str] = []
        after: list[str] = []
        extras: list[str] = []
        for key in keys:
            place, words = self.phrase(item, key).split(":", 1)
            {"a": before, "p": after, "w": extras}[place].append(words)
        self.rng.shuffle(before)
        parts = [*before, noun]
        if extras:
            parts.append(f"with {listed(extras)}")
        return " ".join([*parts, *after])

    def thing(self, item: Item, scope: Iterable[Item], *, fresh: bool = False) -> str:
        """The customer's own item, told apart from the others in `scope` where that is needed."""
        twins = [other for other in scope if other.name == item.name and other.options != item.options]
        keys: list[str] = []
        for _ in range(len(item.options)):
            if not twins:
                break
            key = max(item.options, key=lambda k: sum(twin.options.get(k) != item.options[k] for twin in twins))
            keys.append(key)
            twins = [twin for twin in twins if twin.options.get(key) == item.options[key]]
        if not keys and self.rng.random() < 0.2:
            keys = [self.rng.choice(list(item.options))]
        return self.described(item, keys, self.name(item, fresh=fresh))

    def variant(self, old: Item, new: Item) -> str:
        """The wanted variant: by what changes, or whole."""
        changed = [key for key in new.options if new.options[key] != old.options.get(key)]
        many = new.name in PLURALS
        if not changed:
            return self.rng.choice(
                (
                    "the exact same one again",
                    "a new one of the very same kind",
                    "another one that's identical, same everything",
                    "a replacement of exactly the same model",
                )
            )
        how = self.rng.random()
        if how < 0.45:
            return self._same_but(new, changed)
        if how < 0.8 and not many:
            return an(self.described(new, new.options, self.name(new)))
        if how < 0.8:
            return self.described(new, new.options, self.name(new))
        one = "ones" if many else "one"
        rest = self.rng.choice((", everything else the same", ", rest stays the same", " (otherwise the same)"))
        phrase = self.described(new, changed, one)
        return (phrase if many or phrase.startswith("one ") else an(phrase)) + rest

    def _same_but(self, new: Item, changed: list[str]) -> str:
        phrases = []
        for key in changed:
            place, words = self.phrase(new, key).split(":", 1)
            phrases.append(f"with {words}" if place == "w" else words)
        start = self.rng.choice(
            ("the same one but {o}", "the same but {o}", "one like it, just {o}", "same thing, only {o}")
        )
        return start.format(o=listed(phrases))

    def whole(self, new: Item) -> str:
        """The wanted variant with all its options."""
        phrase = self.described(new, new.options, self.name(new))
        return phrase if new.name in PLURALS else an(phrase)

    def _others(self, order: Order) -> list[Order]:
        """The customer's other orders."""
        return [other for other in self.world.orders_of(self.user.user_id) if other.order_id != order.order_id]

    def order(self, order: Order, *, number: bool) -> str:
        """The order by its number, or by what tells it from the others."""
        if number:
            bare = order.order_id.lstrip("#")
            return self.rng.choice((f"order {order.order_id}", f"order {bare}", f"my order {bare}", order.order_id))
        others = self._others(order)
        return self.rng.choice(
            ("the order with {c}", "my order with {c}", "the one with {c} in it", "the order that has {c}")
        ).format(c=self._content(order, others))

    def _content(self, order: Order, others: list[Order]) -> str:
        """The fewest of its products that no other order has together; the price where that tells nothing."""
        names = {item.name: item for item in order.items}
        pool = list(names)
        self.rng.shuffle(pool)
        for size in (1, 2, 3):
            for start in range(len(pool)):
                chosen = [pool[(start + i) % len(pool)] for i in range(min(size, len(pool)))]
                if all(not set(chosen) <= {item.name for item in other.items} for other in others):
                    return listed(f"the {self.name(names[name])}" for name in chosen)
        what = listed(f"the {self.thing(item, [i for o in others for i in o.items])}" for item in names.values())
        return f"{what} (it came to about ${order.total:,.0f})" if self.rng.random() < 0.5 else what

    def method(self, method_id: str, order: Order | None = None) -> str:
        """A way to pay, as its owner calls it."""
        method = self.user.methods[method_id]
        if order is not None and order.paid_with == method_id and self.rng.random() < 0.25:
            return self.rng.choice(("the original payment method", "what I paid with originally", "the way I paid"))
        cards = [m for m in self.user.methods.values() if m.source == "credit_card"]
        return self.rng.choice(_method_words(method, cards))

    def address(self, address: Address) -> str:
        """An address in one line, as people write it."""
        state = self.rng.choice((address.state, STATES.get(address.state, address.state)))
        street = f"{address.address1}, {address.address2}" if address.address2 else address.address1
        return self.rng.choice(
            (
                f"{street}, {address.city}, {state} {address.zip}",
                f"{street} in {address.city}, {state}, {address.zip}",
                f"{street}, {address.city} {address.zip} ({state})",
                f"{street}, {address.city}, {state}, zip {address.zip}",
            )
        )

    def reason(self, reason: str) -> str:
        """Why something is cancelled."""
        return self.rng.choice(REASONS.get(reason, (reason,)))


def _method_words(method: Method, cards: list[Method]) -> tuple[str, ...]:
    if method.source == "paypal":
        return ("PayPal", "my PayPal account", "my paypal", "the PayPal account")
    if method.source == "gift_card":
        return ("my gift card", "the gift card", "the gift card I have with you", "gift card")
    brand = method.brand.capitalize() if method.brand == "visa" else "Mastercard"
    by_number = (f"my {brand} ending in {method.last_four}", f"the card ending {method.last_four}")
    if len(cards) == 1:
        return (f"my {brand}", "my credit card", f"the {brand} card", *by_number)
    if sum(card.brand == method.brand for card in cards) == 1:
        return (f"my {brand}", f"the {brand} card", *by_number)
    return by_number


REASONS: dict[str, tuple[str, ...]] = {
    "no longer needed": (
        "I don't need it any more",
        "I no longer need it",
        "it's not needed anymore",
        "we don't need that stuff after all",
        "I've no use for it now",
        "plans changed, I don't need it",
        "it's just no longer needed",
        "I don't need any of it anymore",
    ),
    "ordered by mistake": (
        "I ordered it by mistake",
        "it was ordered by accident",
        "that was a mistake, I didn't mean to order it",
        "I clicked the wrong button, never meant to buy it",
        "my mistake, I shouldn't have ordered it",
        "I placed that one by accident",
        "it was an accidental order",
        "the order was a mistake on my part",
    ),
}
