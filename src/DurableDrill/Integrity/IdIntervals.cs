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
    }

    /// <summary>Runs, maximal within their shape, ordered by prefix, number of digits and number.</summary>
    public static IEnumerable<IdInterval> Of(IEnumerable<Run> runs)
    {
        (Run First, Run Last)? open = null;
        foreach (var run in runs)
        {
            if (open is { } before)
            {
                if (before.Last.GoesOnIn(run))
                {
                    open = (before.First, run);
                    continue;
                }

                yield return Interval(before.First, before.Last);
            }

            open = (run, run);
        }

        if (open is { } end)
        {
            yield return Interval(end.First, end.Last);
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
