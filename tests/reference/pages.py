"""The pages that have generated parts."""

from tests.reference import commands, endpoints, presets, settings
from tests.reference.page import Page

PAGES = (
    Page("settings.md", {"settings": settings.sections}),
    Page("endpoints.md", {"endpoints": endpoints.overview, "details": endpoints.sections}),
    Page("start.md", {"scopes": endpoints.scopes}),
    Page("cli.md", {"commands": commands.sections}),
    Page("presets.md", {"presets": presets.overview, "details": presets.sections}),
)
