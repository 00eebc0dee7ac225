"""GPX 1.1: the stops as waypoints and each day as a route (topografix.com/GPX/1/1). Positions are WGS-84, as it demands."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring  # only written here, never read

from cms.itineraries.models import ItineraryPage
from cms.itineraries.plans import Plan, Station

SPACE = "http://www.topografix.com/GPX/1/1"


def gpx_of(page: ItineraryPage, plan: Plan) -> bytes:
    """Return the file; places that are not open to the person, or have no position, are left out."""
    root = Element("gpx", {"version": "1.1", "creator": "weike", "xmlns": SPACE})
    about = SubElement(root, "metadata")
    SubElement(about, "name").text = clean(page.title)
    if page.lead:
        SubElement(about, "desc").text = clean(page.lead)
    shown = [row for row in plan.calls if row.point is not None]
    for row in shown:
        add_point(root, "wpt", row)
    for day in sorted({row.stop.day for row in shown}):
        route = SubElement(root, "rte")
        SubElement(route, "name").text = f"{clean(page.title)} {day}"
        for row in shown:
            if row.stop.day == day:
                add_point(route, "rtept", row)
    indent(root)
    content: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def add_point(above: Element, tag: str, row: Station) -> None:
    """Add a stop as a point."""
    point = row.point
    if point is None:
        return
    node = SubElement(above, tag, {"lat": f"{point.latitude:.6f}", "lon": f"{point.longitude:.6f}"})
    SubElement(node, "name").text = f"{row.number} {clean(row.stop.venue.name)}"
    if row.stop.note:
        SubElement(node, "desc").text = clean(row.stop.note)


def clean(text: str) -> str:
    """Return the text without the control characters that XML cannot hold."""
    return "".join(letter for letter in text if letter.isprintable() or letter in "\n\t")
