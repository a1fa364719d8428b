"""Codes of what `check` finds before a run."""

from __future__ import annotations

from target_triplewhale.codes.code import Code, Group

CHECK = Group(
    "Checking before a run",
    (
        Code(
            "TW-CHECK-NO-ANSWER",
            "`check` got no answer from the API.",
            "`api_url` names another place, the network is down, or a proxy is needed.",
            "Check `api_url`, the network, and HTTPS_PROXY in the environment.",
        ),
        Code(
            "TW-CHECK-SCOPES",
            "The key lacks a scope that a route needs.",
            "It was made for other endpoints, before the route was added.",
            "Make a key with one scope for each endpoint under Settings > API Keys in Triple "
            "Whale, and set `api_key`.",
        ),
        Code(
            "TW-CHECK-CLOCK",
            "This machine's clock is more than a minute off.",
            "It is not set over the network.",
            "Set it by NTP. `updated_at` of records that bring none is taken from it.",
        ),
        Code(
            "TW-CHECK-TIMEZONE",
            "The shop's zone and `timezone` are hours apart.",
            "The source writes its times in another zone than the shop's, or `timezone` is wrong.",
            "Look at a time in the source without a zone, and at the same order in its own "
            "interface. If the source writes the shop's time, set `timezone` to the shop's zone.",
        ),
        Code(
            "TW-CHECK-ORDERS-THERE",
            "The shop has orders of another platform in the period that is to be sent.",
            "Triple Whale reads that platform itself, or they were sent before under another "
            "`platform`.",
            "If they are the same sales, leave them out, or send only what they lack to "
            "`orders_enrichment`. If they are other sales, nothing is wrong.",
        ),
        Code(
            "TW-CHECK-IDS-THERE",
            "Orders that are to be sent are in the shop under another identity.",
            "They were sent before with another `platform`, `platform_account_id` or `created_at`, "
            "such as in another time zone, or with another spelling of the id (`#1001`, `1001`).",
            "Send them with the identity that they have there; or delete the account in Triple "
            "Whale (Integrations > Data In > Manage) before they are sent anew.",
        ),
        Code(
            "TW-CHECK-IDS-TWICE",
            "Orders that are to be sent are in the shop more than once, alike in all that is told "
            "of them.",
            "Two senders have sent them, under two custom platforms, which are told by one name, "
            "or with `created_at` in two spellings, such as another offset or no milliseconds.",
            "Void those of one sender, and let each order be sent by one of them only: "
            "docs/another-sender.md says how.",
        ),
    ),
)
