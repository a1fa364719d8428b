"""Phone numbers in E.164 where the country is known, and as they came where it is not."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers


@lru_cache(maxsize=4096)
def spelled_phone(text: str, region: str | None) -> str:
    """Return E.164 for a number with `+` or with a region to read it in, else the text itself."""
    if region is None and not text.startswith("+"):
        return text
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
