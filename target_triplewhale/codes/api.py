"""Codes of what the API, or the way to it, does to a whole run."""

from __future__ import annotations

from target_triplewhale.codes.code import Code, Group

_AGAIN = "Nothing is rejected for that: run again, and it goes on from the last STATE."

API = Group(
    "The API and the way to it",
    (
        Code(
            "TW-API-KEY-REFUSED",
            "The API does not know the key (401).",
            "It is mistyped, revoked, no API key, or lacks the scope that the sentence names.",
            "Make a key with that scope under Settings > API Keys in Triple Whale, and set "
            "`api_key`.",
        ),
        Code(
            "TW-API-SHOP-REFUSED",
            "The API refuses this key to write to this shop (403).",
            "One of four: the key lacks the scope that the sentence names; its owner cannot see "
            "the shop; `shop` is not what Triple Whale calls it; or the Custom Sales Platform is "
            "not connected.",
            "Compare `shop` with Settings > Store, letter for letter; look at the key's scopes and "
            "owner under Settings > API Keys; and at Integrations > Data In, whether the Custom "
            "Sales Platform is connected.",
        ),
        Code(
            "TW-API-URL-WRONG",
            "The API knows no such address (404).",
            "`api_url` is misspelled, or ends too early or too late.",
            "Leave `api_url` out, or end it in `/api/v2`.",
        ),
        Code(
            "TW-API-STATUS",
            "The API answered with a status that it does not document.",
            "Something between answers in its place: a proxy, a login page, a redirect.",
            "Check `api_url`, and HTTPS_PROXY in the environment; ask who runs the proxy.",
        ),
        Code(
            "TW-API-TLS",
            "The server's certificate cannot be trusted.",
            "A proxy opens TLS, this machine's clock is wrong, or `api_url` names another server.",
            "Set the clock; check `api_url`; where a proxy opens TLS, let SSL_CERT_FILE name its "
            "certificate.",
        ),
        Code(
            "TW-API-PROXY",
            "The environment names a proxy or a certificate that cannot be used.",
            "HTTPS_PROXY, HTTP_PROXY or ALL_PROXY is no address, or SSL_CERT_FILE or SSL_CERT_DIR "
            "names no certificates.",
            "Correct or unset these variables where the target runs.",
        ),
        Code(
            "TW-API-OUT-OF-TRIES",
            "A request was given up after all of its tries.",
            "The network is down, or the API answers too slowly, or with 429 or 5xx, for minutes.",
            f"{_AGAIN} Where it happens often, raise `max_retries` or `request_timeout`, or lower "
            "`requests_per_minute`: another program may use the same key.",
        ),
        Code(
            "TW-API-FAILS-ALWAYS",
            "The API answers everything for a shop with 500.",
            "Often it does not know the shop.",
            "Compare `shop` with Settings > Store, letter for letter. If it is right, wait and run "
            "again, or ask Triple Whale's support.",
        ),
        Code(
            "TW-API-FAILS-OFTEN",
            "The API answers so many requests with 500 that the records behind it were not found.",
            "Many records have something that it cannot take, or it has an outage.",
            f"{_AGAIN} If it comes again, ask Triple Whale's support, with the times in the log.",
        ),
    ),
)
