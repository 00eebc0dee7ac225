"""What each role can do here, in short steps; shown on the help pages."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class HelpPage:
    """Help for one role: a title and sections of a heading with its steps."""

    title: Text
    lead: Text
    sections: tuple[tuple[Text, tuple[Text, ...]], ...]


FILMING = (
    _("Make a lesson with the phone"),
    (
        _("Press Upload and choose or film a video of 2 to 10 minutes. Any phone format is right."),
        _("Fill in title and digest while it uploads. Leaving the page is safe: it goes on where it stopped."),
        _("After some seconds a small preview plays. Add captions and one question."),
        _("Answer the checklist about people shown and about secrecy, then submit."),
    ),
)
LEARNING = (
    _("Watch and answer"),
    (
        _("Search with two characters or browse by topic."),
        _("Follow the transcript; press a line to jump there. Notes are for you alone."),
        _("Answer the question as often as you like. There is no time limit and no score."),
    ),
)
RECORD = (
    _("Your own record"),
    (
        _("Under Me you see each entry with the rule by which it counts."),
        _("Something is wrong? Press “This is not right” beside the entry; your branch answers in writing."),
        _("You can see, export and dispute everything that is stored about you."),
    ),
)
CHECKING = (
    _("Check a lesson of your branch"),
    (
        _("Open the workbench: what waits for you stands there with its deadline."),
        _("Watch the lesson, read captions and question, go through the checklist."),
        _("Pass it on, or return it with a reason that tells the author what to change."),
    ),
)
PEOPLE = (
    _("Members of your branch"),
    (
        _("Import members from a table; rows with mistakes come back with the reason in a column of their own."),
        _(
            "A member without e-mail signs in with a six-digit code or a QR code that you issue. It works once, for ten minutes."
        ),
        _("A transfer ends one membership and begins another; the history stays."),
    ),
)
TREE = (
    _("Organisations"),
    (
        _("Workbench, Organisations: open one to add another below it, to rename or to move it."),
        _("Members and roles stay with an organisation that moves; its lessons are found from the new place at once."),
        _(
            "An empty organisation can be closed, and opened again. Nothing is deleted; what happened stands on its page."
        ),
    ),
)
PACKS = (
    _("Where there is no line"),
    (
        _(
            "A course, a guide, a playlist: “Take it along on a stick” makes one ZIP file and says first how large it is."
        ),
        _(
            "Unpack it on a stick and open index.html: it needs no network and prints well. The answers stand on a page for whoever leads."
        ),
        _("What is for certain people only stays here; the pack says how much that is."),
    ),
)
PUBLISHING = (
    _("Review and publish"),
    (
        _("In the admin, “Waits for your review” lists what branches have passed on."),
        _("Go through the four marks: small, real, lively, refined. Publish, or return with a reason."),
        _("What you approve is what is shown: later changes come back to you first."),
        _(
            "Something must go at once? “Take it down” removes playback, search and attachments in one act and keeps your reason."
        ),
    ),
)

HELP: dict[str, HelpPage] = {
    "member": HelpPage(
        _("Help for members"),
        _("Three things: make a lesson, watch and answer, look after your record."),
        (FILMING, LEARNING, RECORD),
    ),
    "branch_secretary": HelpPage(
        _("Help for branch secretaries"),
        _("You are the first reader of what your members make."),
        (CHECKING, PEOPLE, PACKS, FILMING),
    ),
    "branch_admin": HelpPage(
        _("Help for branch administrators"),
        _("You look after people and their records."),
        (PEOPLE, TREE, CHECKING, PACKS),
    ),
    "editor": HelpPage(
        _("Help for content editors"),
        _("You decide what is published and keep it up to date."),
        (PUBLISHING, PACKS, LEARNING),
    ),
    "reviewer": HelpPage(
        _("Help for reviewers"), _("You read before others see. You never review your own lesson."), (PUBLISHING,)
    ),
    "lecturer": HelpPage(
        _("Help for lecturers"), _("Film short lessons; bookings follow with the lecturer pool."), (FILMING, RECORD)
    ),
    "auditor": HelpPage(
        _("Help for auditors"),
        _("You see who did what and when. The log cannot be changed by anybody."),
        (
            (
                _("Read the log"),
                (
                    _("Workbench, Audit log: filter by person, act and day."),
                    _("Each entry shows what stood there before and after."),
                ),
            ),
        ),
    ),
    "security_officer": HelpPage(
        _("Help for security officers"),
        _("You give and end roles and help people who are locked out."),
        (
            (
                _("Accounts and roles"),
                (
                    _("Workbench, Accounts: give a role for an organisation; it reaches everything below it."),
                    _(
                        "Reviewer, auditor and security officer are three different people; the system refuses otherwise."
                    ),
                    _("A lost second factor is reset here; the person sets up a new one at the next sign-in."),
                    _("An account whose duties reach beyond your organisations is kept by an officer above."),
                ),
            ),
            TREE,
        ),
    ),
}


def originals_words() -> str:
    """Return what happens to the files that people sent, as the settings have it."""
    kept = gettext(
        "The original of a video stays as you sent it, so that it can be converted again; nobody sees it. %(until)s"
    )
    if settings.ORIGINAL_DAYS:
        until = gettext("It goes %(days)s days after the video is ready.") % {"days": settings.ORIGINAL_DAYS}
    else:
        until = gettext("It is kept as long as the video.")
    return kept % {"until": until}


ORIGINALS = lazy(originals_words, str)()
ABOUT: dict[str, HelpPage] = {
    "privacy": HelpPage(
        _("Privacy"),
        _("Only what the work needs is stored, and you can see all of it."),
        (
            (
                _("What is stored"),
                (
                    _(
                        "Name, branch, a way to sign in, roles; whether you live elsewhere or are taught at home, as your branch notes it."
                    ),
                    _("Your lessons, answers, notes and study hours. Notes are visible to you alone."),
                    _("No identity numbers, no locations, no attention scores, no rankings."),
                ),
            ),
            (
                _("How long"),
                (
                    _(
                        "Unfinished uploads: 7 days. Network log, by number and not by name, and record of sign-ins: at least half a year. Study hours and audit log: at least 5 years. Search words are not kept."
                    ),
                    _("What is shown of videos and photographs holds no location, device or author."),
                    ORIGINALS,
                ),
            ),
            (
                _("Your rights"),
                (_("Under Me, “My data”, you see, download and dispute what is stored."),),
            ),
        ),
    ),
    "accessibility": HelpPage(
        _("Accessibility"),
        _("Everybody should be able to use this site; tell us where you cannot."),
        (
            (
                _("What helps"),
                (
                    _("Elder view in the header: larger text and buttons, one column, calmer pages."),
                    _(
                        "Everything works with the keyboard; the player too: space, arrows, C for captions, F for full screen."
                    ),
                    _("Captions are on when there are any; lessons can be heard without the picture."),
                ),
            ),
            (
                _("When something does not work"),
                (
                    _(
                        "Press “report a problem” below a lesson, or tell your branch secretary. Somebody named answers by a date."
                    ),
                ),
            ),
        ),
    ),
}
