"""The demonstration: accounts to walk with, a campaign that replays the national curve, a day that plays itself."""

from tiemchung.demo.accounts import Account
from tiemchung.demo.start import prepare

__all__ = ["Account", "prepare"]
