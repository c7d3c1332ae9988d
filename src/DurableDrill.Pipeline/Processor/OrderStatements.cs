using DurableDrill.Pipeline.Orders;
using Npgsql;

namespace DurableDrill.Pipeline.Processor;

/// <summary>The statements of a write. Arrays, so that one prepared statement serves every batch size.</summary>
internal static class OrderStatements
{
    /// <summary>Moves the offsets on, or fails when the partitions are no longer ours.</summary>
    public static NpgsqlBatchCommand Advance(ProcessorOptions options, IReadOnlyList<Advance> advances) => Command(
        "select advance_offsets($1, $2, $3, $4, $5, $6)",
        options.Group,
        options.Topic.Name,
        advances.Select(a => a.Partition).ToArray(),
        advances.Select(a => a.Expected).ToArray(),
        advances.Select(a => a.Next).ToArray(),
        advances.Select(a => a.Epoch).ToArray());

    /// <summary>
    /// Writes the rows and counts them. A row that was there gets one write more; xmax is 0 in a row that was not.
    /// Latency is from creation to this statement, the mean of the batch.
    /// </summary>
    public static NpgsqlBatchCommand Upsert(string instance, IReadOnlyCollection<(Order Order, int Writes)> orders) => Command(
        """
        with written as (
            insert into orders as o (id, producer, seq, customer, product, quantity, price, value, category, created_at, content, writes)
            select * from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
            on conflict (id) do update set
                customer = excluded.customer, product = excluded.product, quantity = excluded.quantity, price = excluded.price, value = excluded.value,
                category = excluded.category, created_at = excluded.created_at, content = excluded.content,
                writes = o.writes + excluded.writes, written_at = clock_timestamp()
            returning xmax = 0 as fresh, extract(epoch from clock_timestamp() - created_at) * 1000 as latency_ms)
        insert into progress as p (instance, stored, writes, last_latency_ms, updated_at)
        select $1, count(*) filter (where fresh), $14, avg(latency_ms), clock_timestamp() from written
        on conflict (instance) do update set
            stored = p.stored + excluded.stored, writes = p.writes + excluded.writes,
            last_latency_ms = excluded.last_latency_ms, updated_at = excluded.updated_at
        """,
        instance,
        Column(orders, o => o.Id),
        Column(orders, o => o.Producer),
        Column(orders, o => o.Sequence),
        Column(orders, o => o.Customer),
        Column(orders, o => o.Product),
        Column(orders, o => o.Quantity),
        Column(orders, o => o.Price),
        Column(orders, o => o.Value),
        Column(orders, o => o.Category),
        Column(orders, o => o.CreatedAt.ToUniversalTime()),
        Column(orders, o => unchecked((long)o.Content)),
        orders.Select(o => o.Writes).ToArray(),
        (long)orders.Sum(o => o.Writes));

    /// <summary>Appends to the table of commits.</summary>
    public static NpgsqlBatchCommand Commits(string instance, long batch, IReadOnlyCollection<(Order Order, int Writes)> orders) => Command(
        "insert into commits (id, instance, batch) select id, $1, $2 from unnest($3) as id",
        instance,
        batch,
        orders.SelectMany(o => Enumerable.Repeat(o.Order.Id, o.Writes)).ToArray());

    private static T[] Column<T>(IReadOnlyCollection<(Order Order, int Writes)> orders, Func<Order, T> value) => [.. orders.Select(o => value(o.Order))];

    private static NpgsqlBatchCommand Command(string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values)
        {
            command.Parameters.Add(new() { Value = value });
        }

        return command;
    }
}
