#!/bin/sh
# With PLAIN_INSERTS=1 the sink has no key: what is written twice is there twice, as in a pipeline that appends.
[ -z "${PLAIN_INSERTS:-}" ] || psql -U postgres -d orders -c 'ALTER TABLE order_values DROP CONSTRAINT order_values_pkey'
