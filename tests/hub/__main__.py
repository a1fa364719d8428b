"""Writes the generated files of docs/hub/."""

from tests.hub.files import HUB, files

if __name__ == "__main__":
    for name, text in files().items():
        (HUB / name).write_text(text, encoding="utf-8")
