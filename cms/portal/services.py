"""What the portal writes."""

from cms.portal.models import SynonymSet
from search.synonyms import read_groups
from search.word_lists import own_text


def ensure_first_synonyms() -> int:
    """Write the sets that come with the platform and are not there yet; return how many. What editors made of one stays."""
    known = set(SynonymSet.objects.exclude(origin="").values_list("origin", flat=True))
    missing = [
        SynonymSet(words="\n".join(group.words), one_way=group.one_way, origin=group.words[0])
        for group in read_groups(own_text("synonyms.txt"))
        if group.words[0] not in known
    ]
    return len(SynonymSet.objects.bulk_create(missing))
