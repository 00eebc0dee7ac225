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
STUDYING = (
    _("Courses, guides and routes"),
    (
        _(
            "A course remembers where you stopped; the first page leads on from there. Only you see what you have done."
        ),
        _("The month’s guide is a list on the first page: take the items in any order."),
        _("Say on the first page what you belong to, and what is meant for you comes first. Nothing is hidden."),
        _("A route shows for your day which stops are open, the lesson for each stop and the way between them."),
    ),
)
TELLING = (
    _("Ask, answer, suggest"),
    (
        _("“Ask for a topic”: your branch reads the topic, not your name, and answers with a playlist or a reason."),
        _("After a lecture scan the code that is shown, or type the one on your slip."),
        _("Neither the lecturer nor other listeners learn who marked what. Slips are counted together at the end."),
        _(
            "Not there? “Lessons I missed” under Me holds what your branch lists for it. Nobody sees whether you watch it."
        ),
        _("“Suggest or complain” on the first page: somebody named looks after it and answers by a day."),
    ),
)
ASKING = (
    _("Ask for a lecturer"),
    (
        _(
            "“Lecturers”: choose by topic, region and way of teaching, or type a day and a time under “Who has time then”."
        ),
        _(
            "Choose a lesson and a free time on the lecturer’s page, then “Ask for a lesson”: three steps, sent at the last."
        ),
        _(
            "The workbench, “Lectures”, says until when an answer comes. Without one the request ends and the time is free."
        ),
        _(
            "Another time is proposed? Accept it or propose one yourself. The other side’s phone is shown once it is agreed."
        ),
    ),
)
HELD = (
    _("After the lesson"),
    (
        _(
            "“Record the lesson”: how many listened and how long it took. The minutes become the lecturer’s teaching hours."
        ),
        _("Show the QR code under “Evaluations” to the listeners; “Make slips” is for those without an account."),
        _("Marks have four grades and no names. From five on they are shown in fives, those of slips all at the end."),
        _("Choose a playlist under “For those who missed it”. Who was not there is written down nowhere."),
    ),
)
TOGETHER = (
    _("Learn together"),
    (
        _(
            "On a guide “Make it our branch's own”: leave items out, put them in order, add tasks and the day you meet."
        ),
        _("“Topics and playlists” in the workbench: what members ask for. Make a list, “Watch on the big screen”."),
        _(
            "On a course “For our branch” asks for it until a day. Numbers begin at five people; there is no list of names."
        ),
        _(
            "What members write to your branch waits in the workbench with a day. Answer it, or close it with a reason."
        ),
    ),
)
GOING_OUT = (
    _("Go there together"),
    (
        _("Open a route and choose your day: stops that are closed then are named, with a day that fits better."),
        _("On a place’s page “Agree a visit” for a time and a number of people. Whom to call is shown from then on."),
        _("Something came up? “Give it back”, and others can come at that time."),
        _("To a place of your own others come too: you are told, and “Who comes to us” says when and how many."),
        _("Afterwards “Record that we went”: the day, how many, what stayed with you. Nobody’s name, nobody’s way."),
    ),
)
REQUESTS = (
    _("A branch asks for you"),
    (
        _("You get a notice. “My schedule” under Me shows every request with the time until when you answer."),
        _("“Accept”, “Propose another time”, or “Decline” with a reason so that the branch can go on."),
        _("Without an answer by then the request ends by itself and the time is free again."),
        _("Both sides see each other’s phone number once the lesson is agreed, not before."),
    ),
)
FREE_TIMES = (
    _("When you have time"),
    (
        _("In “My schedule” press “Add hours” for the weekdays that suit you; branches see free times only."),
        _("“Add days” is for leave and other hours. The reason stays with you and those who keep the schedule."),
        _("What was agreed already is not called off by that: both sides are asked to decide."),
        _("“Make an address” once, and agreed lessons appear in the calendar of your phone by themselves."),
    ),
)
TAUGHT = (
    _("After your lesson"),
    (
        _("The branch records how many listened and how long it took. You have nothing to fill in."),
        _("“Lessons I gave” under Me has your teaching hours, each with its rule. Something is wrong? Say so there."),
        _(
            "Listeners may give four grades without their names. From five on they are shown in fives, those of slips all at the end."
        ),
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
SEARCHED = (
    _("What is searched for"),
    (
        _(
            "In the admin, Reports, “What was searched for”: what many looked for in vain, and what they found and hardly opened."
        ),
        _("Often the page is there under another word: make a synonym set, and it is found from the next search on."),
        _("Nobody can be recognised there: only what five people searched for on one day is shown, in steps of five."),
    ),
)

HELP: dict[str, HelpPage] = {
    "member": HelpPage(
        _("Help for members"),
        _("Make a lesson, watch and answer, study at your pace, look after your record."),
        (FILMING, LEARNING, STUDYING, TELLING, RECORD),
    ),
    "branch_secretary": HelpPage(
        _("Help for branch secretaries"),
        _("You are the first reader of what your members make, and you bring people and lessons together."),
        (CHECKING, ASKING, HELD, TOGETHER, GOING_OUT, PEOPLE, PACKS, FILMING),
    ),
    "branch_admin": HelpPage(
        _("Help for branch administrators"),
        _("You look after people and their records, and ask for what the branch needs."),
        (PEOPLE, TREE, CHECKING, ASKING, HELD, TOGETHER, GOING_OUT, PACKS),
    ),
    "editor": HelpPage(
        _("Help for content editors"),
        _("You decide what is published and keep it up to date."),
        (PUBLISHING, SEARCHED, PACKS, LEARNING),
    ),
    "reviewer": HelpPage(
        _("Help for reviewers"),
        _("You read before others see. You never review your own lesson."),
        (PUBLISHING, SEARCHED),
    ),
    "lecturer": HelpPage(
        _("Help for lecturers"),
        _("Branches ask for you; you say when you have time and answer. Film short lessons besides."),
        (REQUESTS, FREE_TIMES, TAUGHT, FILMING, RECORD),
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
                        "Unfinished uploads: 7 days. Network log, by number and not by name, and record of sign-ins: at least half a year. Study hours and audit log: at least 5 years. Search words, without whoever typed them: 180 days; editors read those that five people or more searched for on one day."
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
                        "Press “report a problem” below a lesson, a page or a place, or tell your branch secretary. Somebody named answers by a date."
                    ),
                ),
            ),
        ),
    ),
}
