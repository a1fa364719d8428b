"""Whether what answers under `api_url` is the API."""

from __future__ import annotations

from http import HTTPStatus

from target_triplewhale.commands.check.finding import Finding, cannot_tell, ok, to_do
from target_triplewhale.delivery.client import Answer, NoAnswer

NAME = "connection"
REDIRECTIONS = range(300, 400)
_WHY = {
    "timeout": "the API does not answer within `request_timeout`: check `api_url`, and any proxy "
    "on the way (HTTPS_PROXY)",
    "connection": "there is no connection to the API: check `api_url`, the network, and any proxy "
    "on the way (HTTPS_PROXY)",
    "tls": "the server's TLS certificate cannot be trusted: check `api_url`, the clock of this "
    "machine, and whether a proxy opens TLS (SSL_CERT_FILE names its certificate)",
}


def connection(answer: Answer | NoAnswer) -> Finding:
    """Tell whether what answers is the API."""
    if isinstance(answer, NoAnswer):
        code = "TW-API-TLS" if answer.why == "tls" else "TW-CHECK-NO-ANSWER"
        return to_do(code, NAME, _WHY[answer.why])
    if answer.status == HTTPStatus.PROXY_AUTHENTICATION_REQUIRED:
        wish = "a proxy on the way wants a user and a password (HTTPS_PROXY)"
        return to_do("TW-API-STATUS", NAME, wish)
    if answer.status == HTTPStatus.NOT_FOUND:
        wrong = "the API has no key check there (404): check `api_url`; it ends in /api/v2"
        return to_do("TW-API-URL-WRONG", NAME, wrong)
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return cannot_tell(NAME, f"the API, or what is before it, fails ({answer.status})")
    if not answer.is_json or answer.status in REDIRECTIONS:
        other = f"something else than the API answers (status {answer.status})"
        return to_do("TW-API-STATUS", NAME, f"{other}: check `api_url`, and any proxy on the way")
    return ok(NAME, "the API answers")
