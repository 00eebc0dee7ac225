"""Words about lessons."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Template(models.TextChoices):
    """How a lesson is told."""

    SHOW_DO_REALIZE = "show_do_realize", _("Show · do · realize")
    FREE = "free", _("Free form")


class WorkType(models.TextChoices):
    """What kind of work it is."""

    LECTURE = "lecture", _("Short talk")
    STORY = "story", _("Story of a member")
    FILM = "film", _("Film")
    CASE = "case", _("Case from work")
    INTERVIEW = "interview", _("Conversation")
    PERFORMANCE = "performance", _("Song, drama, animation")


class Speech(models.TextChoices):
    """What is spoken."""

    STANDARD = "standard", _("Standard Chinese")
    DIALECT = "dialect", _("Dialect")
    BOTH = "both", _("Both")


class People(models.TextChoices):
    """Who can be recognised in the picture."""

    NOBODY = "nobody", _("Nobody can be recognised")
    AGREED = "agreed", _("Everybody who can be recognised knows and agreed")


class Minors(models.TextChoices):
    """Whether children can be recognised."""

    NONE = "none", _("No children can be recognised")
    GUARDIANS = "guardians", _("Their guardians agreed in writing")
    BLURRED = "blurred", _("Their faces are blurred")


class CaptionLanguage(models.TextChoices):
    """Language of captions."""

    CHINESE = "zh-Hans", _("Simplified Chinese")
    ENGLISH = "en", _("English")


class CaptionOrigin(models.TextChoices):
    """Where captions come from."""

    WRITTEN = "written", _("Written")
    RECOGNISED = "recognised", _("Recognised by machine")


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    SINGLE = "single", _("one answer")
    MULTIPLE = "multiple", _("several answers")
    TRUE_FALSE = "true_false", _("right or wrong")


class LessonState(models.TextChoices):
    """Where a lesson stands; derived, never stored. The words are read by the author."""

    PROCESSING = "processing", _("Video on its way")
    VIDEO_FAILED = "video_failed", _("Video did not work")
    UPLOAD_STOPPED = "upload_stopped", _("Upload not finished")
    UPLOAD_GONE = "upload_gone", _("Upload no longer there")
    DRAFT = "draft", _("Draft")
    BRANCH_CHECK = "branch_check", _("With the branch")
    EDITOR_REVIEW = "editor_review", _("With the editors")
    RETURNED = "returned", _("Came back to you")
    PUBLISHED = "published", _("Published")
    CHANGED = "changed", _("Published, with changes not handed in")
    UNPUBLISHED = "unpublished", _("No longer shown")
    TAKEN_DOWN = "taken_down", _("Taken down")
