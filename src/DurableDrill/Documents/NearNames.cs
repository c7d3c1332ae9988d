namespace DurableDrill.Documents;

/// <summary>"Did you mean": names at a small edit distance.</summary>
internal static class NearNames
{
    /// <summary>
    /// The sentence that says what is allowed, led by the nearest name when it is near: at most a third of its letters away (at least 1, at most 3).
    /// </summary>
    public static string Hint(string found, IEnumerable<string> allowed)
    {
        var names = allowed.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        if (names.Count == 0)
        {
            return "there are none";
        }

        var near = names.Select(name => (name, distance: Distance(found.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(x => x.distance <= Math.Clamp(x.name.Length / 3, 1, 3))
            .OrderBy(x => x.distance)
            .Select(x => x.name)
            .FirstOrDefault();
        var list = $"allowed: {string.Join(", ", names)}";
        return near is null ? list : $"did you mean \"{near}\"? {list}";
    }

    /// <summary>Edits (insert, delete, replace, swap of neighbours) from one word to another: optimal string alignment distance.</summary>
    public static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 3)
        {
            return int.MaxValue;
        }

        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                d[i, j] = i == 0 ? j : j == 0 ? i
                    : Math.Min(Math.Min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                {
                    d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
                }
            }
        }

        return d[a.Length, b.Length];
    }
}
