using System.Globalization;
using DurableDrill.Adapters.Sources;

namespace DurableDrill.Adapters.Cassandra;

/// <summary>
/// The rows of a table whose partition key is a bucket of time: the number of whole <c>every</c> (default 1m) since 1970. The first reading counts every
/// bucket; after that only the newest are counted, those in which rows may still appear, so that a reading costs the same however large the table grows.
/// Options: <c>table</c>, <c>bucket</c> (the column), <c>every</c>, <c>late</c>: how much later than its bucket a row may come (default 5m; longer than any outage).
/// </summary>
internal sealed class BucketCount(string table, string bucket, TimeSpan every, TimeSpan late, TimeProvider time)
{
    private const int PageSize = 5000;

    private readonly SortedDictionary<long, double> counts = [];
    private DateTimeOffset? counted;

    public static BucketCount Of(SourceOptions options, string table, TimeProvider time) => new(
        CqlName.Of(options, "table", table),
        CqlName.Of(options, "bucket", options.Required("bucket", "the column of the partition key that holds the bucket's number")),
        options.Duration("every") ?? TimeSpan.FromMinutes(1),
        options.Duration("late") ?? TimeSpan.FromMinutes(5),
        time);

    /// <summary>All rows there are.</summary>
    /// <exception cref="CqlException">The node refuses, or is gone.</exception>
    public async Task<double> ReadAsync(CqlConnection connection, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var where = Where(now);
        // Kept until all pages are there: half an answer would make the counter go back.
        var fresh = new List<(long Bucket, double Rows)>();
        await foreach (var page in connection.ReadAsync($"select {bucket}, count(*) from {table}{where} group by {bucket}", PageSize, quorum: false, cancellation))
        {
            fresh.AddRange(page.Rows.Select(row => (NumberOf(row[0]), (double)NumberOf(row[1]))));
        }

        foreach (var (number, rows) in fresh)
        {
            counts[number] = rows;
        }

        counted = now;
        return counts.Values.Sum();
    }

    private string Where(DateTimeOffset now)
    {
        // After a long silence rows may have come anywhere.
        if (counted is not { } last || now - last > late)
        {
            return "";
        }

        var (first, count) = (BucketOf(last - late), BucketOf(now) + 2 - BucketOf(last - late));
        return $" where {bucket} in ({string.Join(", ", Enumerable.Range(0, (int)count).Select(offset => first + offset))})";
    }

    private long NumberOf(string? text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
        ? number
        : throw new CqlException($"table {table}: {bucket} is {text ?? "null"}, which is no whole number");

    private long BucketOf(DateTimeOffset at) => (at - DateTimeOffset.UnixEpoch).Ticks / every.Ticks;
}
