"""Work that failed, as the site's keepers see it: which video, why, and whether trying again can help. No names, no titles."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.core.templatetags.core_tags import duration_words
from cms.jobs.models import Job
from cms.organisations.queries import home_organisations
from cms.portal.search_terms import KIND_LABELS
from cms.videos.handlers.failures import WITHOUT_ROOM
from cms.videos.messages import FILE_FAULTS, download_sentence, sentence_for
from cms.videos.models import Video
from cms.videos.queries import AUDIT, DOWNLOAD, FIRST_PLAY, LADDER, RECOGNISE, REPAIR
from search.dead_letters import DeadDocument, count_dead, dead_documents
from search.models import DeadLetter

KINDS: dict[str, str | Promise] = {
    FIRST_PLAY: gettext_lazy("Making a video playable"),
    LADDER: gettext_lazy("All sizes of a video"),
    AUDIT: gettext_lazy("Examining the files of a video"),
    REPAIR: gettext_lazy("Making a video anew"),
    RECOGNISE: gettext_lazy("Recognising what is said"),
    DOWNLOAD: gettext_lazy("Preparing an original for download"),
    "notices.send": gettext_lazy("Sending an e-mail"),
    "library.read_text": gettext_lazy("Reading the text of a file"),
}


@dataclass(frozen=True, slots=True)
class FailedWork:
    """A job that failed: what it was in words, whose film in numbers and branches, why, and what can be done."""

    job: Job
    kind: str
    facts: list[str]
    why: str
    may_retry: bool
    hopeless: str


def failed_work(found: Iterable[Job]) -> list[FailedWork]:
    """Return the jobs ready to be shown (two more queries, however many they are)."""
    jobs = list(found)
    films = facts_of_films(jobs)
    return [
        FailedWork(
            job=job,
            kind=kind_in_words(job),
            facts=films.get(film_of(job) or 0, []),
            why=why(job),
            may_retry=can_help(job),
            hopeless="" if can_help(job) else hopeless(job),
        )
        for job in jobs
    ]


def find_job(key: int) -> Job | None:
    """Return the job with this key; the caller's door has let the person in."""
    return Job.objects.filter(pk=key).first()


def find_letter(key: int) -> DeadLetter | None:
    """Return the dead letter with this key; the caller's door has let the person in."""
    return DeadLetter.objects.filter(pk=key).first()


def unfound(limit: int) -> list[tuple[str, DeadDocument]]:
    """Return what search does not find for a failure, each with its kind in words: one query, no titles."""
    return [(str(KIND_LABELS.get(document.kind, document.kind)), document) for document in dead_documents(limit)]


def unfound_in_all(shown: int, limit: int) -> int:
    """Return how many there are where not all are shown, and 0 where they are."""
    found = count_dead() if shown >= limit else shown
    return found if found > shown else 0


def command_for_unfound() -> str:
    """Return the command that has search try again all that it could not take."""
    return f"{settings.MANAGE_COMMAND} search_dead retry"


def kind_in_words(job: Job) -> str:
    """Return what kind of work a job is; one without words keeps the name that the command line knows."""
    return str(KINDS.get(job.kind, job.kind))


def film_of(job: Job) -> int | None:
    """Return the key of the video that a job works on."""
    key = job.payload.get("video") if job.kind.startswith("videos.") else None
    return key if isinstance(key, int) else None


def facts_of_films(jobs: Iterable[Job]) -> dict[int, list[str]]:
    """Return number, branch and length of the videos that the jobs work on, by key."""
    keys = {key for job in jobs if (key := film_of(job))}
    films = list(Video.objects.filter(pk__in=keys).select_related("owner"))
    homes = home_organisations(film.owner for film in films)
    return {film.pk: facts_of(film, str(homes.get(film.owner_id, ""))) for film in films}


def facts_of(film: Video, branch: str) -> list[str]:
    """Return what tells a video from others without telling who made it."""
    length = duration_words(film.duration_s)
    return [fact for fact in (_("Video %(number)s") % {"number": film.pk}, branch, length) if fact]


def why(job: Job) -> str:
    """Return in words why a job failed, where its code has any."""
    if job.kind == DOWNLOAD:
        return download_sentence(job.error_code)
    return sentence_for(job.error_code) if job.kind.startswith("videos.") else _("The log has what was said.")


def can_help(job: Job) -> bool:
    """Return whether trying again may end otherwise; whoever makes room changes what was a refusal for good."""
    return not job.error_permanent or job.error_code in WITHOUT_ROOM


def hopeless(job: Job) -> str:
    """Return why a job is not offered again."""
    if film_of(job) is not None and job.error_code in FILE_FAULTS:
        return _("The fault is in the file; trying again does not help.")
    return _("Trying again does not help.")


def command_for(work: Iterable[FailedWork]) -> str:
    """Return the command that tries all of it again which may go better, as a shell of this site takes it."""
    numbers = [str(failed.job.pk) for failed in work if failed.may_retry]
    return " ".join([settings.MANAGE_COMMAND, "jobs", "retry", *numbers]) if numbers else ""
