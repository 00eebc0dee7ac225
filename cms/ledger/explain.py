"""Why a number is what it is, in words. Each kind of source explains its own inputs; the rule is explained here."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from cms.core.templatetags.core_tags import local_date

Explainer = Callable[[dict[str, Any]], list[str]]
_explainers: dict[str, Explainer] = {}


def explains(source_kind: str, explainer: Explainer) -> None:
    """Register who puts a source kind's inputs into sentences; an upper room calls this in apps.ready."""
    _explainers[source_kind] = explainer


def explain_entry(source_kind: str, inputs: dict[str, Any], hours: Decimal) -> list[str]:
    """Return the sentences for hours that something earned: the source's own, then the rule's."""
    explainer = _explainers.get(source_kind)
    sentences = explainer(inputs) if explainer else []
    return [*sentences, *explain_rule(inputs.get("rule") or {}, hours)]


def explain_teaching(inputs: dict[str, Any], hours: Decimal) -> list[str]:
    """Return the sentences for a lesson that somebody gave: when, how long, for whom, under which rule."""
    given = _("A lesson of %(minutes)s minutes given on %(day)s for %(organisation)s.")
    begun = datetime.fromisoformat(inputs["start"])
    values = {
        "minutes": inputs.get("minutes", ""),
        "day": local_date(begun),
        "organisation": inputs.get("organisation") or "–",
    }
    sentences = [given % values]
    if inputs.get("past_midnight"):
        sentences.append(_("It lasted past midnight and counts on the day on which it began."))
    rule = inputs.get("rule") or {}
    if rule:
        counted = _("Counted as %(hours)s teaching hours under the rule “%(name)s” (in force since %(since)s).")
        since = local_date(date.fromisoformat(rule["since"]))
        sentences.append(counted % {"hours": plain(hours), "name": rule["name"], "since": since})
        figures = _("The rule: %(minutes)s minutes are one teaching hour, rounded to a tenth.")
        sentences.append(figures % {"minutes": rule["minutes_per_hour"]})
    return sentences


def explain_rule(rule: dict[str, Any], hours: Decimal) -> list[str]:
    """Return the sentences that name the rule and its figures as they stood when the entry was written."""
    if not rule:
        return []
    counted = _("Counted as %(hours)s study hours under the rule “%(name)s” (in force since %(since)s).")
    since = local_date(date.fromisoformat(rule["since"])) if rule.get("since") else ""
    sentences = [counted % {"hours": plain(hours), "name": rule.get("name", ""), "since": since}]
    if rule.get("minutes_per_hour"):
        figures = _("The rule: %(minutes)s minutes are one study hour, rounded to a tenth.")
        sentences.append(figures % {"minutes": rule["minutes_per_hour"]})
    if rule.get("least") and rule.get("cap"):
        bounds = _("One item counts at least %(least)s and at most %(cap)s study hours.")
        sentences.append(bounds % {"least": rule["least"], "cap": rule["cap"]})
    return sentences


def explain_correction(inputs: dict[str, Any], *, teaching: bool = False) -> list[str]:
    """Return the sentence for a counter-entry."""
    studied = _("Corrected from %(before)s to %(after)s study hours. Reason: %(reason)s")
    taught = _("Corrected from %(before)s to %(after)s teaching hours. Reason: %(reason)s")
    changed = taught if teaching else studied
    values = {"before": inputs.get("from", ""), "after": inputs.get("to", ""), "reason": inputs.get("reason", "")}
    return [changed % values]


def plain(hours: Decimal) -> str:
    """Return 0.20 as 0.2 and 1.00 as 1."""
    return f"{hours.normalize():f}"
