using DurableDrill.Signals;

namespace DurableDrill.Recordings;

/// <summary>
/// Whether a run had settled from a row on. A recording begins at the fault, so what is normal comes from the rows themselves. From a row on, for the
/// stable time (and at least three rows, and three of the engine's own writes), two things must hold.
/// <list type="number">
/// <item><em>It keeps up.</em> The backlog, which is all input so far less all output so far, stays on one level: it moves by no more than 10 % of one
/// row's input to either side (or 3 robust standard deviations of output less input in the rows after, at most 20 %), and one write more where
/// the engine writes in batches longer than a row, for then it is a saw-tooth. That level is not still sinking in the rows after, and the window is no
/// continuation of a decline before it. Where the level lies is no matter: reprocessing and loss move it for good.</item>
/// <item><em>Its latency is normal.</em> Median and 99th percentile lie under the median + max(10 %, 3 robust standard deviations, but no more than was seen)
/// of the later half of the settled rows after; a single row above is noise. Where fewer than ten such rows are left, the window is judged by
/// itself: no row 10 % above the median of those after the first, and not rising.</item>
/// </list>
/// </summary>
internal sealed class SettledRule
{
    private const int Enough = 10;
    private const int Horizon = 600;
    private const double Tenth = 0.1;

    private readonly IReadOnlyList<RecordingRow> rows;
    private readonly double[] backlog;
    private readonly double width;
    private readonly double write;
    private readonly double stableFor;
    private readonly int least;
    private readonly bool[] flows;
    private readonly bool[] whole;

    public SettledRule(IReadOnlyList<RecordingRow> rows, double stableFor)
    {
        this.rows = rows;
        this.stableFor = stableFor;
        width = Width(rows);
        least = Math.Max(3, (int)Math.Ceiling((stableFor / width) - 1e-9));
        write = WriteSize(rows);
        backlog = new double[rows.Count + 1];
        for (var i = 0; i < rows.Count; i++)
        {
            backlog[i + 1] = backlog[i] + rows[i].Input - rows[i].Output;
        }

        flows = [.. Enumerable.Range(0, rows.Count).Select(KeepsUp)];
        whole = [.. Enumerable.Range(0, rows.Count).Select(IsWhole)];
    }

    /// <summary>Whether a whole window fits between a row and the end.</summary>
    public bool Whole(int from) => whole[from];

    /// <summary>Whether all is settled from a row on, for the window or, where it is not whole, to the end.</summary>
    public bool Settled(int from) => flows[from] && LatencyIsNormal(from, r => r.P50) && LatencyIsNormal(from, r => r.P99);

    /// <summary>
    /// The first of two rows in a row that are plainly out of what the run's settled rows show: the first impact on a run that began healthy. -1: none.
    /// </summary>
    public int FirstImpact()
    {
        var upper = new[] { UpperOfRun(r => r.P50), UpperOfRun(r => r.P99) };
        bool Out(int i) => !flows[i] || rows[i].P50 > upper[0] || rows[i].P99 > upper[1];
        return Enumerable.Range(0, Math.Max(0, rows.Count - 1)).FirstOrDefault(i => Out(i) && Out(i + 1), -1);
    }

    /// <summary>The length of a row, s: the median distance of two.</summary>
    public static double Width(IReadOnlyList<RecordingRow> rows) =>
        rows.Count < 2 ? 1 : RobustStatistics.Median(rows.Zip(rows.Skip(1)).Select(p => p.Second.At - p.First.At));

    /// <summary>
    /// The size of one write, where the engine writes less often than once a row: rows without output stand alone between rows with output, or come
    /// again and again. One longer silence is an outage and says nothing of the engine. 0: it writes in every row.
    /// </summary>
    private static double WriteSize(IReadOnlyList<RecordingRow> rows)
    {
        var busy = Enumerable.Range(0, rows.Count).Where(i => rows[i].Output > 0).ToList();
        var silences = busy.Zip(busy.Skip(1)).Select(p => p.Second - p.First - 1).Where(n => n > 0).ToList();
        return silences.Count > 1 || silences.Contains(1) ? RobustStatistics.Median(busy.Select(i => rows[i].Output)) : 0;
    }

    private int Length(int from)
    {
        var end = Math.Min(rows.Count, from + least);
        var busy = Enumerable.Range(from, end - from).Count(i => rows[i].Output > 0);
        return busy == 0 ? int.MaxValue : Math.Max(least, (int)Math.Ceiling(3.0 * (end - from) / busy));
    }

    private bool IsWhole(int from) =>
        Length(from) <= rows.Count - from && rows[^1].At + width - rows[from].At >= stableFor - 1e-9;

    private bool KeepsUp(int from)
    {
        var length = Length(from);
        if (length > rows.Count)
        {
            return false;
        }

        var end = Math.Min(rows.Count, from + length);
        if (Enumerable.Range(from, end - from - 1).Any(i => rows[i + 1].At - rows[i].At > 1.5 * width))
        {
            return false;
        }

        var after = Enumerable.Range(from + 1, Math.Min(rows.Count - from - 1, Horizon)).ToList();
        var input = RobustStatistics.Median(after.Prepend(from).Select(i => rows[i].Input));
        var noise = after.Count >= Enough ? RobustStatistics.RobustSd([.. after.Select(Surplus)]) : 0;
        var room = (2 * Math.Max(Tenth * input, Math.Min(3 * noise, 2 * Tenth * input))) + (1.25 * write);
        var window = backlog[from..(end + 1)];
        var sinks = after.Count >= Enough
            && RobustStatistics.Median(window) - RobustStatistics.Median(after.Select(i => backlog[i + 1])) > room + (3 * noise * Math.Sqrt(after.Count));
        return window.Max() - window.Min() <= room && !sinks && !GoesOnDeclining(from, end, input);
    }

    private bool GoesOnDeclining(int from, int end, double input)
    {
        var length = end - from;
        if (from < length)
        {
            return false;
        }

        var (before, within) = (backlog[from - length] - backlog[from], backlog[from] - backlog[end]);
        var noise = RobustStatistics.RobustSd([.. Enumerable.Range(from - length, 2 * length).Select(Surplus)]);
        var seen = Math.Max(Math.Max(0.02 * input * length, 2 * noise * Math.Sqrt(length)), write);
        return before > 0 && within > seen && within > before / 2;
    }

    private double Surplus(int row) => rows[row].Output - rows[row].Input;

    private bool LatencyIsNormal(int from, Func<RecordingRow, double?> latency)
    {
        var window = Enumerable.Range(from, Math.Min(rows.Count, from + Length(from)) - from).Select(i => latency(rows[i])).ToList();
        var settled = Enumerable.Range(from + 1, Math.Min(rows.Count - from - 1, Horizon))
            .Where(i => flows[i] && whole[i])
            .Select(i => latency(rows[i]))
            .OfType<double>()
            .ToList();
        if (settled.Count < Enough)
        {
            return IsSteady([.. window.OfType<double>()]);
        }

        settled = settled[^Math.Max(Enough, settled.Count / 2)..];
        var median = RobustStatistics.Median(settled);
        var upper = median + Math.Max(Tenth * median, Math.Min(3 * RobustStatistics.RobustSd(settled), settled.Max() - median));
        return !(window[0] > upper) && !window.Zip(window.Skip(1)).Any(p => p.First > upper && p.Second > upper);
    }

    private static bool IsSteady(List<double> window)
    {
        if (window.Count < 2)
        {
            return true;
        }

        var half = window.Count / 2;
        var rises = half >= 2 && RobustStatistics.Median(window[^half..]) > (1 + Tenth) * RobustStatistics.Median(window[..half]);
        return !rises && window.Max() <= (1 + Tenth) * RobustStatistics.Median(window[1..]);
    }

    private double UpperOfRun(Func<RecordingRow, double?> latency)
    {
        var settled = Enumerable.Range(0, rows.Count).Where(i => flows[i] && whole[i]).Select(i => latency(rows[i])).OfType<double>().ToList();
        var median = RobustStatistics.Median(settled);
        return settled.Count == 0 ? double.PositiveInfinity : median + Math.Max(Tenth * median, 3 * RobustStatistics.RobustSd(settled));
    }
}
