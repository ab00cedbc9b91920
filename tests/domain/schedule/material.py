"""CDC's published files, which are read where they lie and never copied; without them the tests that need them skip."""

import os
from pathlib import Path

import pytest

MATERIAL = Path(os.environ.get("TIEMCHUNG_MATERIAL", "/nowhere")) / "cdsi"
RELEASE = MATERIAL / "2023-02"
needs_material = pytest.mark.skipif(not RELEASE.is_dir(), reason="TIEMCHUNG_MATERIAL names no folder with CDC's files")
