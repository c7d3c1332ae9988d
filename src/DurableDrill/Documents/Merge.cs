namespace DurableDrill.Documents;

/// <summary>Lays one document over another: maps are merged field by field, everything else is replaced, null removes.</summary>
internal static class Merge
{
    /// <summary>The lower document with the upper one over it. The order is that of the lower one, new fields last.</summary>
    /// <param name="lower">What is laid over.</param>
    /// <param name="upper">What wins.</param>
    /// <param name="whole">The paths of maps that are one value, and so replaced.</param>
    public static MapNode Over(MapNode lower, MapNode upper, Func<string, bool> whole)
    {
        var entries = new List<Entry>();
        foreach (var entry in lower.Entries)
        {
            var over = upper.Find(entry.Key);
            if (over is null)
            {
                entries.Add(entry);
            }
            else if (!over.Value.IsNull)
            {
                entries.Add(Both(entry.Value, over.Value) is { } maps ? over with { Value = Over(maps.Lower, maps.Upper, whole) } : over);
            }
        }

        entries.AddRange(upper.Entries.Where(e => lower.Find(e.Key) is null));
        return upper with { Entries = entries };

        (MapNode Lower, MapNode Upper)? Both(Node a, Node b) => a is MapNode l && b is MapNode u && !whole(b.Path) ? (l, u) : null;
    }
}
