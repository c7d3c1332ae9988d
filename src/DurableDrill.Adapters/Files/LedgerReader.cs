using System.Buffers.Text;
using System.Globalization;
using System.Text;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Files;

/// <summary>
/// Reads a ledger as docs/ledger-format.md says: an attempt becomes a record when its outcome is known, or unknown when its session ends.
/// Memory is for what is in flight.
/// </summary>
internal sealed class LedgerReader(TextLines lines)
{
    private const int Version = 1;
    private readonly Dictionary<long, Attempt> open = [];
    private List<IdRecord> batch = [];
    private string? producer;
    private bool ended;

    private readonly record struct Attempt(DateTimeOffset At, ulong Content);

    /// <summary>The next records, about as many as asked for; none at the end.</summary>
    /// <exception cref="InvalidDataException">A line is not as the format says; the message names it.</exception>
    public List<IdRecord> NextBatch(int size)
    {
        batch = [];
        while (batch.Count < size && !ended)
        {
            if (!lines.TryNext(out var line) || !lines.Terminated)
            {
                ended = true;
                EndSession();
            }
            else if (producer is null)
            {
                producer = ReadHeader(line);
            }
            else
            {
                Read(line);
            }
        }

        return batch;
    }

    private static string ReadHeader(ReadOnlySpan<byte> line)
    {
        var parts = Encoding.UTF8.GetString(line).Split(' ');
        return parts is ["durabledrill-ledger", _, { Length: > 0 and <= 64 } producer] && parts[1] == $"{Version}"
            ? producer
            : throw new InvalidDataException($"line 1 is not \"durabledrill-ledger {Version} PRODUCER\"");
    }

    private void Read(ReadOnlySpan<byte> line)
    {
        if (line is [(byte)'#', ..])
        {
            return;
        }

        if (line.Length < 3 || line[1] != ' ')
        {
            throw Bad(line);
        }

        var rest = line[2..];
        switch (line[0])
        {
            case (byte)'S':
                EndSession();
                break;
            case (byte)'A':
                ReadAttempts(rest);
                break;
            case (byte)'K':
                ReadOutcomes(rest, Outcome.Acknowledged);
                break;
            case (byte)'F':
                ReadOutcomes(rest, Outcome.Failed);
                break;
            case (byte)'U':
                ReadOutcomes(rest, Outcome.Unknown);
                break;
            default:
                throw Bad(line);
        }
    }

    private void ReadAttempts(ReadOnlySpan<byte> line)
    {
        var rest = line;
        var number = ReadNumber(ref rest, line);
        var at = DateTimeOffset.UnixEpoch.AddMicroseconds(ReadNumber(ref rest, line));
        if (rest.IsEmpty)
        {
            throw Bad(line);
        }

        while (!rest.IsEmpty)
        {
            if (rest.Length < 16 || !Utf8Parser.TryParse(rest[..16], out ulong content, out var read, 'x') || read != 16)
            {
                throw Bad(line);
            }

            if (open.Remove(number, out var before))
            {
                // Attempted again before anything was heard of the first attempt.
                Emit(number, before, Outcome.Unknown);
            }

            open.Add(number++, new(at, content));
            rest = Next(rest[16..], line);
        }
    }

    private void ReadOutcomes(ReadOnlySpan<byte> line, Outcome outcome)
    {
        var rest = line;
        while (!rest.IsEmpty)
        {
            var comma = rest.IndexOf((byte)',');
            var range = comma < 0 ? rest : rest[..comma];
            rest = comma < 0 ? default : rest[(comma + 1)..];
            if (!Utf8Parser.TryParse(range, out long first, out var read))
            {
                throw Bad(line);
            }

            var last = first;
            if (read < range.Length && (range[read] != '-' || !Utf8Parser.TryParse(range[(read + 1)..], out last, out var more) || read + 1 + more != range.Length))
            {
                throw Bad(line);
            }

            for (var number = first; number <= last; number++)
            {
                if (!open.Remove(number, out var attempt))
                {
                    throw new InvalidDataException($"line {lines.Number} has an outcome for {number}, which was not attempted");
                }

                Emit(number, attempt, outcome);
            }
        }
    }

    private void EndSession()
    {
        foreach (var (number, attempt) in open.OrderBy(entry => entry.Key))
        {
            Emit(number, attempt, Outcome.Unknown);
        }

        open.Clear();
    }

    private void Emit(long number, Attempt attempt, Outcome outcome) => batch.Add(new(
        string.Create(CultureInfo.InvariantCulture, $"{producer}-{number:D12}"), outcome, Content: attempt.Content, At: attempt.At));

    private long ReadNumber(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> line)
    {
        if (!Utf8Parser.TryParse(rest, out long number, out var read) || number < 0)
        {
            throw Bad(line);
        }

        rest = Next(rest[read..], line);
        return number;
    }

    private ReadOnlySpan<byte> Next(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> line) =>
        rest.IsEmpty ? rest : rest[0] == ' ' && rest.Length > 1 ? rest[1..] : throw Bad(line);

    private InvalidDataException Bad(ReadOnlySpan<byte> line) =>
        new($"line {lines.Number} is not a line of a ledger: \"{Encoding.UTF8.GetString(line[..Math.Min(line.Length, 60)])}\"");
}
