"""What a specialist is."""

from dataclasses import dataclass
from typing import Literal

from core.errors import SettingsError
from knowledge.playbook import SHARED, Playbook, Procedure
from tools.registry import TOOLS


@dataclass(frozen=True, slots=True)
class Specialist:
    """One of the agents a conversation can be with."""

    name: str
    """How procedures name it."""
    charter: str
    """What it is for, as a model is told."""
    audience: Literal["customer", "staff"] = "customer"
    """Who may talk to it."""


def tools_of(specialist: Specialist, playbook: Playbook) -> list[str]:
    """The names of the tools its procedures call, sorted.

    Raises:
        SettingsError: a procedure calls a tool that does not exist.
    """
    names: set[str] = {"talk_to_person", "verify_customer"}
    for procedure in playbook.of(specialist.name):
        if unknown := procedure.tools - TOOLS.keys():
            raise SettingsError(f"procedure {procedure.id}: call: there is no tool {min(unknown)!r}")
        names |= procedure.tools
    return sorted(names)


def check_playbook(playbook: Playbook, specialists: dict[str, Specialist]) -> None:
    """Every procedure must belong to a specialist there is, and call tools there are.

    Raises:
        SettingsError: one does not.
    """
    for procedure in playbook:
        if procedure.specialist != SHARED and procedure.specialist not in specialists:
            known = ", ".join([*specialists, SHARED])
            raise SettingsError(
                f"procedure {procedure.id}: specialist: there is no {procedure.specialist!r} (known: {known})"
            )
    for specialist in specialists.values():
        tools_of(specialist, playbook)


def described(procedure: Procedure) -> str:
    """A procedure as a model is shown it: its purpose and its steps in words."""
    lines = [f"- {procedure.id}: {procedure.purpose}"]
    calls = [step.call for step in procedure.walk() if step.call]
    needs = [name for name, slot in procedure.slots.items() if not slot.optional]
    if needs:
        lines.append(f"  needs: {', '.join(needs)}")
    if calls:
        lines.append(f"  tools: {', '.join(dict.fromkeys(reversed(calls)))}")
    reasons = [f"{name} is one of {', '.join(slot.choices)}" for name, slot in procedure.slots.items() if slot.choices]
    if reasons:
        lines.append(f"  {'; '.join(reasons)}")
    return "\n".join(lines)
