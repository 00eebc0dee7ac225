"""Questions and quizzes for tests."""

from typing import Any

from cms.quizzes.drafts import QuestionDraft
from cms.quizzes.models import Quiz
from cms.quizzes.services import freeze_quiz
from cms.taxonomy.enums import Visibility

SINGLE = QuestionDraft(
    kind="single",
    stem="下面哪一条记录，下一班最容易找到位置？",
    options=["二号回风巷中段，有淋水", "二号回风巷 46 架，顶板淋水", "回风巷淋水，已口头告知"],
    answer=[1],
    explanation="位置写到架号，下一班不用再问。",
    source="带班记录规范第三条",
)
MULTIPLE = QuestionDraft(
    kind="multiple", stem="哪些要写进记录？", options=["时间", "天气", "位置", "整改人"], answer=[0, 2, 3]
)
TRUE_FALSE = QuestionDraft(kind="true_false", stem="可以凭记忆补写时间。", answer=[1])


def make_quiz(
    *questions: QuestionDraft, owner: object = 1, visibility: str = Visibility.PUBLIC, **fields: Any
) -> Quiz:
    """Return a frozen quiz of a lesson that everybody may see, with the single-choice question if none is given."""
    quiz = freeze_quiz("lesson", owner, list(questions) or [SINGLE])
    Quiz.objects.filter(pk=quiz.pk).update(visibility=visibility, **fields)
    return Quiz.objects.get(pk=quiz.pk)
