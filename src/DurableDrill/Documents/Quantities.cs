using System.Globalization;
using System.Text.RegularExpressions;

namespace DurableDrill.Documents;

/// <summary>Durations and sizes as people write them.</summary>
public static partial class Quantities
{
    /// <summary>
    /// <c>500ms</c>, <c>45s</c>, <c>1m30s</c>, <c>2h</c>, <c>1d</c>, ISO 8601 (<c>PT45S</c>, no years and months), or a bare number of seconds.
    /// Never negative. False for anything else, and for what is longer than 10,000 days.
    /// </summary>
    public static bool TryDuration(string text, out TimeSpan value)
    {
        value = default;
        var match = Duration().Match(text);
        if (!match.Success || text is "P" or "PT" || text.EndsWith('T'))
        {
            return false;
        }

        var seconds = Part(match, "bare") + (Part(match, "ms") / 1000) + Part(match, "s") + (Part(match, "m") * 60)
            + (Part(match, "h") * 3600) + (Part(match, "d") * 86400);
        if (text.Length == 0 || seconds > 864_000_000)
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)Math.Round(seconds * TimeSpan.TicksPerSecond));
        return true;
    }

    /// <summary>A duration as it is written in plans: <c>1m30s</c>, <c>500ms</c>.</summary>
    public static string Write(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        var milliseconds = value.Ticks % TimeSpan.TicksPerSecond / (decimal)TimeSpan.TicksPerMillisecond;
        return string.Concat(
            value.Days > 0 ? $"{value.Days}d" : "",
            value.Hours > 0 ? $"{value.Hours}h" : "",
            value.Minutes > 0 ? $"{value.Minutes}m" : "",
            value.Seconds > 0 ? $"{value.Seconds}s" : "",
            milliseconds > 0 ? milliseconds.ToString("0.####", CultureInfo.InvariantCulture) + "ms" : "");
    }

    /// <summary><c>64MB</c> (10^6), <c>1GiB</c> (2^30), <c>512B</c> or a bare number of bytes. False for anything else, and above 2^53.</summary>
    public static bool TrySize(string text, out long bytes)
    {
        bytes = 0;
        var match = Size().Match(text);
        if (!match.Success)
        {
            return false;
        }

        var unit = match.Groups["unit"].Value;
        var power = unit.Length == 0 ? 0 : "BKMGT".IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal);
        var size = Part(match, "n") * Math.Pow(unit.Contains('i', StringComparison.OrdinalIgnoreCase) ? 1024 : 1000, power);
        bytes = size <= 1L << 53 ? (long)Math.Round(size) : 0;
        return size <= 1L << 53;
    }

    private static double Part(Match match, string group)
    {
        var value = match.Groups[group].Value;
        return value.Length == 0 ? 0 : double.Parse(value, CultureInfo.InvariantCulture);
    }

    // Units in descending order, each at most once; ISO puts minutes after a T, for before it an M means months.
    private const string N = "(?:[0-9]{1,15}(?:[.][0-9]{1,9})?)";

    [GeneratedRegex($"^(?:(?<bare>{N})|(?:(?<d>{N})d)?(?:(?<h>{N})h)?(?:(?<m>{N})m)?(?:(?<s>{N})s)?(?:(?<ms>{N})ms)?"
        + $"|P(?:(?<d>{N})D)?(?:T(?:(?<h>{N})H)?(?:(?<m>{N})M)?(?:(?<s>{N})S)?)?)\\z")]
    private static partial Regex Duration();

    [GeneratedRegex($"^(?<n>{N}) ?(?<unit>B|[kKMGT]i?B)?\\z")]
    private static partial Regex Size();
}
