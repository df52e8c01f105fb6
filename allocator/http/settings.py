"""Settings of the server, from the environment. The manual's table is made from here."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from allocator.app.stores import parse_places
from allocator.compute import cores
from allocator.errors import InputError


class ServerSettings(BaseSettings):
    """Every setting; the environment's name is the field's in capitals after ``ALLOCATOR_``."""

    model_config = SettingsConfigDict(env_prefix="ALLOCATOR_", extra="ignore")

    home: Path = Field(default=Path("allocator-home"), description="folder of the store: keys, messages, SQLite file")
    database: str | None = Field(default=None, description="URL of PostgreSQL, in place of the SQLite file")
    audit_heads: str = Field(
        default="",
        description="where else the head of the audit log goes, separated by commas: files outside the folder, "
        "`syslog:` or `syslog:SOCKET`; for commands too",
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8080, ge=0, le=65535, description="port to listen on")
    hosts: str = Field(
        default="localhost,127.0.0.1,[::1]", description="names under which it is reached, separated by commas"
    )
    secure_cookies: bool = Field(
        default=True, description="cookies only over TLS; browsers allow plain HTTP on localhost all the same"
    )
    behind_proxy: str = Field(default="", description="address of the TLS proxy whose forwarded headers are trusted")
    solvers: int = Field(default=cores(), ge=1, le=64, description="problems that are solved side by side")
    solve_seconds: float = Field(default=600, gt=0, description="longest time for one problem, in seconds")
    solve_memory: int = Field(default=8192, ge=0, description="address space of a solver, in MiB; 0 for no limit")
    upload: int = Field(default=32, ge=1, le=32, description="largest upload, in MiB")
    connections: int = Field(
        default=500, ge=10, le=100_000, description="connections at once; fewer where fewer files may be open"
    )
    idle_minutes: int = Field(default=30, ge=1, description="a session without use ends after so many minutes")
    session_hours: int = Field(default=12, ge=1, description="a session ends after so many hours in any case")
    sign_ins: int = Field(
        default=10, ge=1, description="failed sign-ins of a name from an address in ten minutes; more of either alone"
    )
    log_file: Path | None = Field(default=None, description="file of the log, in place of standard error")
    log_size: int = Field(
        default=20, ge=1, le=10_000, description="MiB of that file, after which it is put aside; four such are kept"
    )
    log_level: str = Field(default="info", description="debug, info, warning or error")

    @field_validator("audit_heads")
    @classmethod
    def _are_places(cls, heads: str, others: ValidationInfo) -> str:
        try:
            parse_places(heads, others.data.get("home", Path()))
        except InputError as error:
            raise ValueError("; ".join(f"{one.expected}, not {one.value}" for one in error.problems)) from error
        return heads

    @property
    def idle(self) -> timedelta:
        """After how long without use a session ends."""
        return timedelta(minutes=self.idle_minutes)

    @property
    def longest(self) -> timedelta:
        """After how long a session ends in any case."""
        return timedelta(hours=self.session_hours)

    def shared(self) -> dict[str, str]:
        """Settings that have to be equal on all servers of a database, by their names in the environment."""
        return {f"ALLOCATOR_{name.upper()}": str(getattr(self, name)) for name in SHARED}


# What somebody may do, and what becomes of a problem, must not depend on the server that they happen to reach.
SHARED = ("solve_seconds", "solve_memory", "upload", "idle_minutes", "session_hours", "sign_ins", "secure_cookies")
