"""Who is on the other end: sessions, and how they come to belong to a customer."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import timedelta

import jwt

from commerce.identity.errors import BadToken, SessionEnded
from commerce.identity.models import Session
from commerce.identity.principal import Principal, Role
from commerce.identity.repository import IdentityRepository
from commerce.identity.verification import (
    VerificationClaims,
    VerificationOutcome,
    VerificationStatus,
    missing_claims,
    same_person,
    zip_prefix,
)
from commerce.orders import numbers
from commerce.people.models import Customer
from commerce.people.repository import PeopleRepository
from commerce.policies.schema import VerificationRules
from commerce.shop import Shop
from core.ids import new_id

_LEEWAY_SECONDS = 30


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Identities:
    """Opens, reads and closes sessions, and recognises customers."""

    def __init__(self, shop: Shop) -> None:
        self._sessions = IdentityRepository(shop.session)
        self._people = PeopleRepository(shop.session)
        self._rules = shop.policies.rules(VerificationRules, shop.today)
        self._clock = shop.clock

    async def open_session(
        self,
        customer_id: str | None,
        verified_by: str,
        hours: int,
        roles: Iterable[Role] = (),
        staff_name: str = "",
    ) -> tuple[Session, str]:
        """A new session and its token, which is known to nobody else and stored nowhere."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        session = Session(
            id=new_id("ses"),
            token_hash=_hash(token),
            customer_id=customer_id,
            verified_by=verified_by,
            roles=sorted(roles),
            staff_name=staff_name,
            created_at=now,
            expires_at=now + timedelta(hours=hours),
        )
        await self._sessions.add(session)
        return session, token

    async def by_token(self, token: str) -> Session | None:
        """The session of a token; `None` when it is unknown or has ended."""
        session = await self._sessions.by_hash(_hash(token))
        return session if session and session.expires_at > self._clock.now() else None

    async def principal(self, session_id: str) -> Principal:
        """Who acts, as the session's row says at this moment.

        Raises:
            SessionEnded: the session ran out or there is none.
        """
        session = self._open(await self._sessions.by_id(session_id))
        return Principal(
            session_id=session.id,
            customer_id=session.customer_id,
            verified_by=session.verified_by,
            roles=frozenset(Role(role) for role in session.roles),
            staff_name=session.staff_name,
        )

    async def close(self, session: Session) -> None:
        """End a session now. Its row stays, because conversations refer to it."""
        session.expires_at = self._clock.now()
        await self._sessions.flush()

    async def customer_for_identity_token(self, token: str, secret: str) -> Customer:
        """The customer a shop's signed token (HS256) names: by `sub`, its id of the customer, or `email`.

        Raises:
            BadToken: it is forged, expired, without an end, or names nobody.
        """
        if not secret:
            raise BadToken("this shop has no identity secret")
        try:
            claims = jwt.decode(
                token,
                secret,
                algorithms=["HS256"],
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp"]},
            )
        except jwt.ExpiredSignatureError:
            raise BadToken("it has expired") from None
        except jwt.PyJWTError:
            raise BadToken("it is not one of this shop's") from None
        customer = await self._named(str(claims.get("sub") or ""), str(claims.get("email") or ""))
        if customer is None:
            raise BadToken("it names no customer of this shop")
        return customer

    async def _named(self, external_id: str, email: str) -> Customer | None:
        known = await self._people.by_external_id(external_id) if external_id else []
        if known:
            return known[0] if len(known) == 1 else None
        return await self._by_email(email)

    async def verify(self, session_id: str, claims: VerificationClaims) -> VerificationOutcome:
        """Try to recognise a customer by what somebody says, in the ways the shop's policy allows.

        A wrong answer counts, and after `max_attempts` of them nothing is accepted any more. The outcome
        never tells which of the claims was wrong.

        Raises:
            SessionEnded: the session ran out or there is none.
        """
        session = self._open(await self._sessions.for_update(session_id))
        missing: dict[str, tuple[str, ...]] = {method: missing_claims(method, claims) for method in self._rules.methods}
        if session.attempts >= self._rules.max_attempts:
            return self._outcome(VerificationStatus.locked, session, missing)
        ready = [method for method, lacking in missing.items() if not lacking]
        if not ready:
            return self._outcome(VerificationStatus.needs_more, session, missing)
        for method in ready:
            customer = await self._recognise(method, claims)
            if customer and session.customer_id in (None, customer.id):
                session.customer_id = customer.id
                session.verified_by = session.verified_by or method
                await self._sessions.flush()
                return self._outcome(VerificationStatus.verified, session, {}, customer)
        session.attempts += 1
        await self._sessions.flush()
        if session.customer_id:
            return self._outcome(VerificationStatus.another_customer, session, missing)
        locked = session.attempts >= self._rules.max_attempts
        return self._outcome(
            VerificationStatus.locked if locked else VerificationStatus.not_recognised, session, missing
        )

    def _open(self, session: Session | None) -> Session:
        if session is None or session.expires_at <= self._clock.now():
            raise SessionEnded
        return session

    def _outcome(
        self,
        status: VerificationStatus,
        session: Session,
        missing: dict[str, tuple[str, ...]],
        customer: Customer | None = None,
    ) -> VerificationOutcome:
        return VerificationOutcome(
            status=status,
            customer_id=customer.id if customer else None,
            first_name=customer.first_name if customer else "",
            missing=missing,
            attempts_left=max(0, self._rules.max_attempts - session.attempts),
        )

    async def _recognise(self, method: str, claims: VerificationClaims) -> Customer | None:
        match method:
            case "email_and_order":
                return await self._by_email_and_order(claims)
            case "email":
                return await self._by_email(claims.email)
            case _:
                return await self._by_name_and_zip(claims)

    async def _by_email_and_order(self, claims: VerificationClaims) -> Customer | None:
        orders = dict(await self._sessions.orders_of_email(claims.email.lower()))
        number = numbers.pick(claims.order_number, list(orders))
        return await self._people.by_id(orders[number]) if number else None

    async def _by_email(self, email: str) -> Customer | None:
        """The one account with the address; else the one guest."""
        customers = await self._people.by_email(email) if email else []
        fitting = [customer for customer in customers if not customer.guest] or customers
        return fitting[0] if len(fitting) == 1 else None

    async def _by_name_and_zip(self, claims: VerificationClaims) -> Customer | None:
        living_there = await self._people.by_zip(zip_prefix(claims.zip))
        fitting = [customer for customer in living_there if same_person(customer, claims)]
        return fitting[0] if len(fitting) == 1 else None
