using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using DurableDrill.Adapters.Files;
using DurableDrill.Recovery;
using DurableDrill.Reports;
using DurableDrill.Signals;
using DurableDrill.Targets;
using Npgsql;

namespace DurableDrill.Benchmarks.RecoveryInstants;

/// <summary>A pipeline that ships, brought up in a home folder of its own through the program itself; taken down at the end.</summary>
internal sealed partial class Pipeline : IAsyncDisposable
{
    private static readonly string Program = Path.GetFullPath(Path.Combine(
        AppContext.BaseDirectory,
        "../../../../../src/DurableDrill.Local",
        Path.GetRelativePath(Path.Combine(AppContext.BaseDirectory, "../../.."), AppContext.BaseDirectory),
        "drill"));

    private static readonly string[] OfTheFlow = [CanonicalSignals.Produced, CanonicalSignals.Stored, SignalNames.InFlight];

    private readonly string home = Directory.CreateTempSubdirectory("drill-instants-").FullName;
    private readonly string target;
    private readonly string rate;

    // What a compose stack stores into; null: the target is no stack.
    private readonly SourceSpec? stack;

    private Pipeline(string target, string rate) => (this.target, this.rate, stack) = (target, rate, StackOf(target));

    public static async Task<Pipeline> UpAsync(string target, string rate)
    {
        var pipeline = new Pipeline(target, rate);
        try
        {
            await pipeline.DrillAsync(pipeline.stack is null ? ["up", target, "--set", $"rate={rate}"] : ["up", target]);
            return pipeline;
        }
        catch
        {
            await pipeline.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Runs a drill; returns what it reports, what its readings say of the signals that commits show too, and what the commit times say of those. On our
    /// own pipelines the first two are one. An engine has signals of its own beside the flow of data (its backlog comes down with its next checkpoint), and
    /// they may come back last.
    /// </summary>
    public async Task<(RecoveryTimeline Reported, RecoveryTimeline Flow, RecoveryTimeline Truth)> RunAsync(string drill, string seconds)
    {
        var report = await ReportAsync(drill, seconds);
        var reported = report.Recovery ?? throw new InvalidOperationException($"The drill did not get to a recovery: {string.Join("; ", report.Reasons)}");
        var faults = report.Faults.Select(f => new FaultWindow(f.Id, f.Applied!.Value, f.Reverted)).ToList();
        var options = new RecoveryOptions { StableFor = report.Plan.StableFor, Timeout = report.Plan.RecoveryTimeout };
        var (baseline, flow) = (report.Baseline!, reported);
        if (stack is not null)
        {
            baseline = baseline with { Signals = [.. baseline.Signals.Where(signal => OfTheFlow.Contains(signal.Signal))] };
            var samples = new List<Sample>();
            await foreach (var burst in new FileSampleStore(Path.Combine(home, "drills")).ReadAsync(report.DrillId, 0, CancellationToken.None))
            {
                samples.AddRange(burst.Samples);
            }

            flow = RecoveryJudge.Judge(baseline, samples, faults, options, report.EndedAt);
        }

        return (reported, flow, CommitTruth.Timeline(await CommitsAsync(baseline.From, report.EndedAt), baseline, faults, options));
    }

    public async ValueTask DisposeAsync()
    {
        await DrillAsync("down", target, "--force");
        Directory.Delete(home, recursive: true);
    }

    private async Task<DrillReport> ReportAsync(string drill, string seconds)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (stack is not null)
            {
                // Neither an engine's start nor what the last drill did shall be in the baseline; one that is not steady is refused all the same.
                await Task.Delay(TimeSpan.FromSeconds(20));
            }

            var report = JsonSerializer.Deserialize<DrillReport>(await DrillAsync("run", drill, seconds, "--target", target, "--json"), DrillJson.Options)!;
            if (report.Recovery is not null || attempt == 3)
            {
                return report;
            }
        }
    }

    private Task<List<Commit>> CommitsAsync(DateTimeOffset from, DateTimeOffset to) =>
        stack?.Kind == "cassandra" ? CassandraCommitsAsync(from, to) : PostgresCommitsAsync(from, to);

    /// <summary>Of a row that was written again only the last writing is known.</summary>
    private async Task<List<Commit>> CassandraCommitsAsync(DateTimeOffset from, DateTimeOffset to)
    {
        var container = await RunAsync(
            "docker", "ps", "-q", "--filter", $"label=com.docker.compose.project={target}", "--filter", "label=com.docker.compose.service=cassandra");
        var (first, last) = (from.AddSeconds(-2).ToUnixTimeSeconds() / 60, to.ToUnixTimeSeconds() / 60);
        var buckets = string.Join(", ", Enumerable.Range(0, (int)(last - first) + 1).Select(offset => first + offset));
        var rows = await RunAsync(
            "docker", "exec", container.Trim(), "cqlsh", "cassandra", "-e",
            $"paging off; select to_unix_timestamp(created_at), writetime(body) from {stack!.Options["table"]} where {stack.Options["bucket"]} in ({buckets})");
        return
        [
            .. WrittenRow().Matches(rows)
                .Select(row => new Commit(Since1970(long.Parse(row.Groups[1].Value) * 1000), Since1970(long.Parse(row.Groups[2].Value))))
                .Where(commit => commit.ProducedAt >= from.AddSeconds(-2) && commit.ProducedAt <= to),
        ];

        static DateTimeOffset Since1970(long microseconds) => DateTimeOffset.UnixEpoch.AddMicroseconds(microseconds);
    }

    [GeneratedRegex(@"^ *(\d+) \| *(\d+)\r?$", RegexOptions.Multiline)]
    private static partial Regex WrittenRow();

    private async Task<List<Commit>> PostgresCommitsAsync(DateTimeOffset from, DateTimeOffset to)
    {
        await using var connection = new NpgsqlConnection(
            stack is null ? await OwnDatabaseAsync() : $"Host={stack.Address};Username=postgres;Database={stack.Options["database"]};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            stack is null
                ? "select o.created_at, pg_xact_commit_timestamp(c.xmin) from commits c join orders o using (id) where o.created_at between $1 and $2"
                : "select created_at at time zone 'UTC', pg_xact_commit_timestamp(xmin) from commits where created_at at time zone 'UTC' between $1 and $2",
            connection)
        {
            Parameters = { new() { Value = from.UtcDateTime.AddSeconds(-2) }, new() { Value = to.UtcDateTime } },
        };
        await using var rows = await command.ExecuteReaderAsync();
        var commits = new List<Commit>();
        while (await rows.ReadAsync())
        {
            commits.Add(new(rows.GetFieldValue<DateTimeOffset>(0), rows.GetFieldValue<DateTimeOffset>(1)));
        }

        return commits;
    }

    private static SourceSpec? StackOf(string target)
    {
        var file = Path.Combine(Path.GetDirectoryName(Program)!, "targets", target + ".yaml");
        var definition = TargetReader.Read(File.ReadAllText(file), file).Value;
        return definition?.Carrier == "docker" ? definition.Signals["stored"] : null;
    }

    private async Task<string> OwnDatabaseAsync()
    {
        var folder = Path.Combine(home, "targets", target);
        using var state = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "state.json")));
        var port = state.RootElement.GetProperty("ports").GetProperty("postgres").GetInt32();
        var password = (await File.ReadAllTextAsync(Path.Combine(folder, "postgres.password"))).Trim();
        return $"Host=127.0.0.1;Port={port};Username=postgres;Database=postgres;Password={password};Pooling=false";
    }

    private Task<string> DrillAsync(params string[] arguments) => RunAsync(Program, arguments);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["DRILL_HOME"] = home;
        start.Environment["RATE"] = rate; // as compose files know it
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        // Whatever the verdict of a drill, its report is there.
        return process.ExitCode == 0 || (program == Program && (process.ExitCode is 1 or 4 || arguments[0] == "run"))
            ? await output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output}{await error}");
    }
}
