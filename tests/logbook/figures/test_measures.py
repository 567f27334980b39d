"""What is said of a measure: as it was counted, and with what is small hidden in all of it."""

from datetime import timedelta

from logbook.figures.measures import (
    Measure,
    Table,
    as_counted,
    as_it_may_leave,
    median,
    ninetieth,
)

HOUR = timedelta(hours=1)


def reviews(*, months, in_time, late):
    by_month = {str(at): count for at, count in enumerate(months)}
    tables = (Table("Month", by_month), Table("On time", {"In time": in_time, "Late": late}))
    return Measure("Reviews", tables, share="In time")


def percentage(measure):
    return as_it_may_leave(measure).figures["In time, of all"]


def test_a_percentage_goes_with_both_of_its_parts():
    assert percentage(reviews(months=[10, 10], in_time=14, late=6)) == "70%"
    assert percentage(reviews(months=[10, 10], in_time=20, late=0)) == "100%"
    assert percentage(reviews(months=[10, 10], in_time=0, late=20)) == "0%"
    assert percentage(reviews(months=[0, 0], in_time=0, late=0)) == "none"
    assert percentage(reviews(months=[10, 10], in_time=19, late=1)) == "c"
    for few in range(1, 6):
        assert percentage(reviews(months=[few, 0], in_time=few, late=0)) == "c"
    # Six in all, but the months have nothing over five to hide with: no number of them is shown.
    said = as_it_may_leave(reviews(months=[3, 3], in_time=6, late=0))
    assert said.tables == [
        ("Month", {"0": "c", "1": "c"}),
        ("On time", {"In time": "c", "Late": "0"}),
    ]
    assert said.figures == {"In time, of all": "c"}
    # Only all of them are a hundred percent.
    assert percentage(reviews(months=[1000, 7], in_time=1001, late=6)) == "99%"


def test_times_of_a_few_are_hidden_and_the_team_sees_all():
    def measure(took):
        bands = Table("Time", {"Within 4 hours": len(took), "Later": 0})
        return Measure("Time", (Table("Month", {"1": len(took)}), bands), took=took, is_timed=True)

    took = (HOUR, 2 * HOUR, 3 * HOUR, HOUR / 2, HOUR / 3)
    assert as_it_may_leave(measure(took)).figures == {"Median": "c", "90th percentile": "c"}
    assert as_counted(measure(took)).figures == {"Median": "1 hour", "90th percentile": "3 hours"}
    assert as_counted(measure(took)).tables[0] == ("Month", {"1": "5"})
    more = (*took, 5 * HOUR + timedelta(seconds=1))
    assert as_it_may_leave(measure(more)).figures == {
        "Median": "2 hours",
        "90th percentile": "6 hours",
    }
    assert as_it_may_leave(measure(())).figures == {"Median": "none", "90th percentile": "none"}


def test_median_and_ninetieth_by_hand():
    took = [number * HOUR for number in (10, 1, 9, 2, 8, 3, 7, 4, 6, 5)]
    assert (median(took), ninetieth(took)) == (5.5 * HOUR, 9 * HOUR)
    assert (median(took[:1]), ninetieth(took[:1])) == (10 * HOUR, 10 * HOUR)
    assert ninetieth([*took, 11 * HOUR]) == 10 * HOUR
    assert (median([]), ninetieth([])) == (None, None)
