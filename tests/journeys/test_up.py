"""Starting the platform: what is wrong is said, and nothing is touched."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.journey


def test_a_port_that_is_taken_is_named_and_nothing_is_touched(platform: dict[str, Any], tmp_path: Path):
    port = urlsplit(platform["base"]).port
    second = subprocess.run(
        [sys.executable, "-m", "tiemchung.cli", "up"],
        env=os.environ | {"TIEMCHUNG_FOLDER": str(tmp_path / "second"), "PORT": str(port)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert second.returncode == 1
    assert f":{port} is taken" in second.stderr
    assert not (tmp_path / "second").exists()
