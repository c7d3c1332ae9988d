using System.Globalization;

namespace DurableDrill.Pipeline.Tests;

/// <summary>A ledger read by the letter of docs/ledger-format.md, by nobody's code but this: the truth that tests compare with.</summary>
internal sealed class LedgerText
{
    /// <summary>Every attempt: id, content and K, F or U.</summary>
    public List<(string Id, ulong Content, char Outcome)> Attempts { get; } = [];

    public IEnumerable<string> Acknowledged => Attempts.Where(a => a.Outcome == 'K').Select(a => a.Id);

    public static LedgerText Read(string path)
    {
        var ledger = new LedgerText();
        var text = File.ReadAllText(path);
        var producer = "";
        var open = new Dictionary<long, int>();
        foreach (var line in text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var words = line.Split(' ');
            switch (words[0])
            {
                case "durabledrill-ledger":
                    producer = words[2];
                    break;
                case "S":
                    open.Clear();
                    break;
                case "A":
                    for (var i = 3; i < words.Length; i++)
                    {
                        var sequence = long.Parse(words[1], CultureInfo.InvariantCulture) + i - 3;
                        open[sequence] = ledger.Attempts.Count;
                        ledger.Attempts.Add(($"{producer}-{sequence:D12}", ulong.Parse(words[i], NumberStyles.HexNumber, CultureInfo.InvariantCulture), 'U'));
                    }

                    break;
                default:
                    foreach (var range in words[1].Split(','))
                    {
                        var ends = range.Split('-');
                        for (var sequence = long.Parse(ends[0], CultureInfo.InvariantCulture); sequence <= long.Parse(ends[^1], CultureInfo.InvariantCulture); sequence++)
                        {
                            var at = open[sequence];
                            open.Remove(sequence);
                            ledger.Attempts[at] = ledger.Attempts[at] with { Outcome = words[0][0] };
                        }
                    }

                    break;
            }
        }

        return ledger;
    }
}
