using DurableDrill.Integrity;
using DurableDrill.Reports;

namespace DurableDrill.Drills;

/// <summary>
/// What the sink held more than once before the drill injured anything: earlier drills and failures did that, and it would count for this one. Only sinks
/// that can tell it cheaply are asked (<see cref="IRepeatedIds"/>).
/// </summary>
internal sealed class RepeatedBefore(IDrillEnvironment environment)
{
    private const string File = "repeated-before.json";

    /// <summary>In memory and in the store some 10 MB.</summary>
    private const int Most = 100_000;

    /// <summary>Asks the sink and keeps its answer. A sink that does not answer is no reason not to drill.</summary>
    public async Task RememberAsync(string drillId, string target, CancellationToken cancellation)
    {
        var open = await environment.OpenAsync(target, cancellation);
        if (open.Definition.Integrity is not { } definition)
        {
            return;
        }

        await using var actual = open.OpenIds(definition.Actual, "integrity.actual");
        try
        {
            if (actual is IRepeatedIds sink
                && (await actual.DescribeAsync(cancellation)).ShowsDuplicates
                && await sink.ReadRepeatedAsync(Most, cancellation) is { } repeated)
            {
                await environment.Reports.WriteJsonAsync(drillId, File, repeated, cancellation);
            }
        }
        catch (IdSourceException)
        {
            // Then all of them count, as where it cannot be asked at all.
        }
    }

    /// <summary>The ids, and how often each was there; null: not known.</summary>
    public async Task<IReadOnlyDictionary<string, long>?> ReadAsync(string drillId, CancellationToken cancellation) =>
        await environment.Reports.ReadJsonAsync<Dictionary<string, long>>(drillId, File, cancellation);
}
