using System.Globalization;
using DurableDrill.Faults;
using DurableDrill.Signals;

namespace DurableDrill.Recovery;

/// <summary>Reads the timeline off the episodes and the faults. The definitions are those of <see cref="RecoveryJudge"/>.</summary>
internal sealed class TimelineBuilder(
    PipelineWatch pipeline, EpisodeTracker tracker, RecoveryOptions options, IReadOnlyList<FaultWindow> faults, DateTimeOffset now)
{
    /// <summary>By how much the dating of an impact may be early: what the readings and the sink's writes cannot resolve.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    private readonly Instants applied = faults.Select(f => f.Applied).MinBy(i => i.Earliest);
    private readonly Instants? reverted = faults.All(f => f.Reverted is not null) ? faults.Select(f => f.Reverted!.Value).MaxBy(i => i.Latest) : null;

    public RecoveryTimeline Build()
    {
        var effects = Effects(out var calmFrom);
        var head = effects.LastOrDefault(e => reverted is not { } r || e.Began.Latest < r.Earliest) ?? effects.FirstOrDefault();
        var calm = tracker.CalmUntil >= calmFrom;
        var late = reverted is { } over && head?.Ended?.Earliest > over.Latest + options.Timeout;
        var since = tracker.InBandSince;
        var timeUp = reverted is { } end && now >= end.Latest + options.Timeout
            && (since is not { } s || s.Latest > end.Latest + options.Timeout || now >= end.Latest + options.Timeout + (2 * pipeline.StableFor));
        var outcome = head switch
        {
            null => calm ? RecoveryOutcome.NoEffect : timeUp ? RecoveryOutcome.Censored : RecoveryOutcome.Pending,
            _ when head.Ended is null || late => timeUp || late ? RecoveryOutcome.Censored : RecoveryOutcome.Pending,
            _ => calm || timeUp ? RecoveryOutcome.Recovered : RecoveryOutcome.Pending,
        };
        var recovered = outcome == RecoveryOutcome.Recovered ? head!.Ended : null;
        var downtime = effects.Select(Downtime).Aggregate(default(Elapsed), (sum, one) => sum + one);
        var healed = recovered is { } r2 && reverted is { } r3 && r2.Latest <= r3.Earliest;
        return new()
        {
            Outcome = outcome,
            Applied = applied,
            Reverted = reverted,
            FirstImpact = Widen(effects.FirstOrDefault() is { } first ? NotBefore(first.Began) : null),
            Detected = Widen(effects.FirstOrDefault()?.Detected),
            ComponentUp = Widen(ComponentUp()),
            FirstOutput = Widen(FirstOutput(head)),
            BacklogDrained = Widen(head is null ? null : BacklogDrained(head)),
            Recovered = Widen(recovered),
            InBandSince = outcome is RecoveryOutcome.Recovered or RecoveryOutcome.NoEffect ? null : Widen(since),
            SelfHealed = healed,
            Downtime = downtime,
            RecoveryTime = Widen(recovered) is { } to ? Elapsed.Between(healed ? applied : reverted!.Value, to) : null,
            TimeToRecover = Widen(recovered) is { } until ? Elapsed.Between(applied, until) : null,
            CensoredAfterSeconds = outcome == RecoveryOutcome.Censored ? options.Timeout.TotalSeconds : null,
            Settled = timeUp || (calm && outcome != RecoveryOutcome.Pending),
            Episodes = [.. effects.Select(Row)],
            Faults = [.. FaultRows.Of(faults, effects, Slack, Widen)],
            Gaps = [.. pipeline.Gaps],
            Notes = [.. Notes(effects, downtime)],
        };
    }

    /// <summary>
    /// The episodes that belong to the drill: those after the first apply, until after the last revert there was none for the stable time. What
    /// disturbs the pipeline later is not the drill's.
    /// </summary>
    private List<OpenEpisode> Effects(out DateTimeOffset? calmFrom)
    {
        var effects = new List<OpenEpisode>();
        calmFrom = reverted?.Latest + pipeline.StableFor;
        foreach (var episode in tracker.Episodes.Where(e => e.Ended is not { } ended || ended.Latest >= applied.Earliest))
        {
            if (episode.Began.Latest > calmFrom)
            {
                break;
            }

            effects.Add(episode);
            if (episode.Ended?.Latest + pipeline.StableFor is not { } calm)
            {
                calmFrom = null;
                break;
            }

            calmFrom = calm > calmFrom ? calm : calmFrom;
        }

        return effects;
    }

    /// <summary>The last rise of a counter may lie before the fault that stopped it; the effect does not.</summary>
    private Instants NotBefore(Instants began) =>
        began.Latest + Slack < applied.Earliest ? began : began.Later(new(applied.Earliest, applied.Earliest));

    private Instants? Widen(Instants? instants) => instants?.Widen(options.ClockOffset);

    private Episode Row(OpenEpisode episode) => new(
        Cause(episode),
        episode.Began.Widen(options.ClockOffset),
        episode.Detected.Widen(options.ClockOffset),
        Widen(episode.Ended),
        Downtime(episode),
        [.. episode.Excursions.OrderBy(e => e.Began.Middle()).Select(e => e.Signal).Distinct()]);

    private string Cause(OpenEpisode episode)
    {
        var acts = faults.Select(f => (At: f.Applied.Earliest, What: $"applied {f.Id}"))
            .Concat(faults.Where(f => f.Reverted is not null).Select(f => (At: f.Reverted!.Value.Earliest, What: $"reverted {f.Id}")))
            .Where(a => a.At <= episode.Began.Latest + Slack)
            .ToList();
        return acts.Count == 0 ? "before the first fault" : acts.MaxBy(a => a.At).What;
    }

    private Elapsed Downtime(OpenEpisode episode)
    {
        var until = pipeline.Stored?.Band.GoodUntil is { } good && good > now ? good : now;
        var below = episode.Excursions.Where(e => e.Below && e.Signal == CanonicalSignals.Stored)
            .Select(e => (e.Began, Ended: e.Ended ?? new(until, until)))
            .ToList();
        var seen = below.Select(e => Elapsed.Between(e.Began, e.Ended)).Aggregate(default(Elapsed), (sum, one) => sum + one);
        var unseen = Unseen(episode.Began.Earliest, episode.Ended?.Latest ?? until, [.. below.Select(e => (e.Began.Earliest, e.Ended.Latest))]);

        // A gap is no outage, and no proof of output either: the downtime in it lies between nothing and all of it.
        return seen + new Elapsed(unseen / 2, 0, unseen);
    }

    /// <summary>How long "stored" could not be read in this time, seconds, where that is not told as time below its band already.</summary>
    private double Unseen(DateTimeOffset from, DateTimeOffset to, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> told)
    {
        var gap = pipeline.Gaps.FirstOrDefault(g => g.Signal == CanonicalSignals.Stored && g.Seconds > 1);
        if (gap is null || told.Any(each => each.From < (gap.To ?? to) && each.To > gap.From))
        {
            return 0;
        }

        var (start, end) = (gap.From > from ? gap.From : from, gap.To is { } over && over < to ? over : to);
        return Math.Max(0, (end - start).TotalSeconds);
    }

    private Instants? ComponentUp()
    {
        var downs = pipeline.Components.SelectMany(c => c.Band.Excursions).Where(e => e.Ended is not { } up || up.Latest >= applied.Earliest).ToList();
        return downs.Count == 0 || downs.Any(e => e.Ended is null) ? null : downs.Select(e => e.Ended!.Value).MaxBy(i => i.Latest);
    }

    private Instants? FirstOutput(OpenEpisode? head)
    {
        var outputs = pipeline.Stored?.NewOutputs.Where(o => o.Latest >= head?.Began.Earliest && !(o.Earliest > head.Ended?.Latest)).ToList();
        return outputs is { Count: > 0 } ? outputs[^1] : null;
    }

    private static Instants? BacklogDrained(OpenEpisode episode)
    {
        var behind = episode.Excursions.Where(e => e.Signal == CanonicalSignals.Backlog).ToList();
        behind = behind.Count > 0 ? behind : [.. episode.Excursions.Where(e => e.Signal == SignalNames.InFlight)];
        return behind.Count == 0 || behind.Any(e => e.Ended is null) ? null : behind.Select(e => e.Ended!.Value).MaxBy(i => i.Latest);
    }

    private IEnumerable<string> Notes(List<OpenEpisode> effects, Elapsed downtime)
    {
        if (tracker.Episodes.FirstOrDefault() is { } first && first.Began.Latest + Slack < applied.Earliest)
        {
            yield return "A signal had left its band before the first fault was applied: the drill is not the only cause.";
        }

        if (reverted is not null && effects.Count > 1 && effects[^1] is { Ended: null } last && last.Began.Latest >= reverted.Value.Earliest)
        {
            yield return "What the last revert disturbed had not come back when the watch ended.";
        }

        foreach (var down in pipeline.Components.SelectMany(c => c.Band.Excursions).Where(e => reverted is not null && e.Ended is null))
        {
            yield return $"{down.Signal[(CanonicalSignals.Up.Length + 1)..]} has been down since {down.Began.Latest:O} and had not come back when the watch ended.";
        }

        if (pipeline.Gaps.Any(gap => gap.Signal == CanonicalSignals.Stored && gap.Seconds > 1 && gap.To > applied.Earliest)
            && downtime.AtMostSeconds - downtime.AtLeastSeconds > 1)
        {
            yield return "\"stored\" could not be read for a while: whether output flowed then was not seen, and the downtime is known only within its bounds.";
        }

        if (pipeline.Stored is null)
        {
            yield return "There is no signal \"stored\": downtime and first output are not observable.";
        }

        if (pipeline.InFlight is { } level && !level.Band.Outside && !level.IsUsual)
        {
            var gone = Math.Round(level.Level - level.Usual);
            yield return gone > 0
                ? $"Of what was produced, {gone} fewer are stored than before the fault: lost, or still to come; integrity tells."
                : $"{-gone} more are stored than were produced since the fault: written again; integrity tells.";
        }

        foreach (var told in pipeline.Told.Where(told => told.Last != told.First))
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"\"{told.Signal}\" went from {told.First:0.###} to {told.Last:0.###}.");
        }

        foreach (var signal in pipeline.WasReset)
        {
            yield return $"The counter \"{signal}\" was reset; what it counted meanwhile is unknown.";
        }

        foreach (var gap in pipeline.Gaps.Where(g => g.To is null && g.Seconds > 1))
        {
            yield return $"\"{gap.Signal}\" could not be read from {gap.From:O} on ({gap.Reason}): a gap, not an outage.";
        }
    }
}
