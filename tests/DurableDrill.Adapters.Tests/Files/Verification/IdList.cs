using System.Globalization;
using System.Text;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Tests.Files.Verification;

/// <summary>Reads a class back: its intervals, or its file as docs/id-list-format.md says. Each char is a byte.</summary>
internal static class IdList
{
    public static IEnumerable<string> IdsOf(ClassIds ids)
    {
        if (ids.File is not null)
        {
            return File.ReadAllText(ids.File, Encoding.Latin1).Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(OfLine);
        }

        // What is not UTF-8 cannot be told from the result alone.
        return ids.Intervals.SelectMany(interval => Expand(AsBytes(interval.First), AsBytes(interval.Last)));
    }

    public static IEnumerable<string> Expand(string first, string last)
    {
        if (first == last)
        {
            return [first];
        }

        var digits = first.Length - first.TrimEnd("0123456789".ToCharArray()).Length;
        digits = Math.Min(digits, 15);
        var (from, to) = (long.Parse(first[^digits..], CultureInfo.InvariantCulture), long.Parse(last[(first.Length - digits)..], CultureInfo.InvariantCulture));
        return Enumerable.Range(0, (int)(to - from + 1)).Select(at => first[..^digits] + (from + at).ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0'));
    }

    private static IEnumerable<string> OfLine(string line) => line.Split('\t') switch
    {
        [var id] => [id],
        [var first, var last] => Expand(first, last),
        [var first, var last, var hex] => Expand(first, last).Zip(Bits(hex)).Where(entry => entry.Second).Select(entry => entry.First),
        _ => throw new FormatException(line),
    };

    private static IEnumerable<bool> Bits(string hex) => Convert.FromHexString(hex).SelectMany(octet => Enumerable.Range(0, 8).Select(bit => (octet >> bit & 1) == 1));

    private static string AsBytes(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
