-- The sink of the order stacks: a row per order, which counts how often it was written, and one row that says how far the sink is, kept by the
-- writes' own transactions, so that reading it costs the same however many rows there are.
CREATE TABLE order_values (
  order_id text PRIMARY KEY, customer text, value numeric(14, 2), category text, created_at timestamp(3),
  writes int NOT NULL DEFAULT 1, first_written_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TABLE category_windows (
  window_start timestamp(3), window_end timestamp(3), category text, orders bigint, total numeric(20, 2), PRIMARY KEY (window_start, category)
);
-- One row for the first write of each order, in its transaction, and never changed: pg_xact_commit_timestamp(xmin) is the truth about a drill's instants.
CREATE TABLE commits (id text NOT NULL, created_at timestamp(3) NOT NULL);
CREATE TABLE progress (id int PRIMARY KEY, stored bigint NOT NULL, latency_seconds double precision, updated_at timestamptz);
INSERT INTO progress VALUES (1, 0, NULL, NULL);

CREATE FUNCTION count_rewrite() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.writes := OLD.writes + 1;
  NEW.first_written_at := OLD.first_written_at;
  RETURN NEW;
END $$;
CREATE TRIGGER rewritten BEFORE UPDATE ON order_values FOR EACH ROW EXECUTE FUNCTION count_rewrite();

CREATE FUNCTION count_new() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO commits SELECT order_id, created_at FROM added WHERE writes = 1;
  UPDATE progress p SET stored = p.stored + n.rows, updated_at = clock_timestamp(),
    latency_seconds = extract(epoch FROM clock_timestamp() AT TIME ZONE 'UTC' - n.newest)
  FROM (SELECT count(*) AS rows, max(created_at) AS newest FROM added WHERE writes = 1) n WHERE n.rows > 0;
  RETURN NULL;
END $$;
CREATE TRIGGER stored AFTER INSERT ON order_values REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION count_new();

-- How far a processor has read that keeps its place here, in the transaction of its rows (Spark commits no group).
CREATE TABLE positions (partition int PRIMARY KEY, next_offset bigint NOT NULL);
