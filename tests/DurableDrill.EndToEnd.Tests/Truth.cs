using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Npgsql;

namespace DurableDrill.EndToEnd.Tests;

/// <summary>What became of every order, read by the tests' own eyes from the producer's ledger and the table: nothing of the product helps.</summary>
internal sealed record Truth(IReadOnlySet<string> Attempted, IReadOnlySet<string> Acknowledged, IReadOnlyDictionary<string, int> Writes)
{
    public IEnumerable<string> Lost => Acknowledged.Where(id => !Writes.ContainsKey(id));

    public IEnumerable<string> Duplicated => Writes.Where(row => row.Value > 1).Select(row => row.Key);

    public static async Task<Truth> OfAsync(Drill drill, string target)
    {
        var (attempted, acknowledged) = ReadLedger(Path.Combine(drill.Home, "targets", target, "p1.ledger"));
        return new(attempted, acknowledged, await ReadTableAsync(drill, target));
    }

    /// <summary>The ids in the topic, as often as they are there: by Kafka's own consumer.</summary>
    public static async Task<IReadOnlyList<string>> ReadTopicAsync(Drill drill, string target)
    {
        var port = drill.StateOf(target).GetProperty("ports").GetProperty("kafka").GetInt32();
        var consumer = Path.Combine(Environment.GetEnvironmentVariable("KAFKA_HOME")!, "bin", "kafka-console-consumer.sh");
        var start = new ProcessStartInfo(consumer, ["--bootstrap-server", $"127.0.0.1:{port}", "--topic", "orders", "--from-beginning", "--timeout-ms", "8000"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        // It ends with an error, for that is how its time without a message is up.
        _ = process.StandardError.ReadToEndAsync();
        var messages = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return [.. messages.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(message => JsonDocument.Parse(message).RootElement.GetProperty("id").GetString()!)];
    }

    public static async Task<NpgsqlConnection> ConnectAsync(Drill drill, string target)
    {
        var port = drill.StateOf(target).GetProperty("ports").GetProperty("postgres").GetInt32();
        var password = (await File.ReadAllTextAsync(Path.Combine(drill.Home, "targets", target, "postgres.password"))).Trim();
        var connection = new NpgsqlConnection($"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Password={password};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>The ids of an integrity class in a report, its file included.</summary>
    public static IReadOnlySet<string> IdsOf(JsonElement report, Drill drill, string idClass)
    {
        if (!report.GetProperty("integrity").GetProperty("classes").TryGetProperty(idClass, out var ids))
        {
            return new HashSet<string>();
        }

        var intervals = ids.TryGetProperty("file", out var file)
            ? File.ReadLines(Path.Combine(drill.Home, "drills", report.GetProperty("drill_id").GetString()!, file.GetString()!)).Select(line => line.Split('\t'))
            : ids.GetProperty("intervals").EnumerateArray().Select(each => (string[])[each.GetProperty("first").GetString()!, each.GetProperty("last").GetString()!]);
        return intervals.SelectMany(ends => Between(ends[0], ends[^1])).ToHashSet();
    }

    private static async Task<IReadOnlyDictionary<string, int>> ReadTableAsync(Drill drill, string target)
    {
        await using var connection = await ConnectAsync(drill, target);
        await using var command = new NpgsqlCommand("select id, writes from orders", connection);
        await using var rows = await command.ExecuteReaderAsync();
        var writes = new Dictionary<string, int>();
        while (await rows.ReadAsync())
        {
            writes.Add(rows.GetString(0), Convert.ToInt32(rows.GetValue(1), CultureInfo.InvariantCulture));
        }

        return writes;
    }

    private static (IReadOnlySet<string> Attempted, IReadOnlySet<string> Acknowledged) ReadLedger(string path)
    {
        var attempted = new HashSet<string>();
        var acknowledged = new HashSet<string>();
        foreach (var fields in (File.Exists(path) ? File.ReadLines(path) : []).Select(line => line.Split(' ')))
        {
            if (fields[0] == "A")
            {
                var first = long.Parse(fields[1], CultureInfo.InvariantCulture);
                attempted.UnionWith(Enumerable.Range(0, fields.Length - 3).Select(index => Id(first + index)));
            }
            else if (fields[0] == "K")
            {
                foreach (var ends in fields[1].Split(',').Select(range => range.Split('-')))
                {
                    acknowledged.UnionWith(Between(Id(long.Parse(ends[0], CultureInfo.InvariantCulture)), Id(long.Parse(ends[^1], CultureInfo.InvariantCulture))));
                }
            }
        }

        return (attempted, acknowledged);
    }

    private static IEnumerable<string> Between(string first, string last)
    {
        var digits = first.LastIndexOf('-') + 1;
        for (var number = long.Parse(first[digits..], CultureInfo.InvariantCulture); number <= long.Parse(last[digits..], CultureInfo.InvariantCulture); number++)
        {
            yield return first[..digits] + number.ToString($"D{first.Length - digits}", CultureInfo.InvariantCulture);
        }
    }

    private static string Id(long number) => $"p1-{number:D12}";
}
