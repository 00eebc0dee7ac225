"""Kinds and licences of what the library holds."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

StrOrPromise = str | Promise


class Section(models.TextChoices):
    """The branches of the page tree, by their slugs: below each only its own kinds of pages are made."""

    LIBRARY = "library", _("Library")
    COURSES = "courses", _("Courses")
    GUIDES = "guides", _("Monthly guides")
    ROUTES = "routes", _("Red routes")
    ANNOUNCEMENTS = "announcements", _("Announcements")


# Stored once as data, so the titles are in the site's language.
SECTION_TITLES: dict[str, str] = {
    Section.LIBRARY: "资源库",
    Section.COURSES: "课程",
    Section.GUIDES: "每月指引",
    Section.ROUTES: "红色线路",
    Section.ANNOUNCEMENTS: "通知公告",
}
SECTION_INTROS: dict[str, str] = {
    Section.LIBRARY: "课件、教材、文章、影片、音频、图书和链接，以及阅读清单。",
    Section.COURSES: "把微课、资料和测试排成一门课。",
    Section.GUIDES: "每月一个主题，支部照着就能开展。",
    Section.ROUTES: "旧址、基地和讲解，串成一天或两天的线路。",
    Section.ANNOUNCEMENTS: "在指定的时间里，给指定的单位看。",
}

# What editors read in the tree.
SECTION_HELP: dict[str, StrOrPromise] = {
    Section.LIBRARY: _("Resources of every kind, and reading lists of them. Micro lessons have a list of their own."),
    Section.COURSES: _("Courses of lessons, resources and tasks; series of courses; tracks for one kind of member."),
    Section.GUIDES: _("One guide a month: a theme, what to watch and read, what to talk about."),
    Section.ROUTES: _("Routes along places, over one or more days. The places themselves are kept under Places."),
    Section.ANNOUNCEMENTS: _("What an organisation announces to itself and all below it, between two days."),
}


class ResourceKind(models.TextChoices):
    """What a resource is; it decides what must be there: a file, a text, a film or an address."""

    COURSEWARE = "courseware", _("courseware")
    TEXTBOOK = "textbook", _("textbook")
    ARTICLE = "article", _("article")
    FILM = "film", _("film")
    AUDIO = "audio", _("audio")
    BOOK = "book", _("book")
    LINK = "link", _("link")


class Licence(models.TextChoices):
    """Under which terms the site may show it."""

    OWN = "own", _("made by ourselves")
    PERMITTED = "permitted", _("shown with permission")
    OPEN = "open", _("open licence")
    PUBLIC_DOMAIN = "public_domain", _("free of rights")
    LINK_ONLY = "link_only", _("only linked, not copied")


class LinkState(models.TextChoices):
    """What a look at an address found; BROKEN is said after three looks without an answer, or when it says it is gone."""

    NEW = "new", _("not looked at yet")
    FINE = "fine", _("answers")
    DOUBTFUL = "doubtful", _("did not answer lately")
    BROKEN = "broken", _("leads nowhere")
    REFUSED = "refused", _("not looked at: it leads into a closed network")
