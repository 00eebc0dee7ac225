"""Why a number is what it is, in words. Each kind of source explains its own inputs; the rule is explained here."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from cms.ledger.models import HourEntry

Explainer = Callable[[dict[str, Any]], list[str]]
_explainers: dict[str, Explainer] = {}


def explains(source_kind: str, explainer: Explainer) -> None:
    """Register who puts a source kind's inputs into sentences; an upper room calls this in apps.ready."""
    _explainers[source_kind] = explainer


def why(entry: HourEntry) -> list[str]:
    """Return the sentences that say why the entry has its hours, in the active language."""
    inputs: dict[str, Any] = entry.explanation if isinstance(entry.explanation, dict) else {}
    if entry.corrects_id:
        return [_("Corrected by the branch: %(reason)s") % {"reason": inputs.get("reason", "")}]
    explainer = _explainers.get(entry.source_kind)
    sentences = explainer(inputs) if explainer else []
    return [*sentences, *rule_sentences(inputs.get("rule") or {}, entry)]


def rule_sentences(rule: dict[str, Any], entry: HourEntry) -> list[str]:
    """Return the sentence that names the rule as it stood when the entry was written."""
    if not rule:
        return []
    text = _("Counted as %(hours)s study hours under the rule “%(name)s” (in force since %(since)s).") % {
        "hours": f"{entry.hours.normalize():f}",
        "name": rule.get("name", ""),
        "since": rule.get("since", ""),
    }
    return [text]


def rule_snapshot(rule: Any) -> dict[str, Any]:
    """Return what the entry keeps of the rule, so that a later rename never changes an old reason."""
    return {
        "name": rule.name,
        "since": rule.valid_from.isoformat(),
        "minutes_per_hour": rule.minutes_per_hour,
        "least": str(rule.least) if rule.least is not None else None,
        "cap": str(rule.cap) if rule.cap is not None else None,
    }
