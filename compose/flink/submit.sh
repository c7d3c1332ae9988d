#!/usr/bin/env bash
# Without high availability a JobManager that is killed forgets its jobs. This watches it and submits the job when it runs none: the first time
# from the beginning of the topic, later from the newest checkpoint, and says which.
set -u
while :; do
  if jobs=$(wget -qO- -T 3 http://jobmanager:8081/jobs/overview) &&
    ! grep -qE '"state":"(RUNNING|RESTARTING|CREATED|INITIALIZING|FAILING|RECONCILING)"' <<< "$jobs"; then
    # shellcheck disable=SC2012 # The names are Flink's own.
    newest=$(ls -td /checkpoints/*/chk-*/_metadata 2> /dev/null | head -n 1)
    {
      if [[ -n $newest ]]; then echo "SET 'execution.state-recovery.path' = 'file://${newest%/_metadata}';"; fi
      cat /job/order_processor.sql
    } > /tmp/job.sql
    echo "submitting the job from ${newest:-the beginning}"
    /opt/flink/bin/sql-client.sh -f /tmp/job.sql | grep -E 'Job ID|ERROR|Exception' || true
  fi
  sleep 1
done
