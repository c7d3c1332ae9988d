using DurableDrill.Pipeline.Hosting;
using DurableDrill.Pipeline.Ledger;
using DurableDrill.Pipeline.Orders;

namespace DurableDrill.Pipeline.Generator;

/// <summary>
/// Counts what became of the orders, earlier sessions included, and writes it to the ledger in batches: outcomes come one by one,
/// in the order of each partition, and only gathered for a while do they make ranges.
/// </summary>
internal sealed class Outcomes(LedgerWriter? ledger)
{
    private readonly Lock gate = new();
    private readonly LedgerSummary earlier = ledger?.Earlier ?? new();
    private Dictionary<char, List<long>> pending = [];
    private long attempted;
    private long acknowledged;
    private long failed;
    private long unknown;
    private long dropped;
    private string? error;

    /// <summary>Takes down attempts. False: the ledger could not be written, so nothing may be handed on.</summary>
    public bool TryAttempt(IReadOnlyList<Order> orders, DateTimeOffset now)
    {
        try
        {
            ledger?.Attempt(orders, now);
            Interlocked.Add(ref attempted, orders.Count);
            error = null;
            return true;
        }
        catch (IOException e)
        {
            Complain(e);
            return false;
        }
    }

    /// <summary>The broker has it.</summary>
    public void Acknowledged(long sequence) => Take('K', sequence, ref acknowledged);

    /// <summary>It never reached the broker.</summary>
    public void Failed(long sequence) => Take('F', sequence, ref failed);

    /// <summary>Nothing conclusive was heard.</summary>
    public void Unknown(long sequence) => Take('U', sequence, ref unknown);

    /// <summary>There was no room for it.</summary>
    public void Dropped(long sequence)
    {
        Interlocked.Increment(ref dropped);
        Failed(sequence);
    }

    /// <summary>Writes what has come since the last call. What cannot be written is kept for the next.</summary>
    public void WritePending()
    {
        Dictionary<char, List<long>> taken;
        lock (gate)
        {
            (taken, pending) = (pending, []);
        }

        foreach (var (outcome, sequences) in taken)
        {
            try
            {
                ledger?.Record(outcome, sequences);
            }
            catch (IOException e)
            {
                Complain(e);
                lock (gate)
                {
                    (pending.TryGetValue(outcome, out var later) ? later : pending[outcome] = []).AddRange(sequences);
                }
            }
        }
    }

    /// <summary>The counts at this moment.</summary>
    public Counts Count()
    {
        lock (gate)
        {
            var (a, k, f, u) = (Interlocked.Read(ref attempted), acknowledged, failed, unknown);
            return new(
                earlier.Attempted + a,
                earlier.Acknowledged + k,
                earlier.Failed + f,
                earlier.Attempted - earlier.Acknowledged - earlier.Failed + u,
                a - k - f - u,
                Interlocked.Read(ref dropped),
                error);
        }
    }

    private void Take(char outcome, long sequence, ref long counter)
    {
        lock (gate)
        {
            counter++;
            if (ledger is not null)
            {
                (pending.TryGetValue(outcome, out var sequences) ? sequences : pending[outcome] = []).Add(sequence);
            }
        }
    }

    private void Complain(IOException e)
    {
        if (error is null)
        {
            Host.Log($"error: the ledger cannot be written, so nothing is sent: {e.Message}");
        }

        error = e.Message;
    }
}

/// <summary>What became of all orders so far.</summary>
/// <param name="Attempted">Made; all others but dropped add up to it.</param>
/// <param name="Acknowledged">The broker has them.</param>
/// <param name="Failed">Never reached the broker.</param>
/// <param name="Unknown">Nothing conclusive was heard, earlier sessions' unresolved ones included.</param>
/// <param name="Buffered">Waiting for the broker or its answer.</param>
/// <param name="Dropped">Those of the failed ones of this session for which the buffer had no room.</param>
/// <param name="LedgerError">Why the ledger cannot be written; null: it can.</param>
internal sealed record Counts(long Attempted, long Acknowledged, long Failed, long Unknown, long Buffered, long Dropped, string? LedgerError);
