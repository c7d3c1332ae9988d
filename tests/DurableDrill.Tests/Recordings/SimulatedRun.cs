using DurableDrill.Recordings;

namespace DurableDrill.Tests.Recordings;

/// <summary>A run that exists as numbers only: a queue, an engine with a capacity that goes down for a while, rows of what came out.</summary>
internal sealed record SimulatedRun
{
    public double Rate { get; init; } = 1000;

    public double Row { get; init; } = 1;

    public int Rows { get; init; } = 60;

    public (double From, double To) Outage { get; init; } = (0, 20);

    public (double From, double To)? Second { get; init; }

    /// <summary>Times the rate.</summary>
    public double Capacity { get; init; } = 3;

    /// <summary>Share of the rate that still comes out in the outage.</summary>
    public double Degraded { get; init; }

    public double LatencySeconds { get; init; } = 0.5;

    public double LatencyNoise { get; init; } = 0.03;

    /// <summary>Seconds between two micro-batches; 0: a record at a time.</summary>
    public double Batch { get; init; }

    /// <summary>The input swings by this share, once in 17 s.</summary>
    public double Swing { get; init; }

    public int Seed { get; init; } = 1;

    /// <summary>The run, and when its backlog had drained for good (null: never).</summary>
    public (RecordedRun Run, double? Drained) Play()
    {
        const double step = 0.01;
        var random = new Random(Seed);
        var queue = new Queue<(double At, double Count)>();
        var (input, output) = (new double[Rows], new double[Rows]);
        var delays = Enumerable.Range(0, Rows).Select(_ => new List<(double Delay, double Count)>()).ToArray();
        var (waiting, head, nextBatch) = (0.0, 0.0, 0.0);
        double? drained = null;
        for (var i = 0; i < (int)(Rows * Row / step); i++)
        {
            var now = i * step;
            var row = Math.Min(Rows - 1, (int)((now / Row) + 1e-9));
            var comes = Rate * step * (1 + (Swing * Math.Sin(2 * Math.PI * now / 17)));
            (input[row], waiting) = (input[row] + comes, waiting + comes);
            queue.Enqueue((now, comes));
            var share = IsDown(now) ? Degraded : Capacity;
            var room = share * Rate * step * (0.7 + (0.6 * random.NextDouble()));
            if (Batch > 0)
            {
                room = now >= nextBatch ? share * Rate * Batch : 0;
                nextBatch = now >= nextBatch ? now + (Batch * (0.9 + (0.2 * random.NextDouble()))) : nextBatch;
            }

            while (room > 1e-9 && queue.TryPeek(out var first))
            {
                var taken = Math.Min(room, first.Count - head);
                (output[row], room, waiting, head) = (output[row] + taken, room - taken, waiting - taken, head + taken);
                delays[row].Add((now - first.At, taken));
                if (first.Count - head < 1e-9)
                {
                    queue.Dequeue();
                    head = 0;
                }
            }

            drained = waiting > Rate * Math.Max(0.1, 1.5 * Batch) ? null : drained ?? now;
        }

        return (new("simulated", [.. Enumerable.Range(0, Rows).Select(At)]), drained);

        RecordingRow At(int row) => output[row] < 0.5
            ? new(row * Row, Math.Round(input[row]), 0, null, null)
            : new(
                row * Row,
                Math.Round(input[row]),
                Math.Round(output[row]),
                1000 * (Quantile(delays[row], 0.5) + (LatencySeconds * (1 + Noise()))),
                1000 * (Quantile(delays[row], 0.99) + (1.5 * LatencySeconds * Math.Exp(Noise()))));

        double Noise() => LatencyNoise * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    private bool IsDown(double now) =>
        (now >= Outage.From && now < Outage.To) || (Second is { } second && now >= second.From && now < second.To);

    private static double Quantile(List<(double Delay, double Count)> delays, double q)
    {
        var left = q * delays.Sum(d => d.Count);
        foreach (var (delay, count) in delays.OrderBy(d => d.Delay))
        {
            left -= count;
            if (left <= 1e-9)
            {
                return delay;
            }
        }

        return delays.Max(d => d.Delay);
    }
}
