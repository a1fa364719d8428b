"""Every night: `meltano run nightly`, its log passed on, its failure the run's failure."""

import json
import logging
import os
import subprocess
from pathlib import Path

import dagster as dg
from alerts import alerts

PROJECT = Path(__file__).resolve().parent
COMMAND = ("meltano", "--log-format=json", "run", "nightly")


@dg.op
def meltano_run(context: dg.OpExecutionContext) -> None:
    """Run Meltano once: the target itself tries again what is worth another try."""
    report = PROJECT / f"output/reports/{context.run_id}.json"
    report.parent.mkdir(parents=True, exist_ok=True)
    code = run({"TARGET_TRIPLEWHALE_REPORT_PATH": str(report)}, context.log)
    found = alerts(report)
    for line in found:
        context.log.warning(line)
    if code:
        raise dg.Failure("; ".join(found) or f"exit code {code}", allow_retries=False)


def run(settings: dict[str, str], log: logging.Logger) -> int:
    """Pass on what Meltano says, end it where Dagster ends the run, and return its exit code."""
    with subprocess.Popen(
        COMMAND,
        cwd=PROJECT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            for line in process.stdout or ():
                pass_on(line.rstrip(), log)
        except BaseException:
            process.terminate()
            raise
    return process.returncode


def pass_on(line: str, log: logging.Logger) -> None:
    """Log a line of Meltano under the level that it has."""
    try:
        told = json.loads(line)
        level, event = logging.getLevelNamesMapping()[told["level"].upper()], told["event"]
    except (ValueError, KeyError, TypeError):
        log.info(line)
    else:
        log.log(level, "%s: %s", told.get("name", "meltano"), event)


@dg.job(executor_def=dg.in_process_executor, tags={"dagster/max_retries": "0"})
def nightly() -> None:
    """One night."""
    meltano_run()


every_night = dg.ScheduleDefinition(
    job=nightly,
    cron_schedule="17 3 * * *",
    execution_timezone="Europe/Berlin",
    default_status=dg.DefaultScheduleStatus.RUNNING,
)
defs = dg.Definitions(jobs=[nightly], schedules=[every_night])
