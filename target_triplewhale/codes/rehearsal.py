"""Codes of what is said before a run: what a dry run finds, and what small runs say."""

from __future__ import annotations

from target_triplewhale.codes.code import Code, Group

_LOOK = "Look at the examples in the source, mend the mapping, and run dry again."

REHEARSAL = Group(
    "Rehearsals and small runs",
    (
        Code(
            "TW-REHEARSAL-TOTAL-FAR",
            "Orders have a total far from line items + shipping + tax - discounts.",
            "`order_revenue` or `price` takes the wrong column; `price` is that of one piece, not "
            "of the line; or line items are missing.",
            f"{_LOOK} Orders that were edited, or paid with gift cards, may be right all the same.",
        ),
        Code(
            "TW-REHEARSAL-MINOR-UNITS",
            "Orders have a total about 100 times their line items.",
            "The source gives totals in cents.",
            "Name the field under `minor_units` of the route.",
        ),
        Code(
            "TW-REHEARSAL-MINOR-ITEMS",
            "Orders have line items about 100 times their total.",
            "The source gives prices in cents.",
            "Name the field under `minor_units` of the route, such as `line_items.price`.",
        ),
        Code(
            "TW-REHEARSAL-WHOLE-AMOUNTS",
            "All amounts of a currency are whole, most are 500 and more, and they end as cents do.",
            "The source may give amounts in cents: 1999 for 19.99.",
            "Compare one with the source. If it is in cents, name the field under `minor_units` of "
            "the route; a shop with high and whole prices may be right.",
        ),
        Code(
            "TW-REHEARSAL-DATE-EARLY",
            "Records are from before 2005.",
            "A time was empty and became 1970, or was read in the wrong unit.",
            _LOOK,
        ),
        Code(
            "TW-REHEARSAL-DATE-FUTURE",
            "Records are in the future.",
            "The zone (`timezone`) or the order of day and month (`date_format`) is wrong, or the "
            "time is a planned one.",
            f"{_LOOK} `created_at` is a part of what an order is known by: a later correction "
            "would count it twice.",
        ),
        Code(
            "TW-REHEARSAL-DOUBLED",
            "Records come more than once under one identity; the last one stands.",
            "The tap reads some twice, or each row is a line item of an order.",
            "Group rows of line items with `group_rows`; several versions of a record do no harm.",
        ),
        Code(
            "TW-REHEARSAL-ID-TWICE",
            "One id comes under several identities, and each of them counts.",
            "`created_at`, the platform or the account is not the same in all its records, as "
            "where a time of change was taken for `created_at`.",
            _LOOK,
        ),
        Code(
            "TW-REHEARSAL-EMAIL-SHARED",
            "An e-mail address belongs to many profiles.",
            "It is a placeholder or a shop's own address, filled in where a person's was missing.",
            "Leave it out (`value_maps`, or `where`), or what all of them did becomes one "
            "person's.",
        ),
        Code(
            "TW-REHEARSAL-PHONE-SHARED",
            "A phone number belongs to many profiles.",
            "It is a placeholder or a shop's own number, filled in where a person's was missing.",
            "Leave it out (`value_maps`, or `where`), or what all of them did becomes one "
            "person's.",
        ),
        Code(
            "TW-RUN-TAKEBACK",
            "What of a run under `record_limit` can be taken back, said before its first request.",
            "`record_limit` is set.",
            "Stop the run where that is too much; else nothing.",
        ),
        Code(
            "TW-RUN-LIMITED",
            "Only the first records of each stream were sent, and no STATE was emitted.",
            "`record_limit` is set.",
            "To send all, unset `TARGET_TRIPLEWHALE_RECORD_LIMIT`, or take `record_limit` out of "
            "the configuration.",
        ),
        Code(
            "TW-RUN-TEST-ACCOUNT",
            "The accounts that a test sends to; their records count in the live totals.",
            "`test_account` is set.",
            "When the test is over, delete them in Triple Whale under Integrations > Data In > "
            "Manage, and take `test_account` out of the configuration.",
        ),
        Code(
            "TW-STREAM-UNDELETABLE",
            "A stream goes to an endpoint whose records can never be deleted, in a test.",
            "`test_account` is set, and events and enrichment belong to no account.",
            "Leave the stream out (`streams: {NAME: skip}`), or give it an entry with its other "
            "endpoints only. To try a few for good, set `record_limit` instead.",
        ),
    ),
)
