"""Codes of rejects: of single records, whose names are made, and of what rejects do to a run."""

from __future__ import annotations

from target_triplewhale.codes.code import Code, Group

_RETRY = "then `target-triplewhale rejects retry FILE --config config.json` sends what was rejected"

REJECT = Code(
    "TW-<ENDPOINT>-<FIELD>-<PROBLEM>",
    "A record was rejected on its way to an endpoint, for a problem of one of its fields.",
    "The field is the first that is wrong, with `_` for dots and without positions in lists: "
    "`line_items.0.price` is `LINE_ITEMS_PRICE`; `RECORD` is the record as a whole. All that is "
    "wrong with it stands beside it in the rejects file.",
    "`target-triplewhale rejects show FILE 1` prints the record with all reasons. Mend the source "
    f"or the mapping, {_RETRY}.",
)
"""The family of all rejects."""

ENDPOINTS = {
    "ORDERS": "order",
    "PRODUCTS": "product",
    "CUSTOMERS": "customer",
    "SUBSCRIPTIONS": "subscription",
    "ADS": "ad",
    "PPS": "survey answer",
    "EVENTS": "event",
    "ORDERS_ENRICHMENT": "order enrichment",
    "PRODUCTS_ENRICHMENT": "product enrichment",
}
"""What a record of each endpoint is called."""

PROBLEMS = (
    Code(
        "MISSING",
        "has no value",
        "The source leaves it empty, or the mapping does not find it.",
        "Name the column that holds it under `fields` of the route, or a value for all records "
        "under `defaults`; see docs/mapping.md for the fields that an endpoint needs.",
    ),
    Code(
        "UNREADABLE",
        "has a value that cannot be read as what the field is",
        "It is text where a number is wanted, no date, no JSON, and so on; the reason says what "
        "was found and what was expected.",
        "Mend it in the source, take another column under `fields`, or bring it into form with "
        "`stream_maps`.",
    ),
    Code(
        "AMBIGUOUS",
        "has a value that can be read in two ways, or could be taken from two columns",
        "A date such as 03/04/2025, an amount such as 1,234, the hour in which clocks go back, or "
        "two columns of nearly one name.",
        "Set `date_format` or `decimal_mark` on the route; give such an hour with its offset; "
        "where the reason names two columns, rename one of them.",
    ),
    Code(
        "NO_ZONE",
        "is a time without a zone",
        "The source writes times without an offset, and a guess would move revenue to other days.",
        "Set `timezone` to the zone that the source writes times in, such as `Europe/Berlin`; on "
        "one route with its key `timezone`.",
    ),
    Code(
        "NEGATIVE",
        "is below zero, where the API takes zero or more",
        "The source writes refunds or discounts as negative numbers.",
        "Send refunds as `refunds` of the order; where only the sign is turned round, take it off "
        "under `fields`: `abs(to_number(discount))`.",
    ),
    Code(
        "UNKNOWN_VALUE",
        "has a value that is none of those allowed",
        "The API, or a table of the mapping, lists all values that there are.",
        "Add the value to `value_maps` of the route, or to `counts`; the reason lists the allowed "
        "ones.",
    ),
    Code(
        "UNMAPPED_VALUE",
        "has a value that `value_maps` of the route does not name",
        "The source has a value that it did not have when the mapping was written.",
        "Name the value under `value_maps`, with what it is called here; `*` takes all others, and "
        "null leaves the field out.",
    ),
    Code(
        "UNKNOWN_FIELD",
        "is no field of this endpoint",
        "The record is nested as the API wants it, but has a field more.",
        "Leave it out in the mapping (`fields`), or with `stream_maps`; custom events take further "
        "fields as `properties`.",
    ),
    Code(
        "RULE",
        "breaks a rule between fields",
        "Each value alone is right, but not together; the reason says which rule.",
        "Bring all fields that the reason names, under `fields` of the route or in the source.",
    ),
    Code(
        "OTHER_SHOP",
        "names a shop that this run does not write to",
        "The record has a `shop` of its own that is neither `shop` nor one of `shops`.",
        "Add it to `shops`, if the key may write to it; else leave such records out with `where`.",
    ),
    Code(
        "OTHER_CURRENCY",
        "names another currency than the one that the record would be booked in",
        "An amount such as `€ 10` stands in a record whose `currency`, or the setting's, is "
        "another.",
        "Name the column with the record's own currency as `currency` under `fields`; set "
        "`currency` on the route, where all of this source is in one other than the setting's.",
    ),
    Code(
        "UNMAPPABLE",
        "could not be mapped at all",
        "Something in it is of a kind that nobody foresaw.",
        "Look at the record in the rejects file; report it, if it looks like others.",
    ),
    Code(
        "STREAM_MAP",
        "makes an expression of `stream_maps` fail",
        "The expression meets a value that it does not allow for, such as an empty one.",
        "Let the expression allow for it, as in `float(total) if total else None`.",
    ),
    Code(
        "SCATTERED",
        "is a row of a group that has ended before",
        "The rows of one order do not come one after another; a part would overwrite the whole.",
        "Sort the source by the column of `group_rows.by`, and send all of it again.",
    ),
    Code(
        "TOO_LONG",
        "belongs to a group with too many rows",
        "`group_rows.by` names a column that many orders have in common.",
        "Name the column with the order's id as `group_rows.by`.",
    ),
    Code(
        "IDENTITY_CHANGED",
        "is another than when the record was accepted, so both would count",
        "It is a part of what Triple Whale knows the record by, and the ledger remembers it.",
        "Restore the former value in the source or the settings. If it is meant, delete the former "
        "records in Triple Whale, and set `identity_changes: allow` for one run.",
    ),
    Code(
        "NO_BODY",
        "cannot be voided, since its body is not known",
        "A void sends the body once more, and `ledger_bodies: fingerprint` keeps none.",
        "Send the order whole, with `void: true`; for later runs set `ledger_bodies: full`.",
    ),
    Code(
        "REFUSED",
        "was refused by the API",
        "The API's own words stand in the reason.",
        f"Mend what they name in the source or the mapping, {_RETRY}.",
    ),
    Code(
        "UNKNOWN",
        "names an order that the API does not know yet",
        "A survey answer was sent before its order, or less than about 20 minutes after it.",
        "Wait 20 minutes, then `target-triplewhale rejects retry FILE`. If it comes again, the "
        "order was never sent, or has another id.",
    ),
    Code(
        "TOO_LARGE",
        "is larger than the API takes",
        "It holds very long texts or lists.",
        "Leave out or shorten what is long, in the mapping or with `stream_maps`.",
    ),
    Code(
        "SERVER_FAULT",
        "makes the API fail (500), while others pass",
        "Something in it is more than the API can take, though its documentation allows it.",
        "Compare it with one that passed; ask Triple Whale's support, with the id and the time in "
        "the rejects file. `rejects retry` tries once more.",
    ),
)
"""What can be wrong with a field; the meaning is what follows its name."""

FIELDS = {
    "CURRENCY-MISSING": "Set `currency` to the code of all records that bring none, such as `USD`; "
    "or name the column that holds it under `fields`.",
    "TIMESTAMP-MISSING": "Name the column with the time under `fields` of the route; "
    "`defaults: {timestamp: now}` takes the time of the run.",
    "COUNTS-UNKNOWN_VALUE": "Add the status to `counts` of the route, with `send`, `void` or "
    "`filter`.",
    "WHERE-UNREADABLE": "Write `where` so that it gives true or false for each record, as in "
    "`where: \"status == 'paid'\"`; columns that may be empty need a comparison.",
    "EVENT_KEY-MISSING": "Let `event_key` of the route name columns that each record fills: an "
    "event's id is made of them.",
    "GROUP_ROWS-MISSING": "Let `group_rows.by` name a column that each row fills, or leave rows "
    "without it out with `__filter__` of `stream_maps`.",
}
"""Remedies of single fields, where there is a better one than the problem's."""

REJECTS = Group(
    "Rejects and the run",
    (
        Code(
            "TW-REJECTS-KEPT",
            "Records were rejected; they lie in the file that the sentence names.",
            "Each has its reasons beside it; the first of each code stand earlier in the log.",
            "`target-triplewhale rejects summary FILE` ranks the reasons. Mend the first, "
            f"{_RETRY}.",
        ),
        Code(
            "TW-REJECTS-AGAIN",
            "Records of earlier runs were sent again, and rejected again.",
            "What is wrong with them is still so.",
            "`target-triplewhale ledger pending` shows them with their reasons; mend the mapping, "
            "or set `retry_rejects: false`.",
        ),
        Code(
            "TW-REJECTS-TOO-MANY",
            "More records of a stream were rejected than `max_rejects` allows.",
            "Mostly one reason stands behind nearly all of them.",
            "`target-triplewhale rejects summary FILE` ranks the reasons. Mend the first; or raise "
            "`max_rejects`, if so many are to be expected.",
        ),
        Code(
            "TW-REJECTS-ALL",
            "Every record of a stream was rejected.",
            "The stream goes to the wrong endpoint, or its mapping misses a field that all need.",
            "`target-triplewhale rejects summary FILE` shows why. `target-triplewhale suggest` "
            "writes a mapping from the tap's output.",
        ),
        Code(
            "TW-REJECTS-ALL-ALIKE",
            "So many records in a row were rejected with one and the same code that the run "
            "halted.",
            "That is a mistake in the mapping or a changed API rather than bad data.",
            "Look up the code that the sentence names, and mend its cause. `max_rejects: 100%` "
            "goes on all the same.",
        ),
        Code(
            "TW-REJECTS-UNWRITABLE",
            "The rejects file cannot take another line.",
            "The disk is full, or its folder was removed or may not be written.",
            "Make room, or set another `rejects_path`, and run again; STATE has not passed what "
            "could not be kept.",
        ),
        Code(
            "TW-REJECTS-UNREADABLE",
            "A file given to `rejects` is no rejects file, or cannot be read.",
            "It is not there, or was written by something else.",
            "Name a file of the folder `rejects_path`; the last line of the run's log names it.",
        ),
    ),
)
