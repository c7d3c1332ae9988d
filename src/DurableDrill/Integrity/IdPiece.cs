using System.Text.Json;

namespace DurableDrill.Integrity;

/// <summary>
/// A piece of a set of ids: a run of numbers of one shape, or one other id. Pieces have the order of <see cref="IdSet.Intervals"/>, so that sorted
/// pieces of shares merge in one pass, whatever their number. As a line: <c>["p1-07","p1-42"]</c> or <c>["an id"]</c>.
/// </summary>
internal readonly record struct IdPiece : IComparable<IdPiece>
{
    private readonly string text;
    private readonly Kind kind;

    private IdPiece(Kind kind, string text, IdIntervals.Run run) => (this.kind, this.text, Run) = (kind, text, run);

    private enum Kind
    {
        Run,
        Uuid,
        Text,
    }

    private IdIntervals.Run Run { get; }

    /// <summary>A set in pieces, in order.</summary>
    public static IEnumerable<IdPiece> Of(IdSet ids) => ids.Runs().Select(run => new IdPiece(Kind.Run, run.Prefix, run)).Concat(ids.Others().Select(Other));

    public static IdPiece Parse(string line)
    {
        var ends = JsonSerializer.Deserialize<string[]>(line, DrillJson.Options)!;
        var first = IdKey.Parse(ends[0]);
        if (first.Digits == 0)
        {
            return Other(ends[0]);
        }

        var prefix = first.Prefix.ToString();
        return new(Kind.Run, prefix, new(prefix, first.Digits, first.Number, IdKey.Parse(ends[^1]).Number));
    }

    public string Line() => JsonSerializer.Serialize(
        kind != Kind.Run ? [text] : Run.First == Run.Last ? [Run.Text(Run.First)] : new[] { Run.Text(Run.First), Run.Text(Run.Last) }, DrillJson.Options);

    public int CompareTo(IdPiece other)
    {
        var order = kind.CompareTo(other.kind);
        order = order != 0 ? order : string.CompareOrdinal(text, other.text);
        order = order != 0 ? order : Run.Digits.CompareTo(other.Run.Digits);
        return order != 0 ? order : Run.First.CompareTo(other.Run.First);
    }

    /// <summary>The intervals of all pieces; each part is in order, and no id is in two.</summary>
    public static async IAsyncEnumerable<IdInterval> MergeAsync(IReadOnlyList<IAsyncEnumerable<IdPiece>> parts)
    {
        var joiner = new IdIntervals.Joiner();
        await foreach (var piece in InOrderAsync(parts))
        {
            if (piece.kind == Kind.Run)
            {
                if (joiner.Take(piece.Run) is { } ended)
                {
                    yield return ended;
                }

                continue;
            }

            if (joiner.End() is { } last)
            {
                yield return last;
            }

            yield return IdIntervals.Single(piece.text);
        }

        if (joiner.End() is { } end)
        {
            yield return end;
        }
    }

    private static async IAsyncEnumerable<IdPiece> InOrderAsync(IReadOnlyList<IAsyncEnumerable<IdPiece>> parts)
    {
        var open = new List<IAsyncEnumerator<IdPiece>>();
        try
        {
            foreach (var part in parts)
            {
                var reader = part.GetAsyncEnumerator();
                open.Add(reader);
                if (!await reader.MoveNextAsync())
                {
                    open.Remove(reader);
                    await reader.DisposeAsync();
                }
            }

            while (open.MinBy(reader => reader.Current) is { } next)
            {
                yield return next.Current;
                if (!await next.MoveNextAsync())
                {
                    open.Remove(next);
                    await next.DisposeAsync();
                }
            }
        }
        finally
        {
            foreach (var reader in open)
            {
                await reader.DisposeAsync();
            }
        }
    }

    private static IdPiece Other(string id) => new(IdKey.Parse(id).IsUuid ? Kind.Uuid : Kind.Text, id, default);
}
