"""Every setting: its name, type, default and one sentence of help, as one frozen object."""

from __future__ import annotations

import ast
import difflib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

PRODUCTION_URL = "https://api.triplewhale.com/api/v2"
SANDBOX_SCHEME = "sandbox:///"
REPORT_KINDS = {".json", ".html"}
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Allowance:
    """How many rejects a stream may have: a number, or a share between 0 and 1."""

    count: int | None = None
    share: float | None = None

    def __str__(self) -> str:
        """Return it as it is written: 10, or 5%."""
        return f"{self.count}" if self.share is None else f"{self.share * 100:g}%"


def _allowance(value: object) -> Allowance:
    if isinstance(value, Allowance):
        return value
    text = str(value).strip()
    share = text.endswith("%")
    try:
        number = float(text.removesuffix("%"))
    except ValueError:
        number = -1.0
    if isinstance(value, bool) or not 0 <= number < float("inf"):
        raise ValueError("must be a whole number such as 10, or a share such as 5%")
    if share:
        return Allowance(share=number / 100)
    if not number.is_integer():
        raise ValueError("must be a whole number such as 10, or a share such as 5%")
    return Allowance(count=int(number))


def _from_json(value: object) -> object:
    """Read text as JSON, since an environment variable holds nothing else."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("is text that is no JSON") from None


def _texts(value: object) -> object:
    """Read text as a JSON list, or as names with commas between them."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        return [name.strip() for name in value.split(",") if name.strip()]
    return _from_json(value)


def _as_text(value: object) -> object:
    """Take a whole number as text: some shops and accounts are named by one."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint at the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" (did you mean `{near[0]}`?)" if near else ""


def zone_name(name: str) -> str:
    """Return the name of a zone; raise ValueError where there is none of it."""
    if name not in available_timezones():
        near = did_you_mean(name, available_timezones())
        raise ValueError(f"is no IANA time zone such as Europe/Berlin{near}")
    return name


def currency_code(code: str) -> str:
    """Return a currency's code in capitals; raise ValueError where it can be none."""
    if not (len(code) == 3 and code.isascii() and code.isalpha()):  # noqa: PLR2004
        raise ValueError("must be an ISO 4217 code of three letters such as USD")
    return code.upper()


def _report_path(path: str) -> str:
    if Path(path).suffix.lower() not in REPORT_KINDS:
        raise ValueError("must name a file that ends in .json or .html")
    return path


def _region(code: str) -> str:
    if code.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("must be an ISO country of two letters such as US")
    return code.upper()


def _maps(maps: dict[str, Any]) -> dict[str, Any]:
    for stream, columns in maps.items():
        if not isinstance(columns, dict | str | None):
            raise ValueError(  # noqa: TRY004  (what pydantic takes for a wrong value)
                f"must give `{stream}` an object of columns, or null"
            )
        for column, text in columns.items() if isinstance(columns, dict) else ():
            if isinstance(text, str) and not _is_expression(column, text):
                raise ValueError(f"has no valid expression for `{stream}.{column}`")
    return maps


def _is_expression(column: str, text: str) -> bool:
    """Tell whether Python reads a text; names of streams, which some keys take, are any text."""
    if column.startswith("__") and column != "__filter__":
        return True
    try:
        ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def _key(key: SecretStr) -> SecretStr:
    text = key.get_secret_value()
    if not (text.isascii() and text.isprintable()) or " " in text:
        raise ValueError("must be one word of plain letters, digits and signs")
    return key


def _api_url(url: str) -> str:
    if url.startswith(SANDBOX_SCHEME):
        if not url.removeprefix(SANDBOX_SCHEME).strip("/"):
            raise ValueError("names no file: write sandbox:///output/sandbox.db")
        return url
    try:
        parts = urlsplit(url)
        usable = bool(parts.hostname) and not parts.username and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or parts.scheme not in {"http", "https"}:
        raise ValueError(f"must be an address such as {PRODUCTION_URL}, or sandbox:///PATH.db")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("must begin with https:// (http:// is for this machine only)")
    return url.rstrip("/")


Name = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]
Object = Annotated[dict[str, Any], BeforeValidator(_from_json)]


class Settings(BaseModel):
    """What a run is told; built once, read as attributes, never as a dict."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, str_strip_whitespace=True
    )

    api_key: Annotated[SecretStr, AfterValidator(_key)] | None = Field(
        title="API key",
        default=None,
        description="API key with one write scope for each endpoint used; not needed for the "
        "embedded sandbox.",
    )
    shop: Name = Field(
        title="Shop",
        examples=["example.myshopify.com"],
        description="The shop's value under Settings > Store in Triple Whale, letter for letter; "
        "a record that names another shop is rejected.",
    )
    shops: Annotated[list[Name], BeforeValidator(_texts)] | None = Field(
        title="Shops",
        default=None,
        description="All shops that this key may write to; with it a record's own `shop` decides.",
    )
    api_url: Annotated[str, AfterValidator(_api_url)] = Field(
        title="API address",
        default=PRODUCTION_URL,
        description="Address of the API, or sandbox:///PATH.db for the embedded sandbox.",
    )
    platform: Name | None = Field(
        title="Platform",
        default=None,
        description="Sales platform of the records, part of their identity; by default the "
        "endpoint's documented one. Choose it before the first real run.",
    )
    platform_account_id: Name | None = Field(
        title="Platform account",
        default=None,
        description="Account at that platform, part of a record's identity; by default the "
        "endpoint's documented one.",
    )
    channel_account_id: Name = Field(
        title="Channel account",
        default="CUSTOM_CHANNEL",
        description="Ads only: account of the channel, part of an ad's identity.",
    )
    currency: Annotated[str, AfterValidator(currency_code)] | None = Field(
        title="Currency",
        examples=["EUR"],
        default=None,
        description="ISO 4217 code for records that bring none; without it they are rejected.",
    )
    timezone: Annotated[str, AfterValidator(zone_name)] | None = Field(
        title="Time zone",
        examples=["Europe/Berlin"],
        default=None,
        description="IANA zone for times that carry none; without it such records are rejected.",
    )
    phone_region: Annotated[str, AfterValidator(_region)] | None = Field(
        title="Phone region",
        examples=["US"],
        default=None,
        description="ISO country of phone numbers without a +; with it they become E.164.",
    )
    preset: Name | None = Field(
        title="Preset",
        examples=["gohighlevel_csv"],
        default=None,
        description="A packaged mapping of a known source, such as `gohighlevel_csv`, or the path "
        "of a YAML file of one's own.",
    )
    preset_options: Object = Field(
        title="Preset options",
        default_factory=dict,
        description="What the preset asks for; its page names them.",
    )
    streams: Object = Field(
        title="Streams",
        default_factory=dict,
        description="Per stream: `skip`, or its endpoint, fields, defaults and so on; a list of "
        "these feeds several endpoints. It wins over the preset, route by route.",
    )
    unmapped_streams: Literal["error", "skip"] = Field(
        title="Unmapped streams",
        default="error",
        description="What a stream without a route does: `error` stops the run at its SCHEMA, "
        "`skip` filters and counts its records.",
    )
    native_sources: Literal["refuse", "allow"] = Field(
        title="Native sources",
        default="refuse",
        description="Orders of platforms that Triple Whale reads itself (Shopify, WooCommerce, "
        "BigCommerce): `allow` when that store is not connected there.",
    )
    batch_size_rows: int = Field(
        title="Batch size",
        default=1000,
        ge=1,
        le=1000,
        description="Records that wait for each other before they are sent; for orders also the "
        "size of a bulk request.",
    )
    max_concurrency: int = Field(
        title="Requests in flight",
        default=128,
        ge=1,
        description="Requests in flight at the most; how many there really are is found by "
        "feedback.",
    )
    requests_per_minute: int = Field(
        title="Requests a minute",
        default=25_000,
        ge=1,
        description="Requests a minute over all endpoints together.",
    )
    events_per_minute: int = Field(
        title="Events a minute", default=1000, ge=1, description="Events a minute."
    )
    request_timeout: float = Field(
        title="Request timeout", default=60, gt=0, description="Seconds that a request may take."
    )
    max_retries: int = Field(
        title="Retries",
        default=8,
        ge=0,
        description="Tries after the first one before the run halts.",
    )
    backoff_initial: float = Field(
        title="First backoff",
        default=2,
        gt=0,
        description="Seconds before the first retry; they double from then on.",
    )
    backoff_max: float = Field(
        title="Longest backoff",
        default=16,
        gt=0,
        description="Seconds between two tries at the most; Retry-After wins.",
    )
    rejects_path: Annotated[str, Field(min_length=1)] = Field(
        title="Rejects folder",
        default="triplewhale-rejects",
        description="Folder of the rejects files, made when the first record is rejected.",
    )
    max_rejects: Annotated[Allowance, BeforeValidator(_allowance)] = Field(
        title="Rejects allowed",
        default=Allowance(share=0.05),
        description="Rejects a stream may have: a number, over which the run halts at once, or a "
        "share such as 5%, over which it fails at the end.",
        json_schema_extra={"type": "string", "default": "5%"},
    )
    report_path: Annotated[str, AfterValidator(_report_path)] | None = Field(
        title="Report",
        examples=["output/report.html"],
        default=None,
        description="Write there what came of the run: as JSON (`report.json`), or as a page for a "
        "browser (`report.html`).",
    )
    dry_run: bool = Field(
        title="Dry run",
        default=False,
        description="Map and check everything, send nothing, emit no STATE; with a ledger tell "
        "what would be sent. For one run: set it by environment.",
    )
    record_limit: Annotated[int, Field(ge=1, le=10_000)] | None = Field(
        title="Record limit",
        default=None,
        description="Send only the first records of each stream, so many (with `group_rows`, so "
        "many groups), and emit no STATE: the small test before the backfill. For one run: set it "
        "by environment.",
    )
    test_account: bool = Field(
        title="Test account",
        default=False,
        description="Send to accounts that can be deleted again as a whole: each "
        "`platform_account_id`, and `channel_account_id` of ads, gets `-test` at its end; emit no "
        "STATE. Events and enrichment, which cannot be deleted, are refused.",
    )
    ledger_url: SecretStr | None = Field(
        title="Ledger",
        examples=["sqlite:///ledger.db"],
        default=None,
        description="Where the ledger lies: sqlite:///PATH.db, or postgresql+psycopg://USER@HOST/"
        "NAME. With it a run sends only what is new or has changed (extra `ledger`).",
    )
    ledger_bodies: Literal["full", "fingerprint"] = Field(
        title="Ledger bodies",
        default="full",
        description="What the ledger keeps of a record: `full`, or a `fingerprint` that only tells "
        "whether it has changed.",
    )
    ledger_retention_days: int | None = Field(
        title="Ledger retention",
        default=None,
        ge=1,
        le=36_500,
        description="Days after which the ledger deletes a version that a later one of the same "
        "record has followed; the newest version of a record always stays.",
    )
    identity_changes: Literal["refuse", "allow"] = Field(
        title="Identity changes",
        default="refuse",
        description="With a ledger: orders and ads whose `created_at`, platform or account is "
        "another than before would count twice; `refuse` rejects them.",
    )
    missing_fields: Literal["keep", "warn", "send"] = Field(
        title="Missing fields",
        default="warn",
        description="With a ledger: fields that were accepted before and that the stream no "
        "longer brings. A resend erases them: `keep` carries them on, `warn` counts and names "
        "them, `send` says nothing.",
    )
    retry_rejects: bool = Field(
        title="Retry rejects",
        default=True,
        description="With a ledger: send rejected records of earlier runs again, before the input.",
    )
    soft_delete: bool = Field(
        title="Soft delete",
        default=False,
        description="Void orders that are gone: `_sdc_deleted_at`, a route's `counts.void`, and "
        "what a closed version of a `snapshot` stream lacks. Without it they are filtered.",
    )
    max_voids: Annotated[Allowance, BeforeValidator(_allowance)] = Field(
        title="Voids allowed",
        default=Allowance(share=0.05),
        description="Known orders that a run may void: a number, or a share of them (10 at the "
        "least); over it the run halts before the first.",
        json_schema_extra={"type": "string", "default": "5%"},
    )
    stream_maps: Annotated[Object, AfterValidator(_maps)] | None = Field(
        title="Stream maps",
        default=None,
        description="The SDK's inline stream maps; they run before everything else.",
    )
    stream_map_config: Object | None = Field(
        title="Stream map configuration",
        default=None,
        description="Values that stream map expressions may use as `config`.",
    )
    faker_config: Object | None = Field(
        title="Faker configuration",
        default=None,
        description="Locale and seed of `fake` in stream map expressions.",
    )
    flattening_enabled: bool = Field(
        title="Flattening",
        default=False,
        description="Flatten nested objects before routing (the SDK's flattening).",
    )
    flattening_max_depth: int | None = Field(
        title="Flattening depth", default=None, ge=0, description="How many levels are flattened."
    )
    flattening_max_key_length: int | None = Field(
        title="Flattening key length",
        default=None,
        ge=1,
        description="Length at which flattened names are shortened.",
    )

    @property
    def sends_all(self) -> bool:
        """Whether the run sends all that it reads."""
        return not self.dry_run and self.record_limit is None

    @property
    def emits_state(self) -> bool:
        """Whether STATE is true of the real accounts: after a test a real run reads all again."""
        return self.sends_all and not self.test_account

    @property
    def sandbox_path(self) -> Path | None:
        """The embedded sandbox's file, or None when requests go over the network."""
        if not self.api_url.startswith(SANDBOX_SCHEME):
            return None
        return Path(self.api_url.removeprefix(SANDBOX_SCHEME))

    @property
    def all_shops(self) -> frozenset[str]:
        """Every shop a record may name."""
        return frozenset([self.shop, *(self.shops or [])])

    @property
    def limits(self) -> dict[str, int]:
        """Requests a minute, by the name of the limit that counts them."""
        return {"requests": self.requests_per_minute, "events": self.events_per_minute}

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone of times that carry none."""
        return ZoneInfo(self.timezone) if self.timezone else None

    @property
    def destination(self) -> str:
        """Where records go, in the words that a run's first and last line use."""
        if self.sandbox_path:
            return f"sandbox {self.sandbox_path}: nothing leaves this machine"
        if urlsplit(self.api_url).hostname in LOOPBACK:
            return f"sandbox at {urlsplit(self.api_url).netloc}: nothing leaves this machine"
        shops = sorted(self.all_shops)
        return f"LIVE shop{'s' if len(shops) > 1 else ''} {', '.join(shops)}"

    def for_sdk(self) -> dict[str, Any]:
        """Return the settings that the SDK itself reads, under its names."""
        names = ("stream_maps", "stream_map_config", "faker_config", "flattening_max_depth")
        given = {name: getattr(self, name) for name in names}
        given["flattening_enabled"] = self.flattening_enabled
        given["flattening_max_key_length"] = self.flattening_max_key_length
        given["batch_size_rows"] = self.batch_size_rows
        return {name: value for name, value in given.items() if value is not None}
