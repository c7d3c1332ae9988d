namespace DurableDrill.Documents;

/// <summary>Lays one document over another: maps are merged field by field, everything else is replaced, null removes.</summary>
internal static class Merge
{
    /// <summary>The lower document with the upper one over it. The order is that of the lower one, new fields last.</summary>
    public static MapNode Over(MapNode lower, MapNode upper)
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
                entries.Add(over.Value is MapNode o && entry.Value is MapNode l ? over with { Value = Over(l, o) } : over);
            }
        }

        entries.AddRange(upper.Entries.Where(e => lower.Find(e.Key) is null));
        return upper with { Entries = entries };
    }
}
