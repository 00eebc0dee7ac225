"""Why a lesson counts, in sentences; pure but for the language."""

from typing import Any

from django.utils.translation import gettext as _

SOURCE_KIND = "lesson"


def explain_lesson(inputs: dict[str, Any]) -> list[str]:
    """Return what was watched and answered."""
    watched = _("Watched %(percent)s%% of %(minutes)s minutes.")
    sentences = [watched % {"percent": inputs.get("watched_percent", ""), "minutes": inputs.get("minutes", "")}]
    if inputs.get("questions"):
        sentences.append(_("The question was answered rightly."))
    else:
        sentences.append(_("The lesson has no question, so watching it is enough."))
    if inputs.get("no_rule"):
        sentences.append(_("No hour rule was in force on that day, so it counts no study hours."))
    return sentences
