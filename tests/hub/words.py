"""The Hub's page in words (Markdown); a test types the commands of `next_steps`."""

from __future__ import annotations

DEFINITION = (
    "is a [loader](https://docs.meltano.com/concepts/plugins#loaders) that delivers the streams of "
    "any extractor to the Triple Whale Data-In API: orders, products, customers, subscriptions, "
    "ads, post-purchase surveys, events, and the enrichment of orders and products."
)
PREREQ = """\
In Triple Whale:

1. Look whether your platform is read natively. If it is, connect it there: the same sale from both
   sides counts twice.
2. Connect a Custom Sales Platform under Integrations > Data In. Without it every request is
   answered 403.
3. Note the shop's exact value under Settings > Store.
4. Make an API key under Settings > API Keys, with one write scope for each endpoint that you use.

To try it you need none of these: the sandbox, an imitation of the API in one SQLite file, comes
with it.
"""
NEXT_STEPS = """\
Send to the sandbox first. Nothing leaves your machine (`tap-csv` stands for your extractor):

```sh
meltano config set target-triplewhale shop example.myshopify.com
meltano config set target-triplewhale api_url sandbox:///output/sandbox.db
meltano run tap-csv target-triplewhale
meltano invoke target-triplewhale:sandbox --db output/sandbox.db --summary
```

Streams named `orders`, `customers`, `products` and the like find their endpoint by their name. Any
other stream is mapped by a `preset` or in `streams`: [mapping]({docs}mapping/).

Then send to your shop, a look and ten records first. The second command waits for the key: paste
it, and press Enter and Ctrl-D.

```sh
meltano config unset target-triplewhale api_url
meltano config set target-triplewhale api_key --from-file -
meltano invoke target-triplewhale:check
TARGET_TRIPLEWHALE_RECORD_LIMIT=10 meltano run tap-csv target-triplewhale
```

[Before a run]({docs}before-a-run/) says how to look without sending, and what can be taken back.
"""
PREAMBLE = """\
`shop` is always needed, and `api_key` unless `api_url` names the embedded sandbox or `dry_run` is
on. Records that bring no currency need `currency`, times without a zone need `timezone`.

`platform` and `platform_account_id` are part of what a record is known by. Choose them before the
first real run: changed later, everything counts twice.

`dry_run` and `record_limit` are meant for one run. Set them by environment
(`TARGET_TRIPLEWHALE_DRY_RUN=true`), so that they do not stay.
"""
USAGE = """\
### What becomes of a record

Each record ends as delivered, unchanged, superseded, filtered or rejected, and the log says how
many of each. Rejected records lie in the folder `rejects_path` with all their reasons:
`meltano invoke target-triplewhale:rejects summary FILE` ranks these, and once their cause is mended
`meltano invoke target-triplewhale:rejects retry FILE` sends the records again.

Each warning and error ends with a code; [messages, and what to do]({docs}errors/) tells of each its
cause and its remedy.

### Every night

With [a ledger]({docs}ledger/) (`ledger_url`) a run sends only what is new or has changed.

### Parquet

BATCH messages whose files are Parquet need one more extra:
`pip_url: target-triplewhale[sandbox,ledger,parquet]`.
"""


def texts(docs: str) -> dict[str, str]:
    """Return each text by its key in the definition, with links into the documentation."""
    found = {
        "definition": DEFINITION,
        "next_steps": NEXT_STEPS,
        "prereq": PREREQ,
        "settings_preamble": PREAMBLE,
        "usage": USAGE,
    }
    return {key: text.replace("{docs}", docs) for key, text in found.items()}
