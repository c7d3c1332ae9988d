using System.Globalization;
using System.Text;

namespace DurableDrill.Pipeline.Ledger;

/// <summary>Sequence numbers as text: ascending, "1-2,4".</summary>
internal static class Ranges
{
    /// <summary>Sorts the numbers in place and writes them in pieces of at most <paramref name="maxLength"/> characters; a repeated number once.</summary>
    public static IEnumerable<string> Format(List<long> numbers, int maxLength)
    {
        numbers.Sort();
        var text = new StringBuilder();
        for (var i = 0; i < numbers.Count;)
        {
            var first = numbers[i];
            var last = first;
            for (i++; i < numbers.Count && numbers[i] <= last + 1; i++)
            {
                last = numbers[i];
            }

            // 40: two numbers of 19 digits, the hyphen and the comma.
            if (text.Length + 40 > maxLength)
            {
                yield return text.ToString();
                text.Clear();
            }

            text.Append(text.Length == 0 ? "" : ",").Append(first.ToString(CultureInfo.InvariantCulture));
            if (last > first)
            {
                text.Append('-').Append(last.ToString(CultureInfo.InvariantCulture));
            }
        }

        if (text.Length > 0)
        {
            yield return text.ToString();
        }
    }

    /// <summary>How many numbers the text names.</summary>
    /// <exception cref="FormatException">It is not a list of ranges.</exception>
    public static long Count(ReadOnlySpan<char> text)
    {
        var count = 0L;
        foreach (var part in text.Split(','))
        {
            var range = text[part];
            var hyphen = range.IndexOf('-');
            count += Number(range[(hyphen + 1)..]) - Number(range[..(hyphen < 0 ? range.Length : hyphen)]) + 1;
        }

        return count;
    }

    private static long Number(ReadOnlySpan<char> text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
