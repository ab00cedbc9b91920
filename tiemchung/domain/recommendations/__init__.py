"""Recommendations: the schedule in force asked about people, what it said kept beside what it said before; and findings."""

from tiemchung.domain.recommendations import findings
from tiemchung.domain.recommendations.actions import (
    DISEASE,
    Asked,
    after_dose,
    ask,
    courses,
    current,
    follow,
    known_of,
    obstacles,
    province_of,
    put_in_line,
    refresh,
    refresh_due,
    role_of,
    versions,
)
from tiemchung.domain.recommendations.courses import Course, Step, gate
from tiemchung.domain.recommendations.model import (
    CourseCompleted,
    FindingRecorded,
    FindingUnknown,
    GivenDose,
    Known,
    Present,
    Recommendation,
)
from tiemchung.domain.recommendations.refusals import AnotherDose, Stopped, WarningsUnread

__all__ = [
    "DISEASE",
    "AnotherDose",
    "Asked",
    "Course",
    "CourseCompleted",
    "FindingRecorded",
    "FindingUnknown",
    "GivenDose",
    "Known",
    "Present",
    "Recommendation",
    "Step",
    "Stopped",
    "WarningsUnread",
    "after_dose",
    "ask",
    "courses",
    "current",
    "findings",
    "follow",
    "gate",
    "known_of",
    "obstacles",
    "province_of",
    "put_in_line",
    "refresh",
    "refresh_due",
    "role_of",
    "versions",
]
