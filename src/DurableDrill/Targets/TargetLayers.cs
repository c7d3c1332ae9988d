using System.Text.RegularExpressions;
using DurableDrill.Documents;

namespace DurableDrill.Targets;

/// <summary>A file laid over the one that it extends, and that over the one which it extends.</summary>
internal static partial class TargetLayers
{
    private const int MaxLayers = 8;

    /// <summary>The merged document; null, with errors, where the top file is none.</summary>
    public static MapNode? Read(string text, string source, Func<string, string, (string Text, string Source)?> load, FindingList findings)
    {
        if (DocumentText.Read(text, source, findings) is not { } top)
        {
            return null;
        }

        var (merged, lowest, sources) = (top, top, new List<string> { source });
        while (lowest.Find("extends")?.Value is { IsNull: false } node)
        {
            if (Values.Text(node, findings, "the name of a file") is not { } name)
            {
                break;
            }

            if (load(name, sources[^1]) is not { } file)
            {
                findings.Error(node, $"there is no file \"{name}\" to extend");
                break;
            }

            if (sources.Contains(file.Source) || sources.Count == MaxLayers)
            {
                findings.Error(node, sources.Contains(file.Source)
                    ? $"files extend each other in a circle: {string.Join(" -> ", sources)} -> {file.Source}"
                    : $"more than {MaxLayers} files extend each other");
                break;
            }

            if (DocumentText.Read(file.Text, file.Source, findings) is not { } lower)
            {
                break;
            }

            (merged, lowest) = (Merge.Over(lower, merged, Source().IsMatch), lower);
            sources.Add(file.Source);
        }

        return merged;
    }

    // Options of another kind, or another choice of options, must not shine through from below.
    [GeneratedRegex(@"^(signals[.\[].+|integrity\.(expected|topic|actual)|components[.\[].+\.(healthy|pause|resume)|roles[.\[].+\.most)\z")]
    private static partial Regex Source();
}
