"""Forms of this room."""

from cms.lessons.forms.captions import CaptionsForm
from cms.lessons.forms.details import ConsentForm, DetailsForm, StartForm
from cms.lessons.forms.parts import (
    AttachmentForm,
    KeyQuestionFormSet,
    QuestionFormSet,
    key_question_initial,
    question_initial,
)
from cms.lessons.forms.review import AnswerForm, OptionalReasonForm, ReasonForm

__all__ = [
    "AnswerForm",
    "AttachmentForm",
    "CaptionsForm",
    "ConsentForm",
    "DetailsForm",
    "KeyQuestionFormSet",
    "OptionalReasonForm",
    "QuestionFormSet",
    "ReasonForm",
    "StartForm",
    "key_question_initial",
    "question_initial",
]
