"""Health declarations: symptoms, exposure and travel before a visit, each kept, with a code that the site reads."""

from tiemchung.domain.declarations.actions import by_code, declare, forget, fresh, latest, of_person
from tiemchung.domain.declarations.model import VERDICT_WORDS, Answers, Declaration, Declared, TravelUnsaid
from tiemchung.domain.declarations.rules import FRESH, PREFIX, QUESTIONS, Question, verdict

__all__ = [
    "FRESH",
    "PREFIX",
    "QUESTIONS",
    "VERDICT_WORDS",
    "Answers",
    "Declaration",
    "Declared",
    "Question",
    "TravelUnsaid",
    "by_code",
    "declare",
    "forget",
    "fresh",
    "latest",
    "of_person",
    "verdict",
]
