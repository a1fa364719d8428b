"""The logo is a small picture, and still the one that is drawn."""

from __future__ import annotations

import base64
import struct
from typing import TYPE_CHECKING

from tests.hub.files import LOGO

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser import Browser

DIFFERENCE = """
const pixels = async (url) => {
  const image = new Image(400, 400);
  image.src = url;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 400;
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0, 400, 400);
  return context.getImageData(0, 0, 400, 400).data;
};
return Promise.all([...arguments].map(pixels)).then(([drawn, kept]) =>
  drawn.reduce((sum, value, n) => sum + Math.abs(value - kept[n]), 0) / drawn.length);
"""
"""Of 255 steps a channel, how many two pictures differ by on average."""


def test_it_is_what_the_hub_wants() -> None:
    """Square, with a clear background, and no more than 100 KB."""
    picture = LOGO.read_bytes()
    width, height, _, colors = struct.unpack(">IIBB", picture[16:26])
    assert (width, height, colors) == (400, 400, 6)
    assert len(picture) < 100_000


def test_it_is_the_one_that_is_drawn(browser: Browser) -> None:
    """A picture without its source can only be replaced."""
    browser.open("about:blank")
    urls = (_url(LOGO.with_suffix(".svg"), "svg+xml"), _url(LOGO, "png"))
    assert browser.run(DIFFERENCE, *urls) < 1


def _url(path: Path, kind: str) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(path.read_bytes()).decode()}"
