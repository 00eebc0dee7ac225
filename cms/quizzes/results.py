"""What a person sees of a paper and of a result: data for templates and API, by the review rule.

The review rule: before handing in, nothing about right and wrong leaves the server; afterwards everything does.
"""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.quizzes.kinds import kind_of
from cms.quizzes.models import Answer, QuestionVersion
from cms.quizzes.queries import GradedAttempt, PaperLine


def paper_json(lines: list[PaperLine]) -> list[dict[str, Any]]:
    """Return the questions without answers, for the API."""
    return [
        {
            "id": line.version.pk,
            "kind": line.version.kind,
            "stem": line.version.stem,
            "rule": kind_of(line.version.kind).rule(),
            "options": [{"value": value, "label": label} for value, label in shown_options(line.version, line.order)],
            "answer": line.chosen,
            "seq": line.seq,
        }
        for line in lines
    ]


def result_json(graded: GradedAttempt) -> dict[str, Any]:
    """Return the result with explanation and source, for the API."""
    attempt = graded.attempt
    return {
        "attempt": attempt.pk,
        "number": attempt.number,
        "score": float(attempt.score or 0),
        "max_score": attempt.most,
        "pass_percent": attempt.quiz.pass_percent,
        "passed": bool(attempt.passed),
        "questions": [
            {
                "id": answer.version_id,
                "stem": answer.version.stem,
                "answer": answer.value or [],
                "right": answer.version.answer,
                "mark": float(answer.mark or 0),
                "rule": kind_of(answer.version.kind).rule(),
                "explanation": answer.version.explanation,
                "source": answer.version.source,
            }
            for answer in graded.answers
        ],
    }


def shown_options(version: QuestionVersion, order: list[int]) -> list[tuple[int, str]]:
    """Return (frozen position, words) in the order to show."""
    labels = kind_of(version.kind).labels(version.options)
    return [(position, labels[position]) for position in order]


def field_name(version: QuestionVersion) -> str:
    """Return the name of the question's form field."""
    return f"q{version.pk}"


def open_question(line: PaperLine, number: int) -> dict[str, Any]:
    """Return a question to answer, for the question component; `number` 0 shows none."""
    return {
        "name": field_name(line.version),
        "number": number or "",
        "text": line.version.stem,
        "kind": component_kind(line.version),
        "options": [
            {"value": value, "label": label, "checked": value in line.chosen}
            for value, label in shown_options(line.version, line.order)
        ],
    }


def marked_question(answer: Answer, number: int, *, elder: bool) -> dict[str, Any]:
    """Return an answered question with a verdict in words beside each option that matters."""
    chosen, right = set(answer.value or []), set(answer.version.answer)
    return {
        "name": field_name(answer.version),
        "number": number or "",
        "text": answer.version.stem,
        "kind": component_kind(answer.version),
        "closed": True,
        "options": [
            {
                "value": value,
                "label": label,
                "checked": value in chosen,
                "is_right": value in right,
                "is_wrong": value in chosen - right,
                "verdict": verdict(chosen=value in chosen, right=value in right, elder=elder),
            }
            for value, label in shown_options(answer.version, answer.order)
        ],
        "feedback": feedback(answer.version),
    }


def component_kind(version: QuestionVersion) -> str:
    """Return how the question component draws it."""
    return "multiple" if kind_of(version.kind).WIDGET == "checkbox" else "single"


def verdict(*, chosen: bool, right: bool, elder: bool) -> str:
    """Return the words beside an option after handing in; nothing for what was rightly left alone."""
    if chosen and right:
        return _("Chosen, and right")
    if right:
        return _("This one is right")
    if chosen:
        # Elder view addresses the person politely: Chinese has two words for "you".
        return _("You (polite) chose this one") if elder else _("You chose this one")
    return ""


def feedback(version: QuestionVersion) -> SafeString | str:
    """Return explanation and source as paragraphs; nothing when the author gave neither."""
    lines = [version.explanation] if version.explanation else []
    if version.source:
        lines.append(_("Source: %(source)s") % {"source": version.source})
    return format_html_join("", "<p>{}</p>", ((line,) for line in lines)) if lines else ""


def summary(graded: GradedAttempt) -> SafeString:
    """Return what came out, in one sentence."""
    attempt = graded.attempt
    right = sum(1 for answer in graded.answers if answer.mark == 1)
    if attempt.most == 1:
        words = _("Right.") if right else _("Not quite. Have a look at why, and try again if you like.")
    else:
        words = _("%(right)s of %(most)s questions right.") % {"right": right, "most": attempt.most}
    return format_html("{}", words)
