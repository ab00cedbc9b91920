"""Reads certificates with the library cwt, run by an environment of its own: PEM file as argument, codes on standard input."""

import json
import sys
import zlib
from pathlib import Path

import cwt

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


def base45(text: str) -> bytes:
    out = bytearray()
    for k in range(0, len(text), 3):
        group = [ALPHABET.index(character) for character in text[k : k + 3]]
        out += sum(value * 45**power for power, value in enumerate(group)).to_bytes(len(group) - 1, "big")
    return bytes(out)


def main(pem: str) -> None:
    key = cwt.load_pem_hcert_dsc(Path(pem).read_text())
    for line in sys.stdin:
        message = zlib.decompress(base45(line.rstrip("\n").removeprefix("HC1:")))
        try:
            claims = cwt.decode(message, keys=[key])
        except cwt.VerifyError:
            print("refused")  # noqa: T201
            continue
        told = {"iss": claims[1], "exp": claims[4], "iat": claims[6], "certificate": claims[-260][1]}
        print(json.dumps(told, ensure_ascii=False))  # noqa: T201


main(sys.argv[1])
