"""Codes of the input, and of the STATE that goes out for it."""

from __future__ import annotations

from target_triplewhale.codes.code import Code, Group

_TAP = "Run the tap alone into a file (`tap-x > output.singer`), and look at that line of it."

INPUT = Group(
    "Input and STATE",
    (
        Code(
            "TW-INPUT-NONE",
            "There is no input to read.",
            "The file of `--input` cannot be opened, or standard input is closed or a terminal.",
            "Pipe a tap into the command (`tap-x | target-triplewhale --config config.json`), or "
            "name a file that can be read: `--input FILE`.",
        ),
        Code(
            "TW-INPUT-EMPTY",
            "The input holds no SCHEMA and no RECORD.",
            "The tap has selected no stream, or has found nothing new since its last STATE.",
            "Select a stream in the tap, and run it from the beginning (in Meltano "
            "`--full-refresh`).",
        ),
        Code(
            "TW-INPUT-NOT-JSON",
            "A line of the input, or of a BATCH file, is no JSON object.",
            "The tap prints something else to its standard output, such as a log line, or was cut "
            "off in the middle of a line.",
            f"{_TAP} Send the tap's log to standard error. What came before the line is delivered.",
        ),
        Code(
            "TW-INPUT-TYPE",
            "A message of the input has a type that Singer does not know.",
            "The line is JSON, but no SCHEMA, RECORD, STATE, BATCH or ACTIVATE_VERSION; mostly it "
            "is a log line, or no tap is on the other side.",
            _TAP,
        ),
        Code(
            "TW-INPUT-STREAM",
            "A message of the input names no stream.",
            "The tap leaves out `stream`, or writes something else than text.",
            f"{_TAP} It is a fault of the tap: report it there.",
        ),
        Code(
            "TW-INPUT-SCHEMA",
            "A SCHEMA message holds no usable JSON Schema.",
            "It lacks `properties`, or is not what JSON Schema allows.",
            f"{_TAP} It is a fault of the tap; in Meltano `schema:` of the tap can overrule it.",
        ),
        Code(
            "TW-INPUT-BEFORE-SCHEMA",
            "A RECORD or BATCH came before the SCHEMA of its stream.",
            "The tap names the stream differently in both, or a part of its output is missing.",
            f"{_TAP} Give the whole file, from its first line.",
        ),
        Code(
            "TW-INPUT-TORN",
            "The last line of a rejects file is cut off, and was passed over.",
            "The run that wrote it was killed, or its disk was full.",
            "Nothing: its STATE did not pass that record, so the tap brings it again.",
        ),
        Code(
            "TW-INPUT-NOT-REJECTED",
            "`rejects retry` was given a RECORD that carries no reject.",
            "The file is a tap's output, not a rejects file.",
            "Give a file of the folder `rejects_path`; a tap's output goes to "
            "`target-triplewhale --input FILE`.",
        ),
        Code(
            "TW-INPUT-ROUTE",
            "A rejected record is for a route that the settings do not have.",
            "`streams` or `preset` has changed since it was rejected.",
            "Run with the settings that it was rejected under, or restore the route that the "
            "sentence names.",
        ),
        Code(
            "TW-INPUT-IS-REJECTS",
            "The input is the rejects file that this run would write.",
            "A link or a pipe leads back into the folder `rejects_path`; the run would feed "
            "itself.",
            "Set another `rejects_path` for this run.",
        ),
        Code(
            "TW-BATCH-FORMAT",
            "BATCH files have a format or a compression that is not read.",
            "Only JSON Lines, plain or gzip, and Parquet are read.",
            "In the tap's `batch_config` set `encoding` to format `jsonl` (compression `gzip` or "
            "`none`) or `parquet`.",
        ),
        Code(
            "TW-BATCH-MANIFEST",
            "A BATCH message does not name its files.",
            "Its `manifest` is no list of paths.",
            "It is a fault of the tap: report it there, or take `batch_config` out of its "
            "settings, so that it sends records.",
        ),
        Code(
            "TW-BATCH-NOT-LOCAL",
            "BATCH files lie in a cloud's storage.",
            "Only files of this machine are read.",
            "In the tap's `batch_config` set `storage.root` to a local folder (`file:///...`).",
        ),
        Code(
            "TW-BATCH-FILE",
            "A BATCH file cannot be read.",
            "It is gone, damaged, cut short, or of another format than its BATCH says.",
            "Let tap and target run on the same machine with the same folder, and run the tap "
            "again; what came before is delivered.",
        ),
        Code(
            "TW-STATE-UNREAD",
            "Nobody reads the STATE any more.",
            "The program that reads standard output has ended, such as `| head`.",
            "Look into that program's log, and run again; it goes on from the last STATE.",
        ),
        Code(
            "TW-STATE-UNWRITABLE",
            "The STATE cannot be written to standard output.",
            "Standard output is closed, or leads into a file on a full disk.",
            "Make room, or let standard output lead somewhere, and run again.",
        ),
    ),
)
