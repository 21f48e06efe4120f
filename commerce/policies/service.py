"""Every policy of the shop, by the day it holds."""

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeVar

from commerce.policies.parser import Clause, Policy, mistake, parse_policy
from commerce.policies.schema import REQUIRED, AddressChangeRules, ExchangeRules, ReturnRules, Rules, ShippingRules
from core.errors import NotFound, SettingsError

R = TypeVar("R", bound=Rules)

__all__ = ["Clause", "Policy", "PolicyBook"]


def _not_shipped_to(rules: Rules | None, shipping: Rules) -> str:
    assert isinstance(rules, AddressChangeRules) and isinstance(shipping, ShippingRules)
    far = [country for country in rules.countries if country not in shipping.countries]
    return f"the policy `shipping` ships to none of {', '.join(far)}" if far else ""


def _no_reasons(rules: Rules | None, returns: Rules) -> str:
    assert isinstance(rules, ExchangeRules) and isinstance(returns, ReturnRules)
    return "the policy `returns` names no reasons" if rules.reason_required and not returns.reasons else ""


_CONTRADICTIONS: tuple[tuple[type[Rules], str, type[Rules], Callable[[Rules | None, Rules], str]], ...] = (
    (AddressChangeRules, "countries", ShippingRules, _not_shipped_to),
    (ExchangeRules, "reason_required", ReturnRules, _no_reasons),
)
"""A policy, a field of it, the policy it must agree with, and what is wrong between them."""


class PolicyBook:
    """The shop's policies. An order is judged by the version in force on its order date."""

    def __init__(self, policies: list[Policy], fingerprint: str) -> None:
        self.fingerprint = fingerprint
        """Changes whenever a file does."""
        self._versions: dict[str, list[Policy]] = {}
        self._home: dict[str, str] = {}
        for policy in sorted(policies, key=lambda policy: (policy.effective_from, policy.file)):
            self._add(policy)

    @classmethod
    def load(cls, folder: Path, currency: str = "USD") -> "PolicyBook":
        """Read every `*.md` file of a folder.

        Raises:
            SettingsError: a file is wrong or a required policy is missing; names file, line and field.
        """
        if not folder.is_dir():
            raise SettingsError(f"There is no folder of policies at {folder}.")
        files = sorted(folder.glob("*.md"))
        digest = hashlib.sha256(currency.encode())
        for file in files:
            digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
        book = cls([parse_policy(file, currency) for file in files], digest.hexdigest())
        for rules in REQUIRED:
            if rules.policy not in book._versions:
                raise mistake(f"{rules.policy}.md", 1, "id", f"no file in {folder} states the policy `{rules.policy}`")
        book._must_agree()
        return book

    def _must_agree(self) -> None:
        """Refuse what contradicts another policy that holds at the same time.

        Raises:
            SettingsError: names the file, the line and the field.
        """
        for kind, field, other, problem in _CONTRADICTIONS:
            for version in self._versions.get(kind.policy, []):
                begun = {max(version.effective_from, later.effective_from) for later in self._versions[other.policy]}
                for on in sorted(begun):
                    at_that_time = self.policy(kind.policy, on) is version
                    said = problem(version.rules, self.rules(other, on)) if at_that_time else ""
                    if said:
                        raise mistake(version.file, version.places.get(field, 1), field, said)

    def _add(self, policy: Policy) -> None:
        versions = self._versions.setdefault(policy.id, [])
        if versions and versions[-1].effective_from == policy.effective_from:
            problem = f"{versions[-1].file} already states `{policy.id}` from {policy.effective_from}"
            raise mistake(policy.file, policy.places["effective_from"], "effective_from", problem)
        for clause in policy.clauses:
            home = self._home.setdefault(clause.id, policy.id)
            if home != policy.id:
                raise mistake(policy.file, clause.line, clause.id, f"the policy `{home}` has a clause of this id")
        versions.append(policy)

    def policy(self, policy_id: str, on: date) -> Policy:
        """The version of a policy that is in force on a day; before the first one, the first.

        Raises:
            NotFound: there is no such policy.
        """
        versions = self._versions.get(policy_id)
        if not versions:
            raise NotFound(f"There is no policy `{policy_id}`.")
        in_force = [policy for policy in versions if policy.effective_from <= on]
        return in_force[-1] if in_force else versions[0]

    def rules(self, kind: type[R], on: date) -> R:
        """The rules of a required policy as they are in force on a day."""
        rules = self.policy(kind.policy, on).rules
        assert isinstance(rules, kind)
        return rules

    def offered(self, kind: type[R], on: date) -> R | None:
        """The rules of an optional policy as they are in force on a day; `None` where the shop has no such policy."""
        return self.rules(kind, on) if kind.policy in self._versions else None

    def clause(self, clause_id: str, on: date) -> Clause:
        """A clause as it is in force on a day.

        Raises:
            NotFound: there is no such clause on that day.
        """
        policy = self.policy(self._home[clause_id], on) if clause_id in self._home else None
        for clause in policy.clauses if policy else ():
            if clause.id == clause_id:
                return clause
        raise NotFound(f"There is no clause `{clause_id}` on {on}.")

    def clauses(self, on: date) -> list[Clause]:
        """Every clause in force on a day."""
        return [clause for policy_id in self._versions for clause in self.policy(policy_id, on).clauses]

    def every_clause(self) -> list[Clause]:
        """Every clause of every version, past and to come."""
        return [clause for versions in self._versions.values() for policy in versions for clause in policy.clauses]
