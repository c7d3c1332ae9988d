-- One row per order with its value and category, and the sums of 5 s windows. Both sinks are upserts by key, so that what is
-- written again after a failure replaces itself.
SET 'pipeline.name' = 'order-processor';
SET 'table.local-time-zone' = 'UTC';
SET 'table.exec.source.idle-timeout' = '5 s';

CREATE TEMPORARY TABLE orders (
  id STRING, customer STRING, product STRING, quantity INT, price DECIMAL(12, 2), created_at TIMESTAMP_LTZ(3),
  WATERMARK FOR created_at AS created_at - INTERVAL '2' SECOND
) WITH (
  'connector' = 'kafka', 'topic' = 'orders', 'properties.bootstrap.servers' = 'kafka:9092', 'properties.group.id' = 'order-processor',
  'scan.startup.mode' = 'earliest-offset', 'format' = 'json', 'json.timestamp-format.standard' = 'ISO-8601'
);
CREATE TEMPORARY TABLE order_values (
  order_id STRING, customer STRING, `value` DECIMAL(14, 2), category STRING, created_at TIMESTAMP(3), PRIMARY KEY (order_id) NOT ENFORCED
) WITH (
  'connector' = 'jdbc', 'url' = 'jdbc:postgresql://postgres:5432/orders', 'table-name' = 'order_values', 'username' = 'postgres', 'password' = '',
  'sink.buffer-flush.interval' = '500ms'
);
CREATE TEMPORARY TABLE category_windows (
  window_start TIMESTAMP(3), window_end TIMESTAMP(3), category STRING, orders BIGINT, total DECIMAL(20, 2), PRIMARY KEY (window_start, category) NOT ENFORCED
) WITH (
  'connector' = 'jdbc', 'url' = 'jdbc:postgresql://postgres:5432/orders', 'table-name' = 'category_windows', 'username' = 'postgres', 'password' = '',
  'sink.buffer-flush.interval' = '500ms'
);
CREATE TEMPORARY VIEW valued AS
SELECT id, customer, created_at, CAST(quantity * price AS DECIMAL(14, 2)) AS `value`,
  CASE WHEN quantity * price > 1000 THEN 'high' WHEN quantity * price >= 100 THEN 'medium' ELSE 'low' END AS category
FROM orders;

EXECUTE STATEMENT SET BEGIN
INSERT INTO order_values SELECT id, customer, `value`, category, CAST(created_at AS TIMESTAMP(3)) FROM valued;
INSERT INTO category_windows
SELECT window_start, window_end, category, COUNT(*), SUM(`value`)
FROM TABLE(TUMBLE(TABLE valued, DESCRIPTOR(created_at), INTERVAL '5' SECONDS)) GROUP BY window_start, window_end, category;
END;
