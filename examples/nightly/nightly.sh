#!/usr/bin/env bash
# One night of a job, for cron. It prints what wants a person, which cron mails, and ends as
# Meltano does.
set -uo pipefail
cd "$(dirname "$0")"
umask 077 # what it writes may tell of customers

days_of_logs=90
days_of_rejects=30 # they hold personal data; the ledger keeps what still waits

job=${1:-nightly}
night=$(date -u +%Y%m%dT%H%M%SZ)
log=output/logs/$night-$job.log
report=output/reports/$night-$job.json
mkdir -p output/logs output/reports

exec 9>"output/$job.lock"
if ! flock --nonblock 9; then
    echo "ALERT: $job of the night before has not ended"
    exit 75
fi

TARGET_TRIPLEWHALE_REPORT_PATH=$report meltano run "$job" >"$log" 2>&1
code=$?

alerts=$(python3 alerts.py "$report")
if [ "$code" -ne 0 ] || [ -n "$alerts" ]; then
    echo "ALERT: $job, exit code $code, night $night"
    echo "${alerts:-the target has ended well; the log says what has not}"
    [ -e "$report" ] || grep -o 'target-triplewhale .*\[TW-.*\]$' "$log"
    echo "log: $log"
fi

find output/logs output/reports -type f -mtime "+$days_of_logs" -delete
find output -path '*/rejects*.jsonl' -mtime "+$days_of_rejects" -delete
exit "$code"
