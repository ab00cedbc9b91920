"""Settings: read once from the environment, with defaults that run the demonstration on one machine."""

import os
from functools import cache
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parent.parent


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What an installation may choose. `database_url` empty means the embedded server; `registry_url` empty means no
    population registry, or the simulator of one in the demonstration.
    """

    database_url: str
    folder: Path
    host: str
    port: int
    tls: bool
    demo: bool
    sms_url: str
    sms_token_file: str
    smtp_url: str
    smtp_sender: str
    smtp_password_file: str
    push_subject: str
    provider_token_file: str
    registry_url: str
    registry_token_file: str
    pkcs11_library: str
    pkcs11_token: str
    pkcs11_pin_file: str

    @property
    def base(self) -> str:
        """The address at which people reach the platform."""
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    @property
    def keys_folder(self) -> Path:
        """Where secret keys lie: never in the database."""
        return self.folder / "keys"


@cache
def settings() -> Settings:
    """This process's settings."""
    environment = os.environ
    return Settings(
        database_url=environment.get("TIEMCHUNG_DATABASE_URL", ""),
        folder=Path(environment.get("TIEMCHUNG_FOLDER", str(ROOT / "var"))),
        host=environment.get("HOST", "127.0.0.1"),
        port=int(environment.get("PORT", "8000")),
        tls=environment.get("TLS", "") == "1",
        pkcs11_library=environment.get("TIEMCHUNG_PKCS11_LIBRARY", ""),
        pkcs11_token=environment.get("TIEMCHUNG_PKCS11_TOKEN", "tiemchung"),
        pkcs11_pin_file=environment.get("TIEMCHUNG_PKCS11_PIN_FILE", ""),
        demo=environment.get("TIEMCHUNG_DEMO", "1") == "1",
        sms_url=environment.get("TIEMCHUNG_SMS_URL", ""),
        sms_token_file=environment.get("TIEMCHUNG_SMS_TOKEN_FILE", ""),
        smtp_url=environment.get("TIEMCHUNG_SMTP_URL", ""),
        smtp_sender=environment.get("TIEMCHUNG_SMTP_SENDER", ""),
        smtp_password_file=environment.get("TIEMCHUNG_SMTP_PASSWORD_FILE", ""),
        push_subject=environment.get("TIEMCHUNG_PUSH_SUBJECT", ""),
        provider_token_file=environment.get("TIEMCHUNG_PROVIDER_TOKEN_FILE", ""),
        registry_url=environment.get("TIEMCHUNG_REGISTRY_URL", ""),
        registry_token_file=environment.get("TIEMCHUNG_REGISTRY_TOKEN_FILE", ""),
    )
