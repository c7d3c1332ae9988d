namespace DurableDrill.Pipeline.Generator;

/// <summary>What <c>GET /status</c> answers, in snake_case. The counters include earlier sessions where there is a ledger.</summary>
/// <param name="Producer">Its name.</param>
/// <param name="Rate">Orders per second.</param>
/// <param name="Paused">Nothing is attempted.</param>
/// <param name="LastSequence">The number of the last order.</param>
/// <param name="Attempted">Made.</param>
/// <param name="Acknowledged">The broker has them.</param>
/// <param name="Failed">Never reached the broker.</param>
/// <param name="Unknown">Nothing conclusive was heard.</param>
/// <param name="Buffered">In flight: waiting for the broker or its answer.</param>
/// <param name="Dropped">Those of the failed ones of this session for which the buffer had no room.</param>
/// <param name="LedgerError">Why the ledger cannot be written, so that nothing is sent; null: it can.</param>
internal sealed record GeneratorStatus(
    string Producer,
    double Rate,
    bool Paused,
    long LastSequence,
    long Attempted,
    long Acknowledged,
    long Failed,
    long Unknown,
    long Buffered,
    long Dropped,
    string? LedgerError)
{
    /// <summary>Lays the counts out flat.</summary>
    public static GeneratorStatus Of(string producer, double rate, bool paused, long lastSequence, Counts counts) => new(
        producer, rate, paused, lastSequence, counts.Attempted, counts.Acknowledged, counts.Failed, counts.Unknown, counts.Buffered, counts.Dropped, counts.LedgerError);
}
