using System.Globalization;

namespace DurableDrill.Recordings;

/// <summary>
/// Reads a recording: CSV with a header that names, in any order and beside others, the columns <c>run</c>, <c>t_s</c> (seconds since the fault),
/// <c>input_msgs</c>, <c>output_msgs</c>, <c>p50_ms</c> and <c>p99_ms</c> (empty: nothing came out). Rows of several runs may be mixed; each run's
/// are in order of time. Rows before the fault (t_s below 0) are left out.
/// </summary>
public sealed class RecordingReader
{
    private const int MostErrors = 100;
    private static readonly string[] Columns = ["run", "t_s", "input_msgs", "output_msgs", "p50_ms", "p99_ms"];

    private readonly List<string> errors = [];
    private readonly Dictionary<string, List<RecordingRow>> runs = [];
    private readonly List<string> order = [];
    private int line;

    /// <summary>Reads all runs, in the order in which they begin.</summary>
    /// <exception cref="RecordingException">Anything is wrong; it holds every error (at most 100) with its line.</exception>
    public static IReadOnlyList<RecordedRun> Read(TextReader text) => new RecordingReader().ReadAll(text);

    private List<RecordedRun> ReadAll(TextReader text)
    {
        int[]? places = null;
        while (errors.Count < MostErrors && text.ReadLine() is { } content)
        {
            line++;
            if (string.IsNullOrWhiteSpace(content))
            {
                continue;
            }

            var fields = Split(content);
            if (places is null)
            {
                places = Places(fields);
                if (errors.Count > 0)
                {
                    break;
                }

                continue;
            }

            Row(fields, places);
        }

        if (errors.Count == 0 && (places is null || runs.Values.All(r => r.Count == 0)))
        {
            Error(places is null ? $"empty; a header with {string.Join(", ", Columns)} is needed" : "there is no row after the fault (t_s 0 or more)");
        }

        return errors.Count > 0 ? throw new RecordingException(errors) : [.. order.Where(n => runs[n].Count > 0).Select(n => new RecordedRun(n, runs[n]))];
    }

    private int[] Places(List<string> header)
    {
        var names = header.Select(h => h.Trim().TrimStart('\uFEFF').ToLowerInvariant()).ToList();
        foreach (var missing in Columns.Where(c => !names.Contains(c)))
        {
            Error($"there is no column \"{missing}\"; there are: {string.Join(", ", names)}");
        }

        return [.. Columns.Select(c => names.IndexOf(c))];
    }

    private void Row(List<string> fields, int[] places)
    {
        if (fields.Count <= places.Max())
        {
            Error($"{fields.Count} fields; the header asks for at least {places.Max() + 1}");
            return;
        }

        var name = fields[places[0]].Trim();
        if (name.Length == 0)
        {
            Error("\"run\" is empty");
        }

        var (before, at) = (errors.Count, Number(fields, places, 1, double.NegativeInfinity));
        var row = new RecordingRow(
            at ?? 0, Number(fields, places, 2, 0) ?? 0, Number(fields, places, 3, 0) ?? 0, Number(fields, places, 4, 0, true), Number(fields, places, 5, 0, true));
        if (errors.Count > before || name.Length == 0)
        {
            return;
        }

        if (!runs.TryGetValue(name, out var rows))
        {
            runs.Add(name, rows = []);
            order.Add(name);
        }

        if (rows.Count > 0 && row.At <= rows[^1].At)
        {
            Error($"\"t_s\" is {row.At.ToString(CultureInfo.InvariantCulture)} after {rows[^1].At.ToString(CultureInfo.InvariantCulture)} in run \"{name}\"; it must grow");
        }
        else if (row.At >= 0)
        {
            rows.Add(row);
        }
    }

    private double? Number(List<string> fields, int[] places, int column, double least, bool mayBeEmpty = false)
    {
        var field = fields[places[column]].Trim();
        if (field.Length == 0 && mayBeEmpty)
        {
            return null;
        }

        if (double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) && number >= least)
        {
            return number;
        }

        Error($"\"{Columns[column]}\" is \"{field}\"; a number{(least == 0 ? ", 0 or more," : "")} is needed{(mayBeEmpty ? ", or nothing" : "")}");
        return null;
    }

    private void Error(string what) => errors.Add($"line {Math.Max(line, 1)}: {what}");

    /// <summary>The fields of a line; one in double quotes may hold commas, and a doubled quote stands for a quote (RFC 4180).</summary>
    private static List<string> Split(string content)
    {
        var fields = new List<string>();
        var field = new System.Text.StringBuilder();
        var quoted = false;
        for (var i = 0; i < content.Length; i++)
        {
            var c = content[i];
            if (c == '"')
            {
                var doubled = quoted && i + 1 < content.Length && content[i + 1] == '"';
                if (doubled)
                {
                    field.Append('"');
                    i++;
                }
                else
                {
                    quoted = !quoted;
                }
            }
            else if (c == ',' && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(c);
            }
        }

        fields.Add(field.ToString());
        return fields;
    }
}
