"""What the admin's panel "Checks" looks for in a preview: what the editor can change, in the site's own words too."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.userbar import ContentCheckerItem

from cms.library.findings import REMARKS

# The site's templates give no description for search engines.
NOT_OURS = {"empty-meta-description"}


def rule_of(code: str) -> str:
    """Return the name of the rule that reports a finding."""
    return f"weike-{code.replace('_', '-')}"


class PageChecks(ContentCheckerItem):
    """Wagtail's checks of the content, pictures without a description, and the findings that the preview names.

    A finding stands in the preview as an element of its own. Its rule reports that it is there: axe knows no check
    that always fails, but no line of text has the attribute that pictures have.
    """

    axe_include = ["main"]
    axe_run_only = [
        *(rule for rule in ContentCheckerItem.axe_run_only if rule not in NOT_OURS),
        "image-alt",
        *map(rule_of, REMARKS),
    ]
    axe_custom_rules = [
        *(rule for rule in ContentCheckerItem.axe_custom_rules if rule["id"] not in NOT_OURS),
        *(
            {
                "id": rule_of(code),
                "impact": "moderate",
                "selector": f'[data-finding="{code}"]',
                "tags": ["best-practice"],
                "any": ["has-alt"],
                "enabled": True,
            }
            for code in REMARKS
        ),
    ]
    axe_messages: Any = {
        **ContentCheckerItem.axe_messages,
        "image-alt": {
            "error_name": _("A picture has no description"),
            "help_text": _("Write in the picture what one sees, for those who do not see it."),
        },
        **{rule_of(code): {"error_name": words, "help_text": ""} for code, words in REMARKS.items()},
    }
