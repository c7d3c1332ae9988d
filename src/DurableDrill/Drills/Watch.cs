using DurableDrill.Recovery;
using DurableDrill.Signals;

namespace DurableDrill.Drills;

/// <summary>What a drill sees: bursts of readings, and what the rules make of them.</summary>
internal sealed class Watch(IDrillEnvironment environment)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    /// <summary>How long samples may stay away before they are taken not to come.</summary>
    private static readonly TimeSpan SamplePatience = TimeSpan.FromSeconds(20);

    public async Task<BurstResult> ObserveAsync(ObserveBurst burst, CancellationToken cancellation)
    {
        if (await environment.Drills.IsOverAsync(burst.DrillId, cancellation))
        {
            return new(new Dictionary<string, double>(), null, Orphaned: true);
        }

        var open = await environment.OpenAsync(burst.Target, cancellation);
        var samples = await open.Sampler.ObserveAsync(burst.Length, cancellation);
        await environment.Samples.WriteAsync(burst.DrillId, burst.Burst, samples, cancellation);
        var latest = samples.Where(sample => sample.Value is not null)
            .GroupBy(sample => sample.Signal)
            .ToDictionary(group => group.Key, group => group.MaxBy(sample => sample.TakenAt).Value!.Value);
        return new(latest, StopConditions.FirstViolated(burst.StopConditions, samples), Orphaned: false);
    }

    public async Task<Baseline> MeasureBaselineAsync(BaselineRequest request, CancellationToken cancellation)
    {
        var tail = new SampleTail(environment.Samples, request.DrillId);
        var samples = new List<Sample>();
        var patience = environment.Time.GetUtcNow() + SamplePatience;
        do
        {
            samples.AddRange(await tail.ReadAsync(cancellation));
            if (tail.Newest >= request.To)
            {
                break;
            }

            await Task.Delay(Pause, environment.Time, cancellation);
        }
        while (environment.Time.GetUtcNow() < patience);

        var within = samples.Where(sample => sample.TakenAt >= request.From && sample.TakenAt <= request.To).OrderBy(sample => sample.TakenAt);
        var signals = (await environment.OpenAsync(request.Target, cancellation)).Definition.Signals;
        return BaselineLearner.Learn(
            within,
            request.Hypothesis,
            [CanonicalSignals.Stored],
            [.. signals.Where(signal => !SignalNames.Decides(signal.Key, signal.Value)).Select(signal => signal.Key)]);
    }

    public async Task<JudgeResult> JudgeAsync(JudgeRequest request, CancellationToken cancellation)
    {
        var tickets = await environment.Tickets.ListAsync(request.DrillId, cancellation);
        var faults = tickets.Tickets
            .Where(ticket => ticket.Applied is not null && request.Faults.Contains(ticket.Id))
            .Select(ticket => new FaultWindow(ticket.Id[(request.DrillId.Length + 1)..], ticket.Applied!.Value, ticket.Reverted))
            .ToList();
        if (faults.Count == 0)
        {
            throw new InvalidOperationException("No fault of the plan was applied, so there is no recovery to judge.");
        }

        var judge = new RecoveryJudge(
            request.Baseline, new() { StableFor = request.StableFor, Timeout = request.Timeout, ClockOffset = request.ClockOffset });
        var tail = new SampleTail(environment.Samples, request.DrillId);
        var begun = environment.Time.GetUtcNow();
        while (true)
        {
            judge.Add(await tail.ReadAsync(cancellation));
            var now = environment.Time.GetUtcNow();
            // What no sample has reached yet is not decided by the clock: the last burst may still be on its way.
            var timeline = judge.Timeline(faults, tail.Newest > now - SamplePatience ? tail.Newest.Value : now);
            var final = timeline.Outcome != RecoveryOutcome.Pending;
            if (final || IsOver(begun, request.Patience, tail))
            {
                return new(final, timeline);
            }

            await Task.Delay(Pause, environment.Time, cancellation);
        }
    }

    public async Task<QuietResult> AwaitQuietAsync(QuietRequest request, CancellationToken cancellation)
    {
        if (await environment.Drills.IsOverAsync(request.DrillId, cancellation))
        {
            return new(false, "the drill is over") { Orphaned = true };
        }

        var open = await environment.OpenAsync(request.Target, cancellation);
        var tail = new SampleTail(environment.Samples, request.DrillId);
        var samples = new List<Sample>();
        var begun = environment.Time.GetUtcNow();
        var frozen = open.Definition.Integrity?.Quiesce is { } producer && open.Definition.Components[producer].Pause is null;
        while (true)
        {
            samples.AddRange((await tail.ReadAsync(cancellation)).Where(sample => sample.TakenAt >= request.Since));
            var result = Quiet.Judge(samples, open.Definition.Signals.Keys.ToList(), request.Since, request.For, frozen);
            if (result.Quiet || IsOver(begun, request.Patience, tail))
            {
                return result;
            }

            await Task.Delay(Pause, environment.Time, cancellation);
        }
    }

    /// <summary>Whether a step has waited for its whole time, or for samples that do not come: then nobody observes any more, as after an abort.</summary>
    private bool IsOver(DateTimeOffset begun, TimeSpan patience, SampleTail tail)
    {
        var now = environment.Time.GetUtcNow();
        var heard = tail.Newest > begun ? tail.Newest.Value : begun;
        return now >= begun + patience || now >= heard + SamplePatience;
    }
}
