using DurableDrill.Signals;

namespace DurableDrill.Drills;

/// <summary>One reading outside the sampler: its value, or why there is none.</summary>
/// <param name="Value">Null: there is none.</param>
/// <param name="Problem">Null: there is a value.</param>
internal readonly record struct ProbeTry(double? Value, string? Problem)
{
    /// <summary>Longer than the sampler's: a first reading also connects.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Reads once.</summary>
    public static async Task<ProbeTry> ReadAsync(IProbe probe, TimeProvider time, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            var value = (await probe.ReadAsync(both.Token)).Value;
            return double.IsFinite(value) ? new(value, null) : new(null, $"it reads {value}, which is no number");
        }
        catch (ProbeException error)
        {
            return new(null, error.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(null, $"no answer within {Patience.TotalSeconds:0} s");
        }
    }
}
