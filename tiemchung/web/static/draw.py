"""Run a draw of Tiêm Chủng again: python3 draw.py LIST SEED BEACON PLACES > WINNERS

LIST is the published file of tiers and pseudonyms, SEED the seed that was published after the draw (its SHA-256 was
published before), BEACON the public number of the day, PLACES how many places there were. Needs nothing but Python 3.
"""

import sys
from hashlib import sha256
from pathlib import Path

path, seed, beacon, places = sys.argv[1:5]
published = Path(path).read_bytes()
head, *entries = published.decode().splitlines()
if head != "tier,pseudonym":
    sys.exit("This is not a list of entries.")
prefix = f"{seed}:{beacon}:{sha256(published).hexdigest()}:"
sys.stderr.write(f"SHA-256 of the list: {sha256(published).hexdigest()}\n")
sys.stderr.write(f"SHA-256 of the seed: {sha256(seed.encode()).hexdigest()}\n")


def lot(entry: str) -> tuple[int, str, str]:
    tier, pseudonym = entry.split(",")
    return int(tier), sha256((prefix + pseudonym).encode()).hexdigest(), pseudonym


sys.stdout.write("rank,tier,pseudonym\n")
for rank, (tier, _, pseudonym) in enumerate(sorted(map(lot, entries))[: int(places)], start=1):
    sys.stdout.write(f"{rank},{tier},{pseudonym}\n")
