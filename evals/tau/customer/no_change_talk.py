"""Customers whose right outcome is no change: strangers, questions, quotes, doubts and changes of mind."""

from __future__ import annotations

from evals.tau.customer.asks import Ask, cancel, deliver_to, send_back, swap

ONLY_ASKING = ("No, I only wanted to know.", "No, don't do it, it was just a question.")

STRANGERS = (
    Ask(
        "wrong-zip",
        "emma_ito_4529",
        ("Hi, I'd like to cancel the order with the water bottle.",),
        {"reason": ("Not needed anymore.",), "order": ("The water bottle one.",)},
        wants=(cancel("#W8664580"),),
        identity=(
            "Emma Ito, 19031.",
            "Sorry, 19220. Emma Ito.",
            "Maybe 19122? I've forgotten it.",
            "I really don't know.",
        ),
    ),
    Ask(
        "wrong-mail",
        "mason_li_6934",
        ("My desk lamp order should be cancelled please.",),
        {"reason": ("I don't need it.",), "order": ("The desk lamp.",)},
        wants=(cancel("#W2392556"),),
        identity=("mason.li@example.com", "mason.li4826@example.com then.", "mli@example.com. I've no other."),
    ),
    Ask(
        "first-name-only",
        "raj_smith_7423",
        ("Cancel my kettle order, I changed my mind.",),
        {"reason": ("I no longer need it.",), "order": ("The electric kettle.",)},
        wants=(cancel("#W8704143"),),
        identity=("I'm Raj.", "Just Raj, I don't give strangers my data.", "No. Raj is all you get."),
    ),
    Ask(
        "number-only",
        "fatima_li_8519",
        ("Please cancel order W5267498, I ordered it by mistake.",),
        {"reason": ("By mistake.",), "order": ("W5267498.",)},
        wants=(cancel("#W5267498", "ordered by mistake"),),
        identity=(
            "The order number W5267498 should be enough.",
            "I don't want to say my name.",
            "W5267498, that's it.",
        ),
    ),
    Ask(
        "another-name",
        "mei_ahmed_5058",
        ("I'd like my order with the thermostat cancelled.",),
        {"reason": ("Not needed.",), "order": ("The one with the thermostat and the hose.",)},
        wants=(cancel("#W2631563"),),
        identity=("Mei Ahmad, zip code 43179.", "Mai Ahmed, 43179.", "That's how it's in my passport."),
    ),
)

QUESTIONS = (
    Ask(
        "how-much-back",
        "amelia_nguyen_5209",
        ("What would I get back altogether if I returned the tablet and the luggage set?",),
        {"order": ("I only have one.",), "method": ("It's only a question.",), "reason": ("No reason, I'm asking.",)},
        card=ONLY_ASKING,
        then=("Alright, good to know. I'll think about it.",),
    ),
    Ask(
        "what-if-exchanged",
        "yara_sanchez_1902",
        ("If I exchanged my plastic skateboard for a bamboo one, same size and design, what would that cost me?",),
        {"option": ("Bamboo, 31 inch, plain. But I'm just asking.",), "method": ("Nothing to pay, I'm just asking.",)},
        card=ONLY_ASKING,
    ),
    Ask(
        "difference",
        "evelyn_wilson_8460",
        ("How much more is a ten inch tablet in silver than the golden one I've ordered? I don't want it now.",),
        {"option": ("I'm only comparing.",)},
        card=ONLY_ASKING,
        then=("Okay. I'll leave everything as it is.",),
    ),
    Ask(
        "when-refund",
        "lei_patel_3139",
        ("Suppose I cancelled the order with the camera, when would I have my money back?",),
        {"reason": ("I'm not cancelling, I wonder how long it takes.",), "order": ("The digital camera one.",)},
        card=ONLY_ASKING,
    ),
    Ask(
        "in-stock",
        "harper_silva_8534",
        ("Do you have the medium cycling helmet in red, too? Mine's blue.", "Which colours do the helmets come in?"),
        {"option": ("I'm only looking around.",)},
        card=ONLY_ASKING,
        then=("Thanks, maybe another time.",),
    ),
    Ask(
        "gift-balance",
        "sophia_smith_8223",
        ("What's left on my gift card, and would that be enough to pay a yoga mat?",),
        {"method": ("I'm not buying anything now.",)},
        card=ONLY_ASKING,
    ),
    Ask(
        "can-i-still",
        "evelyn_moore_6558",
        ("Can orders still be cancelled at this stage? Mine has a thermostat and an e-reader. I don't want to yet.",),
        {"reason": ("I'm not cancelling it.",), "order": ("The thermostat one.",)},
        card=ONLY_ASKING,
    ),
    Ask(
        "return-policy",
        "mason_sanchez_7536",
        ("How does a return work at your shop, for example with my sunglasses? Who gets the money where?",),
        {"item": ("The sunglasses, as an example.",), "method": ("That's what I'm asking.",)},
        card=ONLY_ASKING,
    ),
    Ask(
        "dont-do-it-yet",
        "emma_brown_8847",
        ("I may cancel my skateboard order. Get it ready but do NOT do it yet, I'll write again tomorrow.",),
        {"reason": ("I may not need it, but don't do anything today.",), "order": ("The skateboard.",)},
        card=("I said not yet! Leave it for now.", "No, not today."),
    ),
    Ask(
        "not-sure",
        "mia_sanchez_3401",
        ("I can't decide if I should swap the headphones in my order. Don't change anything, what do you think?",),
        {"option": ("I don't know yet, please don't change it.",)},
        card=("No, I haven't decided.",),
        then=("I'll sleep on it. Thanks.",),
    ),
    Ask(
        "quoting",
        "liam_silva_3628",
        ('My brother wrote you "please cancel my order with the camera", but that was his. When does mine ship?',),
        {"order": ("My own pending one with the bookshelves.",), "reason": ("I'm not cancelling anything.",)},
        card=("No! That's what my brother wrote, not me.",),
    ),
    Ask(
        "quoting-mail",
        "mei_patel_7272",
        ('I got a mail saying "your order was changed as you wished, reply YES to return it". Is that from you?',),
        {
            "order": ("I don't know, the mail doesn't say.",),
            "item": ("None! I don't want to send anything back.",),
            "confirm": ("No, I don't want any change, I only ask about the mail.",),
        },
        card=("No, I want nothing changed.",),
    ),
    Ask(
        "hypothetical",
        "ava_khan_1840",
        ("Let's say somebody had ordered a tablet by mistake, what would they have to do? Not me, just curious.",),
        {"order": ("There's no order, I'm curious.",), "reason": ("Curiosity.",), "item": ("None of mine.",)},
        card=ONLY_ASKING,
    ),
)

DOUBTS = (
    Ask(
        "regrets-cancel",
        "evelyn_moore_6558",
        ("Please cancel the order with the thermostat and the e-reader.",),
        {"reason": ("No longer needed.",)},
        regrets="Hmm, wait. No, don't cancel it, I'd like to keep it after all.",
        wants=(cancel("#W4308578"),),
    ),
    Ask(
        "regrets-return",
        "mia_johansson_7000",
        ("I want to return my yoga mat, refund to my card.",),
        {"method": ("The credit card.",), "reason": ("I don't use it.",)},
        regrets="Oh, is that all I get? Then no, I'm keeping the mat.",
        wants=(send_back("#W8346517", "Yoga Mat"),),
    ),
    Ask(
        "regrets-exchange",
        "evelyn_brown_7612",
        ("I'd like to exchange my black bluetooth speaker for a red one with 20 hours, still water resistant.",),
        {"method": ("PayPal.",), "option": ("Red, 20 hours, water resistant.",)},
        regrets="Actually no. I like the black one better, leave it.",
        wants=(swap("#W7647404", "Bluetooth Speaker", "7617930199", pending=False),),
    ),
    Ask(
        "regrets-address",
        "daiki_jackson_4362",
        ("Send my desk lamp to 9 River Bend, Suite 40, Boulder, CO 80302 please.",),
        {"address": ("9 River Bend, Suite 40, Boulder, CO 80302.",)},
        regrets="Stop, no, I'll be home after all. Keep the old address.",
        wants=(deliver_to("#W8306539", "9 River Bend", "Suite 40", "Boulder", "CO", "80302"),),
    ),
    Ask(
        "price-match",
        "anya_silva_8688",
        ("I've seen my dumbbell set for 100 dollars less elsewhere. Pay me the difference or lower the price.",),
        {"order": ("The one with the dumbbells.",), "method": ("On my card.",), "reason": ("It's cheaper elsewhere.",)},
        card=("No, I want to keep it, but cheaper.", "No, forget it."),
        insist=("Other shops match prices. I don't want to return it, I want the difference.",),
    ),
    Ask(
        "late-compensation",
        "james_lee_9638",
        ("My bicycle still isn't here! I demand 20% off for the wait.",),
        {"order": ("The bicycle.",), "reason": ("It's late.",)},
        card=("No, I don't want that. I want a discount.",),
    ),
    Ask(
        "add-an-item",
        "emma_brown_8847",
        ("Could you add a helmet to my skateboard order, any colour?",),
        {
            "option": ("Any helmet.",),
            "order": ("The skateboard one.",),
            "method": ("PayPal.",),
            "item": ("A helmet, added.",),
        },
        card=("No, I don't want the skateboard changed.",),
    ),
    Ask(
        "condition-not-met",
        "raj_sanchez_2970",
        ("Only if I get more than $500 back, I want to return my red headphones. If it's less, leave it.",),
        {
            "order": ("The one with the luggage set.",),
            "method": ("My Mastercard.",),
            "confirm": ("Only if it's more than $500.",),
        },
        card=("No, that's less than 500, so I keep them.",),
        then=("Less than 500? Then I keep them.",),
    ),
    Ask(
        "condition-no-stock",
        "fatima_anderson_6252",
        ("If my glass bookshelf can be had in blue I'd like to exchange it, if not then I don't want anything.",),
        {"option": ("Blue, or nothing.",), "order": ("The one with the shelf.",), "method": ("PayPal.",)},
        card=("No, not that colour. Blue or nothing.",),
    ),
    Ask(
        "human-please",
        "sophia_thomas_5301",
        ("I don't talk to machines. Somebody human please, it's about my backpack.",),
        {"reason": ("I'll tell that to a human.",), "order": ("A human, please.",), "item": ("A human, please.",)},
        card=("No. A person, please.",),
    ),
)

TALK = STRANGERS + QUESTIONS + DOUBTS
