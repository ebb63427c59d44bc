"""Settings: from the environment, named RUNG_..., each with its meaning. Temporal's own are TEMPORAL_..."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

if TYPE_CHECKING:
    from records.database import Records


class SettingsError(Exception):
    """A setting that can't be meant; the text names it and says what to write."""


class Settings(BaseSettings):
    """What a process of Rung is told from outside."""

    model_config = SettingsConfigDict(env_prefix="RUNG_", use_attribute_docstrings=True, frozen=True)

    procedure: Path = Path("examples/northwind")
    """The folder with the procedure's files."""
    state: Path = Path(".rung")
    """The folder that holds what a restart should not lose: the records, and copies of rotas' calendars."""
    records_url: SecretStr = SecretStr("")
    """The database of the records, such as postgresql://rung@host/rung; empty: a file in the state folder."""
    feeds_every: float = Field(300.0, ge=1)
    """Seconds between two looks at the calendars that rotas are fed from."""
    pace: float = Field(1.0, ge=1, le=10_000)
    """How many times faster than agreed all times run; only for demonstrations on a local server."""
    public_url: str = Field("http://127.0.0.1:8080", pattern=r"^https?://[^\s/]+$")
    """Where people reach the gateway: the start of every link. https unless it is this machine."""
    gateway_host: str = "127.0.0.1"
    """The address the gateway listens on."""
    gateway_port: int = Field(8080, ge=0, le=65535)
    """The port the gateway listens on."""
    proxies: str = ""
    """The addresses or networks of your own proxies, commas between: only they say who is behind them."""
    link_keys: SecretStr = SecretStr("")
    """The keys that sign links, 32 characters or more, commas between, oldest first; the newest signs."""
    link_keys_file: Path | None = None
    """A file with one key a line instead, oldest first."""
    link_days: int = Field(30, ge=1, le=3650)
    """Days for which a link still opens its page after what it is about is over."""
    smtp_host: str = "127.0.0.1"
    """The mail server."""
    smtp_port: int = Field(1025, ge=1, le=65535)
    """Its port."""
    smtp_security: Literal["none", "starttls", "tls"] = "none"
    """How the connection to it is secured."""
    smtp_user: str = ""
    """The name to sign in with, if it asks for one."""
    smtp_password: SecretStr = SecretStr("")
    """The password to sign in with."""
    smtp_timeout: float = Field(20.0, gt=0)
    """Seconds until an answer of the mail server counts as missing."""
    mail_domain: str = Field("rung.localhost", pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$")
    """The domain in the Message-ID of our mails: one that is yours."""
    cached_tickets: int = Field(1000, ge=0)
    """How many open tickets the worker keeps in memory; others are replayed when they are touched."""
    log_format: Literal["json", "text"] = "json"
    """How log lines look."""

    def believed(self) -> list[str]:
        """The proxies whose X-Forwarded-For counts; SettingsError for what is no address or network."""
        proxies = [part.strip() for part in self.proxies.split(",") if part.strip()]
        for proxy in proxies:
            try:
                ip_network(proxy)
            except ValueError as error:
                text = f'{error}: write addresses such as "10.0.0.7" or networks such as "10.0.0.0/24"'
                raise SettingsError(f"RUNG_PROXIES: {text}") from None
        return proxies

    def records(self) -> Records:
        """The database of the records, not yet opened; SettingsError for an address that is none."""
        # SQLAlchemy takes a moment to load: only for who reads or writes them.
        from records.database import Records

        file = (self.state / "records.db").absolute()
        try:
            return Records(self.records_url.get_secret_value() or f"sqlite:///{file}")
        except ValueError as error:
            raise SettingsError(f"RUNG_RECORDS_URL: {error}") from None

    def keys(self) -> list[str]:
        """The signing keys, oldest first; SettingsError if there are none or one is too short.

        Where none are set, they are those that `make run` has made, if its folder is the one of the state.
        """
        written, made = self.link_keys.get_secret_value(), self.state / "link-keys"
        file = self.link_keys_file or (made if not written and made.exists() else None)
        if file:
            try:
                lines = file.read_text().splitlines()
            except OSError as error:
                raise SettingsError(f"RUNG_LINK_KEYS_FILE: {error.strerror}: {file}") from None
        else:
            lines = written.split(",")
        keys = [line.strip() for line in lines if line.strip()]
        if not keys:
            raise SettingsError(
                "RUNG_LINK_KEYS: no key to sign links with; set it, or RUNG_LINK_KEYS_FILE "
                f"(there is no {made}, where make run keeps its own)"
            )
        if min(map(len, keys)) < 32:
            raise SettingsError("RUNG_LINK_KEYS: a key is shorter than 32 characters")
        return keys


def load() -> Settings:
    """The settings of this process; SettingsError with all that is wrong, by the name of the variable."""
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = [f"RUNG_{str(e['loc'][0]).upper()}: {e['msg']}" for e in error.errors(include_input=False)]
        raise SettingsError("\n".join(wrong)) from None
    host = settings.public_url.removeprefix("http://").split(":")[0]
    if settings.public_url.startswith("http://") and host not in ("127.0.0.1", "localhost"):
        raise SettingsError("RUNG_PUBLIC_URL: links that leave this machine must be https")
    return settings
