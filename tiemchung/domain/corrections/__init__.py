"""Tickets: a disputed field or dose, a missing dose, and the requests of a person about their data, with their clocks; and
questions of anybody to the help desk.
"""

from tiemchung.domain.corrections import questions
from tiemchung.domain.corrections.actions import (
    by_number,
    escalate,
    of_person,
    one,
    open_ticket,
    photo,
    said,
    step,
    steps,
    worklist,
)
from tiemchung.domain.corrections.amending import apply
from tiemchung.domain.corrections.model import (
    FIELDS,
    KINDS,
    STATE_WORDS,
    About,
    Claimed,
    NewTicket,
    NotAPicture,
    Step,
    Ticket,
    TicketClosed,
    TicketMoved,
    TicketOpened,
)
from tiemchung.domain.corrections.pictures import LARGEST_PICTURE_BYTES, picture
from tiemchung.domain.corrections.rules import after_working_days, due_at

__all__ = [
    "FIELDS",
    "KINDS",
    "LARGEST_PICTURE_BYTES",
    "STATE_WORDS",
    "About",
    "Claimed",
    "NewTicket",
    "NotAPicture",
    "Step",
    "Ticket",
    "TicketClosed",
    "TicketMoved",
    "TicketOpened",
    "after_working_days",
    "apply",
    "by_number",
    "due_at",
    "escalate",
    "of_person",
    "one",
    "open_ticket",
    "photo",
    "picture",
    "questions",
    "said",
    "step",
    "steps",
    "worklist",
]
