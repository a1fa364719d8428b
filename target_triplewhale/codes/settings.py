"""Codes of settings and configuration files."""

from __future__ import annotations

from target_triplewhale.codes.code import Code, Group

SETTING = Code(
    "TW-SETTING-<NAME>",
    "The setting `<name>` is missing, or has a value that it cannot have.",
    "The sentence says which form was expected; the value itself is never shown. The setting "
    "stands in the file that `--config` names, or in the variable `TARGET_TRIPLEWHALE_<NAME>`, "
    "which wins under `--config=ENV`.",
    "Look up `<name>` in the README's table of settings, write it in the form that the sentence "
    "names, and run again; nothing was read or sent.",
)
"""The family of all settings; `<NAME>` is one of them."""

SETTINGS = Group(
    "Settings and configuration",
    (
        Code(
            "TW-CONFIG-UNREADABLE",
            "A file that `--config` names cannot be opened.",
            "It is not there, or the user of this run may not read it.",
            "Check the path, from the folder that the command runs in, and the rights to the file.",
        ),
        Code(
            "TW-CONFIG-NOT-JSON",
            "A file that `--config` names holds no JSON object of settings.",
            "It is YAML, cut short, or has a comma too much; JSON knows no comments.",
            'Write it as one JSON object, such as `{"shop": "example.com"}`. In Meltano leave the '
            "file out, and put the settings under `config:` in meltano.yml.",
        ),
        Code(
            "TW-SETTING-UNKNOWN",
            "A configuration file holds a setting that does not exist.",
            "Its name is misspelled, or it belongs to another version of target-triplewhale.",
            "Take the name that the sentence offers, or one of `target-triplewhale --about`.",
        ),
        Code(
            "TW-SETTING-UNUSED",
            "A setting of the Meltano SDK is set that does nothing here.",
            "`load_method`, `add_record_metadata`, `validate_records` and `batch_config` are for "
            "targets that load into databases.",
            "Leave it out; nothing else changes.",
        ),
        Code(
            "TW-SETTING-API_KEY",
            "The setting `api_key` is missing, or cannot be a key.",
            "It is needed wherever something is sent over a network. A key is one word; one with "
            "blanks or line breaks was copied with something else.",
            "Make a key in Triple Whale under Settings > API Keys, with one write scope for each "
            "endpoint used, and set it as `TARGET_TRIPLEWHALE_API_KEY`. To try without a key, set "
            "`api_url: sandbox:///output/sandbox.db` or `dry_run: true`.",
        ),
        Code(
            "TW-SETTING-SHOP",
            "The setting `shop` is missing, or is no text.",
            "Every request names the shop that it writes to.",
            "Copy the value under Settings > Store in Triple Whale, letter for letter; it is "
            "mostly a domain, for some shops a number or a name.",
        ),
        Code(
            "TW-SETTING-LEDGER_URL",
            "The setting `ledger_url` names nothing that can hold a ledger.",
            "It is no address of a database, names SQLite in memory, or a file that cannot be "
            "made.",
            "Write `sqlite:///PATH.db`, in a folder that this run may write to, or "
            "`postgresql+psycopg://USER@HOST/NAME`; docs/ledger.md shows both.",
        ),
        Code(
            "TW-SETTING-PRESET_OPTIONS",
            "The options of a preset lack one that it needs, or have one that it does not know.",
            "A preset asks for what a source cannot say itself, such as its time zone or what its "
            "pipeline stages mean.",
            "Open the preset's page in docs/presets/, and set each option that it lists under "
            "`preset_options`. Where there is no such stream to send: `streams: {NAME: skip}`.",
        ),
        Code(
            "TW-PRESET-INVALID",
            "The YAML file of a preset of your own is no preset.",
            "A key is misspelled, or something has another form than presets have.",
            "Mend what the sentences name; the packaged presets in target_triplewhale/presets/ are "
            "examples.",
        ),
        Code(
            "TW-EXTRA-MISSING",
            "A setting or command needs Python packages that are not installed.",
            "The ledger, Parquet files and the sandbox are extras, which are installed by name.",
            "Run the `pip install` line of the sentence, in the environment of the target. In "
            "Meltano add the extra to `pip_url`, as in `target-triplewhale[ledger]`, and run "
            "`meltano install`.",
        ),
    ),
)
