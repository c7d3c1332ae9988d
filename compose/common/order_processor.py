"""The order processor on Spark Structured Streaming: Kafka topic "orders" -> value and category -> PostgreSQL.

Each micro-batch is one statement: the rows as an upsert by order id, and the position in the topic. It is atomic and may come twice, so that
with the checkpoint directory every order is there once, whatever is killed. PLAIN_INSERTS=1 leaves the upsert out, and a batch stays uncommitted
for four seconds more: at least once, doubled rows and all.
FAIL_QUIETLY=1: the query gives up when the broker was away for a minute, and its program ends as if all were well, as people's do.
STALL_SECONDS=60 ends a query that has made no progress for so long, for whoever supervises the driver to start it again: a driver that its master has forgotten
stays up without executors for ever.
"""
import os
import sys
import time

from pyspark.errors import StreamingQueryException
from pyspark.sql import SparkSession, functions as F

ROWS = """
with batch as (select * from jsonb_to_recordset(?::jsonb) as x(
  order_id text, customer text, value numeric, category text, created_at timestamptz, partition int, "offset" bigint)),
moved as (insert into positions select partition, max("offset") + 1 from batch group by partition
  on conflict (partition) do update set next_offset = greatest(positions.next_offset, excluded.next_offset))
insert into order_values (order_id, customer, value, category, created_at)
select distinct on (order_id) order_id, customer, value, category, created_at at time zone 'UTC' from batch order by order_id
"""
UPSERT = """
on conflict (order_id) do update set customer = excluded.customer, value = excluded.value, category = excluded.category, created_at = excluded.created_at
"""
PLAIN_INSERTS = bool(os.environ.get("PLAIN_INSERTS"))
FAIL_QUIETLY = bool(os.environ.get("FAIL_QUIETLY"))
STATEMENT = ROWS if PLAIN_INSERTS else ROWS + UPSERT
DATABASE = os.environ["DATABASE"]

spark = SparkSession.builder.appName("order-processor").getOrCreate()
spark.sparkContext.setLogLevel("WARN")


def write(batch, _):
    rows = [row[0] for row in batch.select(F.to_json(F.struct("*"))).collect()]
    if not rows:
        return
    connection = spark._jvm.java.sql.DriverManager.getConnection(DATABASE)
    try:
        statement = connection.prepareStatement(STATEMENT)
        statement.setString(1, "[" + ",".join(rows) + "]")
        statement.executeUpdate()
    finally:
        connection.close()
    if PLAIN_INSERTS:
        time.sleep(4)  # whoever kills the driver finds a batch that is written and not yet in the checkpoint


message = F.from_json(F.col("value").cast("string"), "id string, customer string, quantity int, price decimal(12,2), created_at string")
value = (F.col("o.quantity") * F.col("o.price")).cast("decimal(14,2)")
orders = (
    spark.readStream.format("kafka")
    .option("kafka.bootstrap.servers", os.environ["BOOTSTRAP"])
    .option("subscribe", "orders")
    .option("startingOffsets", "earliest")
    .option("kafka.default.api.timeout.ms", "60000" if FAIL_QUIETLY else "300000")  # 60000 is what Kafka's client does unless told otherwise
    .load()
    .select("partition", "offset", message.alias("o"))
    .select(
        F.col("o.id").alias("order_id"), "o.customer", value.alias("value"),
        F.when(value > 1000, "high").when(value >= 100, "medium").otherwise("low").alias("category"),
        "o.created_at", "partition", "offset",
    )
)
query = (
    orders.writeStream.queryName("orders").foreachBatch(write)
    .option("checkpointLocation", "/checkpoints/orders")
    .trigger(processingTime="1 second").start()
)


def ended():
    try:
        return query.awaitTermination(2)
    except StreamingQueryException as error:
        if not FAIL_QUIETLY:
            raise
        print(f"order-processor: {error}", file=sys.stderr)
        return True


patience = float(os.environ.get("STALL_SECONDS", "inf"))
progress, moved = None, time.monotonic()
while not ended():
    last = query.lastProgress  # an idle query tells of itself every ten seconds
    if (last and last["timestamp"]) != progress:
        progress, moved = last["timestamp"], time.monotonic()
    if progress and time.monotonic() - moved > patience:  # the first batch waits for executors, however long
        print(f"order-processor: no progress for {patience:.0f} s", file=sys.stderr)
        os._exit(3)  # stopping the session would wait for the batch that does not end
