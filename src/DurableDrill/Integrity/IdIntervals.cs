using System.Globalization;

namespace DurableDrill.Integrity;

/// <summary>Runs of numbers as intervals of ids, and back.</summary>
internal static class IdIntervals
{
    /// <summary>Numbers of one shape, from first to last.</summary>
    internal readonly record struct Run(string Prefix, int Digits, ulong First, ulong Last)
    {
        public string Text(ulong number) => Prefix + number.ToString(CultureInfo.InvariantCulture).PadLeft(Digits, '0');

        /// <summary>Whether the other one goes on where this one ends: 9, then 10. With leading zeros nothing goes on: after 09 comes 10, of the same shape.</summary>
        public bool GoesOnIn(in Run next) =>
            next.Prefix == Prefix && next.Digits == Digits + 1 && next.First == Last + 1 && next.First == Power(Digits);

        /// <summary>Whether the other one, of the same shape, begins where this one ends.</summary>
        public bool TouchesWithin(in Run next) => next.Prefix == Prefix && next.Digits == Digits && next.First == Last + 1;
    }

    /// <summary>Joins runs that come in order of prefix, number of digits and number.</summary>
    internal sealed class Joiner
    {
        private (Run First, Run Last)? open;

        /// <summary>Takes the next run; the interval that it ends, if any.</summary>
        public IdInterval? Take(in Run run)
        {
            if (open is { } before && (before.Last.GoesOnIn(run) || before.Last.TouchesWithin(run)))
            {
                open = (before.First, run);
                return null;
            }

            var ended = End();
            open = (run, run);
            return ended;
        }

        /// <summary>The interval that is still open, if any.</summary>
        public IdInterval? End()
        {
            var ended = open is { } last ? Interval(last.First, last.Last) : (IdInterval?)null;
            open = null;
            return ended;
        }
    }

    /// <summary>Maximal intervals of runs that come in order of prefix, number of digits and number.</summary>
    public static IEnumerable<IdInterval> Of(IEnumerable<Run> runs)
    {
        var joiner = new Joiner();
        foreach (var run in runs)
        {
            if (joiner.Take(run) is { } ended)
            {
                yield return ended;
            }
        }

        if (joiner.End() is { } last)
        {
            yield return last;
        }
    }

    public static IdInterval Single(string id) => new(id, id, 1);

    /// <summary>An interval as a line of a file: the id, or the first and the last with a tab between.</summary>
    public static string Line(IdInterval interval) => interval.Count == 1 ? interval.First : $"{interval.First}\t{interval.Last}";

    /// <summary>Reads such a line.</summary>
    public static IdInterval Parse(string line)
    {
        var ends = line.Split('\t');
        return ends.Length == 1 ? Single(line) : new(ends[0], ends[1], (long)(IdKey.Parse(ends[1]).Number - IdKey.Parse(ends[0]).Number + 1));
    }

    /// <summary>The ids of an interval.</summary>
    public static IEnumerable<string> Expand(IdInterval interval)
    {
        if (interval.Count == 1)
        {
            return [interval.First];
        }

        var first = IdKey.Parse(interval.First);
        var run = new Run(first.Prefix.ToString(), first.Digits, first.Number, 0);
        var start = first.Number;
        return Enumerate();

        IEnumerable<string> Enumerate()
        {
            for (var at = 0L; at < interval.Count; at++)
            {
                yield return run.Text(start + (ulong)at);
            }
        }
    }

    private static IdInterval Interval(in Run first, in Run last) =>
        new(first.Text(first.First), last.Text(last.Last), (long)(last.Last - first.First + 1));

    private static ulong Power(int digits)
    {
        var power = 1UL;
        for (var at = 0; at < digits; at++)
        {
            power *= 10;
        }

        return power;
    }
}
