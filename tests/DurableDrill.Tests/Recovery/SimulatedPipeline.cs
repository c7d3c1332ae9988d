using DurableDrill.Faults;
using DurableDrill.Recovery;
using DurableDrill.Signals;

namespace DurableDrill.Tests.Recovery;

/// <summary>A pipeline that exists as numbers only: events, a sink that commits in batches, an outage, and a sampler whose readings take time.</summary>
internal sealed record SimulatedPipeline
{
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public double Rate { get; init; } = 50;

    /// <summary>Events a second that the sink manages when it works off a backlog.</summary>
    public double Capacity { get; init; } = 4000;

    public int Batch { get; init; } = 500;

    public double CommitSeconds { get; init; } = 0.02;

    public double PollSeconds { get; init; } = 0.05;

    public double Baseline { get; init; } = 20;

    /// <summary>The sink does nothing from this second to that.</summary>
    public (double From, double To) Outage { get; init; } = (25, 35);

    public double Length { get; init; } = 70;

    /// <summary>Share of the events of the outage that never come.</summary>
    public double Lost { get; init; }

    public int Seed { get; init; } = 1;

    public double ReadSeconds { get; init; } = 0.02;

    public double SampleSeconds { get; init; } = 0.25;

    public static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);

    public List<Commit> Run(out List<double> produced)
    {
        var random = new Random(Seed);
        produced = [];
        for (var t = random.NextDouble() / Rate; t < Length; t += (0.8 + (0.4 * random.NextDouble())) / Rate)
        {
            produced.Add(t);
        }

        var commits = new List<Commit>();
        var (next, now) = (0, 0.0);
        while (now < Length)
        {
            now += PollSeconds * (0.5 + random.NextDouble());
            if (now >= Outage.From && now < Outage.To)
            {
                now = Outage.To;
            }

            while (true)
            {
                var until = next;
                while (until < produced.Count && until - next < Batch && produced[until] <= now)
                {
                    until++;
                }

                if (until == next)
                {
                    break;
                }

                var done = now + (CommitSeconds * (0.5 + random.NextDouble())) + ((until - next) / Capacity);
                if (done > Outage.From && now < Outage.From)
                {
                    now = Outage.To;
                    continue;
                }

                for (; next < until; next++)
                {
                    if (!(produced[next] > Outage.From && produced[next] < Outage.To && random.NextDouble() < Lost))
                    {
                        commits.Add(new(At(produced[next]), At(done)));
                    }
                }

                now = done;
            }
        }

        return commits;
    }

    /// <summary>What a sampler would have seen, with a stall now and then.</summary>
    public List<Sample> Sample(List<Commit> commits, List<double> produced, bool backlog = true)
    {
        var random = new Random(Seed + 1000);
        var samples = new List<Sample>();
        var made = produced.Select(At).ToArray();
        var stored = commits.Select(c => c.CommittedAt).Order().ToArray();
        for (var t = 0.3; t < Length - 1; t += SampleSeconds * (0.96 + (0.08 * random.NextDouble())))
        {
            var late = 0.0;
            Take(CanonicalSignals.Produced, at => Count(made, at));
            Take(CanonicalSignals.Stored, at => Count(stored, at));
            if (backlog)
            {
                Take(CanonicalSignals.Backlog, at => Math.Max(0, Count(made, at) - Count(stored, at)));
            }

            t += Math.Max(0, late - SampleSeconds);

            void Take(string signal, Func<DateTimeOffset, double> value)
            {
                var took = ReadSeconds * (random.NextDouble() < 0.02 ? 8 : 0.3 + random.NextDouble());
                late = Math.Max(late, took);
                samples.Add(new(signal, At(t), TimeSpan.FromSeconds(took), value(At(t + (took * random.NextDouble())))));
            }
        }

        return samples;
    }

    public IReadOnlyList<FaultWindow> Faults(double startUp = 0) =>
        [new("worker", Instant(Outage.From), Instant(Outage.To - startUp))];

    public static Instants Instant(double seconds) => new(At(seconds), At(seconds));

    private static int Count(DateTimeOffset[] sorted, DateTimeOffset at)
    {
        var index = Array.BinarySearch(sorted, at);
        index = index < 0 ? ~index : index;
        while (index < sorted.Length && sorted[index] <= at)
        {
            index++;
        }

        return index;
    }
}
