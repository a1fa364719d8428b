"""A Meltano project with all of these taps, a mapper, and a loader for each way."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from target_triplewhale.configuration import config_jsonschema

if TYPE_CHECKING:
    from tests.composition.files import Totals

BIN = Path(sys.executable).parent
JSON_KINDS = {"object": "object", "array": "array", "integer": "integer", "boolean": "boolean"}
POSTGRES_STREAMS = ("public-orders", "public-customers", "public-products", "crm-leads")
OPTIONS: dict[str, dict[str, Any]] = {
    "tap-csv": {
        "files": [
            {
                "path": "exports/web.csv",
                "format": "csv",
                "table_name": "web",
                "primary_keys": ["Order No"],
                "delimiter": ";",
                "quote_char": '"',
            },
            {
                "path": "exports/till.xlsx",
                "format": "excel",
                "worksheet": "March",
                "table_name": "till",
                "primary_keys": [],
                "sample_rows": 0,
            },
        ]
    },
    "tap-jsonl": {
        "path": "exports/orders.jsonl",
        "stream_name": "orders",
        "primary_keys": ["order_id"],
        "schema_sample_records": 1_000_000,
        "stream_maps": {"orders": {"__filter__": "not is_test", "is_test": "__NULL__"}},
    },
}
PSEUDONYMS = {
    "public-orders": {
        "__alias__": "sales",
        "__filter__": "status != 'cancelled'",
        "id": "id",
        "placed": "created_at",
        "amount": "total",
        "buyer": "md5(customer['id'])",
        "email": "customer['email']",
        "__else__": None,
    },
    "__else__": "__NULL__",
}
ROUTES: dict[str, dict[str, Any]] = {
    "web": {
        "endpoint": "orders",
        "timezone": "Europe/Berlin",
        "date_format": "day_first",
        "decimal_mark": ",",
        "counts": {"field": "state", "send": "paid", "filter": "pending"},
        "fields": {
            "order_id": "order_no",
            "created_at": "placed",
            "order_revenue": "total",
            "customer.id": "e_mail",
            "customer.email": "e_mail",
        },
    },
    "till": {
        "endpoint": "orders",
        "timezone": "Europe/Berlin",
        "fields": {
            "order_id": "receipt",
            "created_at": "col_1",
            "order_revenue": "amount",
            "customer.id": "loyalty_e_mail",
            "customer.email": "loyalty_e_mail",
        },
    },
    "crm-leads": {
        "endpoint": "events",
        "timezone": "Europe/Berlin",
        "defaults": {"type": "lead"},
        "fields": {"timestamp": "signed_up", "profileIdentifiers.email": "email"},
    },
    "sales": {
        "endpoint": "orders",
        "fields": {
            "order_id": "id",
            "created_at": "placed",
            "order_revenue": "amount",
            "customer.id": "buyer",
            "customer.email": "email",
        },
    },
}
LOADERS: dict[str, dict[str, Any]] = {
    "csv": {"streams": {name: ROUTES[name] for name in ("web", "till")}},
    "jsonl": {},
    "warehouse": {
        "streams": {"crm-leads": ROUTES["crm-leads"]},
        "ledger_url": "sqlite:///output/ledger.db",
    },
    "gzip": {"streams": {"crm-leads": ROUTES["crm-leads"]}},
    # Of the streams that a mapper takes away the SCHEMA still comes.
    "mapped": {"streams": {"sales": ROUTES["sales"]}, "unmapped_streams": "skip"},
}
"""What each has of its own."""


class Project:
    """Its folder, what is typed in it, and what that leaves behind."""

    def __init__(self, folder: Path, database: str = "output/{name}.db") -> None:
        self.folder = folder
        self._database = database

    def write(self, connection: dict[str, Any]) -> None:
        """Write `meltano.yml`."""
        content = {
            "project_id": "composition",
            "send_anonymous_usage_stats": False,
            "default_environment": "dev",
            "environments": [{"name": "dev"}],
            "plugins": {
                "extractors": _extractors(connection),
                "mappers": [_mapper()],
                "loaders": _loaders(),
            },
        }
        (self.folder / "meltano.yml").write_text(yaml.safe_dump(content, sort_keys=False))

    def type(self, commands: str) -> subprocess.CompletedProcess[str]:
        """Run what one would type, with the taps' own programs on the path."""
        plugins = sorted(self.folder.glob(".meltano/*/*/venv/bin"))
        path = os.pathsep.join(map(str, (BIN, *plugins, os.environ["PATH"])))
        return subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", commands],
            cwd=self.folder,
            env={**os.environ, "PATH": path, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def keep(self, name: str, content: Any) -> None:
        """Write a file of JSON."""
        (self.folder / name).write_text(json.dumps(content))

    def catalog(self, *chosen: str) -> dict[str, Any]:
        """Return what tap-postgres has discovered, with nothing but some streams chosen."""
        path = self.folder / ".meltano/run/tap-postgres/tap.properties.json"
        found: dict[str, Any] = json.loads(path.read_text())
        for stream in found["streams"]:
            for entry in stream["metadata"]:
                entry["metadata"]["selected"] = stream["tap_stream_id"] in chosen
        return found

    def succeed(self, commands: str) -> str:
        """Run what must succeed, and return what it said."""
        done = self.type(commands)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def orders(self, name: str) -> Totals:
        """Ask the sandbox's file of a way for its orders."""
        query = (
            "SELECT json_extract(body, '$.order_id'), json_extract(body, '$.created_at'),"
            " json_extract(body, '$.order_revenue') FROM orders_table"
        )
        found = self.ask(name, query)
        return {number: (placed, Decimal(str(total))) for number, placed, total in found}

    def bodies(self, name: str) -> dict[str, dict[str, Any]]:
        """Return the orders of a way, whole."""
        bodies = [json.loads(body) for (body,) in self.ask(name, "SELECT body FROM orders_table")]
        return {body["order_id"]: body for body in bodies}

    def ask(self, name: str, query: str) -> list[tuple[Any, ...]]:
        """Ask the sandbox's file of a way."""
        place = f"file:{self.folder / self._database.format(name=name)}?mode=ro"
        with sqlite3.connect(place, uri=True) as connection:
            return connection.execute(query).fetchall()

    def routes(self, name: str) -> dict[str, dict[str, int]]:
        """Return the counts of each route in the report of a way."""
        report = json.loads((self.folder / f"output/{name}.json").read_text())
        endings = ("delivered", "unchanged", "superseded", "filtered", "rejected")
        for route in report["routes"]:
            assert route["read"] == sum(route[ending] for ending in endings), route
        return {
            route["stream"]: {word: route[word] for word in ("read", *endings) if route[word]}
            for route in report["routes"]
        }

    def states(self) -> dict[str, Any]:
        """Return what Meltano keeps of each block that it has run."""
        with sqlite3.connect(self.folder / ".meltano/meltano.db") as connection:
            found = connection.execute("SELECT state_id, completed_state FROM state").fetchall()
        return {name: json.loads(state)["singer_state"]["bookmarks"] for name, state in found}


def _extractors(connection: dict[str, Any]) -> list[dict[str, Any]]:
    postgres = {**connection, "filter_schemas": ["public", "crm"], "dates_as_string": True}
    # A tap that writes Parquet needs pyarrow beside it.
    pip_url = "meltanolabs-tap-postgres==0.10.0 pyarrow"
    tap_postgres = {
        **_plugin("tap-postgres", pip_url, {**postgres, "batch_config": None}),
        "select": [f"{stream}.*" for stream in POSTGRES_STREAMS],
        "metadata": {
            "public-orders": {
                "replication-method": "INCREMENTAL",
                "replication-key": "updated_at",
            }
        },
    }
    return [
        _plugin("tap-csv", "tap-spreadsheets==1.1.2", OPTIONS["tap-csv"], "tap-spreadsheets"),
        _plugin("tap-jsonl", "tap-jsonl==0.3.1", OPTIONS["tap-jsonl"]),
        tap_postgres,
        _batching("gzip", {"format": "jsonl", "compression": "gzip"}),
    ]


def _plugin(
    name: str, pip_url: str, config: dict[str, Any], executable: str | None = None
) -> dict[str, Any]:
    return {
        "name": name,
        "namespace": name.replace("-", "_"),
        "pip_url": pip_url,
        "executable": executable or name,
        "capabilities": ["catalog", "discover", "state", "batch", "stream-maps"],
        "settings": [_setting(setting, value) for setting, value in config.items()],
        "config": {setting: value for setting, value in config.items() if value is not None},
    }


def _setting(name: str, value: Any) -> dict[str, str]:
    kinds = {dict: "object", list: "array", bool: "boolean", int: "integer", type(None): "object"}
    return {"name": name, "kind": kinds.get(type(value), "string")}


def _batching(name: str, encoding: dict[str, str]) -> dict[str, Any]:
    batches = {"encoding": encoding, "storage": {"root": "file://batches"}, "batch_size": 40}
    return {
        "name": f"tap-postgres--{name}",
        "inherit_from": "tap-postgres",
        "config": {"batch_config": batches},
    }


def _mapper() -> dict[str, Any]:
    return {
        "name": "meltano-map-transformer",
        "namespace": "meltano_map_transformer",
        "pip_url": "meltano-map-transform==0.12.3",
        "executable": "meltano-map-transform",
        "mappings": [{"name": "pseudonyms", "config": {"stream_maps": PSEUDONYMS}}],
    }


def _loaders() -> list[dict[str, Any]]:
    properties = config_jsonschema()["properties"]
    settings = [{"name": name, **_kind(about)} for name, about in properties.items()]
    # The package is not in the registry yet: Meltano takes the executable that is named.
    loader = {
        "name": "target-triplewhale",
        "namespace": "target_triplewhale",
        "executable": str(BIN / "target-triplewhale"),
        "capabilities": ["structured-logging"],
        "settings": settings,
        "config": {"shop": "example.myshopify.com", "currency": "EUR"},
    }
    return [loader, *(_way(name, own) for name, own in LOADERS.items())]


def _kind(about: dict[str, Any]) -> dict[str, str]:
    found = [JSON_KINDS[each] for each in about["type"] if each in JSON_KINDS]
    return {"kind": found[0]} if found else {}


def _way(name: str, own: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": f"target-triplewhale--{name}",
        "inherit_from": "target-triplewhale",
        "config": way_config(name) | own,
    }


def way_config(name: str) -> dict[str, Any]:
    """Return where a way leads."""
    return {
        "api_url": f"sandbox:///output/{name}.db",
        "report_path": f"output/{name}.json",
        "rejects_path": f"output/{name}-rejects",
    }
