"""GS1 DataMatrix for our own labels: digits in pairs, FNC1 as the standard's code word, drawn as SVG."""

import codecs
from typing import Any

from ppf.datamatrix.datamatrix import DataMatrix

FNC1 = "\x1d"
_NAME, _CODEWORD = "datamatrix.gs1", 232


def svg(elements: str) -> str:
    """The symbol of a GS1 element string ("01…17…10…", FNC1 between fields of free length)."""
    return _symbol(elements).svg()


def modules(elements: str) -> list[list[int]]:
    """The symbol's modules row by row, 1 for dark."""
    return [list(row) for row in _symbol(elements).matrix]


def _symbol(elements: str) -> Any:
    symbol = DataMatrix(FNC1 + elements)
    symbol.codecs = [_NAME]
    return symbol


def _encoded(message: str, _errors: str = "strict") -> tuple[bytes, int]:
    """ASCII encodation of ISO/IEC 16022: two digits in one code word, FNC1 as 232, other characters plus one."""
    words = bytearray()
    k = 0
    while k < len(message):
        if len(message[k : k + 2]) == 2 and message[k : k + 2].isdigit():
            words.append(130 + int(message[k : k + 2]))
            k += 2
            continue
        words.append(_CODEWORD if message[k] == FNC1 else message[k].encode("ascii")[0] + 1)
        k += 1
    return bytes(words), len(message)


def _decoded(_words: Any, _errors: str = "strict") -> tuple[str, int]:
    raise UnicodeError("labels are read by scanners")


def _found(name: str) -> codecs.CodecInfo | None:
    return codecs.CodecInfo(_encoded, _decoded, name=_NAME) if name == _NAME else None


codecs.register(_found)
