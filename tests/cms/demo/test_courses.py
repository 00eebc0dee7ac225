"""The courses of the demonstration, as they are written."""

from cms.demo.people import read_data


def test_each_of_the_thirty_six_courses_says_what_it_is_in_words_of_its_own() -> None:
    courses = [course for series in read_data("courses")["series"] for course in series["courses"]]
    leads = {course["lead"] for course in courses}
    assert (len(courses), len(leads), max(map(len, leads)) <= 60) == (36, 36, True)
