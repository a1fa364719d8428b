"""Codes of streams, routes, and what the mapping says of a stream as a whole."""

from __future__ import annotations

from target_triplewhale.codes.code import Code, Group

STREAMS = Group(
    "Streams and mapping",
    (
        Code(
            "TW-STREAM-UNMAPPED",
            "A stream has no endpoint to go to.",
            "Its name is none of those that endpoints go by, and neither `streams` nor `preset` "
            "names it.",
            "Name its endpoint (`streams: {NAME: {endpoint: orders}}`), leave it out (`streams: "
            "{NAME: skip}`), or leave out all such (`unmapped_streams: skip`). `tap-x | "
            "target-triplewhale suggest` writes a first mapping.",
        ),
        Code(
            "TW-STREAM-MISNAMED",
            "An entry of `streams` does nothing.",
            "The tap calls its stream nearly the same, but not letter for letter.",
            "Write the entry under the name that the sentence gives.",
        ),
        Code(
            "TW-STREAM-COLUMNS",
            "Two columns of a stream could be meant by one name.",
            "They differ only in case, blanks or punctuation, or both are usual names of a field.",
            "Rename one of them, or leave one out, in the tap or with `stream_maps`; or name the "
            "right one under `fields` of the route.",
        ),
        Code(
            "TW-STREAM-MAPS",
            "The setting `stream_maps` cannot be applied to a stream.",
            "An expression names a column that the stream's SCHEMA does not have, or uses what the "
            "SDK's stream maps do not know.",
            "Mend the stream's entry in `stream_maps`; the Meltano SDK's page on stream maps shows "
            "what expressions may use.",
        ),
        Code(
            "TW-ROUTE-INVALID",
            "An entry of `streams`, or a route of a preset, cannot be used.",
            "A key, an endpoint or a field is misspelled, or an expression is no JMESPath.",
            "Mend what the sentence names; docs/mapping.md describes each key, and each sentence "
            "begins with the place.",
        ),
        Code(
            "TW-SOURCE-NATIVE",
            "These orders come from a platform that Triple Whale reads itself.",
            "The same sale from both sides counts twice. Orders are known by their `platform`, "
            "their ids, or the preset.",
            "Connect the store in Triple Whale instead; or send only what it lacks to "
            "`orders_enrichment`; or set `native_sources: allow`, if that store is not connected "
            "there.",
        ),
        Code(
            "TW-ORDERS-UNDECLARED",
            "Nothing declares which records of a stream are orders, so all were sent.",
            "The route has neither `counts` nor `where`, and the records have columns such as "
            "`status` that often tell of unpaid, cancelled or test orders.",
            "Add `counts` to the route: `counts: {field: status, send: [paid], filter: [draft], "
            "void: [cancelled]}` (docs/mapping.md). Where all are orders, name all of their "
            "statuses under `send`.",
        ),
        Code(
            "TW-ORDERS-SUPERSEDED",
            "Many orders were replaced by a later one with the same identity in the same run.",
            "The source has one row a line item, so each row replaces the one before.",
            "Group the rows into orders: `group_rows: {by: order_id, into: line_items}` on the "
            "route (docs/mapping.md), and send all of it again.",
        ),
    ),
)
