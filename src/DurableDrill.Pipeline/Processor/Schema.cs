using Npgsql;

namespace DurableDrill.Pipeline.Processor;

/// <summary>The tables that processors write. Created once, also when several processors start at the same moment.</summary>
internal static class Schema
{
    /// <summary>The advisory lock under which the schema is created; any number that nobody else uses.</summary>
    private const long SchemaLock = 0x4452494c4c;

    private const string Tables = """
        create table if not exists orders (
            id          text primary key,
            producer    text not null,
            seq         bigint not null,
            customer    text not null,
            product     text not null,
            quantity    int not null,
            price       numeric(12, 2) not null,
            value       numeric(14, 2) not null,
            category    text not null,
            created_at  timestamptz not null,
            content     bigint not null,
            writes      int not null,
            written_at  timestamptz not null default clock_timestamp());
        comment on column orders.content is 'FNV-1a 64 of id|customer|product|quantity|price, the same bits as in the producer''s ledger';
        comment on column orders.writes is 'how often the order was written: an upsert would hide it';

        create table if not exists commits (
            id          text not null,
            written_at  timestamptz not null default clock_timestamp(),
            instance    text not null,
            batch       bigint not null);
        comment on table commits is 'one row for each write of an order, in its transaction, never changed: with track_commit_timestamp, pg_xact_commit_timestamp(xmin) is the truth';

        create table if not exists progress (
            instance         text primary key,
            stored           bigint not null,
            writes           bigint not null,
            last_latency_ms  double precision not null,
            updated_at       timestamptz not null) with (fillfactor = 50);
        comment on table progress is 'counters for probes, kept in the transaction of the rows: one row for each instance, so that they do not wait for each other';

        create table if not exists offsets (
            group_id     text not null,
            topic        text not null,
            partition    int not null,
            next_offset  bigint not null,
            epoch        bigint not null,
            owner        text not null,
            updated_at   timestamptz not null default clock_timestamp(),
            primary key (group_id, topic, partition)) with (fillfactor = 50);

        create or replace function advance_offsets(grp text, top text, parts int[], expected bigint[], next bigint[], epochs bigint[]) returns void
        language plpgsql as $$
        declare moved int;
        begin
            update offsets o set next_offset = v.next, updated_at = clock_timestamp()
            from unnest(parts, expected, next, epochs) as v(part, expected, next, epoch)
            where o.group_id = grp and o.topic = top and o.partition = v.part and o.epoch = v.epoch and o.next_offset = v.expected;
            get diagnostics moved = row_count;
            if moved <> cardinality(parts) then
                raise exception 'fenced: % of % partitions are no longer ours', cardinality(parts) - moved, cardinality(parts) using errcode = 'DD001';
            end if;
        end $$;
        """;

    /// <summary>Creates what is missing. Does nothing, and takes no lock, when all is there.</summary>
    public static void Ensure(NpgsqlConnection connection)
    {
        using var look = new NpgsqlCommand("select to_regproc('advance_offsets') is not null", connection);
        if (look.ExecuteScalar() is true)
        {
            return;
        }

        using var transaction = connection.BeginTransaction();
        using var create = new NpgsqlCommand($"select pg_advisory_xact_lock({SchemaLock}); {Tables}", connection, transaction);
        create.ExecuteNonQuery();
        transaction.Commit();
    }
}
