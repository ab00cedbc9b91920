"""An earlier reaction in one sentence, as a doctor reads it before the next dose."""

from tiemchung.domain import aefi
from tiemchung.kit import clock
from tiemchung.web.i18n import Translate

_WORDS = {sign.code: sign.words for sign in aefi.DANGERS}


def sentence(case: aefi.Case, translate: Translate) -> str:
    """Which dose, what was seen, how grave it was, what was concluded on its cause."""
    facts = {"product": case.product_name, "day": f"{clock.local(case.occurred_at):%d/%m/%Y}"}
    parts = [translate("Sau mũi {product} ngày {day}").format(**facts)]
    parts += [translate(_WORDS[code]) for code in case.dangers]
    parts += [translate(aefi.SERIOUS_WORDS[case.serious])] if case.serious else []
    parts += [translate(aefi.CAUSALITY[case.causality])] if case.causality else []
    return ". ".join(parts) + "."
