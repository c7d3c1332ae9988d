using System.Globalization;
using System.Text;

namespace DurableDrill.Pipeline.Ledger;

/// <summary>What earlier sessions left in a ledger, so that a restarted producer can go on.</summary>
internal sealed record LedgerSummary
{
    /// <summary>Name in the first line; null: the file is empty.</summary>
    public string? Producer { get; private set; }

    /// <summary>How often the producer was started.</summary>
    public int Sessions { get; private set; }

    /// <summary>The highest number attempted; 0: none.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Attempts.</summary>
    public long Attempted { get; private set; }

    /// <summary>Attempts that the broker acknowledged.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Attempts that failed.</summary>
    public long Failed { get; private set; }

    /// <summary>Bytes up to the end of the last whole line.</summary>
    public long Length { get; private set; }

    /// <summary>Reads a ledger (docs/ledger-format.md) in one pass.</summary>
    /// <exception cref="FormatException">It is not a ledger of this version; the message names the line.</exception>
    public static LedgerSummary Read(Stream ledger)
    {
        var summary = new LedgerSummary();
        var number = 0;
        using var reader = new LineReader(ledger);
        while (reader.Next() is { } line)
        {
            number++;
            summary.Length += line.Length + 1;
            try
            {
                summary.Take(Encoding.ASCII.GetString(line), first: number == 1);
            }
            catch (Exception error) when (error is FormatException or OverflowException or IndexOutOfRangeException)
            {
                throw new FormatException($"line {number} is not a line of a ledger of version 1: {error.Message}", error);
            }
        }

        return summary;
    }

    private void Take(string line, bool first)
    {
        if (first)
        {
            var parts = line.Split(' ');
            Producer = parts is ["durabledrill-ledger", "1", var producer] ? producer : throw new FormatException($"'{line}'");
            return;
        }

        switch (line[0])
        {
            case 'S':
                Sessions++;
                break;
            case 'A':
                var parts = line.Split(' ');
                Attempted += parts.Length - 3;
                LastSequence = Math.Max(LastSequence, long.Parse(parts[1], CultureInfo.InvariantCulture) + parts.Length - 4);
                break;
            case 'K':
                Acknowledged += Ranges.Count(line.AsSpan(2));
                break;
            case 'F':
                Failed += Ranges.Count(line.AsSpan(2));
                break;
            case 'U' or '#':
                break;
            default:
                throw new FormatException($"'{line}'");
        }
    }
}
