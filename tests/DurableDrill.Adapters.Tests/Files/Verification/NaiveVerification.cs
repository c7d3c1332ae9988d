using System.Text;
using DurableDrill.Integrity;

namespace DurableDrill.Adapters.Tests.Files.Verification;

/// <summary>The comparison as anybody would write it: sets of texts, each char a byte.</summary>
internal sealed class NaiveVerification
{
    public NaiveVerification(byte[] expected, byte[] actual)
    {
        var expectedLines = Lines(expected);
        var actualLines = Lines(actual);
        var (expectedIds, actualIds) = (expectedLines.ToHashSet(), actualLines.ToHashSet());
        Expected = expectedIds.Count;
        ExpectedTwice = Twice(expectedLines).Count;
        Ids = new()
        {
            [IdClass.Delivered] = [.. expectedIds.Intersect(actualIds)],
            [IdClass.Lost] = [.. expectedIds.Except(actualIds)],
            [IdClass.Duplicated] = Twice(actualLines),
            [IdClass.Unexpected] = [.. actualIds.Except(expectedIds)],
        };
    }

    public long Expected { get; }

    public long ExpectedTwice { get; }

    public Dictionary<IdClass, HashSet<string>> Ids { get; }

    private static HashSet<string> Twice(IEnumerable<string> ids) => [.. ids.GroupBy(id => id).Where(group => group.Count() > 1).Select(group => group.Key)];

    private static List<string> Lines(byte[] content) => [.. Encoding.Latin1.GetString(content).Split('\n')
        .Select(line => line.EndsWith('\r') ? line[..^1] : line).Where(line => line.Length > 0)];
}
