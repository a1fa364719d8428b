"""The floor: each line read by msgspec, each record written by it again, and nothing else."""

from __future__ import annotations

import sys

import msgspec


def main() -> None:
    """Read standard input and print how many records there were."""
    decode = msgspec.json.Decoder().decode
    encode = msgspec.json.Encoder().encode
    records = 0
    for line in sys.stdin.buffer:
        message = decode(line)
        if message["type"] == "RECORD":
            encode(message["record"])
            records += 1
    sys.stdout.write(f"{records}\n")


if __name__ == "__main__":
    main()
