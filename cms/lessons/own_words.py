"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_codes, register_fields

register_acts(
    {
        "lessons.correct": _("Corrected a lesson"),
        "lessons.lock": _("Locked a lesson"),
        "lessons.restore": _("Allowed work on a lesson again"),
        "lessons.set_review_by": _("Set until when a lesson is to be looked at again"),
        "lessons.take_down": _("Took a lesson down"),
        "lessons.unlock": _("Unlocked a lesson"),
        "lessons.unpublish": _("Withdrew a lesson from the site"),
    }
)
register_fields(
    {
        "author": _("Author"),
        "begun": _("Begun"),
        "changed": _("Changed parts"),
        "children_in_the_picture": _("Children in the picture"),
        "first_published": _("First shown"),
        "live": _("Shown on the site"),
        "locked": _("Locked"),
        "named_as_speaker": _("Named as speaker"),
        "people_in_the_picture": _("People in the picture"),
        "review_by": _("Look at it again by"),
        "revision": _("Number of the version before"),
        "taken_down_at": _("Taken down"),
        "taken_down_reason": _("Reason for taking it down"),
        "unpublished_reason": _("Reason why it is no longer shown"),
    }
)
# The parts of a lesson, by the words that its forms use.
register_codes(
    {
        ("lessons.changed", "title"): _("title"),
        ("lessons.changed", "template"): _("form"),
        ("lessons.changed", "work_type"): _("kind of work"),
        ("lessons.changed", "prompt_resource"): _("The right material"),
        ("lessons.changed", "prompt_topic"): _("The right topic"),
        ("lessons.changed", "prompt_audience"): _("The right audience"),
        ("lessons.changed", "prompt_language"): _("The right words"),
        ("lessons.changed", "show"): _("Show: what I saw"),
        ("lessons.changed", "do"): _("Do: what I did"),
        ("lessons.changed", "realize"): _("Realize: what I understood"),
        ("lessons.changed", "speech"): _("spoken"),
        ("lessons.changed", "digest"): _("digest in three lines"),
        ("lessons.changed", "series"): _("series"),
        ("lessons.changed", "speaker"): _("speaker"),
        ("lessons.changed", "speaker_name"): _("speaker from outside"),
        ("lessons.changed", "unit"): _("unit"),
        ("lessons.changed", "producer"): _("producer"),
        ("lessons.changed", "people"): _("people in the picture"),
        ("lessons.changed", "minors"): _("children in the picture"),
        ("lessons.changed", "no_secrets"): _("nothing secret or internal can be seen or heard"),
        ("lessons.changed", "rights_clear"): _("music and pictures of others may be used"),
        ("lessons.changed", "visibility"): _("visible to"),
        ("lessons.changed", "visible_organisation"): _("visible below"),
        ("lessons.changed", "video"): _("video"),
        ("lessons.changed", "topics"): _("topics"),
        ("lessons.changed", "audiences"): _("audiences"),
        ("lessons.changed", "captions"): _("captions"),
        ("lessons.changed", "chapters"): _("chapters"),
        ("lessons.changed", "questions"): _("questions"),
        ("lessons.changed", "key_questions"): _("key questions and answers"),
        ("lessons.changed", "attachments"): _("attachments"),
    }
)
