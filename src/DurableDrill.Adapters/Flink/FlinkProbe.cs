using System.Globalization;
using System.Text.Json;
using DurableDrill.Adapters.Http;
using DurableDrill.Adapters.Sources;
using DurableDrill.Signals;

namespace DurableDrill.Adapters.Flink;

/// <summary>
/// What a Flink cluster's REST says of a job. <c>flink: URL</c> of the JobManager; <c>job</c>: its name or id, of several the newest (default: the only one that
/// has not ended); <c>value</c>: running (default; 1 when the job is RUNNING with every task running or finished, which the job's state alone does not say, else
/// 0, also where there is no such job), restarts, checkpoint_age (seconds since one completed, by the JobManager's clock), backpressure (of the worst subtask, 0 to
/// 1), records_in, records_out (of all operators, or of those whose name holds <c>operator</c>); or slots_used, with <c>taskmanager</c>, an id or host: of the
/// slots of that TaskManager. Flink itself refreshes restarts, records and backpressure every 10 s, checkpoints every 3 s. The request's:
/// <c>user</c>, <c>password</c>, <c>bearer</c> (references). Its journal: that the job began anew or was restored, and from which checkpoint.
/// </summary>
internal sealed class FlinkProbe(HttpSource server, string value, string? job, string? named, string? taskManager) : IProbe, IServerJournal
{
    private static readonly string[] Ended = ["FINISHED", "CANCELED", "FAILED"];

    public static IProbe Of(SourceOptions options, ProbeHost host)
    {
        var value = options.OneOf(
            "value", "running", "running", "restarts", "checkpoint_age", "backpressure", "records_in", "records_out", "slots_used");
        var job = options.Optional("job");
        var named = options.Optional("operator");
        var taskManager = options.Optional("taskmanager");
        if (named is not null && value is not ("records_in" or "records_out"))
        {
            options.Wrong("operator", "has no meaning here; it is for value: records_in, records_out");
        }

        if ((value == "slots_used") != (taskManager is not null))
        {
            options.Wrong("taskmanager", taskManager is null ? "is missing: the TaskManager's id or host" : "has no meaning here; it is for value: slots_used");
        }

        if (value == "slots_used" && job is not null)
        {
            options.Wrong("job", "has no meaning here: slots are used by all jobs");
        }

        return new FlinkProbe(HttpSource.Of(options, host.Secrets), value, job, named, taskManager);
    }

    public async ValueTask<ProbeReading> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            return value switch
            {
                "running" => new(await FindAsync(cancellation) is { } found && Works(found) ? 1 : 0),
                "restarts" => new(await RestartsAsync(cancellation)),
                "checkpoint_age" => new(await CheckpointAgeAsync(cancellation)),
                "backpressure" => await BackpressureAsync(cancellation),
                "slots_used" => new(await SlotsUsedAsync(cancellation)),
                "records_in" => new(await RecordsAsync("read-records", cancellation)),
                _ => new(await RecordsAsync("write-records", cancellation)),
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw server.Failed($"not an answer of Flink: {error.Message}");
        }
    }

    public async Task<IReadOnlyList<string>> ReadSinceAsync(DateTimeOffset since, CancellationToken cancellation)
    {
        try
        {
            return value != "slots_used" && await FindAsync(cancellation) is { } found ? [.. await StoryAsync(found, since, cancellation)] : [];
        }
        catch (Exception error) when (error is ProbeException or JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // Whatever it did, it does not say.
            return [];
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>A job may be RUNNING while its tasks wait for slots.</summary>
    private static bool Works(JsonElement found) => found.GetProperty("state").GetString() == "RUNNING"
        && found.GetProperty("tasks") is var tasks
        && tasks.GetProperty("total").GetInt32() is > 0 and var total
        && tasks.GetProperty("running").GetInt32() + tasks.GetProperty("finished").GetInt32() == total;

    /// <summary>The job in the overview; null: there is none.</summary>
    private async Task<JsonElement?> FindAsync(CancellationToken cancellation)
    {
        var all = (await server.At("/jobs/overview").GetJsonAsync(cancellation)).GetProperty("jobs").EnumerateArray()
            .OrderByDescending(each => each.GetProperty("start-time").GetInt64()).ToList();
        if (job is not null)
        {
            return Newest(all.Where(each => each.GetProperty("name").GetString() == job || each.GetProperty("jid").GetString() == job));
        }

        var live = all.Where(each => !Ended.Contains(each.GetProperty("state").GetString())).ToList();
        return live.Count < 2
            ? Newest([.. live, .. all])
            : throw server.Failed($"there are {live.Count} jobs, {string.Join(", ", live.Select(each => each.GetProperty("name").GetString()))}; say which one: job: NAME");
    }

    /// <summary>
    /// A JobManager without high availability forgets its jobs, and somebody submits them again: a job that is younger than the fault. One that
    /// went on is restored by Flink itself, under the id and with the start that it had.
    /// </summary>
    private async Task<IEnumerable<string>> StoryAsync(JsonElement found, DateTimeOffset since, CancellationToken cancellation)
    {
        var (id, name) = (found.GetProperty("jid").GetString(), found.GetProperty("name").GetString());
        var restored = (await server.At($"/jobs/{id}/checkpoints").GetJsonAsync(cancellation)).GetProperty("latest").GetProperty("restored");
        var from = restored.ValueKind == JsonValueKind.Null ? "without a checkpoint" : $"from checkpoint {restored.GetProperty("id").GetInt64()}";
        if (TimeOf(found, "start-time") is var began && began >= since)
        {
            return [string.Create(CultureInfo.InvariantCulture, $"The Flink job {name} began anew at {began:HH:mm:ss} UTC ({id}), {from}.")];
        }

        return restored.ValueKind != JsonValueKind.Null && TimeOf(restored, "restore_timestamp") is var at && at >= since
            ? [string.Create(CultureInfo.InvariantCulture, $"Flink restored the job {name} at {at:HH:mm:ss} UTC, {from}.")]
            : [];
    }

    private static DateTimeOffset TimeOf(JsonElement element, string property) => DateTimeOffset.FromUnixTimeMilliseconds(element.GetProperty(property).GetInt64());

    private static JsonElement? Newest(IEnumerable<JsonElement> jobs) => jobs.Select(each => (JsonElement?)each).FirstOrDefault();

    private async Task<string> JobAsync(CancellationToken cancellation) => "/jobs/" + ((await FindAsync(cancellation))?.GetProperty("jid").GetString()
        ?? throw server.Failed(job is null ? "there is no job" : $"there is no job {job}"));

    private async Task<double> RestartsAsync(CancellationToken cancellation)
    {
        var metrics = await server.At(await JobAsync(cancellation) + "/metrics?get=numRestarts").GetJsonAsync(cancellation);
        return metrics.GetArrayLength() > 0
            ? double.Parse(metrics[0].GetProperty("value").GetString()!, CultureInfo.InvariantCulture)
            : throw server.Failed("the number of restarts is not known yet");
    }

    private async Task<double> CheckpointAgeAsync(CancellationToken cancellation)
    {
        var path = await JobAsync(cancellation);
        var latest = (await server.At(path + "/checkpoints").GetJsonAsync(cancellation)).GetProperty("latest").GetProperty("completed");
        if (latest.ValueKind == JsonValueKind.Null)
        {
            throw server.Failed("no checkpoint has completed yet");
        }

        var now = (await server.At(path).GetJsonAsync(cancellation)).GetProperty("now").GetInt64();
        return (now - latest.GetProperty("latest_ack_timestamp").GetInt64()) / 1000.0;
    }

    private async Task<ProbeReading> BackpressureAsync(CancellationToken cancellation)
    {
        var path = await JobAsync(cancellation);
        var operators = (await server.At(path).GetJsonAsync(cancellation)).GetProperty("vertices").EnumerateArray().Select(each => each.GetProperty("id").GetString());
        var answers = await Task.WhenAll(operators.Select(id => server.At($"{path}/vertices/{id}/backpressure").GetJsonAsync(cancellation)));
        if (answers.Any(each => each.GetProperty("status").GetString() != "ok"))
        {
            throw server.Failed("backpressure is not known yet");
        }

        var worst = answers.SelectMany(each => each.GetProperty("subtasks").EnumerateArray()).Max(each => each.GetProperty("ratio").GetDouble());
        return new(worst, DateTimeOffset.FromUnixTimeMilliseconds(answers.Min(each => each.GetProperty("end-timestamp").GetInt64())));
    }

    private async Task<double> RecordsAsync(string metric, CancellationToken cancellation)
    {
        var operators = (await server.At(await JobAsync(cancellation)).GetJsonAsync(cancellation)).GetProperty("vertices").EnumerateArray()
            .Where(each => named is null || each.GetProperty("name").GetString()!.Contains(named, StringComparison.Ordinal)).ToList();
        if (operators.Count == 0)
        {
            throw server.Failed($"no operator's name holds \"{named}\"");
        }

        // Until every subtask has told its count, and after one has died, the sum is that of the others.
        var metrics = operators.Select(each => each.GetProperty("metrics")).ToList();
        return metrics.All(each => each.GetProperty(metric + "-complete").GetBoolean())
            ? metrics.Sum(each => each.GetProperty(metric).GetDouble())
            : throw server.Failed("not every task has told its count yet");
    }

    private async Task<double> SlotsUsedAsync(CancellationToken cancellation)
    {
        var all = (await server.At("/taskmanagers").GetJsonAsync(cancellation)).GetProperty("taskmanagers").EnumerateArray().ToList();
        var found = all.Where(IsWanted).ToList();
        return found.Count == 1
            ? found[0].GetProperty("slotsNumber").GetInt32() - found[0].GetProperty("freeSlots").GetInt32()
            : throw server.Failed($"{found.Count} TaskManagers are {taskManager}; registered: {string.Join(", ", all.Select(each => each.GetProperty("id").GetString()))}");
    }

    // An id that nobody chose is HOST:PORT-RANDOM.
    private bool IsWanted(JsonElement each) => each.GetProperty("id").GetString() is { } id && (id == taskManager || id.StartsWith($"{taskManager}:", StringComparison.Ordinal));
}
