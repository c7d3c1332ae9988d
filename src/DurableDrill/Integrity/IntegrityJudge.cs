using DurableDrill.Targets;

namespace DurableDrill.Integrity;

/// <summary>The verdict of evidence.</summary>
public static class IntegrityJudge
{
    /// <summary>
    /// Judges evidence. Lost, unexpected and conflicting ids fail under every guarantee; duplicated ones unless it is at-least-once.
    /// Nothing expected, something undetermined, an unread source, or duplicates that would decide and cannot be seen: inconclusive.
    /// </summary>
    public static IntegrityResult Judge(IntegrityEvidence evidence, IntegrityRules rules) =>
        Judge(evidence, IntegrityClasses.Of(evidence, rules), rules);

    /// <summary>The same, for a caller that wants the classes too.</summary>
    public static IntegrityResult Judge(IntegrityEvidence evidence, IntegrityClasses classes, IntegrityRules rules)
    {
        var losses = classes.Losses(rules).ToDictionary(loss => (loss.Where, loss.Fault), loss => loss.Ids);
        return Judge(
            IntegrityTally.Of(evidence, classes, rules),
            classes.Sets.ToDictionary(entry => entry.Key, entry => Capped(entry.Value, rules.MaxIntervals)),
            loss => Capped(losses[(loss.Where, loss.Fault)], rules.MaxIntervals).Intervals,
            rules);
    }

    /// <summary>The verdict of counts, for a caller that has the ids elsewhere.</summary>
    internal static IntegrityResult Judge(
        IntegrityTally tally, IReadOnlyDictionary<IdClass, ClassIds> classes, Func<LossCount, IReadOnlyList<IdInterval>> idsOf, IntegrityRules rules)
    {
        var failures = Failures(tally.Counts, rules).ToList();
        var doubts = Doubts(tally, rules).ToList();
        return new()
        {
            Status = failures.Count > 0 ? IntegrityStatus.Failed : doubts.Count > 0 ? IntegrityStatus.Inconclusive : IntegrityStatus.Passed,
            Reasons = [.. failures, .. doubts],
            NotObservable = [.. tally.Unreadable, .. tally.Blind],
            Guarantee = rules.Guarantee,
            Expected = tally.Expected,
            MessagesInTopic = tally.InTopic,
            InSink = tally.InSink,
            Classes = classes,
            Losses = [.. tally.Losses.Select(loss => new LossGroup(loss.Where, loss.Fault, loss.Count, idsOf(loss)))],
        };
    }

    private static IEnumerable<string> Failures(IReadOnlyDictionary<IdClass, long> counts, IntegrityRules rules)
    {
        if (counts[IdClass.Lost] > rules.ToleratedLost)
        {
            var tolerated = rules.ToleratedLost > 0 ? $", {rules.ToleratedLost} tolerated" : "";
            yield return counts[IdClass.Healed] is var healed and > 0
                ? $"{counts[IdClass.Lost]} lost when the drill ended{tolerated}; a later replay brought back {healed}"
                : $"{counts[IdClass.Lost]} lost{tolerated}";
        }

        if (counts.GetValueOrDefault(IdClass.Duplicated) is var duplicated and > 0 && rules.Guarantee is not Guarantee.AtLeastOnce)
        {
            var inTopic = counts.GetValueOrDefault(IdClass.DuplicatedInTopic) is var doubled and > 0 ? $"; {doubled} of them were in the topic twice already" : "";
            yield return $"{duplicated} duplicated, against the guarantee{inTopic}";
        }

        if (counts.GetValueOrDefault(IdClass.Unexpected) is var unexpected and > 0)
        {
            yield return $"{unexpected} in the sink that were never attempted";
        }

        if (counts[IdClass.Conflicting] is var conflicting and > 0)
        {
            yield return $"{conflicting} with two contents under one id";
        }
    }

    private static IEnumerable<string> Doubts(IntegrityTally tally, IntegrityRules rules)
    {
        foreach (var unreadable in tally.Unreadable)
        {
            yield return $"not readable: {unreadable}";
        }

        if (tally.Expected == 0)
        {
            yield return "no id was expected: that proves nothing";
        }

        if (tally.Counts[IdClass.Undetermined] is var undetermined and > 0)
        {
            yield return $"{undetermined} not in the sink and undetermined: {rules.NotQuiet ?? "the sink could not be read to its end"}";
        }

        if (!tally.ShowsDuplicates && rules.Guarantee is not Guarantee.AtLeastOnce)
        {
            yield return "duplicates are not observable, and the guarantee forbids them";
        }
    }

    private static ClassIds Capped(IdSet ids, int maxIntervals)
    {
        List<IdInterval> intervals = [.. ids.Intervals().Take(maxIntervals + 1)];
        var truncated = intervals.Count > maxIntervals;
        return new(ids.Count, truncated ? intervals[..maxIntervals] : intervals, truncated);
    }
}
