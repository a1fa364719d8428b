"""What a run is given: made from its settings, which go no further than this and the target."""

from __future__ import annotations

import json
from importlib import metadata
from typing import TYPE_CHECKING

from target_triplewhale.codes import setting
from target_triplewhale.delivery.client import SANDBOX_URL, Client
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.entries import Choices
from target_triplewhale.errors import UsageError, cause
from target_triplewhale.mapping.accounts import TrialAccounts
from target_triplewhale.mapping.facts import Facts
from target_triplewhale.payloads.coercion import CoercionContext

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.applications import Starlette

    from target_triplewhale.journal.ledger.ledger import Ledger
    from target_triplewhale.settings import Settings

NAME = "target-triplewhale"


def choices(settings: Settings) -> Choices:
    """Return the settings that decide where streams go."""
    return Choices(
        streams=settings.streams,
        preset=settings.preset,
        preset_options=settings.preset_options,
        skips_unmapped=settings.unmapped_streams == "skip",
        platform=settings.platform,
        allows_native=settings.native_sources == "allow",
    )


def accounts_of(settings: Settings) -> TrialAccounts:
    """Return the names that accounts have in a run on test accounts."""
    name = "platform_account_id"
    documented = [row.defaults[name] for row in ENDPOINTS.values() if name in row.defaults]
    given = [settings.platform_account_id] if settings.platform_account_id else documented
    return TrialAccounts([*given, settings.channel_account_id])


def facts_of(settings: Settings, started: datetime, accounts: TrialAccounts | None) -> Facts:
    """Return what is the same for all records of a run."""
    return Facts(
        shop=settings.shop,
        shops=settings.all_shops,
        platform=settings.platform,
        platform_account_id=settings.platform_account_id,
        channel_account_id=settings.channel_account_id,
        currency=settings.currency,
        coercion=CoercionContext(timezone=settings.zone, phone_region=settings.phone_region),
        started=started,
        refuse_native=settings.native_sources == "refuse",
        voids=settings.soft_delete and settings.record_limit is None,
        accounts=accounts,
    )


def client_of(settings: Settings, sandbox: Starlette | None) -> Client:
    """Return a client of the API, or of the embedded sandbox; raise UsageError."""
    try:
        return Client(
            base_url=SANDBOX_URL if sandbox else settings.api_url,
            api_key=settings.api_key.get_secret_value() if settings.api_key else None,
            user_agent=f"{NAME}/{metadata.version(NAME)}",
            timeout=settings.request_timeout,
            app=sandbox,
        )
    except (OSError, ValueError, ImportError):
        raise UsageError(
            "TW-API-PROXY",
            "the environment names a proxy or a certificate that cannot be used: look at "
            "HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, SSL_CERT_FILE and SSL_CERT_DIR",
        ) from None


def ledger_of(settings: Settings) -> Ledger | None:
    """Return the ledger where the settings name one; raise UsageError, LedgerUnusable."""
    if settings.ledger_url is None:
        return None
    try:
        from target_triplewhale.journal.ledger.ledger import Ledger  # noqa: PLC0415  (an extra)
        from target_triplewhale.journal.ledger.read_only import ReadOnlyLedger  # noqa: PLC0415
    except ImportError:
        raise UsageError(
            "TW-EXTRA-MISSING",
            "setting `ledger_url`: the ledger needs an extra: "
            "pip install 'target-triplewhale[ledger]'",
        ) from None
    account = json.dumps(
        [
            settings.shop,
            settings.platform,
            settings.platform_account_id,
            settings.channel_account_id,
        ]
    )
    keeps_bodies = settings.ledger_bodies == "full"
    kind = ReadOnlyLedger if settings.dry_run else Ledger
    url = settings.ledger_url.get_secret_value()
    # Orders of a test account are others, though they have the same ids: they count beside them.
    mark = " (test account)" if settings.test_account else ""
    return kind(url, settings.api_url + mark, account, keeps_bodies=keeps_bodies)


def sandbox_of(settings: Settings) -> Starlette | None:
    """Return the embedded sandbox where the settings name it; raise UsageError."""
    path = settings.sandbox_path
    if path is None:
        return None
    try:
        from target_triplewhale.sandbox import create_app  # noqa: PLC0415  (an extra)
    except ImportError:
        raise UsageError(
            "TW-EXTRA-MISSING",
            "setting `api_url`: the embedded sandbox needs an extra: "
            "pip install 'target-triplewhale[sandbox]'",
        ) from None
    try:
        return create_app(
            path,
            requests_per_minute=settings.requests_per_minute,
            events_per_minute=settings.events_per_minute,
        )
    except OSError as error:
        reason = cause(error, str(error))
        raise UsageError(setting("api_url"), f"setting `api_url`: {path}: {reason}") from None
