#!/usr/bin/env bash
# Without high availability a JobManager that is killed forgets its jobs. This watches it and submits the job when it runs none: the first time
# from the beginning of the topic, later from the newest checkpoint, and says which. PLAIN_INSERTS=1 makes it a job that appends, at least once.
set -u
job=/job/order_processor.sql
if [[ -n ${PLAIN_INSERTS:-} ]]; then
  { echo "SET 'execution.checkpointing.mode' = 'AT_LEAST_ONCE';"; sed 's/, PRIMARY KEY (order_id) NOT ENFORCED//' "$job"; } > /tmp/appending.sql
  job=/tmp/appending.sql
fi
while :; do
  if jobs=$(wget -qO- -T 3 http://jobmanager:8081/jobs/overview) &&
    ! grep -qE '"state":"(RUNNING|RESTARTING|CREATED|INITIALIZING|FAILING|RECONCILING)"' <<< "$jobs"; then
    # shellcheck disable=SC2012 # The names are Flink's own.
    newest=$(ls -td /checkpoints/*/chk-*/_metadata 2> /dev/null | head -n 1)
    {
      if [[ -n $newest ]]; then echo "SET 'execution.state-recovery.path' = 'file://${newest%/_metadata}';"; fi
      cat "$job"
    } > /tmp/job.sql
    echo "submitting the job from ${newest:-the beginning}"
    /opt/flink/bin/sql-client.sh -f /tmp/job.sql | grep -E 'Job ID|ERROR|Exception' || true
  fi
  sleep 1
done
