"""A body that is shown tells of no person, whatever field a person's data has come into."""

from __future__ import annotations

import json

from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.rehearsal.bodies import without_persons


def test_own_properties_of_an_event_are_hidden_but_for_small_numbers() -> None:
    """Nobody knows what they hold; a large number may be a phone's."""
    event = {
        "type": "custom",
        "event_name": "deal_won",
        "timestamp": 1772600767,
        "profileIdentifiers": {"email": "a@example.com", "externalId": "a@example.com"},
        "company": "Canary",
        "lead_value": 1200.5,
        "is_new": True,
        "mobile": 491701234567,
    }
    assert without_persons(ENDPOINTS["events"], event) == {
        "type": "custom",
        "event_name": "deal_won",
        "timestamp": 1772600767,
        "profileIdentifiers": {"email": "***@***", "externalId": "***@***"},
        "company": "***",
        "lead_value": 1200.5,
        "is_new": True,
        "mobile": "***",
    }


def test_every_field_of_a_customer_that_is_a_persons_is_hidden() -> None:
    """All text is, but for ids, times and codes; where somebody lives as well, but the country."""
    names = ENDPOINTS["customers"].model.model_fields
    shown = without_persons(ENDPOINTS["customers"], dict.fromkeys(names, "Canary Vogel"))
    assert {name for name, value in shown.items() if value != "***"} == {
        "shop",
        "customer_id",
        "platform",
        "platform_account_id",
        "country",
        "country_code",
        "state_code",
        "locale",
        "email_marketing_consent_status",
        "email_marketing_consent_opt_in_level",
        "sms_marketing_consent_opt_in_level",
        "product_subscriber_status",
        "created_at",
        "email_marketing_consent_updated_at",
        "last_order_id",
        "sms_marketing_consent_updated_at",
        "status",
        "updated_at",
    } & names.keys()
    place = {"latitude": 52.5, "longitude": 13.4, "number_of_orders": 3}
    assert without_persons(ENDPOINTS["customers"], place) == {
        "latitude": "***",
        "longitude": "***",
        "number_of_orders": 3,
    }


def test_a_name_is_shown_only_of_a_thing() -> None:
    """An order's own name may be its buyer's."""
    order = {"name": "Canary", "line_items": [{"id": "1", "name": "Shirt", "price": 5}]}
    shown = json.dumps(without_persons(ENDPOINTS["orders"], order))
    assert "Shirt" in shown
    assert "Canary" not in shown


def test_what_tells_of_no_person_is_shown() -> None:
    """A body without it says too little to be judged by."""
    order = {"payment_gateway_names": ["paypal"], "shipping_address": {"country": "Austria"}}
    assert without_persons(ENDPOINTS["orders"], order) == order
    event = {"type": "lead", "campaign": "Spring", "adset": "Broad", "ad": "Video"}
    assert without_persons(ENDPOINTS["events"], event) == event
