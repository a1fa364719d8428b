"""A warehouse on PostgreSQL, and what it holds, asked of the warehouse itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import psycopg

from tests.composition.files import UTC

if TYPE_CHECKING:
    from datetime import datetime

    from tests.composition.files import Totals

TABLES = """
CREATE SCHEMA crm;
CREATE TYPE payment AS ENUM ('paid', 'pending', 'cancelled');
CREATE TABLE orders (
    id numeric(38, 0) PRIMARY KEY,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    total numeric(12, 2),
    tax numeric,
    currency char(5),
    status payment,
    tags text[],
    customer jsonb,
    line_items jsonb,
    load_id uuid DEFAULT gen_random_uuid(),
    note text
);
INSERT INTO orders
SELECT 9007199254740992 + n,
    '2026-03-01 08:00:00.123456+05:30'::timestamptz + n * interval '67 minutes',
    '2026-03-20 00:00Z'::timestamptz + n * interval '1 minute',
    (n * 1.01 + 9.99)::numeric(12, 2), n * 0.125, 'EUR',
    (array['paid', 'pending', 'cancelled'])[1 + n % 3]::payment, array['vip', 'no. ' || n],
    jsonb_build_object('id', 'C-' || n % 20, 'email', 'buyer' || n % 20 || '@example.com'),
    jsonb_build_array(jsonb_build_object('id', n || '-1', 'product_id', 'P-1', 'variant_id', 'V-1',
        'quantity', 2, 'price', n * 0.25)),
    gen_random_uuid(), CASE WHEN n % 4 > 0 THEN 'note ' || n END
FROM generate_series(1, 90) AS n;
CREATE TABLE customers (id bigint PRIMARY KEY, email text, first_name text, created_at timestamptz);
INSERT INTO customers
SELECT n, 'buyer' || n || '@example.com', 'Ann', '2026-02-01 00:00Z'::timestamptz
FROM generate_series(1, 20) AS n;
CREATE TABLE products (product_id bigint PRIMARY KEY, title text);
CREATE TABLE tills (receipt text, sold_at timestamp, total money);
INSERT INTO tills
SELECT 'R-' || n, '2026-04-01 12:00'::timestamp + n * interval '1 hour', 1999.5
FROM generate_series(1, 9) AS n;
CREATE TABLE crm.leads (id bigint PRIMARY KEY, email text, signed_up date);
INSERT INTO crm.leads
SELECT n, 'lead' || n || '@example.com', '2026-03-01'::date + n::int
FROM generate_series(1, 15) AS n;
"""
CHANGES = """
UPDATE orders SET total = 777.77, updated_at = '2026-03-21 00:00Z' WHERE id = 9007199254740995;
UPDATE orders SET status = 'cancelled', updated_at = '2026-03-21 00:01Z'
WHERE id = 9007199254740998;
INSERT INTO orders (id, created_at, updated_at, total, currency, status, customer)
VALUES (77, '2026-03-20 12:00Z', '2026-03-21 00:02Z', 12.34, 'EUR', 'paid',
    '{"id": "C-1", "email": "buyer1@example.com"}');
"""
"""The changes of a day: none goes without a later `updated_at`."""


class Warehouse:
    """A database of its own on the tests' server."""

    def __init__(self, url: str, name: str) -> None:
        """Make the database; `url` is another one's, as SQLAlchemy has it."""
        self.place = urlsplit(url.replace("+psycopg", ""))
        with self._connected(self.place.path) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}"'.encode())
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        self.name = name

    @property
    def connection(self) -> dict[str, Any]:
        """What a tap is told."""
        return {
            "host": self.place.hostname,
            "port": self.place.port,
            "user": self.place.username,
            "password": "none is asked for",
            "database": self.name,
        }

    def run(self, statements: str) -> None:
        """Change something."""
        with self._connected(self.name) as connection:
            connection.execute(statements.encode())

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Ask for something."""
        with self._connected(self.name) as connection:
            return connection.execute(query.encode()).fetchall()

    def totals(self, condition: str = "true") -> Totals:
        """Add up orders."""
        found = self.ask(f"SELECT id, created_at, total FROM orders WHERE {condition}")  # noqa: S608
        return {str(number): (_spelled(placed), total) for number, placed, total in found}

    def _connected(self, name: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=self.place.hostname,
            port=self.place.port,
            user=self.place.username,
            dbname=name.strip("/"),
            autocommit=True,
        )


def _spelled(placed: datetime) -> str:
    return f"{placed.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{placed.microsecond // 1000:03}Z"
